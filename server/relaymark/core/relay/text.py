"""Text from transcripts, plans and git, made fit for a note: one line, no secret, nothing that acts as markdown."""

import re
from collections.abc import Sequence

from relaymark.core.markdown import one_line
from relaymark.core.redact import MARK, redacted

_READ = 20_000
_LONGEST_PATH = 200
_SHORTEST = 4
_ACTIVE = re.compile(r"([\\<>\[\]*])")
_TICKS = re.compile(r"`+")


def clean(text: str, most: int) -> str:
    """Return a text on one line of at most `most` characters without secrets.

    Secrets are looked for before the text is cut, and again where line breaks and unseen signs had split one.
    """
    if len(text) > _READ:
        head = text[:_READ]
        text = head[: -len(head.split()[-1])] if head.split() else ""
    text = text.encode("utf-8", "replace").decode()
    return one_line(redacted(one_line(redacted(text), _READ)), most)


def plain(text: str, most: int = 120) -> str:
    """Return a cleaned text in which nothing is a link, HTML or code."""
    kept = clean(text, most).replace("`", "'")
    return MARK.join(_ACTIVE.sub(r"\\\1", part) for part in kept.split(MARK))


def code(text: str, most: int = 120) -> str:
    """Return a cleaned text as a code span, whatever backticks it holds."""
    kept = clean(text, most) or " "
    fence = "`" * (max((len(run) for run in _TICKS.findall(kept)), default=0) + 1)
    room = " " if kept[0] == "`" or kept[-1] == "`" else ""
    return f"{fence}{room}{kept}{room}{fence}"


def nameable(path: str) -> bool:
    """Tell whether a path can stand in a note exactly as it is."""
    return bool(path) and clean(path, _LONGEST_PATH) == path and "`" not in path


def named(paths: Sequence[str], most: int = 25) -> str:
    """Return paths as code spans, the first `most` of them, and how many more there are."""
    shown = [f"`{path}`" for path in paths[:most]]
    if len(paths) > most:
        shown.append(f"{len(paths) - most} more")
    return ", ".join(shown)


def same_command(told: str, command: str) -> bool:
    """Tell whether a note's code span means a command, as it is or cut short."""
    whole = clean(command, _READ)
    return whole.startswith(told[:-1]) if told.endswith("…") and len(told) > _SHORTEST else whole == told
