"""A workspace with sessions of five agents: `relaymark status` as a whole process, and a row that is changed in place.

The sessions are the recorded ones of the tests, told anew as if they had just happened in the benchmarks' workspace.
"""

import json
import runpy
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import client
import common
from common import Figure, NotRunError, Options

BENCH = "agents"
BUDGET = 1.0
UPDATE = 250.0
_ENVIRONMENT = "agents"
IDLE = 0.1
_LATE = 10.0
_IDLE_SECONDS = 20.0
_RETOLD = Path(__file__).resolve().parent.parent / "tests" / "engine" / "retold.py"
_HINT = "`python -X importtime -m relaymark status`; then catalog.listed and what each store costs"
_UPDATE_HINT = "Reader.look on a change of the WAL, the second look of live._AGAIN, OpenDatabase.refresh, Kept.rests"


def _put(retold: dict[str, Any], env: dict[str, str]) -> tuple[dict[str, int], Path]:
    """Write the sessions, and return their contexts by id and the database of opencode."""
    home = Path(env["HOME"])
    moved = {
        ".claude": Path(env["CLAUDE_CONFIG_DIR"]),
        ".codex": Path(env["CODEX_HOME"]),
        ".local/share/opencode": Path(env["XDG_DATA_HOME"]) / "opencode",
    }
    contexts: dict[str, int] = {}
    for agent, case in retold["FIVE"].items():
        story = retold["Retold"](agent, case, common.workspace())
        story.put(home, moved)
        contexts |= story.main
    return contexts, moved[".local/share/opencode"] / "opencode.db"


def _status(env: dict[str, str], contexts: dict[str, int]) -> float:
    """Return the milliseconds that the command takes, as a whole process; it has to tell every session."""
    command = [*common.relaymark(), "status", "--json"]
    began = time.perf_counter()
    done = subprocess.run(command, env=env, cwd=common.workspace(), capture_output=True, check=False, timeout=60)
    taken = time.perf_counter() - began
    shown = json.loads(done.stdout or "{}")
    if any(client.context_of(shown, session) != tokens for session, tokens in contexts.items()):
        raise NotRunError(f"not every session is shown: {done.stderr.decode(errors='replace')[-300:]}")
    return taken


def _idle(pid: int) -> float:
    """Return the processor time of a server to which nothing happens, in percent of a core."""
    began, used = time.perf_counter(), common.cpu_seconds(pid)
    time.sleep(_IDLE_SECONDS)
    return (common.cpu_seconds(pid) - used) / (time.perf_counter() - began) * 100


def _updates(env: dict[str, str], retold: dict[str, Any], database: Path, count: int) -> tuple[list[float], int, float]:
    """Return the milliseconds from each commit to its status, how many were never told, and the idle cost before."""
    message, tokens = retold["newest_reply"](database)
    taken: list[float] = []
    lost = 0
    with client.Client(env, common.workspace()) as server:
        session = next(
            each["id"]
            for each in server.wait(lambda payload: len(payload.get("sessions", ())) > 1, 60).payload["sessions"]
            if each["agent"] == "opencode"
        )
        server.wait(lambda payload: client.whole(payload, (session,)), 60)
        server.quiet(2.0)
        idle = _idle(server.pid)
        command = [sys.executable, "-c", retold["WRITER"], str(database), message]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as writer:
            assert writer.stdin is not None
            assert writer.stdout is not None
            for number in range(1, count + 1):
                context = tokens + number * 100
                since = len(server.arrived)
                writer.stdin.write(f"{context}\n")
                writer.stdin.flush()
                committed = int(writer.stdout.readline())
                late = (time.time_ns() - committed) / 1e9  # the answer's way back to here
                asked = time.perf_counter() - late
                try:
                    told = server.wait(
                        lambda payload, context=context: client.context_of(payload, session) == context, _LATE, since
                    )
                except TimeoutError:
                    lost += 1
                    continue
                taken.append((told.at - asked) * 1000)
                time.sleep(0.7 + number % 5 * 0.13)
            writer.stdin.close()
    return taken, lost, idle


def measure(options: Options) -> list[Figure]:
    """Return what the command takes with five agents, and how soon a row that was changed in place is told."""
    if not _RETOLD.exists():
        raise NotRunError("the recorded sessions of the tests are not there")
    retold = runpy.run_path(str(_RETOLD))
    common.forget_caches(_ENVIRONMENT)
    shutil.rmtree(common.work() / "homes" / _ENVIRONMENT, ignore_errors=True)
    env = common.environment(_ENVIRONMENT)
    contexts, database = _put(retold, env)
    first = _status(env, contexts)
    runs = 5 if options.quick else 20
    taken = [_status(env, contexts) for _ in range(runs)]
    slowest = common.percentile(taken, 95)
    note = f"{len(contexts)} sessions of {len(retold['FIVE'])} agents, {runs} runs"
    found = [
        Figure(BENCH, "relaymark status: first run", first, "s", note="Relaymark's cache empty"),
        Figure(BENCH, "relaymark status: median", common.median(taken), "s", BUDGET, note=note, hint=_HINT),
        Figure(BENCH, "relaymark status: p95", slowest, "s", BUDGET, hint=_HINT),
    ]
    updates, lost, idle = _updates(env, retold, database, 8 if options.quick else 40)
    found.append(Figure(BENCH, "idle: processor time", idle, "% of a core", IDLE, note=f"{_IDLE_SECONDS:g} s"))
    if lost or not updates:
        found.append(Figure(BENCH, "rows never told", lost, "rows", 0.0, note=f"waited {_LATE:g} s"))
    if updates:
        note = f"{len(updates)} commits of another process, to the client"
        found += [
            Figure(BENCH, "row updated in place: p50", common.percentile(updates, 50), "ms", note=note),
            Figure(BENCH, "row updated in place: p95", common.percentile(updates, 95), "ms", UPDATE, hint=_UPDATE_HINT),
            Figure(BENCH, "row updated in place: max", max(updates), "ms"),
        ]
    return found


if __name__ == "__main__":
    sys.exit(common.alone(measure))
