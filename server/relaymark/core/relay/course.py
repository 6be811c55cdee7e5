"""Reads from the order of a session's events what the picture of it does not keep: edits after a test, edits undone."""

import re
from collections.abc import Iterable

from msgspec import Struct

from relaymark.core import events as ev
from relaymark.core.relay.commands import runs_tests
from relaymark.core.relay.facts import Retreat

NO_CODE = (".md", ".mdx", ".markdown", ".txt")

_GIT = re.compile(
    r"(?:^|&&|;|\n)[^\S\n]*+git\s+(?:-C\s+\S+\s+)?(?P<verb>commit|checkout|restore|reset|revert|stash)\b(?P<rest>[^;&|\n]*)"
)
_WHOLE = {
    "checkout": re.compile(r"\s+(?:-f\b|(?:\S+\s+)?--\s+\.(?:\s|$)|\.(?:\s|$))"),
    "restore": re.compile(r"\s+(?:-\S+\s+)*(?:\.|:/)(?:\s|$)"),
    "reset": re.compile(r"\s+(?:\S+\s+)*--hard\b"),
    "stash": re.compile(r"\s*$|\s+(?:push|save|-u|--include-untracked)\b"),
}
_READ = 20_000
_LONGEST_TRY = 80
_MOST_KEPT = 2_000


class Course(Struct, frozen=True):
    """What the order of events tells.

    Attributes:
        edited_since_test: Whether code was changed after the last test run; None where no run was seen.
        retreats: The edits that were taken back, each file once, in the order of the last retreat.
    """

    edited_since_test: bool | None = None
    retreats: tuple[Retreat, ...] = ()


def course(events: Iterable[ev.Event]) -> Course:
    """Return what some events tell, in their order; edits that failed do not count, nor do documents as code."""
    seen = _Seen()
    for event in events:
        match event:
            case ev.Command():
                seen.since = False if runs_tests(event.command) else seen.since
                seen.commands[event.call] = event.command
            case ev.FileEdit():
                seen.waiting.setdefault(event.call, []).append(event)
            case ev.Returned():
                seen.returned(event)
            case _:
                pass
    return Course(seen.since, tuple(seen.retreats.values()))


class _Seen:
    """What was seen so far; an edit is kept with the number of commits before it."""

    def __init__(self) -> None:
        self.since: bool | None = None
        self.waiting: dict[str, list[ev.FileEdit]] = {}
        self.commands: dict[str, str] = {}
        self.done: list[tuple[int, ev.FileEdit]] = []
        self.commits = 0
        self.retreats: dict[str, Retreat] = {}

    def returned(self, event: ev.Returned) -> None:
        edits, command = self.waiting.pop(event.call, []), self.commands.pop(event.call, "")
        if event.ok is False or event.exit not in (None, 0):
            return
        for edit in edits:
            if self.since is not None and not edit.path.casefold().endswith(NO_CODE):
                self.since = True
            self._edited(edit)
        for found in _GIT.finditer(command[:_READ]):
            self._ran_git(found["verb"], found["rest"], command)

    def _edited(self, edit: ev.FileEdit) -> None:
        """Note an edit that puts back what an earlier one took out of the same file; any other is kept."""
        for at in range(len(self.done) - 1, -1, -1):
            _, before = self.done[at]
            undone = (before.added, before.removed) == (edit.removed, edit.added)
            if before.path == edit.path and undone and not edit.whole:
                if before.added.strip() or before.removed.strip():
                    self._retreat(Retreat(edit.path, _first_line(before)))
                del self.done[at]
                return
        self.done.append((self.commits, edit))
        if len(self.done) > _MOST_KEPT:
            del self.done[0]

    def _ran_git(self, verb: str, rest: str, command: str) -> None:
        if verb == "commit":
            self.commits += 1
        elif verb == "revert" and not rest.lstrip().startswith(("--abort", "--continue", "--quit", "--skip")):
            self._retreat(Retreat("", "", command))
        elif verb == "stash" and re.match(r"\s+(?:pop|apply)\b", rest):
            self.retreats = {path: each for path, each in self.retreats.items() if "stash" not in each.command}
        elif verb in _WHOLE and _WHOLE[verb].match(rest):
            self._taken_back(None, command)
        elif verb in ("checkout", "restore"):
            names = [word.strip("'\"").removeprefix("./") for word in rest.split() if not word.startswith("-")]
            self._taken_back(names, command)

    def _taken_back(self, names: list[str] | None, command: str) -> None:
        """Note that git put back the files of some names, None: all; what was committed before is not touched."""
        open_edits = [edit for commits, edit in self.done if commits == self.commits]
        last = {edit.path: edit for edit in open_edits if names is None or _is_named(edit.path, names)}
        for path, edit in last.items():
            self._retreat(Retreat(path, "" if edit.whole else _first_line(edit), command))
        self.done = [pair for pair in self.done if pair[1].path not in last or pair[0] != self.commits]

    def _retreat(self, found: Retreat) -> None:
        self.retreats.pop(found.path, None)
        self.retreats[found.path] = found


def _is_named(path: str, names: list[str]) -> bool:
    whole = path.replace("\\", "/")
    return any(name and (whole == name or whole.endswith(f"/{name}")) for name in names)


def _first_line(edit: ev.FileEdit) -> str:
    """Return the first line of an edit that is new in it; empty for one that only takes out."""
    old = {line.strip() for line in edit.removed.splitlines()}
    return next((line.strip()[:_LONGEST_TRY] for line in edit.added.splitlines() if line.strip() not in {*old, ""}), "")
