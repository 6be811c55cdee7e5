"""Turns an idea that somebody wrote down, or the steps that an agent keeps, into a plan with phases and boxes."""

# ruff: noqa: RUF001 - the dashes that people write plans with

import re
from collections.abc import Iterator, Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token
from msgspec import Struct

from relaymark.core import paths
from relaymark.core.lines import LineTable
from relaymark.core.plan.heads import Added, headings, is_heading, is_phase, phase_names, with_phase
from relaymark.core.plan.labels import leading_name
from relaymark.core.plan.model import Plan
from relaymark.core.plan.outline import read_title
from relaymark.core.plan.parse import parse_plan

LONGEST = 1_000_000
"""The most characters that are turned into a plan."""

_BLOCKS = MarkdownIt("commonmark").disable(["inline", "text_join", "reference"])
_FENCED = re.compile(
    r"\s*+(?P<fence>`{3,}+|~{3,}+)(?:markdown|md)?[ \t]*\r?\n(?P<inner>.*?)\r?\n(?P=fence)\s*", re.DOTALL
)
_PROPOSED = re.compile(r"\s*+<proposed_plan>\s*+(?P<inner>(?:.*?\S)??)\s*+</proposed_plan>\s*+", re.DOTALL)
_ASIDE = re.compile(
    r"\W*(?:\d+(?:\.\d+)*[.):]?\s+)?(?:context|overview|background|summary|introduction|motivation|(?:non-?)?goals?"
    r"|objectives?|problem|current (?:state|situation)|findings|analysis|approach|architecture|design"
    r"|(?:key )?decisions|assumptions|constraints|requirements|(?:out of )?scope|risks?|(?:open )?questions|notes?"
    r"|references?|appendix|alternatives|(?:key |critical |relevant |affected |important )?files(?: to .*)?"
    r"|success criteria|definition of done|done when)(?=\s*(?:$|[:(–—/&*-]|and\b))",
    re.IGNORECASE,
)
"""The head of what explains and holds nothing to do: a section, or a line above a list."""

_BOXED = re.compile(r"\[[^\[\]]{1,2}\]")
_LEAD = re.compile(r"(?:(?<!\W)\W++)?(?:plan|implementation plan)\s*[:–—-]\s*", re.IGNORECASE)
_LINE_BREAKS = re.compile(r"\s+")
_DONE = frozenset({"completed", "complete", "done"})
_DROPPED = frozenset({"cancelled", "canceled", "skipped"})
_MOST_STEPS = 500
_FEW = 2
_LISTS = frozenset({"bullet_list_open", "ordered_list_open", "bullet_list_close", "ordered_list_close"})
_POINT = re.compile(r"[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]+(?=\S)")


class Step(Struct, frozen=True):
    """One step of an agent's own list; `status` in the agent's word: `pending`, `in_progress`, `completed`, ..."""

    text: str
    status: str = "pending"


def adopt_text(text: str, title: str = "", root: str | None = None) -> str:
    """Return a plan that says what `text` says: nothing of it is lost, but what is to be done has phases and boxes.

    A text that has boxes keeps them. Else the outer points of lists become boxes, but not those of sections that only
    explain (context, goals, files), and a phase of prose gets one box. Where no heading names a phase, the headings
    over boxes become phases. What has nothing to do in it gets no box; empty text stays empty.

    Args:
        text: Markdown or plain text: a plan-mode file, an answer of a chat.
        title: Its title, where the text has none.
        root: The work tree: absolute paths below it become relative.
    """
    text = _unwrapped(text[:LONGEST]).strip("\n") + "\n"
    if not text.strip():
        return ""
    known = parse_plan(text)
    if not known.items:
        text = _applied(text, headings(text, _BLOCKS.parse(text)))
        text = _applied(text, _boxes(text))
        text = _applied(text, _boxes_of_prose(parse_plan(text)))
        known = parse_plan(text)
    text = _applied(text, phase_names(text, known))
    text = _titled(text, title)
    return with_phase(_relative(text, root))


def adopt_steps(steps: Sequence[Step], title: str = "", root: str | None = None) -> str:
    """Return a plan of one phase whose boxes are an agent's steps, with what is done ticked."""
    lines = [_line(step) for step in steps[:_MOST_STEPS] if step.text.strip()]
    heading = _one_line(title) or "Plan"
    return _relative(f"# {heading}\n\n## Phase 1: {heading}\n\n" + "".join(f"{line}\n" for line in lines), root)


def _line(step: Step) -> str:
    words, status = _one_line(step.text), step.status.casefold()
    if status in _DROPPED:
        return f"- [ ] ~~{words}~~"
    return f"- [{'x' if status in _DONE else ' '}] {words}"


def _one_line(text: str) -> str:
    return _LINE_BREAKS.sub(" ", text).strip()


def _unwrapped(text: str) -> str:
    """Return what stands in the fence or tag that a chat put around the whole answer."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    for around in (_PROPOSED, _FENCED):
        if found := around.fullmatch(text):
            text = found["inner"]
    return text


def _boxes(text: str) -> Iterator[Added]:
    """Yield the boxes to put before the outer points of lists; without headings and lists, before each line."""
    table = LineTable(text)
    tokens = _BLOCKS.parse(text)
    headings = [(int(token.tag[1:]), tokens[at + 1].content) for at, token in enumerate(tokens) if is_heading(token)]
    phased = sum(is_phase(content) for _, content in headings) >= _FEW
    left, depth, found, lead, order = 0, 0, False, "", iter(headings)
    for at, token in enumerate(tokens):
        if is_heading(token):
            lead, (level, content) = "", next(order)
            if not left or level <= left:
                aside = bool(_ASIDE.match(content)) or (phased and not is_phase(content))
                left = level if aside else 0
            elif phased and is_phase(content):
                left = 0
        elif token.type == "paragraph_open" and not token.level:
            lead = tokens[at + 1].content
        elif token.type in _LISTS:
            depth += token.nesting
        elif left or depth != 1 or _explains(lead):
            continue
        elif token.type == "list_item_open" and token.level == 1 and (edit := _box(text, table, token)):
            found = True
            yield edit
    if not found and not headings:
        yield from _boxed_lines(text, table, tokens)


def _explains(lead: str) -> bool:
    """Tell whether a paragraph above a list says that it explains: `Files:`, but not `Goal: be fast`."""
    return bool(_ASIDE.match(lead)) and ":" not in lead.strip(" *_:")


def _boxes_of_prose(plan: Plan) -> Iterator[Added]:
    """Yield a box at the end of each phase that has none, and of each numbered section where nothing has one."""
    if plan.items:
        phases = [phase for phase in plan.phases if phase.name and not phase.items and not phase.done]
        places = [(phase.span.end, phase.title or phase.name) for phase in phases]
    else:
        named = [each for each in plan.sections if leading_name(each.title) and not _ASIDE.match(each.title)]
        level = min((each.level for each in named), default=0)
        places = [(each.span.end, read_title(each.title)[0]) for each in named if each.level == level]
        places = places if len(places) >= _FEW else []
    for end, title in places:
        yield Added(end, end, f"\n\n- [ ] {_one_line(title)}")


def _box(text: str, table: LineTable, item: Token) -> Added | None:
    start = table.start(item.map[0] if item.map else 0)
    found = _POINT.match(text, start)
    if found is None or _BOXED.match(text, found.end()):
        return None
    return Added(found.end(), found.end(), "[ ] ")


def _boxed_lines(text: str, table: LineTable, tokens: Sequence[Token]) -> Iterator[Added]:
    for token in tokens:
        if token.type == "inline" and token.level == 1 and token.map:
            for line in range(*token.map):
                start = table.start(line)
                if text[start : table.end(line)].strip() and text[start] != "|":
                    yield Added(start, start + len(text[start:]) - len(text[start:].lstrip(" \t")), "- [ ] ")


def _titled(text: str, title: str) -> str:
    first = next((line for line in text.splitlines() if line.strip()), "")
    plan = parse_plan(text)
    own = plan.sections[0] if plan.sections else None
    if own and own.level == 1 and not any(phase.heading_span == own.heading_span for phase in plan.phases[1:]):
        return text
    if text.startswith("---\n"):
        return text
    said = read_title(_LEAD.sub("", first.strip(" #*_:")))[0] if not plan.items and first else ""
    return f"# {_one_line(title) or said[:80] or 'Plan'}\n\n{text}"


def _relative(text: str, root: str | None) -> str:
    if not root:
        return text
    folder = paths.normal(root).rstrip("/") + "/"
    return re.sub(rf"(?<![\w./~-]){re.escape(folder)}(?=[\w.@(\[])", "", text)


def _applied(text: str, edits: Iterator[Added]) -> str:
    parts: list[str] = []
    at = 0
    for edit in sorted(edits, key=lambda edit: edit.start):
        parts += (text[at : edit.start], edit.text)
        at = edit.end
    return "".join((*parts, text[at:]))
