"""The counting process: reads records of transcripts by their offsets and answers with their tokens."""

import os
import sys
import threading

import msgspec

from relaymark.agents.known import AGENTS
from relaymark.core.lean import texts, weighs
from relaymark.core.weights import Counts
from relaymark.sources.counting import WHOLE_FILE, Asked, Counted
from relaymark.sources.stores import records_at
from relaymark.sources.vocabulary import count, encoding

_LARGEST_FILE = 4 * 1024 * 1024
IDLE = 60.0
"""Seconds without work after which the process ends."""


class RecordCounter:
    """Counts the texts of records; loads the vocabulary at once."""

    def __init__(self) -> None:
        self._encoding = encoding()
        self._agents = {agent.name: agent for agent in AGENTS}

    def counted(self, asked: Asked) -> Counted:
        """Return the counts that were asked for; what cannot be read any more counts nothing."""
        if asked.offsets == (WHOLE_FILE,):
            return Counted(asked.path, {WHOLE_FILE: self._file(asked.path)})
        agent = self._agents[asked.agent]
        found: dict[int, Counts] = dict.fromkeys(asked.offsets, ())
        try:
            for key, record in records_at(agent, asked.path, agent.stores[asked.store], asked.session, asked.offsets):
                weighing = [texts(event) for event in record.events if weighs(event)]
                found[key] = tuple(tuple(count(self._encoding, text) for text in parts) for parts in weighing)
        except OSError:
            pass
        return Counted(asked.path, found, asked.session)

    def _file(self, path: str) -> Counts:
        try:
            with open(path, encoding="utf-8", errors="replace", newline="") as file:
                return ((count(self._encoding, file.read(_LARGEST_FILE)),),)
        except OSError:
            return ()


def main() -> None:
    """Answer each line of standard input, until it ends or nothing came for a minute."""
    counter = RecordCounter()
    asked_for = msgspec.json.Decoder(Asked)
    timer = _idle_timer()
    for line in sys.stdin.buffer:
        timer.cancel()
        sys.stdout.buffer.write(msgspec.json.encode(counter.counted(asked_for.decode(line))) + b"\n")
        sys.stdout.buffer.flush()
        timer = _idle_timer()
    timer.cancel()


def _idle_timer() -> threading.Timer:
    timer = threading.Timer(IDLE, os._exit, (0,))
    timer.daemon = True
    timer.start()
    return timer
