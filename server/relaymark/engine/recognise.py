"""Whose store a file is, wherever it lies: by its name in an agent's folder, else by what stands in it."""

from typing import Any

from msgspec import Struct

from relaymark.core.agent import Agent
from relaymark.core.store import Database, Files, Lines, Store
from relaymark.engine.machine import Machine
from relaymark.sources.lines import LineCutter, parsed
from relaymark.sources.sqlite import tables
from relaymark.sources.stores import store_for

_LOOKED_AT = 256 * 1024
_LARGEST_WHOLE = 64 * 1024 * 1024
_DATABASE = b"SQLite format 3\x00"


class Recognised(Struct, frozen=True):
    """An agent, and which of its stores a file is."""

    agent: Agent
    store: Store


def recognise(machine: Machine, path: str) -> Recognised | None:
    """Return whose store a file is, None if no agent that Relaymark knows wrote it.

    Raises:
        OSError: The file cannot be read.
    """
    with open(path, "rb") as file:
        data = file.read(_LOOKED_AT)
    if data.startswith(_DATABASE):
        return _database(machine, path)
    lines = _lines(data)
    for agent in machine.agents:
        for store in agent.stores:
            if isinstance(store, Lines) and any(store.recognises(value) for value in lines):
                return Recognised(agent, store)
    named = _by_name(machine, path)
    if named:
        return named
    value = _whole(path, data)
    for agent in machine.agents:
        for store in agent.stores:
            if isinstance(store, Files) and (store.recognises(value) or store.recognises(lines)):
                return Recognised(agent, store)
    return None


def _by_name(machine: Machine, path: str) -> Recognised | None:
    for agent in machine.agents:
        if store := store_for(agent, path):
            return Recognised(agent, store)
    return None


def _database(machine: Machine, path: str) -> Recognised | None:
    there = tables(path)
    fitting = [
        Recognised(agent, store)
        for agent in machine.agents
        for store in agent.stores
        if isinstance(store, Database) and store.tables <= there
    ]
    named = _by_name(machine, path)
    return named if named in fitting else next(iter(fitting), None)


def _lines(data: bytes) -> list[Any]:
    values = []
    for _, line in LineCutter().feed(data + b"\n"):
        if isinstance(line, bytes):
            try:
                values.append(parsed(line))
            except ValueError:
                continue
    return values


def _whole(path: str, data: bytes) -> Any:
    """Return a file's JSON value, else its beginning as text."""
    if data.lstrip()[:1] in (b"{", b"["):
        with open(path, "rb") as file:
            try:
                return parsed(file.read(_LARGEST_WHOLE))
            except ValueError:
                pass
    return data.decode("utf-8", "replace")
