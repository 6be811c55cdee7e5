"""Reads the status that headings and status lines state, without taking every "done" for one."""

# ruff: noqa: RUF001 - the dashes and quotes that people write plans with

import re

from relaymark.core.plan.mentions import blank_code
from relaymark.core.plan.model import State, Status

_SAID: dict[Status, str] = {
    "done": r"complete|completed|done|finished|shipped|implemented|merged|closed"
    r"|erledigt|fertig|abgeschlossen|terminé|hecho|completado|concluído|готово|выполнено|完了|完成|已完成|완료",
    "active": r"in[ -]progress|wip|ongoing|active|started|current|blocked|paused|partial"
    r"|进行中|進行中|진행 ?중",
    "open": r"to-?do|to do|pending|not started|planned|open|next|upcoming|proposed|draft|future",
    "dropped": r"superseded|deferred|dropped|cancell?ed|abandoned|skipped|obsolete|won['’]t do|archived"
    r"|descoped|removed",
}
_WORD = "(?:" + "|".join(_SAID.values()) + ")"
_KINDS = {status: re.compile(words, re.IGNORECASE) for status, words in _SAID.items()}
_PARTLY = r"(?:mostly|partly|partially|nearly|almost|half|largely)"
_PHRASE = re.compile(
    rf"(?:(?P<partly>{_PARTLY}|(?!100)\d{{1,2}} ?%)\s+|100 ?%\s+)?(?P<word>{_WORD})"
    r"(?:\s+by\s.*|[\s,:–-]*(?:(?:on|in|at|via|PR|commit)\s+)*[#@]?[\w./-]*\d[\w./-]*)?\s*[.!]?",
    re.IGNORECASE,
)
_MARKS: dict[str, Status] = {
    **dict.fromkeys("✅✓✔☑", "done"),
    **dict.fromkeys("🚧🔄⏳⏸", "active"),
    **dict.fromkeys("⬜🔲☐🔜❌", "open"),
    **dict.fromkeys("🚫⏭", "dropped"),
}
_MARK = f"[{''.join(_MARKS)}]"
_LAST_MARK = re.compile(rf"({_MARK})\ufe0f?$")
_ARROW = re.compile(r"(?:[→➜⇒]|[-=]>)[*_]*+(?:\s[*_]*+)?$")
_GOAL = re.compile(rf"(?:[→➜⇒]|[-=]>)[*_\s]*+{_MARK}")
_LAST_DATE = re.compile(r"(?<=[\s✅✓✔☑\ufe0f])\d{4}-\d\d-\d\d$")
_LAST_GROUP = re.compile(r"[(\[]([^()\[\]]*)[)\]]$")
_LAST_WORDS = re.compile(
    rf"(?:^|[–—:|]\s*|\s-+\s+|{_MARK}\ufe0f?\s*)[*_]*(?P<phrase>(?:(?:{_PARTLY}|\d{{1,3}} ?%)\s+)?{_WORD})\s*[.!]?$",
    re.IGNORECASE,
)
_LAST_CAPITALS = re.compile(rf"\s[*_]*(?P<phrase>(?:{_PARTLY}\s+)?{_WORD})[.!]?$", re.IGNORECASE)
_FIRST = re.compile(rf"\s*(?:({_MARK})\ufe0f?|\[([ xX✓✔✅])\]|(~~)|\**\[({_WORD})\])\s*", re.IGNORECASE)
_CHECKPOINT = re.compile(r"checkpoint:\s*[0-9a-f]{6,40}", re.IGNORECASE)
_TRIM = " \t\r\n\f*_~"
_MOST_PIECES = 64
"""How many pieces are taken for a status at the end of a line: marks, dates, groups in brackets."""

_MAY_SAY = re.compile(
    rf"[-*+.)][ \t]+\[[^\[\]\n\r]{{1,12}}\]|(?<![^\r\n])(?:todos:|[ \t>*_-]*status\b"
    rf"|\ufeff?[ \t]{{0,3}}(?:#|\*\*|__|\|)[^\r\n]{{0,500}}?(?:{_WORD}|{_MARK}|\[[ xX]\]|~~|checkpoint:))",
    re.IGNORECASE,
)
_STATUS_LINE = re.compile(r"(?<![^\r\n])[ \t>*_-]*status[*_]*[ \t]*[:：][ \t*_]*(?P<value>[^\n\r]+)", re.IGNORECASE)
_YAML_STATUS = re.compile(r"(?<![^\r\n])status[ \t]*:[ \t]*[\"']?([^\n\r\"']+)", re.IGNORECASE)
_NOTICE = re.compile(
    r"^[^\w\n]*(?:(?:this|the)\s+(?:plan|document|file|roadmap)\s+(?:is|was|has been)\s+(?:now\s+)?)?"
    r"(?P<word>superseded|obsolete|abandoned|archived|replaced)"
    r"(?:\b(?=\s+(?:by|in favou?r|on|plan)\b)|[*_\])!.:]|\s*$)",
    re.IGNORECASE,
)
_SUPERSEDED = re.compile(
    r"\W*(?:superseded|obsolete|abandoned|cancell?ed|dropped|replaced by|deprecated)\b", re.IGNORECASE
)
_ARCHIVED = re.compile(r"\W*archived\b", re.IGNORECASE)


def split_status(heading: str) -> tuple[str, Status | None]:
    """Return `heading` (one line of inline markdown) without its status, and that status.

    A status counts only at the start, or at the end in brackets, as a mark, behind a separator or in
    capitals; a word in the middle of a title, or in backticks, is none.
    """
    status: Status | None = None
    first = _FIRST.match(heading)
    if first:
        mark, box, struck, word = first.groups()
        status = "dropped" if struck else _MARKS[mark] if mark else _of_box(box) if box else _of_phrase(word)
        heading = heading[first.end() :]
    seen = blank_code(heading)
    cut = kept = len(seen.rstrip(_TRIM))
    last: Status | None = None
    for _ in range(_MOST_PIECES):
        found, said = _last(seen[:cut]) if cut else (-1, None)
        if found < 0:
            break
        cut = len(seen[:found].rstrip(_TRIM + "–—:|-"))
        if said is not None:
            last, kept = last or said, cut
    return heading[:kept].strip(), last or status


def may_say(text: str) -> bool:
    """Tell at a glance whether a text may hold boxes or a status; if not, there is nothing to follow in it."""
    return _MAY_SAY.search(text) is not None


def status_line(text: str, start: int, end: int) -> tuple[Status, int, int] | None:
    """Return what a `Status:` line in `text[start:end]`, a paragraph, says of a phase, and where that stands."""
    found = _STATUS_LINE.search(text, start, end)
    if found is None:
        return None
    status = _whole(found["value"])
    return (status, found.start("value"), found.end("value")) if status else None


def stated_state(texts: list[str], front_matter: str) -> State | None:
    """Return the state that a plan plainly gives itself, from its first paragraphs and its front matter.

    `done` is what its author said; whether its boxes agree is not looked at.
    """
    values = [found[1] for found in _YAML_STATUS.finditer(front_matter)]
    values += [found["value"] for text in texts for found in _STATUS_LINE.finditer(text)]
    values += [found["word"] for text in texts if (found := _NOTICE.match(text))]
    for value in values:
        if _SUPERSEDED.match(value) or value.casefold().startswith("replaced"):
            return "superseded"
        if _ARCHIVED.match(value):
            return "archived"
    return "done" if any(_whole(value) == "done" for value in values) else None


def _whole(value: str) -> Status | None:
    """Return the status that a value says, None if it says anything else."""
    rest, status = split_status(value.strip(_TRIM))
    return status if not rest.strip(_TRIM + ".") else None


def _last(text: str) -> tuple[int, Status | None]:
    """Return where the last piece that may be a status starts (-1: there is none), and what it says."""
    if mark := _LAST_MARK.search(text):
        return (-1, None) if _is_goal(text, mark.start()) else (mark.start(), _MARKS[mark[1]])
    if group := _LAST_GROUP.search(text):
        inner = group[1]
        if _CHECKPOINT.fullmatch(inner.strip()):
            return group.start(), "done"
        return group.start(), _of_box(inner) or _of_phrase(inner.strip(_TRIM + "".join(_MARKS) + "\ufe0f"))
    if date := _LAST_DATE.search(text):
        return date.start(), None
    if words := _LAST_WORDS.search(text):
        return words.start("phrase"), _of_phrase(words["phrase"])
    words = _LAST_CAPITALS.search(text)
    if words and words["phrase"].isupper() and not _is_goal(text, words.start("phrase")):
        return words.start("phrase"), _of_phrase(words["phrase"])
    return -1, None


def names_goal(heading: str) -> bool:
    """Tell whether a heading says where its marks are to go (`all tests 🟡 → ✅`): it is work, and no status."""
    return _GOAL.search(blank_code(heading)) is not None


def _is_goal(text: str, at: int) -> bool:
    """Tell whether an arrow leads to a status: it is what the work is to bring (`all tests 🟡 → ✅`)."""
    return _ARROW.search(text, 0, at) is not None


def _of_box(mark: str) -> Status | None:
    return "done" if mark in {"x", "X", "✓", "✔", "✅"} else "open" if mark == " " else None


def _of_phrase(phrase: str) -> Status | None:
    found = _PHRASE.fullmatch(phrase)
    if found is None:
        return None
    status = next(status for status, words in _KINDS.items() if words.fullmatch(found["word"]))
    return "active" if found["partly"] and status == "done" else status
