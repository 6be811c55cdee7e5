"""Reads what a line wants with the paths that it names: `Create: ...`, `- Modify: ...`, `**Test**: ...`."""

import re
from bisect import bisect_right

from relaymark.core.plan.model import PathMention, Role

_ROLE_HEAD = re.compile(
    r"(?<![^\r\n])[ \t>]*(?:(?:[-*+]|\d{1,3}[.)])[ \t]+)?(?:\[[^\[\]\r\n]{1,2}\][ \t]+)?[*_]{0,2}"
    r"(?P<word>[A-Za-zäöü]{3,9})"
    r"(?:[ \t]+(?:file|new|existing|tests?))?[*_]{0,2}[ \t]*(?:\([^()\r\n]{0,40}\)[ \t]*)?:",
)
_ROLES: dict[str, Role] = {
    **dict.fromkeys(("create", "created", "add", "new", "write", "erstellen", "crear", "créer"), "create"),
    **dict.fromkeys(("modify", "modified", "edit", "update", "change", "extend", "ändern", "modificar"), "modify"),
    **dict.fromkeys(("test", "tests"), "test"),
    **dict.fromkeys(("delete", "deleted", "remove", "drop", "löschen", "eliminar"), "delete"),
    **dict.fromkeys(("read", "reference", "see"), "read"),
}


def with_roles(text: str, start: int, end: int, found: list[PathMention]) -> list[PathMention]:
    """Return mentions with what the word at the head of their line wants with them."""
    line = max(text.rfind("\n", 0, start), text.rfind("\r", 0, start)) + 1
    heads = [(hit.end(), _ROLES.get(hit["word"].casefold())) for hit in _ROLE_HEAD.finditer(text, line, end)]
    if not any(role for _, role in heads):
        return found
    places = [behind for behind, _ in heads]
    ready = []
    for mention in found:
        at = bisect_right(places, mention.span.start)
        role = heads[at - 1][1] if at else None
        ready.append(PathMention(mention.path, mention.span, role, mention.tail) if role else mention)
    return ready
