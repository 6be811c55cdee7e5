"""Reads the files at the top of a work tree that tell agents how to work there."""

import os
import stat

from relaymark.sources import encoded

NAMES = (
    "AGENTS.md", "CLAUDE.md", "GEMINI.md", ".claude/CLAUDE.md", ".github/copilot-instructions.md", ".cursorrules",
    ".clinerules", ".windsurfrules",
)  # fmt: skip
"""From the top of a work tree; the one that most agents read first."""

LARGEST = 1024 * 1024
"""Bytes; what a rules file has beyond them is not read."""


def agent_files(root: str) -> dict[str, str]:
    """Return the text of each rules file by its path from the top; of links to one file the first."""
    found: dict[str, str] = {}
    seen: set[str] = set()
    for name in NAMES:
        path = os.path.join(root, name)
        real = os.path.realpath(path)
        try:
            if real in seen or not stat.S_ISREG(os.stat(path).st_mode):
                continue
            with open(path, "rb") as file:
                found[name] = encoded.read(file, LARGEST).text
        except OSError:
            continue
        seen.add(real)
    return found
