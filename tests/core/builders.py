"""Builders of the core's values: each test names only what it is about."""

import itertools

from relaymark.core import events as ev
from relaymark.core.config import Config
from relaymark.core.fold import SessionFold
from relaymark.core.gauge import Limits
from relaymark.core.lean import texts, weighs
from relaymark.core.liveness import Process
from relaymark.core.observed import Observed, View, view
from relaymark.core.session import Context, Session, Typed
from relaymark.core.window import Window

NOW = 1_795_000_000.0
"""The time of day in all tests, in seconds since the epoch."""
CWD = "/home/dev/shop"
MODEL = "claude-sonnet-4-5"

_ids = itertools.count(1)


class Folded:
    """A fold that is fed events; every call of `add` is a record, whose number it returns.

    Texts are weighed by `weigh_all` at one token per character.
    """

    def __init__(self, session_id="0f3c0000", agent="claude-code"):
        self.fold = SessionFold(agent, session_id)
        self.records = {}

    def add(self, *events, **fields):
        """Add a record of these events, outside of any tree unless `fields` place it."""
        return self.record(ev.Record(tuple(events), **fields))

    def turn(self, record_id, parent, *events, **fields):
        """Add a record that opens a turn."""
        return self.add(*events, id=record_id, parent=parent, kind="turn", **fields)

    def step(self, record_id, parent, *events, **fields):
        """Add a record of its parent's turn."""
        return self.add(*events, id=record_id, parent=parent, kind="step", **fields)

    def record(self, record):
        """Add a record as it is."""
        offset = len(self.records) * 100
        self.records[offset] = record
        self.fold.add(offset, record)
        return offset

    def weigh(self, *offsets):
        """Weigh the records at these offsets."""
        for offset in offsets:
            self.fold.weigh(offset, counts_of(self.records[offset]))

    def weigh_all(self, key=None):
        """Weigh what is waited for, in the order of `key`."""
        self.weigh(*sorted(self.fold.wanted, key=key))
        return self

    def session(self, **how):
        """Return the session as it stands."""
        return self.fold.session(**how)

    @property
    def attachments(self):
        """Path to tokens and reads of each file in the context, after weighing."""
        self.weigh_all()
        return {file.path: (file.tokens, file.reads) for file in self.session().attachments}


def counts_of(record):
    """Return the counts of a record as the counting process makes them, one token per character."""
    return tuple(tuple(len(text) for text in texts(event)) for event in record.events if weighs(event))


def read(call, path, text="", lines=(0, 0), *, ok=True):
    """Return the events of one call that reads a file."""
    return ev.FileRead(call, path, *lines), ev.Returned(call, ok, text=text)


def edit(call, path, added="", removed="", *, whole=False, ok=True):
    """Return the events of one call that changes a file."""
    return ev.FileEdit(call, path, added, removed, whole), ev.Returned(call, ok, text="")


def session(**fields):
    """Return a session at work on a measured context of 41,211 tokens."""
    given = {
        "id": f"{next(_ids):08x}-0000",
        "agent": "claude-code",
        "cwd": CWD,
        "title": "Issuance endpoint",
        "model": MODEL,
        "context": 41_211,
        "turn": "open",
        "updated_at": NOW - 10,
    } | fields
    context, source = given["context"], given.pop("source", "measured")
    given["context"] = Context() if context is None else Context(context, source)
    if "prompts" in given:
        given["prompts"] = tuple(
            typed if isinstance(typed, Typed) else Typed(typed, NOW - 60) for typed in given["prompts"]
        )
    return Session(**given)


_BESIDE = frozenset(Observed.__struct_fields__) - {"session", "title"}


def observed(**fields):
    """Return a session with the facts beside it: fields of both may be named; `named` is the title beside it."""
    beside = {name: fields.pop(name) for name in list(fields) if name in _BESIDE}
    if "named" in fields:
        beside["title"] = fields.pop("named")
    given = {"agent_title": "Claude Code", "host": "anthropic", "agent_window": 200_000, "modified": NOW - 10}
    return Observed(session=session(**fields), **(given | beside))


def shown(*, config=None, now=NOW, worktree=None, elsewhere=False, **fields) -> View:
    """Return a session as it is shown, by default at work and clear."""
    return view(observed(**fields), config or Config(), now, worktree, elsewhere=elsewhere)


def busy():
    """Return the word of a registry that a session is at work."""
    return Process(alive=True, listed=True, status="busy", pid=4_711)


def at_level(level, **fields):
    """Return a shown session whose context stands at `level`."""
    tokens = {"clear": 10_000, "near": 50_000, "over": 70_000, "reset": 95_000, "unknown": None}
    return shown(context=tokens[level], **fields)


__all__ = [
    "CWD",
    "MODEL",
    "NOW",
    "Folded",
    "Limits",
    "Window",
    "at_level",
    "busy",
    "counts_of",
    "edit",
    "observed",
    "read",
    "session",
    "shown",
]
