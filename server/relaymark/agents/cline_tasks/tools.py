"""What a `tool` message of a task tells of files; its text is JSON that names the tool and the path.

Facts: `ClineSayTool` in the sources of Cline and Roo Code. The content of a file that was read is not in it.
"""

from collections.abc import Mapping
from typing import Any

from relaymark.agents.fields import listing, mapping, text, whole
from relaymark.core import events as ev

SUMMARISES = "summarizeTask"
_READS = ("readFile",)
_WRITES = "newFileCreated"
_EDITS = (_WRITES, "editedExistingFile", "appliedDiff", "searchAndReplace", "insertContent", "fileDeleted")


def tool_called(call: str, tool: Mapping[str, Any]) -> list[ev.Event]:
    """Return what a parsed `tool` message tells; several files at once are one call."""
    name = text(tool.get("tool")) or "unknown"
    if name in _READS and (found := _paths(tool, "batchFiles")):
        first, last = (whole(tool.get(field)) or 0 for field in ("readLineStart", "readLineEnd"))
        count = last - first + 1 if first and last >= first else 0
        return [ev.FileRead(call, path, first, count) for path in found]
    if name in _EDITS and (found := _paths(tool, "batchDiffs")):
        added = text(tool.get("content")) if name == _WRITES else None
        return [ev.FileEdit(call, path, added or "", whole=added is not None) for path in found]
    return [ev.Called(call, name)]


def _paths(tool: Mapping[str, Any], batch: str) -> list[str]:
    told = [tool.get("path"), *(mapping(one).get("path") for one in listing(tool.get(batch)))]
    return [path for one in told if (path := text(one))]
