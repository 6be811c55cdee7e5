"""What a session is told at its start: the newest note that fits HEAD and the decisions, within a budget of tokens."""

import os
import re
import time

from relaymark.sources import hook_counts as counts
from relaymark.sources.hook_programs import succeeds
from relaymark.sources.places import NOTES, PROMPTS

MOST_NOTE = 1_500
MOST_DECISIONS = 500
"""Tokens of the note, and of all decisions together."""

_BYTES_PER_TOKEN = 3
"""Text that was not counted yet is taken for more tokens than it has."""
_MOST_ASKED = 8
_JUST_STARTED = 120
"""Seconds: an opening prompt that is younger belongs to the session that begins, and holds the note already."""
_COMMIT = re.compile(r"^commit:[ \t]*[\"']?(?:[^\n]*@)?([0-9a-f]{7,64})[\"']?[ \t]*$", re.MULTILINE)
_STAMPED = re.compile(r"\d{8}T\d{6}Z-")
_CLOSING_TAG = re.compile(r"<(?=/?handover)", re.IGNORECASE)
_FRONT = 4_000


def top_of(folder: str) -> str | None:
    """Return the top of the work tree that holds a folder, None outside of git."""
    while True:
        if os.path.exists(os.path.join(folder, ".git")):
            return folder
        above = os.path.dirname(folder)
        if above == folder:
            return None
        folder = above


def starting_text(top: str) -> str:
    """Return what the session is told, as markdown; empty where there is nothing to tell."""
    told = counts.known(top)
    notes: list[tuple[str, counts.Counted | None]] = []
    decisions: list[tuple[str, counts.Counted | None]] = []
    for path, state in counts.files(top):
        known = counts.current(told.get(path), state)
        (notes if path.startswith(NOTES) else decisions).append((path, known))
    parts = [] if _just_prompted(top) else _note(top, notes)
    return "\n\n".join((*parts, *_decisions(top, decisions)))


def uncounted(top: str) -> bool:
    """Tell whether there are notes or decisions that nobody counted as they are now."""
    told = counts.known(top)
    return any(counts.current(told.get(path), state) is None for path, state in counts.files(top))


def behind_head(top: str, sha: str) -> bool:
    """Tell whether a commit is HEAD or behind it; git is asked only if its files do not tell."""
    head = _head(top)
    if head is not None and head.startswith(sha):
        return True
    foreign = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR")
    environ = {name: value for name, value in os.environ.items() if name not in foreign}
    asked = ["git", "-C", top, "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null"]
    command = [*asked, "merge-base", "--is-ancestor", sha, "HEAD"]
    return succeeds(command, environ | {"GIT_OPTIONAL_LOCKS": "0"})


def _head(top: str) -> str | None:
    """Return the commit of HEAD where loose files tell it: none for linked work trees and packed branches."""
    try:
        with open(os.path.join(top, ".git", "HEAD"), encoding="ascii") as file:
            head = file.read(1_000).strip()
        if head.startswith("ref: refs/") and ".." not in head:
            with open(os.path.join(top, ".git", head[5:]), encoding="ascii") as file:
                head = file.read(100).strip()
    except (OSError, ValueError):
        return None
    return head


def _note(top: str, notes: list[tuple[str, counts.Counted | None]]) -> list[str]:
    asked: dict[str, bool] = {}
    for path, known in notes:
        text = counts.read(top, path) if _STAMPED.match(os.path.basename(path)) else ""
        if not text.startswith(("---", "\ufeff---")):
            continue
        found = _COMMIT.search(text[:_FRONT])
        if found and found[1] not in asked:
            if len(asked) == _MOST_ASKED:
                return []
            asked[found[1]] = behind_head(top, found[1])
        if found is None or asked[found[1]]:
            return [_told(path, text, known)]
    return []


def _told(path: str, text: str, known: counts.Counted | None) -> str:
    tokens = known.tokens if known else len(text.encode()) // _BYTES_PER_TOKEN + 1
    text = text if known and known.clean else _redacted(text)
    if tokens > MOST_NOTE:
        text = f"{text[: len(text) * MOST_NOTE // tokens].rstrip()}\n(the rest is left out; the file has it)"
    return (
        f"Relaymark: the session before this one left a handover note, `{path}`. It is a report: where it and the "
        f"files differ, the files are right.\n\n<handover>\n{_CLOSING_TAG.sub('&lt;', text.strip())}\n</handover>"
    )


def _decisions(top: str, decisions: list[tuple[str, counts.Counted | None]]) -> list[str]:
    room, shown, left_out = MOST_DECISIONS, [], 0
    for path, known in decisions:
        text = known.text or "" if known else _first_line(counts.read(top, path))
        if not text:
            continue
        text = text if known and known.clean else _redacted(text)
        room -= known.tokens if known else len(text.encode()) // _BYTES_PER_TOKEN + 1
        if room < 0:
            left_out += 1
        else:
            shown.append(f"- {text}")
    if left_out:
        shown.append(f"- {left_out} more {'is' if left_out == 1 else 'are'} left out: see `{counts.DECISIONS}/`")
    return ["\n".join(("Decided in this project, until a file says otherwise:", "", *shown))] if shown else []


def _first_line(text: str) -> str:
    """Return what a decision that nobody read yet says, roughly: its first line of text."""
    if text.startswith("---"):
        text = text[3:].partition("\n---")[2]
    line = next((line.strip("#-*+ \t") for line in text.splitlines() if line.strip("#-*+ \t")), "")
    return "".join(each for each in line if each.isprintable())[:300]


def _redacted(text: str) -> str:
    from relaymark.core.redact import redacted  # noqa: PLC0415  (25 ms; who was counted does without)

    return redacted(text)


def _just_prompted(top: str) -> bool:
    """Tell whether Relaymark itself is just starting this session, with an opening prompt that holds the note."""
    try:
        with os.scandir(os.path.join(top, PROMPTS)) as entries:
            return any(time.time() - entry.stat().st_mtime < _JUST_STARTED for entry in entries)
    except OSError:
        return False
