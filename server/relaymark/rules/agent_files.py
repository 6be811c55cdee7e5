"""Rules about the files that tell agents how to work here, beside an open plan: AGENTS.md, CLAUDE.md and the like."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from msgspec import Struct

from relaymark.core.finding import Finding
from relaymark.core.hooks_blocks import BEGIN
from relaymark.core.lookup import FileIndex, Missing, look_up
from relaymark.core.markdown import one_line
from relaymark.core.naming import is_generated, is_placeholder
from relaymark.core.paths import name
from relaymark.core.plan import PathMention
from relaymark.core.plan.mentions import path_mentions
from relaymark.core.plan.wording import wording
from relaymark.core.sheet import Sheet
from relaymark.core.span import Span
from relaymark.core.tokens import exact

_FENCE = re.compile(r"[ \t>]*(`{3,}|~{3,})")
_HANDS_OVER = re.compile(r"\bhand(?:ing)?[\s-]?(?:over|off)\b|\bhandovers?\b|\bhandoffs?\b", re.IGNORECASE)
_EXAMPLE = re.compile(
    r"\b(?:e\.g\.|for example|for instance|such as|like|example|template|create|new file)\b", re.IGNORECASE
)
_OWN_MEMORY = "memory/"
"""Where Claude Code keeps what it notes for itself, below its own folder of the project and not in the tree."""
_BYTES = 4
"""Characters of prose that one token holds, about."""
_HEAVY = 6_000
"""Tokens: a tenth of the ceiling of a window of 200,000."""


class AgentFiles(Struct, frozen=True):
    """The facts about the rules files of a work tree.

    Attributes:
        files: By their path from the top, the one that most agents read first.
        plans: The open plans, by their path from the top.
        index: The files of the tree.
        judged: For paths that the index lacks, whether git ignores them; one that is missing is not judged.
        ages: How many commits came since each plan was changed last, as far as that is known.
    """

    files: Mapping[str, Sheet]
    plans: Mapping[str, Sheet]
    index: FileIndex
    judged: Mapping[str, bool] = {}
    ages: Mapping[str, int] = {}


def agent_file_findings(facts: AgentFiles) -> Iterator[Finding]:
    """Yield what there is to say of rules files; nothing without an open plan."""
    if not facts.plans or not facts.files:
        return
    yield from _without_relay(facts)
    for path, sheet in facts.files.items():
        tokens = len(sheet.text) // _BYTES
        if tokens >= _HEAVY:
            yield _finding(
                "rules-heavy",
                sheet,
                None,
                f"About {exact(tokens)} tokens that every session holds before any work. Leave here what every session "
                "needs, and the rest in files that are read when they are needed.",
            )
        for mention in absent_mentions(path, sheet, facts.index):
            if facts.judged.get(mention.path) is False:
                written = one_line(mention.path)
                yield _finding("rules-path-missing", sheet, mention.span, f"There is no `{written}` in this work tree.")


@lru_cache(maxsize=32)
def absent_mentions(path: str, sheet: Sheet, index: FileIndex) -> tuple[PathMention, ...]:
    """Return the paths in backticks, links and imports of a rules file that the tree should hold and does not.

    A text and a listing that stay the same are looked at once, as findings are asked for at each keystroke.
    """
    return tuple(_absent(path, sheet, index))


def _absent(path: str, sheet: Sheet, index: FileIndex) -> Iterator[PathMention]:
    told: set[str] = set()
    for start, end in _prose(sheet):
        line = sheet.text[start:end]
        if "/" not in line or _EXAMPLE.search(line):
            continue
        for mention in path_mentions(sheet.text, start, end):
            first = mention.span.start
            quoted = first > start and sheet.text[first - 1] in "`(@"
            plain = mention.span.of(sheet.text) == mention.path and "*" not in mention.path
            if not quoted or not plain or mention.path in told or "/" not in mention.path or mention.path[-1] == "/":
                continue
            if mention.path.startswith(_OWN_MEMORY) and index.holds("memory") is None:
                continue
            if is_placeholder(mention.path) or is_generated(mention.path) or mention.path.startswith((".", "~")):
                continue
            if wording(sheet.text, start, end, first, mention.span.end) not in {None, "coming"}:
                continue
            if isinstance(look_up(index, mention.path, path), Missing):
                told.add(mention.path)
                yield mention


def _without_relay(facts: AgentFiles) -> Iterator[Finding]:
    plans = {name(path).casefold() for path in facts.plans}
    for sheet in facts.files.values():
        text = sheet.text.casefold()
        if BEGIN in text or _HANDS_OVER.search(text) or any(plan in text for plan in plans):
            return
    oldest = max(facts.ages.values(), default=0) + 1
    plan = min(facts.plans, key=lambda path: facts.ages.get(path, oldest))
    message = f"Agents are not told here of `{one_line(plan)}`: one phase per session, tick what is done, hand over."
    yield _finding("rules-without-relay", next(iter(facts.files.values())), None, message)


def _prose(sheet: Sheet) -> Iterator[tuple[int, int]]:
    """Yield the lines outside of fences; a text in markdown inside of one may have fences of its own."""
    fences: list[tuple[str, bool]] = []
    for line in range(len(sheet.lines)):
        start, end = sheet.lines.start(line), sheet.lines.end(line)
        mark = _FENCE.match(sheet.text, start, end)
        if mark is None:
            if not fences:
                yield start, end
            continue
        names = sheet.text[mark.end() : end].strip().casefold()
        if fences and not names and mark[1].startswith(fences[-1][0]):
            fences.pop()
        elif not fences or (fences[-1][1] and names):
            fences.append((mark[1], names.startswith(("markdown", "md"))))


def _finding(code: str, sheet: Sheet, span: Span | None, message: str) -> Finding:
    return Finding(code=code, path=sheet.path, span=span, severity="information", message=message)
