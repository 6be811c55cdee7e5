"""The catalog of transcripts on this machine: found by their names, without opening one."""

import os
from collections.abc import Iterator

from msgspec import Struct

from relaymark.core.agent import Agent, Home
from relaymark.engine.machine import Machine


class Listed(Struct, frozen=True):
    """A transcript as its folder lists it.

    Attributes:
        agent: Whose it is.
        home: The agent's folder that it lies in.
        path: Absolute.
        size: Bytes.
        modified: Seconds since the epoch.
    """

    agent: Agent
    home: str
    path: str
    size: int
    modified: float


class Unreadable(Struct, frozen=True):
    """A folder or file that could not be looked at, and why."""

    agent: str
    path: str
    reason: str


def listed(machine: Machine) -> tuple[tuple[Listed, ...], tuple[Unreadable, ...]]:
    """Return all transcripts of all agents, the newest first, and what could not be listed."""
    found: list[Listed] = []
    failed: list[Unreadable] = []
    for agent in machine.agents:
        for home in machine.homes(agent):
            for folder in agent.folders:
                found += _below(agent, home, f"{home.path}/{folder}", failed)
    found.sort(key=lambda item: -item.modified)
    return tuple(found), tuple(failed)


def owner(machine: Machine, path: str) -> tuple[Agent, Home, str] | None:
    """Return whose folder a path lies in, and the path relative to it; None for no agent's."""
    for agent in machine.agents:
        for home in machine.homes(agent):
            if path.startswith(home.path) and path[len(home.path) : len(home.path) + 1] in {"/", os.sep}:
                return agent, home, path[len(home.path) + 1 :].replace(os.sep, "/")
    return None


def _below(agent: Agent, home: Home, folder: str, failed: list[Unreadable]) -> Iterator[Listed]:
    waiting = [folder]
    cut = len(home.path) + 1
    while waiting:
        here = waiting.pop()
        try:
            with os.scandir(here) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(entry.path)
                    elif agent.owns(entry.path[cut:].replace(os.sep, "/")) and (state := _state(entry)):
                        yield Listed(agent, home.path, entry.path, state.st_size, state.st_mtime)
        except FileNotFoundError:
            continue
        except OSError as error:
            failed.append(Unreadable(agent.name, here, error.strerror or str(error)))


def _state(entry: os.DirEntry[str]) -> os.stat_result | None:
    """Return what the system says of an entry; None for one that is gone, or a link to nowhere."""
    try:
        return entry.stat()
    except OSError:
        return None
