"""Reads what a section of a plan quotes of the work that is to come: lines of code, and the messages of commits."""

import re
from collections.abc import Iterator

from relaymark.core.symbols import LINE

_FENCE = re.compile(r"^[ \t>]*(`{3,}+|~{3,}+)[ \t]*+([\w+#-]*+)[^\n]*+\n(.*?)^[ \t>]*\1", re.MULTILINE | re.DOTALL)
_NOT_CODE = frozenset({"console", "terminal", "text", "txt", "output", "mermaid"})
_SHELL = frozenset({"bash", "sh", "shell", "zsh", "powershell"})
_TELLING = re.compile(r"\w{3}.*\w{3}")
_SHORTEST = 16
_MOST_LINES = 60
_SCRIPT = 12
_MESSAGE = re.compile(
    r"\bgit commit\b[^\n]*?\s-[a-z]*m\s*"
    r"(?:\"\$\(cat <<-?\s*'?\w+'?\n\s*(?P<here>[^\n]+)|\"(?P<two>[^\"\n]+)|'(?P<one>[^'\n]+))"
    r"|`(?P<span>(?:feat|fix|refactor|test|docs|chore|perf|build|ci|style)(?:\([^()`\n]{1,40}\))?!?: [^`\n]+)`"
)
_NUMBER = re.compile(r"(?:(?<!\s)\s++)?\(#\d+\)\s*$")
_WORD = re.compile(r"\w{2,}")
_FEWEST_WORDS = 4


def quoted_lines(text: str, start: int, end: int) -> tuple[str, ...]:
    """Return the telling lines of the code in `text[start:end]`, as `core.symbols` looks for lines; at most 60."""
    found: dict[str, None] = {}
    for fence in _FENCE.finditer(text, start, end):
        language = fence[2].casefold()
        if language in _NOT_CODE:
            continue
        lines = fence[3].splitlines()
        # A few lines of shell are commands to run, more are a script to write.
        if language in _SHELL and len(lines) < _SCRIPT and not fence[3].lstrip().startswith("#!"):
            continue
        if language in {"diff", "patch"}:
            lines = [line[1:] for line in lines if line.startswith("+") and not line.startswith("+++")]
        for line in lines:
            bare = " ".join(line.split())
            if len(bare) >= _SHORTEST and _TELLING.search(bare):
                found[LINE + bare] = None
    return tuple(found)[:: max(1, -(-len(found) // _MOST_LINES))]


def quoted_messages(text: str) -> Iterator[tuple[int, str]]:
    """Yield the subject lines of the commits that a plan wants made, and where each stands."""
    for found in _MESSAGE.finditer(text):
        subject = plain_subject(next(each for each in found.groups() if each))
        if len(_WORD.findall(subject)) >= _FEWEST_WORDS:
            yield found.start(), subject


def plain_subject(subject: str) -> str:
    """Return a subject line without what differs between a plan and its commit: case, ends, the number of a request."""
    return " ".join(_NUMBER.sub("", subject).strip(" .").casefold().split())
