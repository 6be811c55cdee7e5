"""`relaymark doctor`: what was found, what is missing, and why."""

import os
import platform
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import typer

from relaymark import __version__
from relaymark.cli.workspace import Workspace
from relaymark.core.agent import Agent
from relaymark.core.markdown import one_line
from relaymark.core.status import iso, sorted_views
from relaymark.core.tokens import short
from relaymark.engine.catalog import Listed, listed
from relaymark.engine.machine import Machine
from relaymark.engine.once import Look, look_at_workspace
from relaymark.engine.plans import PlanShelf
from relaymark.sources import told
from relaymark.sources.folders import cache_folder, config_file, state_folder
from relaymark.sources.vocabulary import encoding


def doctor(
    workspace: Workspace = None,
) -> None:
    """Say what Relaymark sees on this machine and in this workspace, and what it misses."""
    folder = os.path.realpath(workspace or Path.cwd())
    machine = Machine()
    look = look_at_workspace(machine, folder)
    typer.echo(f"relaymark {__version__}, Python {platform.python_version()} on {platform.system()}")
    for title, lines in (
        ("Workspace", _workspace(look)),
        ("Agents", _agents(machine, look)),
        ("Windows", _windows(look, machine.now())),
        ("Relaymark's own", _own(look)),
    ):
        typer.echo(f"\n{title}")
        for line in lines:
            typer.echo(f"  {line}")


def _workspace(look: Look) -> Iterator[str]:
    yield f"folder     {look.place.folder}"
    own = look.place.worktree
    if own is None:
        yield "git        none: only sessions in this folder or below it belong to it"
    else:
        yield f"git        {own.path} on {own.branch or 'a detached commit'}"
        for tree in look.place.worktrees:
            if tree != own:
                yield f"work tree  {tree.path} on {tree.branch or 'a detached commit'}"
    plans = PlanShelf().sheets([look.place])
    for shelved in plans:
        yield f"plan       {shelved.path}, {len(shelved.plan.phases)} phases"
    if not plans:
        yield "plan       none: the gauge works without one"


def _agents(machine: Machine, look: Look) -> Iterator[str]:
    found, _ = listed(machine)
    counted = Counter((item.agent.name, item.home) for item in found)
    for agent in machine.agents:
        homes = machine.homes(agent)
        present = [home for home in homes if os.path.isdir(home.path)]
        for home in present or homes[:1]:
            moved = f" (by {home.variable})" if home.variable else ""
            if home in present:
                yield f"{agent.title:<12} {home.path}{moved}: {_transcripts(counted[agent.name, home.path])}"
            else:
                yield f"{agent.title:<12} {home.path}{moved}: not there, so it has not run here"
        yield from _sessions(agent, found, look)
    for problem in look.unreadable:
        yield f"not read     {problem.path}: {problem.reason}"


def _transcripts(number: int) -> str:
    return "1 transcript" if number == 1 else f"{number} transcripts"


def _sessions(agent: Agent, found: tuple[Listed, ...], look: Look) -> Iterator[str]:
    newest = next((item for item in found if item.agent is agent), None)
    if newest is None:
        return
    here = [item for item in look.observed if item.session.agent == agent.name]
    yield f"{'':<12} newest {iso(newest.modified)}; {len(here)} recent of this workspace"
    skipped = sum(item.session.bad_records for item in here)
    if skipped:
        yield f"{'':<12} {skipped} records could not be read and were skipped (run with --verbose to see which)"


def _windows(look: Look, now: float) -> Iterator[str]:
    views = sorted_views(look.observed, look.place, look.config, now)
    for view in views:
        model = one_line(f"{view.session.model or 'unknown model'} on {view.observed.host}")
        yield f"{view.session.id[:8]}  {short(view.window.tokens):>5}  {view.window.source:<10} {model}"
    if not views:
        yield "no open session in this workspace"
    if any(not view.window.sure for view in views):
        yield "An assumed window may be wrong. Let Claude Code tell it: in its settings.json put"
        yield '  "statusLine": {"type": "command", "command": "relaymark statusline"}'
        yield 'or set it yourself: limits = { "host/model" = { window = 1000000 } }'


def _own(look: Look) -> Iterator[str]:
    yield f"settings   {config_file()}: {'read' if config_file().exists() else 'not there, all defaults'}"
    for problem in look.problems:
        yield f"           {problem}"
    told_folder = told.folder()
    windows = len(list(told_folder.glob("*.json"))) if told_folder.is_dir() else 0
    yield f"state      {state_folder()}: {windows} windows told by agents"
    yield f"cache      {cache_folder()}"
    try:
        encoding()
    except (OSError, ValueError) as error:
        yield f"counting   does not work: {error}"
    else:
        yield "counting   works, with the vocabulary that came along"
