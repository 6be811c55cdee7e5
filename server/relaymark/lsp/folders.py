"""The workspace folders of the client, each with what its status is made of. Lives on the event loop alone."""

from typing import Any

from msgspec import Struct

from relaymark.core.config import Config
from relaymark.core.place import Place
from relaymark.core.status import Payload


class Folder(Struct):
    """One workspace folder.

    Attributes:
        uri: As the client names it.
        path: Absolute, None for a folder that is not on this machine, or when no folder is open.
        place: The folder and its repository; None until git was asked.
        stamp: What git's files looked like then.
        config: Its settings.
        editor: The editor's own settings for it, raw.
        shown: The id of the session in the status bar.
        sent: The payload that was sent last.
    """

    uri: str
    path: str | None
    place: Place | None = None
    stamp: tuple[float, ...] = ()
    config: Config = Config()
    editor: dict[str, Any] = {}
    shown: str | None = None
    sent: Payload | None = None
