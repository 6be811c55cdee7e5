"""Resident memory of the server with 1,000 sessions on disk and 10 of them open, and what it does when idle."""

import sys
import time
from pathlib import Path

import client
import common
import generate
from common import Figure, NotRunError, Options

BENCH = "memory"
BUDGET = 100.0
IDLE_BUDGET = 0.1
"""Percent of one core that counts as no measurable CPU: 20 ms in 20 s, two ticks of the clock."""
POLL_BUDGET = 1.0
_ENVIRONMENT = "memory"


def _idle(pid: int, seconds: float) -> list[Figure]:
    """Return processor time and wake-ups of a process while nothing happens."""
    cpu, clock, woken = common.cpu_seconds(pid), common.ticks(pid), common.wakeups(pid)
    time.sleep(seconds)
    used, ticks = common.cpu_seconds(pid) - cpu, common.ticks(pid) - clock
    rates = [(count - woken[thread]) / seconds for thread, count in common.wakeups(pid).items() if thread in woken]
    note = f"{used * 1000:.0f} ms, {ticks} ticks in {seconds:g} s"
    hint = "py-spy dump or strace -f -c on the idle server: which thread wakes up"
    return [
        Figure(BENCH, "idle: processor time", used / seconds * 100, "% of a core", IDLE_BUDGET, "most", note, hint),
        Figure(BENCH, "idle: wake-ups of the busiest thread", max(rates), "Hz", POLL_BUDGET, hint=hint),
    ]


def measure(options: Options) -> list[Figure]:
    """Return memory after the history is read and the tokens are counted, then idle processor time.

    Raises:
        NotRunError: This system tells no memory of processes in /proc.
    """
    if not Path("/proc/self/smaps_rollup").exists():
        raise NotRunError("this system has no /proc with the memory of processes")
    data = generate.collection(quick=options.quick)
    with client.Client(common.environment(_ENVIRONMENT, data.config), common.workspace()) as server:
        server.wait(lambda payload: client.whole(payload, data.own), 300)
        server.wait(lambda payload: client.counted(payload, data.own), 300)
        server.quiet(5.0)
        pid = server.pid
        held = common.resident(pid)
        stock = f"{len(data.sessions)} sessions on disk, {len(data.own)} open"
        open_bytes = sum(item.size for item in data.sessions if item.id in data.own)
        hint = "tracemalloc over engine.reader on the workspace's files; `python -X importtime -m relaymark serve`"
        found = [
            Figure(BENCH, "server: resident", held, "MB", BUDGET, "most", stock, hint),
            Figure(BENCH, "server: proportional", common.proportional(pid), "MB"),
            Figure(BENCH, "server: most ever resident", common.peak(pid), "MB"),
            Figure(BENCH, "open transcripts", open_bytes / 1e6, "MB", note="bytes on disk"),
        ]
        counting = common.children(pid)
        found += [Figure(BENCH, "counting child: resident", common.resident(child), "MB") for child in counting]
        found += _idle(pid, 20.0)
        if not options.quick:
            time.sleep(45.0)
            left = len(common.children(pid))
            found.append(Figure(BENCH, "children after 70 s", left, "processes", 0.0, note="the counting child ends"))
            dead = len(common.children(pid, ended=True))
            hint = "TokenCounter polls its child only when it asks again: wait for it when it ended"
            found.append(Figure(BENCH, "ended children not waited for", dead, "processes", 0.0, "most", hint=hint))
            longer = _idle(pid, 65.0)[0]
            found.append(Figure(BENCH, "idle over 65 s: processor time", longer.value, longer.unit, note=longer.note))
    return found


if __name__ == "__main__":
    sys.exit(common.alone(measure))
