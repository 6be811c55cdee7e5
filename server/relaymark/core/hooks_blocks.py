"""The blocks that Relaymark puts into rules files between its markers, and how they are taken out again."""

import re

from relaymark.core.hooks_claude import Changed

BEGIN = "<!-- relaymark:begin -->"
END = "<!-- relaymark:end -->"
"""Lines of their own: what stands between them is Relaymark's, and everything else the user's."""

_BEGIN = re.compile(r"[ \t]*<!--[ \t]*relaymark:begin[ \t]*-->[ \t]*")
_END = re.compile(r"[ \t]*<!--[ \t]*relaymark:end[ \t]*-->[ \t]*")


def without_blocks(text: str) -> Changed:
    """Return a text without the marked blocks; one that has no end, or holds another one, is left alone."""
    kept: list[str] = []
    taken: list[str] = []
    block: list[str] | None = None
    for line in text.splitlines(keepends=True):
        bare = line.rstrip("\r\n")
        if _BEGIN.fullmatch(bare):
            kept += block or ()
            block = [line]
        elif block is None:
            kept.append(line)
        else:
            block.append(line)
            if _END.fullmatch(bare):
                taken += block
                block = None
    kept += block or ()
    return Changed("".join(kept), tuple(line.rstrip("\r\n") for line in taken))
