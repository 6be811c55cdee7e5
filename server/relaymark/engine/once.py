"""One look: the sessions as they stand now, read at once, for commands that print and end."""

from collections.abc import Sequence

from msgspec import Struct

from relaymark.core.agent import Agent
from relaymark.core.config import Config
from relaymark.core.observed import Observed
from relaymark.core.place import Place
from relaymark.core.store import Store
from relaymark.engine.complaints import Unreadable
from relaymark.engine.machine import Machine
from relaymark.engine.reader import Reader
from relaymark.engine.settings import settings
from relaymark.engine.wanted import Wanted
from relaymark.sources.git import place_of
from relaymark.sources.settings import layers


class Look(Struct, frozen=True):
    """What one look found.

    Attributes:
        place: The workspace.
        config: Its settings.
        problems: One message per bad setting.
        observed: The sessions.
        unreadable: What could not be read.
    """

    place: Place
    config: Config
    problems: tuple[str, ...]
    observed: tuple[Observed, ...]
    unreadable: tuple[Unreadable, ...]


def settings_of(folder: str) -> tuple[Config, tuple[str, ...]]:
    """Return the settings for a folder from the files, and one message per problem."""
    found, unread = layers(folder)
    config, problems = settings(found)
    return config, (*unread, *problems)


def look_at_workspace(machine: Machine, folder: str) -> Look:
    """Read the sessions of a workspace whole, with their tokens counted."""
    place = place_of(folder)
    config, problems = settings_of(folder)
    reader = Reader(machine, Wanted.by(config, (place,)))
    reader.read_running()
    for item in reader.scan():
        reader.take(item)
    while reader.history_step():
        pass
    _weigh(reader)
    return Look(place, config, problems, reader.observed(), reader.unreadable)


def glance_at_workspace(machine: Machine, folder: str) -> Look:
    """Read the ends of a workspace's sessions, and count nothing: enough for the line in a status bar."""
    place = place_of(folder)
    config, problems = settings_of(folder)
    reader = Reader(machine, Wanted.by(config, (place,)))
    reader.read_running()
    for item in reader.scan():
        reader.take(item)
    return Look(place, config, problems, reader.observed(), reader.unreadable)


def look_at_machine(machine: Machine, folder: str) -> Look:
    """Read the end of every session on this machine, however old."""
    config, problems = settings_of(folder)
    reader = Reader(machine, Wanted.by(config, everything=True))
    reader.read_running()
    for item in reader.scan(newest_since=0.0):
        reader.take(item)
    return Look(Place(folder), config, problems, reader.observed(), reader.unreadable)


def look_at_files(machine: Machine, files: Sequence[tuple[Agent, Store, str]], folder: str) -> Look:
    """Read stores whole, wherever they lie: agent, store and path of each.

    Raises:
        OSError: One of them cannot be read.
    """
    config, problems = settings_of(folder)
    reader = Reader(machine, Wanted.by(config, everything=True))
    for agent, store, path in files:
        reader.look_at_file(agent, store, path)
    reader.read_running()
    while reader.history_step():
        pass
    _weigh(reader)
    return Look(Place(folder), config, problems, reader.observed(), reader.unreadable)


def _weigh(reader: Reader) -> None:
    asked = reader.to_count()
    if not asked:
        return
    # The vocabulary takes 0.2 s to load: a look that finds nothing to weigh does without it.
    from relaymark.engine.counting_child import RecordCounter  # noqa: PLC0415

    counter = RecordCounter()
    for request in asked:
        reader.weigh(counter.counted(request))
