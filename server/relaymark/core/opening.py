"""The opening prompt of the next session, the check before it, and the argv that starts an agent with it."""

import re
from collections.abc import Sequence
from typing import Literal

from msgspec import Struct

from relaymark.core.markdown import one_line
from relaymark.core.redact import redacted
from relaymark.core.relay.facts import Commit, PhaseItem, PhaseWork
from relaymark.core.relay.text import code, nameable, named, plain
from relaymark.core.relay.work import done_text, under_way
from relaymark.core.tokens import short

Mode = Literal["start", "continue"]
Tested = Literal["passed", "failed", "unknown", "none"]

AGENT_PROGRAMS = {"claude-code": "claude", "codex": "codex"}
"""The program that starts an agent in a terminal; it takes the first prompt as its one argument."""

_MOST_NOTE = 6_000
MOST_FILES = 12
"""The most files that an opening prompt names."""

_PLAIN_PATH = re.compile(r"[\w./+@-]+")
_CLOSING_TAG = re.compile(r"<(?=/?handover)", re.IGNORECASE)


class Opening(Struct, frozen=True, kw_only=True):
    """What an opening prompt is made of.

    Attributes:
        mode: Whether the phase is begun, or continued in its middle.
        phase: The phase to work on.
        commits: Those that may hold what is done of it.
        uncommitted: Files that differ from HEAD.
        note_path: Where the note lies, relative to the work tree; None without one.
        note_text: What it says.
        pins: Files that the user chose, relative to the work tree.
    """

    mode: Mode
    phase: PhaseWork
    commits: tuple[Commit, ...] = ()
    uncommitted: tuple[str, ...] = ()
    note_path: str | None = None
    note_text: str = ""
    pins: tuple[str, ...] = ()

    @property
    def item(self) -> PhaseItem | None:
        """The item to begin with: the one under way, else the first open one."""
        begun = under_way(self.phase, self.uncommitted, ()) if self.mode == "continue" else None
        return begun[0] if begun else next(iter(self.phase.open_items), None)

    @property
    def files(self) -> tuple[str, ...]:
        """The files to read first: pins, those of the item to begin with, then those of the phase, open items first."""
        own = self.item.paths if self.item else ()
        return tuple(path for path in dict.fromkeys((*self.pins, *own, *self.phase.files)) if nameable(path))


def instruction(opening: Opening) -> str:
    """Return what the session is to do, in one sentence without its end; it names the plan as `@PLAN.md`."""
    phase, item = opening.phase, opening.item
    where = f"{plain(phase.name, 80)} of {mention(phase.plan)}" if phase.name else mention(phase.plan)
    if opening.mode == "start" or item is None:
        return f"Complete {where} and check off each item as you go"
    done = done_text(phase, opening.commits)
    return f"Continue {where} at item {plain(item.name, 12)} and check off each item as you go" + (
        f"; {done}" if done else ""
    )


def opening_text(opening: Opening) -> str:
    """Return the opening prompt as markdown: the instruction first, the note and the files, the first step last."""
    parts = [f"{instruction(opening)}.", ""]
    if opening.note_path:
        note = code(opening.note_path, 300)
        parts += [
            f"The session before this one left a note, {note}. Where it and the files differ, the files are right.",
            "",
            "<handover>",
            _contained(opening.note_text),
            "</handover>",
            "",
        ]
    if opening.files:
        parts += ["Read these files first, and others only as you need them:", ""]
        parts += [f"- `{path}`{_why(path, opening)}" for path in opening.files[:MOST_FILES]]
        if (rest := len(opening.files) - MOST_FILES) > 0:
            parts.append(f"- {rest} more files that the phase names are left out")
        parts.append("")
    return "\n".join((*parts, _last_word(opening))) + "\n"


def _contained(text: str) -> str:
    """Return a note's text without secrets, cut to a bound, that cannot end the block it stands in."""
    text = redacted(text).strip()
    if len(text) > _MOST_NOTE:
        text = text[:_MOST_NOTE].rstrip() + "\n(the rest is left out; the file has it)"
    return _CLOSING_TAG.sub("&lt;", text)


def _why(path: str, opening: Opening) -> str:
    if path in opening.pins:
        return " (pinned)"
    items = [item for item in opening.phase.open_items if path in item.paths]
    if not items:
        return ""
    return f" (item{'s' if len(items) > 1 else ''} {', '.join(plain(item.name, 12) for item in items)})"


def _last_word(opening: Opening) -> str:
    phase, item = opening.phase, opening.item
    what = plain(phase.name, 80) or "this plan"
    stop = f"When {what} is done and its tests pass, commit and stop: do not begin another phase."
    if item is None:
        return stop
    begun = under_way(phase, opening.uncommitted, ()) if opening.mode == "continue" else None
    dirty = [path for path in begun[1] if nameable(path)] if begun else []
    state = f"; it is under way, with uncommitted changes in {named(dirty, 8)}" if dirty else ""
    where = code(f"{phase.plan}:{item.line}", 250)
    return f"Begin with item {plain(item.name, 12)}, “{plain(item.text, 200)}” ({where}){state}. {stop}"


def mention(path: str) -> str:
    """Return a file as prompts mention it: `@PLAN.md`, quoted where the path holds blanks or signs."""
    flat = one_line(path, 300).replace('"', "")
    return f"@{flat}" if _PLAIN_PATH.fullmatch(flat) else f'@"{flat}"'


def sentence(opening: Opening, prompt_path: str) -> str:
    """Return the one sentence for an agent's argv, that names the plan and the file with the whole prompt."""
    return one_line(f"{instruction(opening)}; first read {mention(prompt_path)}", 1_000)


def argv(agent: str, prompt: str) -> tuple[str, ...]:
    """Return the program and arguments that start `agent` with a prompt; no shell is to read them.

    Raises:
        KeyError: Nobody knows how to start that agent.
    """
    return (AGENT_PROGRAMS[agent], prompt)


class Boundary(Struct, frozen=True, kw_only=True):
    """Where a phase stands when the next one is to begin.

    Attributes:
        phase: The phase that is left; None if it is not known.
        uncommitted: Files that differ from HEAD; None outside of git.
        tested: What became of the last test run of the session that is left.
        test: That run's command.
        edited_since: Whether files were edited after it; None if that is not known.
        session: The session that is left, None if there is none.
        noted: There is a note of that session.
        note_stale: The session worked on after its note was written.
    """

    phase: PhaseWork | None = None
    uncommitted: tuple[str, ...] | None = None
    tested: Tested = "none"
    test: str = ""
    edited_since: bool | None = None
    session: str | None = None
    noted: bool = False
    note_stale: bool = False


class Offer(Struct, frozen=True):
    """What the boundary is not ready for, and what to do about it; nothing is forced.

    Attributes:
        kind: Which check found it.
        text: What was found, on one line.
        action: What to do, as the label of a button.
    """

    kind: Literal["items", "tests", "uncommitted", "note"]
    text: str
    action: str


def boundary(facts: Boundary) -> tuple[Offer, ...]:
    """Return what to offer before the next phase starts, in the order in which to do it; empty: all is ready."""
    found: list[Offer] = []
    phase = facts.phase
    if phase and (items := phase.open_items):
        shown = ", ".join(item.name for item in items[:8]) + (f" and {len(items) - 8} more" if len(items) > 8 else "")
        what = phase.name or phase.plan
        text = f"{what} has {_count(len(items), 'open item')}: {shown}"
        found.append(Offer("items", one_line(text, 200), f"Continue {one_line(what, 40)}"))
    if facts.session is not None and (text := _untested(facts)):
        found.append(Offer("tests", text, "Run the tests"))
    if files := facts.uncommitted:
        shown = ", ".join(one_line(path) for path in files[:5]) + (
            f" and {len(files) - 5} more" if len(files) > 5 else ""
        )
        found.append(Offer("uncommitted", f"{_count(len(files), 'file')} not committed: {shown}", "Commit the phase"))
    if facts.session is not None and (not facts.noted or facts.note_stale):
        text = "The session worked on after its handover note" if facts.noted else "The session has no handover note"
        found.append(Offer("note", text, "Generate handover"))
    return tuple(found)


def _untested(facts: Boundary) -> str:
    command = one_line(redacted(facts.test), 80)
    match facts.tested:
        case "none":
            return "No test was run in the session"
        case "failed":
            return f"The last test run failed: {command}"
        case _ if facts.edited_since:
            return f"Files were edited after the last test run: {command}"
        case "unknown":
            return f"The result of the last test run is not recorded: {command}"
    return ""


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


class Cost(Struct, frozen=True, kw_only=True):
    """What the step to a fresh session buys, in tokens; None is not known.

    Attributes:
        context: What the session holds that is left.
        base: What a fresh session of that agent holds before any work.
        note: The opening prompt with the note in it.
        files: Each of the files to read first.
    """

    context: int | None = None
    base: int | None = None
    note: int = 0
    files: Sequence[int] = ()


def estimate(cost: Cost) -> str:
    """Return what the step buys, as `58k -> 14k (base + note + 3 files)`; empty where too little is known."""
    if cost.context is None or cost.base is None:
        return ""
    after = cost.base + cost.note + sum(cost.files)
    parts = ["base", *(["note"] if cost.note else []), *([_count(len(cost.files), "file")] if cost.files else [])]
    return f"{short(cost.context)} -> {short(after)} ({' + '.join(parts)})"
