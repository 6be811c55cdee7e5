"""Reads the files of `.relaymark/decisions/` as far as a note needs them: what was decided, and whether it stands."""

import re
from collections.abc import Sequence

from relaymark.core.markdown import one_line
from relaymark.core.plan.mentions import path_mentions
from relaymark.core.relay.facts import Decided

KINDS = ("decision", "convention", "constraint", "owner", "incident")

_FIELD = re.compile(r"([A-Za-z][\w-]*):[ \t]*(.*)")
_HEADING = re.compile(r"#{1,6}\s+(.*?)\s*#*\s*$")
_STATUS_LINE = re.compile(r"(?:[-*]\s+)?\**status\**\s*:\**\s*(.+)", re.IGNORECASE)
_GONE = re.compile(r"\b(?:superseded|obsolete|rejected|withdrawn|deprecated)\b", re.IGNORECASE)
_BARE = re.compile(r"(?:\d+[.:)\s-]+)?(?:decision|convention|constraint|owner|incident)?[\s:.\d-]*$", re.IGNORECASE)
_LONGEST = 300
_READ = 20_000


def decided(path: str, text: str) -> Decided | None:
    """Return what a file says was decided; None for one that is empty or superseded.

    Its kind and status stand in a front matter or in a line `Status: ...`; what it says is its `text:` or `title:`
    there, else its first heading that is more than a number, else its first line of text.
    """
    lines = text[:_READ].removeprefix("\ufeff").splitlines()
    fields: dict[str, str] = {}
    begin = 0
    if lines and lines[0].strip() == "---":
        closing = next((at for at, line in enumerate(lines[1:], 1) if line.strip() == "---"), 0)
        for line in lines[1:closing]:
            if found := _FIELD.fullmatch(line.strip()):
                fields[found[1].casefold()] = found[2].strip().strip("\"'")
        begin = closing + 1 if closing else 0
    body = [(at, line.strip()) for at, line in enumerate(lines[begin:], begin + 1) if line.strip()]
    status = fields.get("status", "") or next((found[1] for _, line in body if (found := _STATUS_LINE.match(line))), "")
    if _GONE.search(status) or fields.get("superseded-by"):
        return None
    kind = fields.get("type", fields.get("kind", "")).casefold()
    said, number = _statement(fields, lines, body)
    mentions = path_mentions(text[:_READ], 0, min(len(text), _READ))
    names = tuple(dict.fromkeys(mention.path for mention in mentions))
    told = one_line(said, _LONGEST)
    return Decided(path, kind if kind in KINDS else "decision", told, number, names) if told else None


def touching(found: Sequence[Decided], files: Sequence[str]) -> tuple[Decided, ...]:
    """Return decisions in their order, those that name one of some files or a folder around it first."""
    held = set(files)

    def far(each: Decided) -> bool:
        return not any(
            name in held or (name.endswith("/") and any(file.startswith(name) for file in held)) for name in each.paths
        )

    return tuple(sorted(found, key=far))


def _statement(fields: dict[str, str], lines: list[str], body: list[tuple[int, str]]) -> tuple[str, int]:
    for name in ("text", "title"):
        if fields.get(name):
            at = next((at for at, line in enumerate(lines, 1) if line.strip().casefold().startswith(f"{name}:")), 1)
            return fields[name], at
    for at, line in body:
        if (heading := _HEADING.match(line)) and not _BARE.fullmatch(heading[1]):
            return heading[1], at
    for at, line in body:
        if not _HEADING.match(line) and not _STATUS_LINE.match(line):
            return line.lstrip("-*+ "), at
    return "", 0
