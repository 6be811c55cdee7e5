"""`relaymark status --all --json` beside `ccusage claude session --json --offline`: whole processes, in turns.

Both read the same transcripts in the same environment. They do not do the same work: ccusage adds up every line,
Relaymark reads the end of each file; both answer for every session.
"""

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import common
import generate
from common import Figure, NotRunError, Options

BENCH = "peer"
PEER = "ccusage@20.0.24"
_ENVIRONMENT = "peer"


def _peer() -> list[str]:
    """Return the command of the peer; it is installed at the first call.

    Raises:
        NotRunError: Node or npm is missing, or the package cannot be installed.
    """
    folder = common.work() / "node"
    command = folder / "node_modules" / ".bin" / "ccusage"
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None:
        raise NotRunError(f"Node is not installed, so {PEER} cannot run")
    if not command.exists() or not _is_wanted(folder):
        if npm is None:
            raise NotRunError(f"npm is not installed, so {PEER} cannot be fetched")
        folder.mkdir(parents=True, exist_ok=True)
        made = subprocess.run(
            [npm, "install", "--no-audit", "--no-fund", "--prefix", str(folder), PEER],
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        if made.returncode:
            raise NotRunError(f"npm could not install {PEER}: {made.stderr.strip()[-300:]}")
    return [str(command), "claude", "session", "--json", "--offline"]


def _is_wanted(folder: Path) -> bool:
    package = folder / "node_modules" / "ccusage" / "package.json"
    try:
        return f"ccusage@{json.loads(package.read_text(encoding='utf-8'))['version']}" == PEER
    except (OSError, ValueError, KeyError):
        return False


def _used() -> float:
    """Return the processor time of all ended children in seconds, 0 where that is not told."""
    if sys.platform == "win32":
        return 0.0
    import resource  # noqa: PLC0415  (not there on Windows)

    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


def _timed(command: Sequence[str], env: dict[str, str]) -> tuple[float, float, bytes]:
    """Return the seconds that a command took, its processor time, and what it printed."""
    before, began = _used(), time.perf_counter()
    done = subprocess.run(command, env=env, cwd=common.workspace(), capture_output=True, check=False, timeout=600)
    taken = time.perf_counter() - began
    if done.returncode:
        raise NotRunError(f"{Path(command[0]).name} failed: {done.stderr.decode(errors='replace')[-300:]}")
    return taken, _used() - before, done.stdout


def _checked(name: str, output: bytes, data: generate.Dataset) -> None:
    """Raise NotRunError unless the output tells of every session."""
    told = {item.get("id") or item.get("sessionId") for item in json.loads(output)["sessions"]}
    wanted = {item.id for item in data.sessions}
    if not wanted <= told or len(told) != len(wanted):
        raise NotRunError(f"{name} tells of {len(told & wanted)} of {len(wanted)} sessions and of {len(told)} in all")


def _right(output: bytes, data: generate.Dataset) -> int:
    """Return how many sessions Relaymark gives the context that was generated."""
    told = {item["id"]: item["context"].get("tokens") for item in json.loads(output)["sessions"]}
    return sum(told[item.id] == item.context for item in data.sessions)


def measure(options: Options) -> list[Figure]:
    """Return both medians and their ratio."""
    data = generate.collection(quick=options.quick)
    env = common.environment(_ENVIRONMENT, data.config)
    own, peer = [*common.relaymark(), "status", "--all", "--json"], _peer()
    runs = 3 if options.quick else 7
    for command in (own, peer):
        _timed(command, env)
    ours, theirs, our_cpu, their_cpu = [], [], [], []
    for _ in range(runs):
        taken, used, output = _timed(own, env)
        ours.append(taken)
        our_cpu.append(used)
        _checked("relaymark", output, data)
        right = _right(output, data)
        taken, used, output = _timed(peer, env)
        theirs.append(taken)
        their_cpu.append(used)
        _checked("ccusage", output, data)
    ratio = common.median(ours) / common.median(theirs)
    pairs = [one / other for one, other in zip(ours, theirs, strict=True)]
    hint = "" if ratio < 1 or options.quick else common.hot_spots(["status", "--all", "--json"], env)
    stock = f"{common.size(data.size)} in {len(data.sessions)} files, {runs} runs each in turns"
    return [
        Figure(BENCH, "relaymark status --all --json: median", common.median(ours), "s", note=stock),
        Figure(BENCH, "  fastest", min(ours), "s"),
        Figure(BENCH, "  slowest", max(ours), "s"),
        Figure(BENCH, "  processor time", common.median(our_cpu), "s"),
        Figure(BENCH, f"{PEER} claude session: median", common.median(theirs), "s", note="a native program"),
        Figure(BENCH, "  fastest", min(theirs), "s"),
        Figure(BENCH, "  slowest", max(theirs), "s"),
        Figure(BENCH, "  processor time", common.median(their_cpu), "s"),
        Figure(
            BENCH,
            "ratio of the medians",
            ratio,
            "of ccusage",
            None if options.quick else 1.0,
            note=f"{min(pairs):.2f} to {max(pairs):.2f} run by run",
            hint=hint,
        ),
        Figure(BENCH, "sessions told", len(data.sessions), "sessions", len(data.sessions), "least", "by both"),
        Figure(BENCH, "contexts right", right, "sessions", len(data.sessions), "least", "against what was generated"),
    ]


if __name__ == "__main__":
    sys.exit(common.alone(measure))
