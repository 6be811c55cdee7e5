"""Text from transcripts and file names, made safe to stand in Markdown."""

import re

_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~&$:@])")
_SPACE = re.compile(r"\s+")
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


def one_line(text: str, most: int = 80) -> str:
    """Return a text on one line of at most `most` characters, without signs that are not seen."""
    flat = _UNSEEN.sub("", _SPACE.sub(" ", text)).strip()
    return flat if len(flat) <= most else flat[: most - 1].rstrip() + "…"


def escaped(text: str, most: int = 80) -> str:
    """Return a text on one line in which nothing is Markdown, HTML or a link."""
    return _SPECIAL.sub(r"\\\1", one_line(text, most))
