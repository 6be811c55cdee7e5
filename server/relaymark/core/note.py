"""The handover note between two sessions: drafted from facts without a model, written and read as markdown."""

import re
from collections.abc import Sequence

import msgspec
from msgspec import Struct

from relaymark.core.markdown import one_line
from relaymark.core.relay.claims import next_claims, state_claims
from relaymark.core.relay.facts import Claim, Head, NoteFacts
from relaymark.core.relay.knowledge import context_claims
from relaymark.core.relay.text import clean
from relaymark.core.status import iso

MOST_WORDS = 300
"""The most words of a note, its front matter and headings taken in."""
SECTIONS = ("STATE", "ARCHITECTURE CONTEXT", "NEXT STEP")
NOTHING = "None on record."

_LONGEST_LINE = 6_000
_COMMIT_SHOWN = 12
_PLAIN_YAML = re.compile(
    r"(?=.*[A-Za-z])(?![\d.eE+-]+$)(?!0[xob])(?!(?:null|true|false|yes|no|on|off|nan|inf)$)[\w./+-][\w./+@:-]*[\w/]",
    re.IGNORECASE,
)
_FIELD = re.compile(r"([a-z][a-z-]*):[ \t]*(.*)")
_FRONT_LINES = 40


class Header(Struct, frozen=True, kw_only=True):
    """The front matter of a note; None is what its writer did not know.

    Attributes:
        session: The session that is handed over.
        agent: Its agent, as `claude-code`.
        author: Who wrote the note: `draft`, or the writer's name.
        phase: The plan and the phase, as `PLAN.md: Phase 2`.
        commit: Branch and commit, as `main@abc123`; `HEAD@...` for a detached one.
        date: ISO 8601 in UTC.
        tokens: The session's context when it was handed over.
    """

    session: str | None = None
    agent: str | None = None
    author: str | None = None
    phase: str | None = None
    commit: str | None = None
    date: str | None = None
    tokens: int | None = None

    @property
    def sha(self) -> str | None:
        """The commit without its branch, None where there was none."""
        found = (self.commit or "").rpartition("@")[2]
        return found if re.fullmatch(r"[0-9a-f]{7,64}", found) else None


class Note(Struct, frozen=True):
    """A handover note: its front matter and the claims of its three sections, ready to be written."""

    header: Header
    state: tuple[Claim, ...]
    context: tuple[Claim, ...]
    next_step: tuple[Claim, ...]


def draft(facts: NoteFacts) -> Note:
    """Return the note that the facts alone give: at most 300 words, the least important claims left out."""
    session = facts.session
    header = Header(
        session=session.id,
        agent=session.agent,
        author="draft",
        phase=_phase(facts),
        commit=commit_text(facts.head),
        date=iso(facts.now),
        tokens=session.context.tokens,
    )
    empty = Note(header, (), (), ())
    sections = (tuple(state_claims(facts)), tuple(context_claims(facts)), tuple(next_claims(facts)))
    kept, left_out = _fitting(sections, MOST_WORDS - _words(note_text(empty)))
    if left_out:
        kept = ((*kept[0], Claim(0, f"{left_out} more facts are left out for length")), *kept[1:])
    return Note(header, *kept)


def commit_text(head: Head | None) -> str | None:
    """Return where a work tree stands as the front matter says it, None where there is no commit."""
    if head is None or head.sha is None:
        return None
    return f"{head.branch or 'HEAD'}@{head.sha[:_COMMIT_SHOWN]}"


def note_text(note: Note) -> str:
    """Return a note as markdown; whatever the claims hold, they stay single lines of their section."""
    parts = ["---", *(f"{name}: {_yaml(getattr(note.header, name))}" for name in Header.__struct_fields__), "---"]
    for name, claims in zip(SECTIONS, (note.state, note.context, note.next_step), strict=True):
        parts += ["", f"## {name}", ""]
        parts += [f"- {_line(claim)}" for claim in claims] or [f"- {NOTHING}"]
    return "\n".join(parts) + "\n"


def read_header(text: str) -> Header | None:
    """Return the front matter of a note, None for a text that has none."""
    lines = text.removeprefix("\ufeff").split("\n", _FRONT_LINES)[:_FRONT_LINES]
    if not lines or lines[0].rstrip() != "---":
        return None
    closing = next((at for at, line in enumerate(lines[1:], 1) if line.rstrip() == "---"), None)
    if closing is None:
        return None
    values = {found[1]: _unquoted(found[2].strip()) for line in lines[1:closing] if (found := _FIELD.fullmatch(line))}
    told = {name: values[name] for name in Header.__struct_fields__ if values.get(name) not in (None, "", "null", "~")}
    tokens = told.pop("tokens", "")
    return Header(**told, tokens=int(tokens) if tokens.isascii() and tokens.isdigit() else None)


def _phase(facts: NoteFacts) -> str | None:
    if facts.phase is None:
        return None
    name = facts.phase.name or facts.phase.title
    return f"{facts.phase.plan}: {name}" if name else facts.phase.plan


def _line(claim: Claim) -> str:
    text = claim.text + (f" ({', '.join(claim.evidence)})" if claim.evidence else "") + "."
    return one_line(text.removesuffix("..") + "." if text.endswith("..") else text, _LONGEST_LINE)


def _words(text: str) -> int:
    return len(text.split())


def _fitting(
    sections: Sequence[Sequence[Claim]], room: int
) -> tuple[tuple[tuple[Claim, ...], tuple[Claim, ...], tuple[Claim, ...]], int]:
    """Return the most important claims that fit into so many words, in their own order, and how many do not."""
    placed = [(claim.rank, at, number) for at, claims in enumerate(sections) for number, claim in enumerate(claims)]
    room -= _words("- 99 more facts are left out for length.")
    kept: set[tuple[int, int]] = set()
    for _, at, number in sorted(placed):
        words = 1 + _words(_line(sections[at][number]))
        if words <= room:
            room -= words
            kept.add((at, number))
    state, context, following = (
        tuple(claim for number, claim in enumerate(claims) if (at, number) in kept)
        for at, claims in enumerate(sections)
    )
    return (state, context, following), len(placed) - len(kept)


def _yaml(value: str | int | None) -> str:
    if value is None or isinstance(value, int):
        return "null" if value is None else str(value)
    text = clean(value, 200).replace("<", "").replace(">", "")
    return text if _PLAIN_YAML.fullmatch(text) and ": " not in text else msgspec.json.encode(text).decode()


def _unquoted(value: str) -> str:
    if len(value) > 1 and value[0] == value[-1] == '"':
        try:
            return msgspec.json.decode(value, type=str)
        except ValueError:
            return value[1:-1]
    if len(value) > 1 and value[0] == value[-1] == "'":
        return value[1:-1].replace("''", "'")
    return value
