"""What it costs to hold a plan of 1,000 items against a history of 50,000 commits, beside the one `git log` of it."""

import json
import subprocess
import sys
import time
from pathlib import Path

import common
import long_history
from common import Figure, NotRunError, Options

BENCH = "staleness"
COLD = 2.0
WARM = 50.0
_ENVIRONMENT = "staleness"
_COLD_HINT = "`sources/history_pack.py` (the log), `history_plan.py` (versions), then the rules that read items first"
_WARM_HINT = "`engine/findings.py`: `Asking` (git status), `claims_of`, `Histories.past`, the slow rules"

# Run in a process of its own, so that no cache of the benchmarks' process helps: three lists of milliseconds.
_SETTLE = """
import json
import sys
import time
from relaymark.core.plan import parse_plan
from relaymark.core.sheet import Sheet
from relaymark.engine.findings import absent, settle_all
from relaymark.engine.plans import PlanShelf
from relaymark.sources.history import Histories
from relaymark.sources.tree import file_index, ignored

root, runs = sys.argv[1], int(sys.argv[2])
shelf, path = PlanShelf(()), f"{root}/PLAN.md"
sheet = shelf.sheet(path)
index = file_index(root)
judged = ignored(root, absent("PLAN.md", sheet, index))
histories = Histories()


def settle(known):
    return settle_all(histories, root, {"PLAN.md": sheet}, index, judged, known, ahead=True)


known = settle({})
text = first = sheet.text
same, edited, saved = [], [], []


def timed(kept):
    global known
    began = time.perf_counter()
    known = settle(known)
    kept.append((time.perf_counter() - began) * 1000)


try:
    for run in range(runs):
        before = known["PLAN.md"]
        timed(same)
        assert known["PLAN.md"] is before
        for kept in (edited, saved):
            at = text.index("[ ]", len(text) // 2 + run * 80)
            text = text[:at] + "[x]" + text[at + 3:]
            sheet = Sheet(path, text, parse_plan(text))
            if kept is saved:
                with open(path, "w", encoding="utf-8") as file:
                    file.write(text)
            timed(kept)
            now = known["PLAN.md"]
            assert now.sheet is sheet and now.past.items and (kept is saved) == (now.past.dirty == {"PLAN.md"})
        with open(path, "w", encoding="utf-8") as file:
            file.write(first)
        known = settle(known)
finally:
    with open(path, "w", encoding="utf-8") as file:
        file.write(first)
print(json.dumps([same, edited, saved]))
"""


def measure(options: Options) -> list[Figure]:
    """Return the times of the bare log, of the command with and without what it keeps, and of the engine alone."""
    parameters = long_history.Parameters(commits=5_000) if options.quick else long_history.Parameters()
    root = long_history.repository(parameters)
    env = common.environment(_ENVIRONMENT)
    runs = 3 if options.quick else 5
    logs, colds, warms = [], [], []
    for _ in range(runs):
        logs.append(_log(root, env))
        common.forget_caches(_ENVIRONMENT)
        common.environment(_ENVIRONMENT)
        colds.append(_check(root, env))
        warms.append(_check(root, env))
    same, edited, saved = _settled(root, env, runs * 3)
    log, cold = min(logs), min(colds)
    note = f"{parameters.items:,} items, {parameters.commits:,} commits; the best of {runs} runs"
    return [
        Figure(BENCH, "git log alone", log, "s", note="the arguments of `sources/history_log.py`; the peer"),
        Figure(BENCH, "relaymark check, nothing kept: whole process", cold, "s", COLD, note=note, hint=_COLD_HINT),
        Figure(BENCH, "  median", common.median(colds), "s", note=f"git log: {common.median(logs):.2f} s"),
        Figure(BENCH, "  beside git log", cold - log, "s", note="what it costs over the log"),
        Figure(
            BENCH, "relaymark check, history kept: whole process", min(warms), "s", note="start, git status, git grep"
        ),
        Figure(BENCH, "settle, nothing changed: median", common.median(same), "ms", WARM, hint=_WARM_HINT),
        Figure(BENCH, "settle after an edit: median", common.median(edited), "ms", WARM, hint=_WARM_HINT),
        Figure(BENCH, "settle after an edit: p95", common.percentile(edited, 95), "ms"),
        Figure(BENCH, "settle after an edit that was saved: median", common.median(saved), "ms"),
    ]


def _log(root: Path, env: dict[str, str]) -> float:
    """Return the seconds of the one call of git that reading a history needs, its output thrown away."""
    command = [
        "git", "--no-pager", "-c", "core.quotePath=false", "log", "-z", "--no-merges", "--no-show-signature",
        "--no-color", "--no-ext-diff", "--no-textconv", "--ignore-submodules=all", "--name-status", "-M", "-l1000",
        "--max-count=100000", "--format=%x00%x01%H %P%x09%s", "HEAD", "--",
    ]  # fmt: skip
    began = time.perf_counter()
    with subprocess.Popen(command, cwd=root, env={**env, "GIT_FLUSH": "0"}, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        while process.stdout.read(1 << 20):
            pass
    return time.perf_counter() - began


def _check(root: Path, env: dict[str, str]) -> float:
    """Return the seconds of `relaymark check PLAN.md`; it has to find what the history shows."""
    command = [*common.relaymark(), "check", "--format", "json", "PLAN.md"]
    began = time.perf_counter()
    done = subprocess.run(command, cwd=root, env=env, capture_output=True, check=False, timeout=120)
    taken = time.perf_counter() - began
    if done.returncode not in {0, 1} or b"done-unticked" not in done.stdout:
        raise NotRunError(f"the plan was not judged: {done.stderr.decode(errors='replace')[-300:]}")
    return taken


def _settled(root: Path, env: dict[str, str], runs: int) -> tuple[list[float], list[float], list[float]]:
    """Return the milliseconds of the engine with what it found out before.

    Nothing changed; a box was ticked in an editor; a box was ticked and the plan saved.
    """
    command = [sys.executable, "-c", _SETTLE, str(root), str(runs)]
    done = subprocess.run(command, cwd=root, env=env, capture_output=True, text=True, check=False, timeout=300)
    if done.returncode:
        raise NotRunError(f"the engine did not run: {done.stderr[-300:]}")
    same, edited, saved = json.loads(done.stdout)
    return same, edited, saved


if __name__ == "__main__":
    sys.exit(common.alone(measure))
