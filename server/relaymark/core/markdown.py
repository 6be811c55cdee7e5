"""Text from transcripts and file names, made safe to stand in Markdown; lines of it without what is not shown."""

import re

_SPECIAL = re.compile(
    r"[\\`*{}\[\]<>&$~|@]"  # live wherever they stand
    r"|(?<![^\W_])_|_(?![^\W_])"  # emphasis, but for an underscore within a word
    r"|:(?=//)|(?<=[wW])\.(?=\S)"  # bare addresses
    r"|^[#+\-=.)!]|(?<=\d)[.)](?=\s|$)"  # what begins a heading, a list or a rule
)
_SPACE = re.compile(r"\s+")
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\U000e0000-\U000e007f]"
)


def one_line(text: str, most: int = 80) -> str:
    """Return a text on one line of at most `most` characters, without signs that are not seen."""
    flat = _UNSEEN.sub("", _SPACE.sub(" ", text)).strip()
    return flat if len(flat) <= most else flat[: most - 1].rstrip() + "…"


def escaped(text: str, most: int = 80) -> str:
    """Return a text on one line in which nothing is Markdown, HTML or a link."""
    return _SPECIAL.sub(r"\\\g<0>", one_line(text, most))


def outside_comments(line: str) -> list[str]:
    """Return what stands before, between and behind the HTML comments of a line, in as many steps as it is long."""
    parts: list[str] = []
    at = 0
    while (start := line.find("<!--", at)) >= 0 and (end := line.find("-->", start + 4)) >= 0:
        parts.append(line[at:start])
        at = end + 3
    return [*parts, line[at:]]
