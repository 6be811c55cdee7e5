"""Pi: what one line of a session file tells.

Entries are a tree by `id` and `parentId`, and the active branch goes from the last entry of the file to the root: each
entry stands on a turn of its own, so that the branch is exact wherever the user went back to. Facts: Pi's public source
(`packages/coding-agent/docs/session.md`, `src/core/session-manager.ts`, `src/core/messages.ts`).
"""

import re
from collections.abc import Mapping
from typing import Any

from relaymark.agents.fields import instant, joined, listing, mapping, text
from relaymark.agents.pi.gauge import Gauge, about, good
from relaymark.agents.pi.tools import tool_called, tool_returned
from relaymark.core import events as ev
from relaymark.core import paths

HEADER = "session"
ENTRIES = frozenset(
    {
        "message",
        "model_change",
        "thinking_level_change",
        "compaction",
        "branch_summary",
        "custom",
        "custom_message",
        "label",
        "session_info",
    }
)
_FILE = re.compile(r"[^/\\]*_([0-9A-Za-z-]{8,64})\.jsonl")
_ENDS: Mapping[str, ev.Event] = {
    "stop": ev.TurnEnded(),
    "length": ev.TurnEnded(),
    "aborted": ev.Interrupted(),
    "error": ev.Failed(),
}


def session_of(path: str) -> str | None:
    """Return the session id that the name of a file gives: `<time>_<id>.jsonl`."""
    found = _FILE.fullmatch(paths.name(path))
    return found[1] if found else None


class Decode:
    """Makes records of the lines of one file, told in their order.

    Args:
        session: The session id that the file's name gives; None: the recorded one counts.
    """

    def __init__(self, session: str | None = None) -> None:
        self._session = session
        self._gauge = Gauge()
        self._stands_for: dict[str, str | None] = {}

    def __call__(self, record: Any) -> ev.Record:
        """Return what one parsed line tells; an entry of no known type only links what stands around it."""
        line = mapping(record)
        if not line:
            return ev.Record(bad="not an object")
        kind, time = line.get("type"), instant(line.get("timestamp"))
        if kind == HEADER:
            return ev.Record((self._started(line, time),), time=time)
        link, parent = text(line.get("id")), text(line.get("parentId"))
        parent = self._stands_for.get(parent, parent) if parent else None
        if kind == "session_info":
            # A name is the session's, on whatever branch it was given: it stands beside the tree.
            if link:
                self._stands_for[link] = parent
            name = text(line.get("name"))
            return ev.Record((ev.Titled(name.strip()),) if name else (), time=time)
        found, bad = self._told(kind, line, link, parent)
        return ev.Record(tuple(found), link, parent, "turn" if link else "side", time, bad)

    def _started(self, line: Mapping[str, Any], time: float | None) -> ev.Event:
        above = text(line.get("parentSession"))
        return ev.Started(
            session=text(line.get("id")) or self._session,
            forked_from=session_of(above) if above else None,
            cwd=text(line.get("cwd")),
            at=time,
        )

    def _told(
        self, kind: Any, line: Mapping[str, Any], link: str | None, parent: str | None
    ) -> tuple[list[ev.Event], str]:
        match kind:
            case "message":
                return self._message(mapping(line.get("message")), link, parent)
            case "compaction":
                self._gauge.compacted(link)
                return [ev.Compacted(text(line.get("summary")) or "")], ""
            case "branch_summary" | "custom_message":
                role = "branchSummary" if kind == "branch_summary" else "custom"
                return self._message({**line, "role": role}, link, parent)
        self._gauge.carry(link, parent)
        if kind == "model_change" and (model := text(line.get("modelId"))):
            return [ev.ModelChanged(model, provider=text(line.get("provider")))], ""
        return [], ""

    def _message(self, message: Mapping[str, Any], link: str | None, parent: str | None) -> tuple[list[ev.Event], str]:
        if message.get("role") == "assistant":
            return self._assistant(message, link, parent)
        found: list[ev.Event] = list(self._gauge.followed(link, parent, about(message)))
        match message.get("role"):
            case "user":
                found.append(ev.Prompt(joined(message.get("content"))))
            case "toolResult":
                found.append(tool_returned(message))
            case "bashExecution" if message.get("excludeFromContext") is not True:
                ran = [text(message.get("command")), text(message.get("output"))]
                found.append(ev.Fed("\n".join(part for part in ran if part)))
            case "custom" | "hookMessage":
                found.append(ev.Fed(joined(message.get("content"))))
            case "branchSummary":
                found.append(ev.Fed(text(message.get("summary")) or ""))
        return found, ""

    def _assistant(
        self, message: Mapping[str, Any], link: str | None, parent: str | None
    ) -> tuple[list[ev.Event], str]:
        found: list[ev.Event] = []
        if model := text(message.get("model")):
            found.append(ev.ModelChanged(model, provider=text(message.get("provider"))))
        usage, bad = message.get("usage"), ""
        if not good(message) or usage is None:
            found += self._gauge.followed(link, parent, about(message))
        elif not isinstance(usage, dict):
            found.append(self._gauge.unreadable(link))
            bad = "usage that is no object"
        else:
            reply, bad = self._gauge.measured(link, parent, usage)
            found += (reply,) if reply else self._gauge.followed(link, parent, about(message))
        for block in map(mapping, listing(message.get("content"))):
            match block.get("type"):
                case "text" | "thinking" as part if said := text(block.get(part)):
                    found.append(ev.Said(said))
                case "toolCall":
                    found += tool_called(block)
        if end := _ENDS.get(str(message.get("stopReason"))):
            found.append(end)
        return found, bad
