"""Puts hooks into the settings of agents, and takes out what Relaymark ever put anywhere but notes."""

import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from msgspec import Struct

from relaymark.agents import claude_code, codex
from relaymark.core import hooks_claude, hooks_codex
from relaymark.core.hooks_blocks import without_blocks
from relaymark.core.hooks_claude import Changed
from relaymark.core.hooks_json import NotJsonError, parsed
from relaymark.core.markdown import one_line
from relaymark.engine.machine import Machine
from relaymark.sources import hook_files as files
from relaymark.sources.folders import cache_folder, config_file, log_folder, state_folder
from relaymark.sources.git_files import top_folder

AGENTS = ("claude-code", "codex")
"""Who has hooks that Relaymark can be put into."""

_RULES = ("AGENTS.md", "CLAUDE.md", "CLAUDE.local.md", "GEMINI.md", "QWEN.md", ".github/copilot-instructions.md")
_MARK = "\ufeff"


class SetupError(Exception):
    """Hooks cannot be put in or taken out; the message names the file and says what to do."""


class Target(Struct, frozen=True):
    """A settings file of an agent that may hold hooks."""

    agent: str
    path: Path


class Step(Struct, frozen=True):
    """A change of one file, worked out and not made yet.

    Attributes:
        path: The file.
        before: What it holds, None if there is no file.
        after: What it is to hold, None for no file.
        lines: Relaymark's own lines that go in or out; nothing else of the file is told.
        notes: What was left alone, and why.
    """

    path: Path
    before: bytes | None
    after: bytes | None
    lines: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def target(machine: Machine, agent: str, project: str | None = None) -> Target:
    """Return the file that an agent's hooks stand in: the user's, or that of the project around a folder.

    Raises:
        SetupError: The agent has no hooks that Relaymark knows, or none in a project.
    """
    if agent == "claude-code":
        if project is not None:
            return Target(agent, Path(top_folder(project) or project) / ".claude" / "settings.json")
        return Target(agent, Path(claude_code.AGENT.homes(machine.environ, machine.home)[0].path) / "settings.json")
    if agent == "codex":
        if project is not None:
            raise SetupError("Codex takes `notify` from the user's own config.toml only; leave --project out.")
        return Target(agent, Path(codex.AGENT.homes(machine.environ, machine.home)[0].path) / "config.toml")
    raise SetupError(f"`{one_line(agent, 60)}` has no hooks that Relaymark knows; known are {' and '.join(AGENTS)}.")


def program() -> str:
    """Return how a hook calls this program: by its name, else by its path.

    Raises:
        SetupError: There is no such program to call.
    """
    if shutil.which("relaymark"):
        return "relaymark"
    beside = shutil.which("relaymark", path=os.path.dirname(sys.executable))
    if beside is None:
        raise SetupError("No program `relaymark` is installed that a hook could call.")
    return beside


def to_install(where: Target, call: str) -> Step:
    """Return what puts the hooks into a file; the same bytes where they stand there.

    Raises:
        SetupError: The file cannot be read, or is not what the agent documents.
    """
    if where.agent == "codex":
        return _step(where.path, lambda text: hooks_codex.installed(text, call))
    return _step(where.path, lambda text: hooks_claude.installed(text, call))


def to_remove(where: Target) -> Step:
    """Return what takes the hooks out of a file; the same bytes where there are none.

    Raises:
        SetupError: The file cannot be read, or is not what the agent documents.
    """
    return _step(where.path, hooks_codex.removed if where.agent == "codex" else hooks_claude.removed)


def make(step: Step) -> None:
    """Make a change.

    Raises:
        SetupError: It cannot be made; then nothing was changed.
    """
    if step.after == step.before:
        return
    try:
        files.replace(step.path, step.before, step.after)
    except OSError as error:
        raise SetupError(f"{step.path} was not changed: {error.strerror or error}") from error


def state_of(where: Target) -> str:
    """Return in a few words what a file holds of Relaymark.

    Raises:
        SetupError: The file cannot be read.
    """
    text = _read(where.path)[1]
    try:
        if where.agent == "codex":
            whose = hooks_codex.found_in(text)
            return {"relaymark": "notify", "user": "not installed (notify is your own)"}.get(whose, "not installed")
        found = hooks_claude.found_in(parsed(text.removeprefix(_MARK)) if text.strip(_MARK + " \t\r\n") else {})
    except (NotJsonError, hooks_codex.NotTomlError) as error:
        raise SetupError(f"{where.path}: {error}") from error
    missing = [event for event in hooks_claude.EVENTS if event not in found.events]
    line = {"relaymark": "statusLine", "user": "statusLine is your own", "none": "no statusLine"}[found.status_line]
    if not found.events:
        return "not installed" + (f" ({line})" if found.status_line != "none" else "")
    return ", ".join((*found.events, line)) + (f"; missing: {', '.join(missing)}" if missing else "")


def marked_blocks(folder: str) -> tuple[Step, ...]:
    """Return what takes Relaymark's marked blocks out of the rules files of a folder's work tree.

    Raises:
        SetupError: One of them cannot be read.
    """
    top = Path(top_folder(folder) or folder)
    steps = (_step(top / name, without_blocks) for name in _RULES if (top / name).is_file())
    return tuple(step for step in steps if step.lines)


def own_folders() -> tuple[Path, ...]:
    """Return the folders of cache, state and logs that there are."""
    found = dict.fromkeys((cache_folder(), state_folder(), log_folder()))
    return tuple(folder for folder in found if folder.is_dir() and not folder.is_symlink())


def remove_folder(folder: Path) -> None:
    """Remove a folder of Relaymark's own; the user's settings file stays, where it lies in there.

    Raises:
        SetupError: Something in it cannot be removed.
    """
    kept = config_file()
    try:
        if not kept.is_relative_to(folder) or not kept.exists():
            shutil.rmtree(folder)
            return
        for entry in list(folder.iterdir()):
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry)
            elif entry != kept:
                entry.unlink()
    except OSError as error:
        raise SetupError(f"{folder} was not removed whole: {error.strerror or error}") from error


def _step(path: Path, change: Callable[[str], Changed]) -> Step:
    before, text = _read(path)
    try:
        changed = change(text)
    except hooks_codex.TakenError as error:
        raise SetupError(
            f"{path}: {error}, and stays. To have both, make it a script that ends with:\n"
            '  relaymark hook codex-notify "$1"'
        ) from error
    except (NotJsonError, hooks_codex.NotTomlError) as error:
        raise SetupError(f"{path}: {error}; nothing was changed.") from error
    after = changed.text.encode("utf-8")
    gone = not after and (before is None or bool(changed.lines))
    return Step(path, before, None if gone else after, changed.lines, changed.notes)


def _read(path: Path) -> tuple[bytes | None, str]:
    try:
        data = files.read(path)
        return data, (data or b"").decode("utf-8")
    except UnicodeDecodeError as error:
        raise SetupError(f"{path} is not UTF-8 text; nothing was changed.") from error
    except OSError as error:
        raise SetupError(f"{path} cannot be read: {error.strerror or error}") from error
