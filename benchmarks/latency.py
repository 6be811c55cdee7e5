"""From a line appended to a transcript to `relaymark/status` at the client, for small and for huge transcripts."""

import random
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import client
import common
import generate
from common import Figure, Options

BENCH = "latency"
BUDGET = 100.0
_ENVIRONMENT = "latency"
_LATE = 10.0
_HINT = (
    "what one line costs over this transcript: Reader.look, Reader.observed, SessionFold.session, SessionFold.wanted, "
    "then status.compose; and what else sends at that moment: counts come at the end of the pause and open another"
)

_REWIND_HINT = "SessionFold._again folds every kept event of the transcript anew"


@dataclass
class Samples:
    """Latencies in milliseconds of lines appended to one transcript.

    Attributes:
        taken: One per line that came in time.
        lost: How many lines were never seen in a status.
    """

    taken: list[float] = field(default_factory=list)
    lost: int = 0

    def figures(self, what: str, note: str, *, budgeted: bool) -> Iterator[Figure]:
        """Yield p50, p95, p99 and the largest."""
        if self.lost or not self.taken:
            yield Figure(BENCH, f"{what}: lines never shown", self.lost, "lines", 0.0, note=f"waited {_LATE:g} s")
        if not self.taken:
            return
        for name, percent in (("p50", 50.0), ("p95", 95.0), ("p99", 99.0), ("max", 100.0)):
            bound = BUDGET if budgeted and name == "p95" else None
            value = common.percentile(self.taken, percent)
            tell = f"{len(self.taken)} lines, {note}" if name == "p50" else ""
            yield Figure(BENCH, f"{what}: {name}", value, "ms", bound, note=tell, hint=_HINT if bound else "")


class Appender:
    """Appends replies to a transcript and takes the time until the client is told.

    Args:
        server: With the transcript's workspace open.
        path: The transcript.
        talk: Where it ends.
    """

    def __init__(self, server: client.Client, path: Path, talk: generate.Talk) -> None:
        self._server, self._path, self._talk = server, path, talk
        self._chance = random.Random(path.name)

    def one(self, samples: Samples) -> None:
        """Append one reply with a usage of its own and wait for the status that tells it."""
        self._add(samples, "")

    def rewound(self, samples: Samples) -> None:
        """Do the same with a prompt that takes the newest one back."""
        talk = self._talk
        talk.at = time.time()
        if not talk.prompts:
            self._add(Samples(), talk.prompt("Do it this way."))
            self._server.quiet(1.5)
        self._add(samples, talk.prompt("No, do it that way.", instead_of=1))

    def _add(self, samples: Samples, before: str) -> None:
        talk, server = self._talk, self._server
        talk.at = time.time()
        context = talk.context + self._chance.randint(30, 90)
        line = (before + talk.reply(context)).encode()
        since = len(server.arrived)
        with self._path.open("ab", buffering=0) as file:
            began = time.perf_counter()
            file.write(line)
        try:
            seen = server.wait(lambda payload: client.context_of(payload, talk.session) == context, _LATE, since)
        except TimeoutError:
            samples.lost += 1
            return
        samples.taken.append((seen.at - began) * 1000)

    def pause(self, least: float, most: float) -> None:
        """Wait a time that fits to no timer of the server's."""
        time.sleep(self._chance.uniform(least, most))


def _isolated(size: int, count: int) -> Iterator[Figure]:
    data = generate.single(size)
    item = data.sessions[0]
    label = common.size(size)
    with client.Client(common.environment(_ENVIRONMENT, data.config), common.workspace()) as server:
        began = server.started
        server.wait(client.has(item.id), 60)
        known = server.wait(lambda payload: client.whole(payload, data.own), 600)
        weighed = server.wait(lambda payload: client.counted(payload, data.own), 600)
        server.quiet(2.0)
        adder = Appender(server, data.path(item), data.talk(item))
        adder.one(Samples())  # the first one opens what is opened once
        alone, close, rewound = Samples(), Samples(), Samples()
        for _ in range(count):
            adder.pause(1.0, 1.4)
            adder.one(alone)
        server.quiet(2.0)
        for _ in range(count):
            adder.pause(0.32, 0.5)
            adder.one(close)
        for _ in range(5):
            server.quiet(1.5)
            adder.rewound(rewound)
        memory = common.resident(server.pid)
    yield from alone.figures(label, "1.0 to 1.4 s apart", budgeted=True)
    yield from close.figures(f"{label}, close", "0.32 to 0.5 s apart", budgeted=True)
    if rewound.taken:
        slowest = max(rewound.taken)
        yield Figure(BENCH, f"{label}, rewind: slowest", slowest, "ms", BUDGET, "most", "5 rewinds", _REWIND_HINT)
    yield Figure(BENCH, f"{label}: history read", known.at - began, "s", note="from the start of the process")
    yield Figure(BENCH, f"{label}: tokens counted", weighed.at - began, "s", note="from the start of the process")
    if memory:
        yield Figure(BENCH, f"{label}: resident memory", memory, "MB", note="one open session of this size")


def _while_reading(size: int, count: int) -> Iterator[Figure]:
    """Measure while the history of a large transcript is still being read, over several starts."""
    label = f"{common.size(size)}, history under way"
    samples, starts = Samples(), 0
    while len(samples.taken) + samples.lost < count and starts < 12:
        starts += 1
        data = generate.single(size)
        item = data.sessions[0]
        with client.Client(common.environment(_ENVIRONMENT, data.config), common.workspace()) as server:
            server.wait(client.has(item.id), 60)
            adder = Appender(server, data.path(item), data.talk(item))
            adder.pause(0.3, 0.4)
            while client.session_of(server.latest, item.id).get("partial") and len(samples.taken) < count:
                trial = Samples()
                adder.one(trial)
                if not client.session_of(server.latest, item.id).get("partial"):
                    break  # told by the status that also says that the history is read
                samples.taken += trial.taken
                samples.lost += trial.lost
                adder.pause(0.32, 0.5)
    yield from samples.figures(label, f"0.32 to 0.5 s apart, over {starts} starts", budgeted=True)


def measure(options: Options) -> list[Figure]:
    """Return the latencies for each size of transcript, and those while a large one is being read."""
    count = 15 if options.quick else 60
    sizes = generate.sizes(quick=options.quick)
    found = [figure for size in sizes for figure in _isolated(size, count)]
    return [*found, *_while_reading(sizes[-1], count // 2 if options.quick else 40)]


if __name__ == "__main__":
    sys.exit(common.alone(measure))
