"""From the start of the server's process to the first status with the workspace's sessions, 1 GB on disk."""

import os
import sys
import time

import client
import common
import generate
from common import Figure, Options

BENCH = "start"
BUDGET = 1.0
_ENVIRONMENT = "start"
_HINT = (
    "`python -X importtime -m relaymark serve` for the loading; then lifecycle.initialized, Watcher.watch, Reader.scan"
)


def _forget_files(data: generate.Dataset) -> bool:
    """Have the system drop the transcripts from its memory; False where it cannot be told to."""
    if not hasattr(os, "posix_fadvise"):
        return False
    os.sync()
    for item in data.sessions:
        handle = os.open(data.path(item), os.O_RDONLY)
        try:
            os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
        finally:
            os.close(handle)
    return True


def _once(data: generate.Dataset) -> tuple[float, float, float, float]:
    """Return the seconds to the first status, to the one with a session and to the one with all of the workspace's.

    The last figure is the processor time that the server had taken by then.
    """
    with client.Client(common.environment(_ENVIRONMENT, data.config), common.workspace()) as server:
        first = server.wait(lambda _: True, 60)
        some = server.wait(lambda payload: any(client.session_of(payload, own) for own in data.own), 60)
        every = server.wait(lambda payload: all(client.context_of(payload, own) for own in data.own), 60)
        used = common.cpu_seconds(server.pid)
        return first.at - server.started, some.at - server.started, every.at - server.started, used


def measure(options: Options) -> list[Figure]:
    """Return the times with Relaymark's own cache empty, with it filled, and with the transcripts not in memory."""
    data = generate.collection(quick=options.quick)
    runs = 3 if options.quick else 7
    _once(data)
    found: list[Figure] = []
    stock = f"{common.size(data.size)} in {len(data.sessions)} files"
    for kind in ("cold", "warm", "disk"):
        taken = []
        for _ in range(runs):
            if kind == "cold":
                common.forget_caches(_ENVIRONMENT)
            if kind == "disk" and not _forget_files(data):
                break
            taken.append(_once(data))
            time.sleep(0.3)
        if not taken:
            continue
        what = {
            "cold": "Relaymark's cache empty",
            "warm": "Relaymark's cache filled",
            "disk": "transcripts not in the system's memory",
        }[kind]
        first, some, every, used = ([run[part] for run in taken] for part in range(4))
        spread = f"{runs} runs, {min(every):.2f} to {max(every):.2f}"
        bound = None if kind == "disk" else BUDGET
        found += [
            Figure(BENCH, f"{what}: first status", common.median(first), "s", note=stock),
            Figure(BENCH, f"{what}: with a session", common.median(some), "s"),
            Figure(BENCH, f"{what}: with all {len(data.own)}", common.median(every), "s", bound, "most", spread, _HINT),
        ]
        if any(used):
            found.append(Figure(BENCH, f"{what}: processor time until then", common.median(used), "s"))
        if bound:
            found.append(Figure(BENCH, f"{what}: slowest with all", max(every), "s", bound, hint=_HINT))
    return found


if __name__ == "__main__":
    sys.exit(common.alone(measure))
