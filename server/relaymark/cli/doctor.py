"""`relaymark doctor`: what was found, what is missing, and why."""

import os
import platform
from collections.abc import Iterator, Sequence
from pathlib import Path

import typer

from relaymark import __version__
from relaymark.cli.workspace import Workspace
from relaymark.core import paths
from relaymark.core.agent import Home
from relaymark.core.markdown import one_line
from relaymark.core.plan import plan_state
from relaymark.core.sheet import Sheet
from relaymark.core.status import iso, sorted_views
from relaymark.core.tokens import short
from relaymark.core.tooltip import served_by
from relaymark.engine.machine import Machine
from relaymark.engine.once import Look, look_at_workspace
from relaymark.engine.shelf import PlanShelf, root_of
from relaymark.engine.survey import Kept, Survey, survey
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
        ("Agents", _agents(survey(machine, folder, look.place))),
        ("Windows", _windows(look, machine.now())),
        ("Relaymark's own", _own(look)),
    ):
        typer.echo(f"\n{title}")
        for line in lines:
            typer.echo(f"  {line}")


def _far(shelved: Sheet, root: str) -> str:
    """Return how far a plan is, and its state unless it is open."""
    plan = shelved.plan
    phases, ticked = len(plan.phases), sum(item.ticked for item in plan.items)
    parts = [f"{phases} phase{'s' * (phases != 1)}"]
    if plan.items:
        parts.append(f"{ticked} of {len(plan.items)} items ticked")
    state = plan_state(plan, paths.relative(shelved.path, root))
    return ", ".join(parts if state == "open" else [*parts, state])


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
    shelf = PlanShelf(look.config.plan_files)
    plans = shelf.sheets([look.place])
    for shelved in plans:
        yield f"plan       {shelved.path}, {_far(shelved, root_of(look.place))}"
    for path, trouble in shelf.troubles.items():
        yield f"not judged {path} {trouble.why}"
    if not plans and not shelf.troubles:
        yield "plan       none: the gauge works without one"


def _agents(found: Survey) -> Iterator[str]:
    width = max((len(agent.title) for agent, _ in found.agents), default=0) + 2
    absent = []
    for agent, folders in found.agents:
        present = [kept for kept in folders if kept.there or kept.sessions or kept.unreadable]
        if not present:
            present = [kept for kept in folders if kept.home and _moved(kept.home)]
        if not present:
            absent.append(f"{agent.title} ({_looked_at(folders)})")
        for kept in present:
            yield f"{agent.title:<{width}}{_folder(kept)}"
            if kept.sessions:
                yield f"{'':<{width}}{_sessions(kept)}"
            for problem in kept.unreadable:
                yield f"{'':<{width}}not read: {problem.path}: {one_line(problem.reason)}"
            if kept.bad_records:
                skipped = "records could not be read (run with --verbose to see which)"
                yield f"{'':<{width}}{kept.bad_records} {skipped}"
    if absent:
        yield "Not found, so these have not run here: " + ", ".join(absent)
    for each in found.proposed:
        sessions = "1 session" if each.sessions == 1 else f"{each.sessions} sessions"
        yield f"{sessions} of this repository, on {each.branch}, recorded a folder that is not here."
        yield "  If this is that folder, put into your settings:"
        yield f'  pathMap = {{ "{each.recorded}" = "{each.here}" }}'


def _moved(home: Home) -> bool:
    """Tell whether somebody said that an agent's folder is there; the variables of the platform say it of many."""
    return home.foreign or (
        home.variable is not None and not home.variable.startswith(("XDG_", "APPDATA", "LOCALAPPDATA"))
    )


def _looked_at(folders: Sequence[Kept]) -> str:
    home = next((kept.home for kept in folders if kept.home), None)
    if home is None:
        return "in projects"
    return home.path.replace(str(Path.home()), "~", 1) if home.path.startswith(str(Path.home())) else home.path


def _folder(kept: Kept) -> str:
    if kept.home is None:
        return "in this project"
    why = f" (by {kept.home.variable})" if kept.home.variable else " (by your settings)" if kept.home.foreign else ""
    return f"{kept.home.path}{why}" + ("" if kept.there else ": not there")


def _sessions(kept: Kept) -> str:
    number = "1 session" if kept.sessions == 1 else f"{kept.sessions} sessions"
    newest = f", newest {iso(kept.newest)}" if kept.newest else ""
    return f"{number}, {kept.here} of this workspace{newest}"


def _windows(look: Look, now: float) -> Iterator[str]:
    views = sorted_views(look.observed, look.place, look.config, now)
    for view in views:
        model = one_line(served_by(view))
        yield f"{view.session.id[:8]}  {short(view.window.tokens):>5}  {view.window.source:<10} {model}"
    if not views:
        yield "no open session in this workspace"
    if any(not view.window.sure for view in views):
        yield "An assumed window may be wrong. Let Claude Code tell it: in its settings.json put"
        yield '  "statusLine": {"type": "command", "command": "relaymark statusline"}'
        yield 'or set it yourself: limits = { "host/model" = { window = 1000000 } }'


def _own(look: Look) -> Iterator[str]:
    yield f"settings   {config_file()}: {'read' if config_file().exists() else 'not there, all defaults'}"
    if look.place.worktree:
        own = f"{look.place.worktree.path}/.relaymark.toml"
        yield f"           {own}: {'read' if os.path.isfile(own) else 'not there'}"
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
