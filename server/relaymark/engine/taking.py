"""Takes a note that somebody else wrote: from the clipboard, a chat in a browser, another program."""

from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from relaymark.core.config import Config
from relaymark.core.markdown import one_line
from relaymark.core.note import Header, commit_text, read_header
from relaymark.core.observed import View
from relaymark.core.place import Place
from relaymark.core.status import iso
from relaymark.core.writing import protocol_prompt, signed
from relaymark.engine.machine import Machine
from relaymark.engine.note_lint import text_findings, told
from relaymark.engine.plans import Joined
from relaymark.engine.relay import RelayError, file_stem, handover_session, handover_text, main_session
from relaymark.engine.relay_facts import top_of
from relaymark.engine.writing import Composed, keep
from relaymark.sources import commits as git

_NOT_A_NOTE = ("handover-sections", "handover-secret")


class Taken(Struct, frozen=True):
    """A note that was taken: where it lies, and what there is to say of it, one line each."""

    path: Path
    problems: tuple[str, ...] = ()


def prompt_for(
    machine: Machine,
    place: Place,
    views: Sequence[View],
    session_id: str | None,
    now: float,
    config: Config,
    both: Joined | None = None,
) -> str:
    """Return what any chat can be asked for a note with: the protocol, and what is on record of the session.

    Raises:
        RelayError: There is no such session.
    """
    view = handover_session(views, place, session_id)
    return protocol_prompt(handover_text(machine, place, view, now, path_map=config.path_map, both=both)[0])


def take(
    machine: Machine,
    place: Place,
    views: Sequence[View],
    session_id: str | None,
    now: float,
    config: Config,
    text: str,
    both: Joined | None = None,
) -> Taken:
    """Write a text as the note of a session, else of none, into the archive.

    A text that is no note, or that holds what looks like a secret, is refused; any other fault is told.

    Raises:
        RelayError: It is refused, there is no such session, or it cannot be written.
    """
    named = session_id is not None or main_session(views) is not None
    view = handover_session(views, place, session_id) if named else None
    top = top_of(place)
    given = read_header(text)
    author = one_line(given.author, 40) if given and given.author else "hand"
    if view is None:
        header = Header(author=author, phase=given.phase if given else None, commit=commit_text(git.head_of(top)))
        header, stem = replace(header, date=iso(now)), file_stem(now, "none", "none", author)
    else:
        draft, stem = handover_text(machine, place, view, now, path_map=config.path_map, both=both)
        header = replace(read_header(draft) or Header(), author=author)
    note = signed(header, text)
    findings = text_findings(top, note, config, view.session.commands if view and not view.session.partial else None)
    for finding in findings:
        if finding.code in _NOT_A_NOTE:
            raise RelayError(f"This is not taken as a note: {told(note, finding)}")
    path = keep(place, Composed(note, stem, "draft"))
    return Taken(path, tuple(told(note, finding) for finding in findings))
