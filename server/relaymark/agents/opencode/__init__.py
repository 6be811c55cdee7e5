"""opencode: where its sessions lie, as rows of a database or as a tree of files, and how they become events."""

from relaymark.agents.opencode import files
from relaymark.agents.opencode.database import database
from relaymark.agents.opencode.places import Places
from relaymark.agents.opencode.usage import window, window_of_settings
from relaymark.core.agent import Agent, WindowFile

PLACES = Places(folder="opencode", prefix="OPENCODE", hidden=(".opencode",))

AGENT = Agent(
    name="opencode",
    title="opencode",
    homes=PLACES.homes,
    # The parts of a session lie in a folder per message: none of those is watched, a message is rewritten after them.
    folders=(f"{files.STORAGE}/session", f"{files.STORAGE}/message"),
    flat=("",),
    stores=(database(PLACES.owns), files.FILES),
    host="",
    window_files=(
        WindowFile(files=PLACES.settings, window=window_of_settings),
        WindowFile(files=PLACES.models, window=window, source="agent"),
    ),
)
