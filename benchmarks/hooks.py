"""The hooks that agents run at their own events, each as a whole process, beside Python doing nothing."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import common
import generate
from common import Figure, NotRunError, Options

BENCH = "hooks"
BUDGET, COMPACT_BUDGET = 80.0, 5_000.0
_ENVIRONMENT = "hooks"
_FAR = 1 << 40

_NOTE = """---
session: 11111111-aaaa
commit: main@{sha}
---

## STATE

{lines}
"""


class Bench:
    """One session, and the state that its hooks find.

    Args:
        item: The session.
        data: Where it lies.
    """

    def __init__(self, item: generate.SessionFile, data: generate.Dataset) -> None:
        self.session, self.path = item.id, data.path(item)
        self.env = common.environment(_ENVIRONMENT, data.config)
        self.state = Path(self.env["XDG_STATE_HOME"]) / "relaymark"
        self.folder = common.workspace()
        self.given = {"session_id": item.id, "transcript_path": str(self.path), "cwd": str(self.folder)}

    def timed(self, name: str, **more: object) -> tuple[float, str]:
        """Return the milliseconds of one hook, and what it said."""
        given = json.dumps(self.given | {"tool_response": "x" * 20_000} | more).encode()
        command = [*common.relaymark(), "hook", name]
        if name == "codex-notify":
            command.append(
                json.dumps({"type": "agent-turn-complete", "thread-id": self.session, "cwd": str(self.folder)})
            )
        began = time.perf_counter()
        done = subprocess.run(
            command, input=given, env=self.env, cwd=self.folder, capture_output=True, check=False, timeout=60
        )
        taken = (time.perf_counter() - began) * 1000
        if done.returncode or done.stderr:
            raise NotRunError(f"{name} failed: {done.stderr.decode(errors='replace')[-300:]}")
        self.settled()
        return taken, done.stdout.decode()

    def settled(self) -> None:
        """Wait until no look is under way, so that none runs beside the next hook."""
        until = time.monotonic() + 60
        while (self.state / f"hooks/{self.session}.look").exists() and time.monotonic() < until:
            time.sleep(0.01)

    def kept(self, due: int, ceiling: int) -> None:
        """Have the hook find what a look left: when to read the context again, and where the ceiling is."""
        file = self.state / f"hooks/{self.session}.json"
        if not file.exists():
            self.timed("user-prompt")
        looked, _, model, _ = json.loads(file.read_text())
        file.write_text(json.dumps([looked, due, model, {"ceiling": [ceiling, "Relaymark: holds {held}"]}]))
        for told in (self.state / "crossings").glob(f"agent-{self.session}.*"):
            told.unlink()
        (self.state / f"hooks/{self.session}.say").unlink(missing_ok=True)

    def note(self, sha: str) -> None:
        """Leave one note of about 300 words in the workspace, of a commit."""
        folder = self.folder / ".relaymark/handovers"
        folder.mkdir(parents=True, exist_ok=True)
        lines = "\n".join(f"- The parser reads shape {number} of `src/parser.py` since 1a2b3c." for number in range(30))
        (folder / "20261120T101500Z-PLAN-1-11111111.md").write_text(_NOTE.format(sha=sha, lines=lines))


def _git(folder: Path, *arguments: str) -> str:
    own = ["-c", "user.name=Benchmark", "-c", "user.email=benchmark@localhost", "-c", "commit.gpgsign=false"]
    env = common.environment("git")
    return subprocess.run(
        ["git", *own, *arguments], cwd=folder, env=env, check=True, capture_output=True, text=True
    ).stdout.strip()


def _cases(bench: Bench) -> dict[str, tuple[Callable[[], object], Callable[[], tuple[float, str]], bool]]:
    """Return what is timed: how to prepare it, how to run it, and whether it has to say something."""
    head = _git(bench.folder, "rev-parse", "HEAD")
    behind = _git(bench.folder, "rev-parse", "HEAD~1")

    def start() -> tuple[float, str]:
        return bench.timed("session-start", source="startup")

    def tool() -> tuple[float, str]:
        return bench.timed("post-tool", tool_name="Read")

    return {
        "session-start: note of HEAD": (lambda: bench.note(head[:10]), start, True),
        "session-start: note behind HEAD": (lambda: bench.note(behind[:10]), start, True),
        "post-tool: nothing can be crossed": (lambda: bench.kept(_FAR, _FAR), tool, False),
        "post-tool: the context is read": (lambda: bench.kept(0, _FAR), tool, False),
        "post-tool: the crossing": (lambda: bench.kept(0, 1), tool, True),
        "user-prompt: a look is started": (lambda: bench.kept(0, _FAR), lambda: bench.timed("user-prompt"), False),
        "codex-notify": (lambda: None, lambda: bench.timed("codex-notify"), False),
    }


def measure(options: Options) -> list[Figure]:
    """Return median and p95 of each hook, and of a note before a compaction for each size of transcript."""
    data = generate.single(generate.sizes()[1])
    bench = Bench(data.sessions[0], data)
    if len(_git(bench.folder, "log", "--format=%h").splitlines()) < 2:
        _git(bench.folder, "commit", "-q", "--allow-empty", "-m", "next")
    runs = 10 if options.quick else 30
    found: list[Figure] = []
    for name, (prepare, run, says) in _cases(bench).items():
        prepare()
        if name.startswith("session-start"):
            subprocess.run([*common.relaymark(), "hook", "count", str(bench.folder)], env=bench.env, check=True)
        taken, floor = [], []
        for _ in range(runs):
            if not name.startswith("session-start"):
                prepare()
            began = time.perf_counter()
            subprocess.run([sys.executable, "-c", "pass"], check=True, env=bench.env)
            floor.append((time.perf_counter() - began) * 1000)
            milliseconds, said = run()
            if bool(said.strip()) != says:
                raise NotRunError(f"{name}: said {said[:200]!r}")
            taken.append(milliseconds)
        found += _figures(name, taken, floor)
    return [*found, *_compactions()]


def _figures(name: str, taken: Sequence[float], floor: Sequence[float]) -> list[Figure]:
    note = f"{len(taken)} runs, fastest {min(taken):.0f} ms; python -c pass beside them: {common.median(floor):.0f} ms"
    slowest = common.percentile(taken, 95)
    hint = "" if slowest <= BUDGET else "`python -X importtime -m relaymark hook ...`"
    return [
        Figure(BENCH, f"{name}: median", common.median(taken), "ms", BUDGET, note=note, hint=hint),
        Figure(BENCH, f"{name}: p95", slowest, "ms", BUDGET, hint=hint),
    ]


def _compactions() -> list[Figure]:
    found = []
    for size in generate.sizes()[:2]:
        data = generate.single(size)
        bench = Bench(data.sessions[0], data)
        taken = max(bench.timed("pre-compact", trigger="auto")[0] for _ in range(3))
        what = f"pre-compact: transcript of {common.size(size)}, slowest of 3"
        found.append(Figure(BENCH, what, taken, "ms", COMPACT_BUDGET))
    return found


if __name__ == "__main__":
    sys.exit(common.alone(measure))
