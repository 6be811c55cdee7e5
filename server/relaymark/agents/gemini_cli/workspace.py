"""Gemini CLI: which folder a chat works in, which only the files around it and its first message tell.

Facts: `projectHash` is the SHA-256 of the folder's path; a marker file in the project's folder and a list in the home
hold the path itself, on Windows in lower case (`packages/core/src/config/projectRegistry.ts`).
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from typing import Any

from relaymark.agents.fields import mapping, text
from relaymark.core.paths import absolute

MARKER = ".project_root"
PROJECTS = "projects.json"
_NAMED = re.compile(r"Workspace Directories:\*\*\n((?: {2}- [^\n]+\n)+)")


def directory(folder: str, project: str | None, around: Mapping[str, Any], said: Iterable[str]) -> str | None:
    """Return the folder that a chat works in, None if nothing tells.

    Args:
        folder: The name of the project's folder: a slug, or the hash.
        project: The hash as the chat records it.
        around: What lies around the chat, by relative path.
        said: Folders that the chat itself names.
    """
    marker = next((text(value) for name, value in around.items() if name.endswith(MARKER)), None)
    marked = marker.strip() if marker else None
    listed = next((mapping(value) for name, value in around.items() if name.endswith(PROJECTS)), {})
    slugs = {path: slug for path, slug in mapping(listed.get("projects")).items() if absolute(path)}
    # A path with the recorded hash is the very one; that of the chat itself keeps its upper case on Windows.
    candidates = [*said, *([marked] if marked else []), *slugs]
    for wanted in filter(None, (project, folder)):
        for path in candidates:
            if _hash(path) == wanted:
                return path
    if marked and absolute(marked):
        return marked
    return next((path for path, slug in slugs.items() if slug == folder), None)


def named(context: str) -> Iterator[str]:
    """Yield the folders that the session context names."""
    if found := _NAMED.search(context):
        for line in found[1].splitlines():
            yield line[4:].strip()


def _hash(path: str) -> str:
    return sha256(path.encode("utf-8", "surrogatepass")).hexdigest()
