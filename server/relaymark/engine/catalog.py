"""The catalog of stores on this machine: found by their names, without opening one."""

import contextlib
import os
from collections.abc import Iterable, Iterator
from glob import glob, has_magic

from msgspec import Struct

from relaymark.core.agent import Agent, Home
from relaymark.core.store import Database, Store
from relaymark.engine.complaints import Unreadable
from relaymark.engine.machine import Machine


class Listed(Struct, frozen=True):
    """A transcript, a unit of files or a database as its folder lists it.

    Attributes:
        agent: Whose it is.
        store: How it is kept.
        home: The folder that it lies in: the agent's, or a project's.
        path: Absolute.
        size: Bytes.
        modified: Seconds since the epoch; of a database, of its WAL if that is newer.
        foreign: The folder may be another machine's.
    """

    agent: Agent
    store: Store
    home: str
    path: str
    size: int
    modified: float
    foreign: bool = False


class Owned(Struct, frozen=True):
    """Whose folder a path lies in, and the path relative to it."""

    agent: Agent
    home: Home
    inner: str


def listed(machine: Machine, projects: Iterable[str] = ()) -> tuple[tuple[Listed, ...], tuple[Unreadable, ...]]:
    """Return all stores of all agents, the newest first, and what could not be listed.

    Args:
        machine: Where to look.
        projects: Folders in which agents may keep stores, beside their own.
    """
    found: dict[tuple[str, str], Listed] = {}
    failed: list[Unreadable] = []
    for agent in machine.agents:
        for home in machine.homes(agent):
            for folder, deep in folders(agent, home):
                for item in _below(agent, home, folder, failed, deep=deep):
                    found[agent.name, item.path] = item
        for project in projects:
            for name in agent.in_project:
                if there := _in_project(agent, project, name):
                    found[agent.name, there.path] = there
    return tuple(sorted(found.values(), key=lambda item: -item.modified)), tuple(failed)


def folders(agent: Agent, home: Home) -> tuple[tuple[str, bool], ...]:
    """Return the folders to look at and to watch in a home, and whether with all below; patterns are resolved."""
    named = [*((name, True) for name in agent.folders), *((name, False) for name in agent.flat)]
    found = []
    for name, deep in named:
        path = f"{home.path}/{name}" if name else home.path
        found += [(each, deep) for each in (sorted(glob(path)) if has_magic(name) else [path])]
    return tuple(found)


def to_watch(machine: Machine, projects: Iterable[str]) -> tuple[list[str], list[str]]:
    """Return the folders to watch with all below, and those to watch alone; not each of them need be there.

    Args:
        machine: Where to look.
        projects: Folders in which agents may keep stores, beside their own.
    """
    deep: list[str] = []
    flat: list[str] = []
    for agent in machine.agents:
        for home in machine.homes(agent):
            for path, with_all_below in folders(agent, home):
                (deep if with_all_below else flat).append(path)
            # Where a folder may appear that a pattern then names.
            cut = {name.split("*")[0].rstrip("/") for name in (*agent.folders, *agent.flat) if has_magic(name)}
            flat += [f"{home.path}/{name}" if name else home.path for name in sorted(cut)]
            flat += [home.path] if agent.titles else []
        flat += [os.path.dirname(f"{project}/{name}") for project in projects for name in agent.in_project]
    return deep, flat


def owners(machine: Machine, path: str, projects: Iterable[str] = ()) -> Iterator[Owned]:
    """Yield whose folders a path lies in; several agents may keep their stores in one folder."""
    if not _speakable(path):
        return
    for agent in machine.agents:
        for home in machine.homes(agent):
            if path.startswith(home.path) and path[len(home.path) : len(home.path) + 1] in {"/", os.sep}:
                yield Owned(agent, home, path[len(home.path) + 1 :].replace(os.sep, "/"))
        for project in projects:
            inner = path[len(project) + 1 :].replace(os.sep, "/") if path.startswith(project) else ""
            if inner in agent.in_project:
                yield Owned(agent, Home(project), inner)


def _below(agent: Agent, home: Home, folder: str, failed: list[Unreadable], *, deep: bool) -> Iterator[Listed]:
    waiting = [folder]
    cut = len(home.path) + 1
    while waiting:
        here = waiting.pop()
        try:
            with os.scandir(here) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        if deep:
                            waiting.append(entry.path)
                        continue
                    store = agent.store_of(entry.path[cut:].replace(os.sep, "/"))
                    if store and not _speakable(entry.path):
                        failed.append(Unreadable(agent.name, _spoken(entry.path), "its name is no UTF-8"))
                    elif store and (item := _item(agent, store, home, entry.path)):
                        yield item
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError as error:
            failed.append(Unreadable(agent.name, _spoken(here), error.strerror or str(error)))


def _in_project(agent: Agent, project: str, name: str) -> Listed | None:
    store = agent.store_of(name)
    path = f"{project}/{name}"
    there = store and os.path.isfile(path) and _speakable(path)
    return _item(agent, store, Home(project), path) if store and there else None


def _speakable(path: str) -> bool:
    """Tell whether a path can be told to clients, which get UTF-8."""
    return path == _spoken(path)


def _spoken(path: str) -> str:
    return path.encode("utf-8", "replace").decode()


def _item(agent: Agent, store: Store, home: Home, path: str) -> Listed | None:
    """Return what the system says of a file; None for one that is gone, or a link to nowhere."""
    try:
        state = os.stat(path)
    except OSError:
        return None
    modified = state.st_mtime
    if isinstance(store, Database):
        with contextlib.suppress(OSError):
            modified = max(modified, os.stat(f"{path}-wal").st_mtime)
    return Listed(agent, store, home.path, path, state.st_size, modified, home.foreign)
