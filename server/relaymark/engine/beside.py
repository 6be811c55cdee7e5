"""The facts beside a transcript: who runs it, what it is called, how large its window is said to be."""

import os

from msgspec.structs import replace

from relaymark.core import effective
from relaymark.core.agent import Agent, Running
from relaymark.core.liveness import Process
from relaymark.core.observed import Observed
from relaymark.core.session import Session
from relaymark.core.store import Lines
from relaymark.engine.kept import Kept
from relaymark.engine.machine import Machine
from relaymark.sources import auto_compact, files, neighbours, process, told
from relaymark.sources.figures import effective_context
from relaymark.sources.registry import Known, ModelRegistry
from relaymark.sources.stores import Unit
from relaymark.sources.window_lists import WindowLists

_Home = tuple[str, str]
"""An agent's name and one of its folders."""


class Beside:
    """Knows the small files beside transcripts. Lives on one thread.

    Args:
        machine: Where to look.
    """

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._more: dict[_Home, Agent] = {}
        self._running: dict[_Home, dict[str, Running]] = {}
        self._titles: dict[_Home, dict[str, str]] = {}
        self._registry = ModelRegistry()
        self._windows = WindowLists(machine.environ, machine.home)

    def add_home(self, agent: Agent, home: str) -> None:
        """Look into a folder that the environment does not name."""
        self._more[agent.name, home] = agent

    def read_running(self) -> bool:
        """Read the agents' lists of running sessions anew; True if anything differs."""
        before, self._running = self._running, {}
        machine = self._machine
        places = {(agent.name, home.path): agent for agent in machine.agents for home in machine.homes(agent)}
        for (name, home), agent in (places | self._more).items():
            if agent.registry is None:
                continue
            folder = f"{home}/{agent.registry.folder}"
            try:
                numbers = [file for file in os.listdir(folder) if file.removesuffix(".json").isdigit()]
            except OSError:
                continue
            entries = (agent.registry.decode(files.read_json(f"{folder}/{file}")) for file in numbers)
            self._running[name, home] = {entry.session: entry for entry in entries if entry}
        return before != self._running

    def forget_titles(self, agent: Agent, home: str) -> None:
        """Read a file of titles anew the next time."""
        self._titles.pop((agent.name, home), None)

    def observe(self, kept: Kept, session: Session) -> Observed:
        """Return a session with the facts beside it.

        Args:
            kept: The unit that it was read from.
            session: As that unit tells it.
        """
        agent, home = kept.unit.agent, kept.home
        host, model = session.provider or agent.host, session.model or ""
        known = self._public(host, model)
        word = told.recall(session.id)
        if agent.closed(session.path) and not session.ended:
            session = replace(session, ended=True)
        listed = self._windows.ask(agent, session) if session.window is None else {}
        return Observed(
            session=session,
            agent_title=agent.program(session.path) or agent.title,
            process=self.process(kept, session),
            host=host,
            host_source="recorded" if session.provider else "agent",
            told=word.window if word and _means(agent, word.model, model) else None,
            one_million=_one_million(agent, home, session),
            settings_window=listed.get("settings"),
            agent_window=listed.get("agent") or (agent.window(session.version, model) if model else None),
            registry_window=known.window if agent.trusts_registry else None,
            price_step=known.price_step,
            baseline=agent.baseline,
            published=effective.published(effective_context(), model.rpartition("/")[2]) if model else None,
            modified=kept.unit.modified,
            title=self._title(kept, session),
            auto_compact=auto_compact.known(
                agent.name, home, session.cwd, self._machine.environ, session.auto_compactions
            ),
        )

    def _public(self, host: str, model: str) -> Known:
        """Return what the public registry knows; a name may carry its provider in front: `openai/gpt-4o`."""
        first = self._registry.ask(host, model) if model and host else Known()
        provider, slash, bare = model.partition("/")
        return self._registry.ask(provider, bare) if slash and first == Known() else first

    def process(self, kept: Kept, session: Session) -> Process:
        """Return what an agent's list, the files beside a transcript and the machine say of a session's process."""
        agent = kept.unit.agent
        if _own(kept.unit, session) and (found := neighbours.holder(kept.unit)):
            return Process(None if kept.foreign else found.alive, listed=True, pid=found.pid)
        if agent.registry is None:
            return Process()
        running = self._running.get((agent.name, kept.home))
        entry = running.get(session.id) if running else None
        if entry is None:
            registers = session.parent is None and agent.registry.complete(session.version, session.entry)
            return Process(complete=running is not None and registers)
        # Where the folder may be another machine's or a container's, its process numbers mean nothing here.
        alive = None if kept.foreign else process.alive(entry.pid, entry.start)
        return Process(alive, listed=True, status=entry.status, pid=None if kept.foreign else entry.pid)

    def _title(self, kept: Kept, session: Session) -> str | None:
        if _own(kept.unit, session) and (title := neighbours.title(kept.unit)):
            return title
        agent = kept.unit.agent
        if agent.titles is None:
            return None
        key = (agent.name, kept.home)
        if key not in self._titles:
            self._titles[key] = files.read_pairs(f"{kept.home}/{agent.titles.file}", agent.titles.decode)
        return self._titles[key].get(session.id)


def _own(unit: Unit, session: Session) -> bool:
    """Tell whether a session is the one that its file is named by, not a subagent that stands in it."""
    store = unit.store
    return session.parent is None or (isinstance(store, Lines) and store.session_id(unit.path) == session.id)


def _one_million(agent: Agent, home: str, session: Session) -> bool:
    if session.requested is not None:
        return agent.one_million(session.requested)
    if agent.settings is None or session.model is None:
        return False
    for path in agent.settings.files(home, session.cwd):
        if asked := agent.settings.model(files.read_json(path)):
            return agent.one_million(asked) and agent.settings.fits(asked, session.model)
    return False


def _means(agent: Agent, named: str | None, model: str) -> bool:
    """Tell whether a model as an agent's other files name it is the one of the transcript; None fits all."""
    if named is None or named == model:
        return True
    return agent.settings is not None and agent.settings.fits(named, model)
