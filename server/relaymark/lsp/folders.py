"""The workspace folders of the client, each with what its status is made of. Lives on the event loop alone."""

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any

from msgspec import Struct, field

from relaymark.core.config import Config
from relaymark.core.finding import Finding
from relaymark.core.lookup import FileIndex
from relaymark.core.place import Place
from relaymark.core.plan import PlanText
from relaymark.core.sheet import Sheet
from relaymark.core.status import Payload
from relaymark.engine.around import Around
from relaymark.engine.settled import Settled
from relaymark.sources.git import place_of
from relaymark.sources.git_files import stamp_of
from relaymark.sources.history import Histories


class Opened(Struct):
    """A plan that is open in the editor, under the editor's own URI; `read` is what an edit is parsed against."""

    uri: str
    sheet: Sheet
    read: PlanText


class Tree(Struct):
    """The files of a work tree, as they were listed last.

    Attributes:
        index: The files, None before the first listing.
        judged: Paths that plans name and the index lacks; True for those that git ignores.
        settled: What history says about its plans, by their paths, and what follows from it.
        around: What lies around its plans.
        histories: Reads history, in worker threads.
        listed_at: When it was listed, on the loop's clock.
        waits: A listing is due.
    """

    index: FileIndex | None = None
    judged: dict[str, bool] = {}
    settled: dict[str, Settled] = {}
    around: Around = Around()
    histories: Histories = field(default_factory=Histories)
    listed_at: float = -1e9
    waits: bool = False


class Found(Struct, frozen=True):
    """The findings of a folder, with the files (by path) whose texts their offsets are of."""

    findings: tuple[Finding, ...] = ()
    sheets: Mapping[str, Sheet] = {}

    def of(self, sheet: Sheet) -> tuple[Finding, ...]:
        """Return the findings in a file; none while its text is another one."""
        known = self.sheets.get(sheet.path)
        if known is None or (known is not sheet and known.text != sheet.text):
            return ()
        return tuple(finding for finding in self.findings if finding.path == sheet.path)


class Folder(Struct):
    """One workspace folder.

    Attributes:
        uri: As the client names it.
        path: Absolute, None for a folder that is not on this machine, or when no folder is open.
        place: The folder and its repository; None until git was asked.
        stamp: What git's files looked like then.
        config: Its settings.
        settings: What its settings files looked like when they were read.
        editor: The editor's own settings for it, raw.
        shown: The id of the session in the status bar.
        sent: The payload that was sent last.
    """

    uri: str
    path: str | None
    place: Place | None = None
    stamp: tuple[float, ...] = ()
    config: Config = Config()
    settings: tuple[float, ...] = ()
    editor: dict[str, Any] = {}
    shown: str | None = None
    sent: Payload | None = None


async def locate(folders: Iterable[Folder]) -> None:
    """Ask git about folders, off the loop."""
    for folder in folders:
        if folder.path is not None:
            folder.place = await asyncio.to_thread(place_of, folder.path)
            folder.stamp = stamp_of(folder.place)
