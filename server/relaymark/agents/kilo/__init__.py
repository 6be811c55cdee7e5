"""Kilo, the program of 2026: a fork of opencode with its own places; its sessions lie in the same tables.

The extension of before, of the Cline family, is another agent.
"""

from relaymark.agents.opencode.database import database
from relaymark.agents.opencode.places import Places
from relaymark.agents.opencode.usage import window, window_of_settings
from relaymark.core.agent import Agent, WindowFile

PLACES = Places(folder="kilo", prefix="KILO", hidden=(".kilo", ".kilocode"))

AGENT = Agent(
    name="kilo",
    title="Kilo",
    homes=PLACES.homes,
    flat=("",),
    stores=(database(PLACES.owns),),
    host="",
    window_files=(
        WindowFile(files=PLACES.settings, window=window_of_settings),
        WindowFile(files=PLACES.models, window=window, source="agent"),
    ),
)
