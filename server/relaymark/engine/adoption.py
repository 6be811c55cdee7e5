"""Finds the newest plan that an agent made in a workspace: a plan-mode file, a list of steps, rows of todos."""

import os
from collections.abc import Iterator, Sequence
from typing import Any, Literal

import msgspec
from msgspec import Struct

from relaymark.core.place import Place, belongs
from relaymark.core.plan.adopt import LONGEST, Step, adopt_steps, adopt_text
from relaymark.engine.catalog import Listed, listed
from relaymark.engine.machine import Machine
from relaymark.sources import encoded
from relaymark.sources.sqlite import reading

Origin = Literal["claude-code", "codex", "opencode"]
ORIGINS: tuple[Origin, ...] = ("claude-code", "codex", "opencode")

_MOST_FILES = 50
_LARGEST = 64 * 1024 * 1024
_TODOS = (
    "SELECT todo.session_id AS session, session.directory AS directory, session.title AS title,"
    " todo.content AS content, todo.status AS status, todo.time_updated AS updated"
    " FROM todo JOIN session ON session.id = todo.session_id"
    " ORDER BY todo.session_id, todo.position"
)


class Made(Struct, frozen=True):
    """A plan that an agent made.

    Attributes:
        origin: The agent.
        where: The file that it stands in.
        at: When it was written, in seconds since the epoch.
        text: A markdown text, None for a list of steps.
        steps: The steps.
        title: What its session is called, if anything.
        here: It is known to be this workspace's; a file that no session of it names may be another's.
    """

    origin: Origin
    where: str
    at: float
    text: str | None = None
    steps: tuple[Step, ...] = ()
    title: str = ""
    here: bool = True

    def adopted(self, root: str, title: str = "") -> str:
        """Return it as the text of a plan; `title` where it has none of its own."""
        if self.text is not None:
            return adopt_text(self.text, title, root)
        return adopt_steps(self.steps, self.title or title, root)


def newest(machine: Machine, place: Place, origins: Sequence[Origin] = ORIGINS) -> Made | None:
    """Return the newest plan that agents made for a workspace, None if there is none.

    A plan-mode file that no session of this workspace names is taken only where there is nothing else.
    """
    stores, _ = listed(machine, (place.folder,))
    ways = {"claude-code": _plan_mode, "codex": _update_plan, "opencode": _todos}
    found = [made for origin in origins for made in ways[origin](machine, place, stores)]
    return max(found, key=lambda made: (made.here, made.at), default=None)


def _plan_mode(machine: Machine, place: Place, stores: Sequence[Listed]) -> Iterator[Made]:
    """Yield the newest file of Claude Code's plan mode that a session here names, else the newest of all."""
    homes = [home.path for agent in machine.agents if agent.name == "claude-code" for home in machine.homes(agent)]
    project = f"{place.worktree.path if place.worktree else place.folder}/.claude"
    files = sorted(_markdown(f"{project}/plans"), reverse=True)[:_MOST_FILES]
    if files:
        yield from _read(files[0], here=True)
    files = sorted((one for home in homes for one in _markdown(f"{home}/plans")), reverse=True)[:_MOST_FILES]
    if not files:
        return
    named = _named_here([os.path.basename(path) for _, path in files], place, stores)
    chosen = next((one for one in files if os.path.basename(one[1]) in named), None)
    yield from _read(chosen or files[0], here=chosen is not None)


def _markdown(folder: str) -> Iterator[tuple[float, str]]:
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.name.endswith(".md") and entry.is_file():
                    yield entry.stat().st_mtime, entry.path
    except OSError:
        return


def _read(file: tuple[float, str], *, here: bool) -> Iterator[Made]:
    at, path = file
    try:
        with open(path, "rb") as opened:
            yield Made("claude-code", path, at, text=encoded.read(opened, 4 * LONGEST).text, here=here)
    except OSError:
        return


def _named_here(names: Sequence[str], place: Place, stores: Sequence[Listed]) -> set[str]:
    """Return those of some file names that the newest sessions of a workspace mention."""
    marks = {name: f"plans/{name}".encode() for name in names}
    found: set[str] = set()
    own = [item for item in stores if item.agent.name == "claude-code" and item.size <= _LARGEST]
    for item in own[:_MOST_FILES]:
        lines = _lines(item.path)
        cwd = None
        for line in lines:
            if cwd is None and b'"cwd"' in line:
                cwd = _field(_parsed(line), "cwd")
                if not isinstance(cwd, str) or belongs(cwd, place, {})[0] == "no":
                    break
            found.update(name for name, mark in marks.items() if mark in line)
    return found


def _update_plan(_machine: Machine, place: Place, stores: Sequence[Listed]) -> Iterator[Made]:
    """Yield the last `update_plan` call of Codex's newest rollout of this workspace that has one."""
    own = [item for item in stores if item.agent.name == "codex" and item.size <= _LARGEST]
    for item in own[:_MOST_FILES]:
        steps: tuple[Step, ...] = ()
        for at, line in enumerate(_lines(item.path)):
            if not at and not _is_here(_field(_field(_parsed(line), "payload"), "cwd"), place):
                break
            if b'"update_plan"' in line:
                steps = _steps(_parsed(line)) or steps
        if steps:
            yield Made("codex", item.path, item.modified, steps=steps)
            return


def _is_here(cwd: Any, place: Place) -> bool:
    return isinstance(cwd, str) and belongs(cwd, place, {})[0] != "no"


def _steps(line: Any) -> tuple[Step, ...]:
    payload = _field(line, "payload")
    if _field(payload, "name") != "update_plan":
        return ()
    given = _field(payload, "arguments")
    plan = _field(_parsed(given.encode()) if isinstance(given, str) else given, "plan")
    rows = [(_field(row, "step"), _field(row, "status")) for row in plan] if isinstance(plan, list) else []
    return tuple(
        Step(step, status if isinstance(status, str) else "") for step, status in rows if isinstance(step, str)
    )


def _todos(_machine: Machine, place: Place, stores: Sequence[Listed]) -> Iterator[Made]:
    """Yield the todos of opencode's session of this workspace whose list changed last."""
    for item in stores:
        if item.agent.name != "opencode" or not item.path.endswith(".db"):
            continue
        try:
            with reading(item.path) as rows:
                found = [row for row in rows(_TODOS) if _is_here(row["directory"], place)]
        except OSError:
            continue
        times = {row["session"]: row["updated"] for row in found if isinstance(row["updated"], int)}
        if times:
            session = max(times, key=lambda one: times[one])
            own = [row for row in found if row["session"] == session]
            steps = tuple(Step(str(row["content"]), str(row["status"])) for row in own)
            yield Made("opencode", item.path, times[session] / 1000, steps=steps, title=str(own[0]["title"] or ""))


def _lines(path: str) -> Iterator[bytes]:
    try:
        with open(path, "rb") as file:
            yield from file
    except OSError:
        return


def _parsed(line: bytes) -> Any:
    try:
        return msgspec.json.decode(line)
    except (msgspec.DecodeError, RecursionError, ValueError):
        return None


def _field(value: Any, name: str) -> Any:
    return value.get(name) if isinstance(value, dict) else None
