"""A server under load for an hour: it must not grow, and the gauge must never be wrong.

Sessions are appended to in whole and in half lines, rewound, compacted, replaced, begun and removed, with broken lines
between. What each one holds is known here, so every status is checked: it may tell what was true before the last
change or after it, and within five seconds only what is true after it.
"""

import argparse
import random
import sys
import threading
import time
import uuid
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import client
import common
import generate

SESSIONS = 10
SETTLE = 5.0
"""Seconds in which a change must have come to the client."""
GROWTH = 30.0
"""MB that the server's resident memory may grow by after its first tenth of the time (at least a minute)."""
FILES = 5
"""File descriptors that it may hold more than then."""
_LARGEST = 4_000_000
_MOST_WRONG = 20
_BROKEN = (b'{"type":"assistant","mess\n', b"\0\0\0\0\n", b"\xff\xfe{}\n", b'{"type":"user"}{"type":"user"}\n', b"[]\n")


@dataclass
class _Open:
    """A session that is played: its file and where it stands."""

    talk: generate.Talk
    path: Path


class Load:
    """Changes sessions at random and keeps what is true of them.

    Args:
        config: The agent's folder.
        seed: Of the chances.
    """

    def __init__(self, config: Path, seed: int) -> None:
        self.config = config
        self.open: dict[str, _Open] = {}
        self.wrong: list[str] = []
        self.done: Counter[str] = Counter()
        self._chance = random.Random(seed)
        self._lock = threading.Lock()
        self._allowed: dict[str, set[int | None]] = {}
        self._gone: set[str] = set()

    def check(self, arrived: client.Arrived) -> None:
        """Hold a status against what may be true now."""
        with self._lock:
            for item in arrived.payload["sessions"]:
                session, context = item["id"], item["context"].get("tokens")
                if session in self._gone:
                    self.wrong.append(f"{session} is told of, but its file is gone")
                elif context not in self._allowed.get(session, ()):
                    wanted = sorted(map(str, self._allowed.get(session, ())))[-5:]
                    self.wrong.append(f"{session} holds {context}, should be one of {', '.join(wanted)}")

    def begin(self) -> str:
        """Write a new session, now and then in a folder of its own below the workspace."""
        session = str(uuid.UUID(int=self._chance.getrandbits(128), version=4))
        cwd = common.workspace()
        if self._chance.random() < 0.3:
            cwd /= f"part-{self._chance.randint(1, 40)}"
        path = self.config / "projects" / generate.slug(str(cwd)) / f"{session}.jsonl"
        path.parent.mkdir(parents=True, exist_ok=True)
        talk = generate.Talk(session, str(cwd), time.time(), 0.001)
        data = "".join(line for _ in range(self._chance.randint(1, 12)) for line in talk.turn(3)).encode()
        self._allow(session, {*talk.trail})
        path.write_bytes(data)
        self.open[session] = _Open(talk, path)
        return session

    def _allow(self, session: str, values: set[int | None]) -> None:
        with self._lock:
            self._allowed.setdefault(session, set()).update(values)

    def settle(self, session: str) -> None:
        """From now on only the newest word on a session is right."""
        with self._lock:
            if session in self.open:
                self._allowed[session] = {self.open[session].talk.told}
            else:
                self._gone.add(session)

    def act(self) -> str:
        """Change one session, or begin or remove one; return whose state changed."""
        kinds = {
            self._reply: 30,
            self._turns: 25,
            self._halves: 12,
            self._rewind: 8,
            self._compact: 5,
            self._replace: 4,
            self._break: 6,
            self._exchange: 5,
        }
        kind = self._chance.choices(list(kinds), list(kinds.values()))[0]
        self.done[kind.__name__.strip("_")] += 1
        session = self._chance.choice(list(self.open))
        chosen = self.open[session]
        if chosen.path.stat().st_size > _LARGEST:
            kind = self._replace
        chosen.talk.trail.clear()
        chosen.talk.at = max(chosen.talk.at, time.time())
        return kind(session, chosen)

    def _append(self, session: str, data: bytes) -> str:
        self._allow(session, {*self.open[session].talk.trail, self.open[session].talk.told})
        with self.open[session].path.open("ab", buffering=0) as file:
            file.write(data)
        return session

    def _reply(self, session: str, chosen: _Open) -> str:
        held = max(chosen.talk.context, generate.BASE)
        return self._append(session, chosen.talk.reply(held + self._chance.randint(1, 900)).encode())

    def _turns(self, session: str, chosen: _Open) -> str:
        lines = (line for _ in range(self._chance.randint(1, 3)) for line in chosen.talk.turn(4))
        return self._append(session, "".join(lines).encode())

    def _halves(self, session: str, chosen: _Open) -> str:
        data = chosen.talk.reply(max(chosen.talk.context, generate.BASE) + 77).encode()
        cut = self._chance.randint(1, len(data) - 1)
        self._append(session, data[:cut])
        time.sleep(self._chance.uniform(0.0, 0.4))
        return self._append(session, data[cut:])

    def _rewind(self, session: str, chosen: _Open) -> str:
        if not chosen.talk.prompts:
            return self._turns(session, chosen)
        back = self._chance.randint(1, min(chosen.talk.prompts, 4))
        data = chosen.talk.prompt("No, do it another way.", instead_of=back)
        if self._chance.random() < 0.6:
            data += chosen.talk.reply(max(chosen.talk.told or 0, generate.BASE) + self._chance.randint(50, 400))
        return self._append(session, data.encode())

    def _compact(self, session: str, chosen: _Open) -> str:
        return self._append(session, "".join(chosen.talk.compaction()).encode())

    def _replace(self, session: str, chosen: _Open) -> str:
        """Put another file in the transcript's place, or write it anew in place."""
        talk = generate.Talk(session, chosen.talk.cwd, time.time(), 0.001)
        talk.count = chosen.talk.count  # ids are never given twice
        data = "".join(line for _ in range(self._chance.randint(1, 8)) for line in talk.turn(3)).encode()
        self._allow(session, {*talk.trail})
        if self._chance.random() < 0.5:
            beside = chosen.path.with_suffix(".new")
            beside.write_bytes(data)
            beside.replace(chosen.path)
        else:
            self._allow(session, {None})  # for a moment it is empty
            chosen.path.write_bytes(data)
        chosen.talk = talk
        return session

    def _break(self, session: str, chosen: _Open) -> str:
        data = self._chance.choice(_BROKEN) + chosen.talk.reply(max(chosen.talk.context, generate.BASE) + 11).encode()
        return self._append(session, data)

    def _exchange(self, session: str, chosen: _Open) -> str:
        """Remove a session and begin another."""
        chosen.path.unlink()
        del self.open[session]
        new = self.begin()
        self.done["begin"] += 1
        return new


@dataclass(frozen=True)
class _Sample:
    """What the server held at a moment: minutes, MB, file descriptors, statuses so far."""

    minute: float
    memory: float
    files: int
    statuses: int


def _settled(server: client.Client, load: Load, session: str, gone: set[str]) -> bool:
    talk = load.open[session].talk

    def fits(payload: client.Payload) -> bool:
        found = client.session_of(payload, session)
        here = {item["id"] for item in payload.get("sessions", ())}
        return bool(found) and found["context"].get("tokens") == talk.told and not gone & here

    if fits(server.latest):
        return True
    try:
        server.wait(fits, SETTLE, max(len(server.arrived) - 1, 0))
    except TimeoutError:
        shown = client.context_of(server.latest, session)
        load.wrong.append(f"{session} holds {shown} after {SETTLE:g} s, should be {talk.told}")
        return False
    return True


def soak(minutes: float, seed: int) -> int:
    """Put a server under load for so many minutes; 0 if it kept still and told the truth."""
    config = common.work() / "data" / "soak"
    common.remove(config)
    load = Load(config, seed)
    for _ in range(SESSIONS):
        load.begin()
    samples: list[_Sample] = []
    statuses = 0
    chance = random.Random(seed + 1)
    with client.Client(common.environment("soak", config), common.workspace(), load.check) as server:
        for session in list(load.open):
            server.wait(client.has(session), 30)
            load.settle(session)
        began = time.monotonic()
        end, due = began + minutes * 60, began
        print("minute  resident MB  open files  statuses  changes  wrong")
        while time.monotonic() < end and len(load.wrong) < _MOST_WRONG:
            before = set(load.open)
            changed = load.act()
            gone = before - set(load.open)
            if _settled(server, load, changed, gone):
                for session in (changed, *gone):
                    load.settle(session)
            time.sleep(chance.choice((0.0, 0.05, 0.3, 0.8)))
            if time.monotonic() >= due:
                due += 60
                statuses = _forget(server, statuses)
                minute = (time.monotonic() - began) / 60
                sample = _Sample(minute, common.resident(server.pid), common.open_files(server.pid), statuses)
                samples.append(sample)
                print(
                    f"{sample.minute:6.1f}  {sample.memory:11.1f}  {sample.files:10}  {sample.statuses:8}"
                    f"  {load.done.total():7}  {len(load.wrong):5}",
                    flush=True,
                )
        last = _Sample(minutes, common.resident(server.pid), common.open_files(server.pid), statuses)
    print(", ".join(f"{count} {name}" for name, count in load.done.most_common()))
    return _judged(load, [*samples, last], minutes)


def _forget(server: client.Client, before: int) -> int:
    """Drop the statuses that were checked, so that the client does not grow; return how many came so far."""
    count = len(server.arrived) - 1
    if count > 0:
        del server.arrived[:count]
    return before + max(count, 0)


def _judged(load: Load, samples: list[_Sample], minutes: float) -> int:
    warm = next((item for item in samples if item.minute >= max(minutes / 10, 1.0)), samples[0])
    grown, files = samples[-1].memory - warm.memory, samples[-1].files - warm.files
    print(f"resident memory grew by {grown:+.1f} MB since minute {warm.minute:.0f} (at most {GROWTH:g} MB)")
    print(f"open files grew by {files:+} (at most {FILES})")
    for text in load.wrong[:_MOST_WRONG]:
        print(f"WRONG: {text}")
    failed = bool(load.wrong) or grown > GROWTH or files > FILES
    print("FAILED" if failed else "passed")
    return int(failed)


def main() -> int:
    """Read the options and run."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--minutes", type=float, default=60.0, help="how long (default 60)")
    parser.add_argument("--seed", type=int, default=1, help="of the chances")
    given = parser.parse_args()
    try:
        return soak(given.minutes, given.seed)
    except (common.NotRunError, TimeoutError) as error:
        print(f"FAILED: {error}")
        return 1


if __name__ == "__main__":
    sys.exit(main())
