"""What a command is asked for: one object of which each command takes what it needs."""

import asyncio
import contextlib
import os
from typing import Any

from msgspec import Struct

from relaymark.core.paths import from_uri
from relaymark.core.sheet import Sheet
from relaymark.lsp.folders import locate
from relaymark.lsp.protocol import field
from relaymark.lsp.scene import Scene, scene
from relaymark.lsp.server import RelaymarkServer

_FIRST_PICTURE = 5.0


class UserError(Exception):
    """Something the user can mend; its text is shown to them as it is."""


class Asked(Struct, frozen=True):
    """The one argument of Relaymark's commands.

    Attributes:
        workspace: The folder's URI; None: the first folder.
        plan: A plan's URI or path.
        phase: The index of a phase in its plan.
        item: The index of an item in its plan.
        session: A session's id.
        version: The version of the plan's text that phase and item were seen in, None for a text on disk.
        text: The text that the item had then.
        finding: The fingerprint of a finding, as one text.
        path: A file, from the top of the work tree.
        agent: Who is to be started.
    """

    workspace: str | None = None
    plan: str | None = None
    phase: int | None = None
    item: int | None = None
    session: str | None = None
    version: int | None = None
    text: str | None = None
    finding: str | None = None
    path: str | None = None
    agent: str | None = None

    def given(self) -> dict[str, Any]:
        """Return the argument as it is sent, without what is not known."""
        return {key: value for key in self.__struct_fields__ if (value := getattr(self, key)) is not None}


def asked(given: tuple[Any, ...]) -> Asked:
    """Return a command's one argument, or none; fields of other kinds than they should be count as not given."""
    value = given[0] if given else None
    return Asked(
        workspace=_text(value, "workspace"),
        plan=_text(value, "plan"),
        phase=_number(value, "phase"),
        item=_number(value, "item"),
        session=_text(value, "session"),
        version=_number(value, "version"),
        text=_text(value, "text"),
        finding=_text(value, "finding"),
        path=_text(value, "path"),
        agent=_text(value, "agent"),
    )


def _text(value: Any, name: str) -> str | None:
    found = field(value, name)
    return found if isinstance(found, str) and found else None


def _number(value: Any, name: str) -> int | None:
    found = field(value, name)
    if isinstance(found, float) and found.is_integer():
        found = int(found)
    return found if isinstance(found, int) and not isinstance(found, bool) else None


def is_plan(ls: RelaymarkServer, sheet: Sheet, plan: str) -> bool:
    """Tell whether a plan's URI or path, as a client names it, means a sheet."""
    opened = ls.opened.get(sheet.path)
    named = from_uri(plan) or plan
    return (opened is not None and opened.uri == plan) or os.path.realpath(named) == os.path.realpath(sheet.path)


async def ready(ls: RelaymarkServer) -> None:
    """Wait, but not for long, until the sessions were read once: people ask for things right after the start.

    A folder that was just opened may have to be asked about too; nobody is told to open what they have open.
    """
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(ls.first_picture.wait(), _FIRST_PICTURE)
    await locate([folder for folder in ls.folders.values() if folder.place is None])


def scene_of(ls: RelaymarkServer, wish: Asked) -> Scene:
    """Return the scene of the folder that a command is about.

    Raises:
        UserError: No folder is open.
    """
    folder = ls.folders.get(wish.workspace or "") or next(iter(ls.folders.values()), None)
    if folder is None or folder.place is None:
        raise UserError("Open the project's folder first: Relaymark works on a workspace.")
    return scene(ls, folder)
