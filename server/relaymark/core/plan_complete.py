"""What can be written at a place in a plan: paths and mentions, labels of phases, marks in boxes, codes in comments."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

from msgspec import Struct

from relaymark.core.paths import normal
from relaymark.core.plan import Plan, Span
from relaymark.core.plan_symbols import plain
from relaymark.core.sheet import Sheet

Kind = Literal["mark", "code", "phase", "path"]

_MARKS = {" ": "open", "x": "done"}
_BOX = re.compile(r"[ \t>]*(?:[-*+]|\d+[.)])[ \t]+\[(?P<mark>[^\]\n]{0,2})$")
_REST_OF_BOX = re.compile(r"[^\]\n]{0,2}\]")
_IGNORE = re.compile(r"<!--\s*relaymark:\s*(?P<word>ignore(?P<codes>(?:[\s,]+[a-z-]+)*)[\s,]+)?(?P<typed>[a-z-]*)$")
_PHASE = re.compile(r"(?<![\w/])(?P<word>[^\W\d_]{2,20})[ \t]+(?P<typed>[\w.]{0,8})$")
_FENCE = re.compile(
    r"^(?:[ \t]*>)*[ \t]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?(?P<mark>`{3,}|~{3,})(?P<info>[^\r\n]*)", re.MULTILINE
)
_HEADING = re.compile(r"#{1,6}[ \t]+")
_TOKEN = re.compile(r"""(?P<before>^|[\s`("'<,;:=]|(?<![\w@])@)(?P<typed>[^\s`("'<>,;:=@]*)$""")
_MOST = 300
_FEW = 50
_LONGEST = 1_000


class Completion(Struct, frozen=True):
    """Something that can be written.

    Attributes:
        kind: What it is.
        label: What the list shows.
        text: What is written in place of the span.
        detail: One line about it.
        typed_as: What the editor compares with what stands in the span.
        folder: It is a folder.
    """

    kind: Kind
    label: str
    text: str
    detail: str = ""
    typed_as: str = ""
    folder: bool = False


class Completions(Struct, frozen=True):
    """All that can be written in place of a span; `whole`: more typing narrows this list, and needs no other one."""

    span: Span
    found: tuple[Completion, ...]
    whole: bool = True


class Names:
    """The names of a work tree's files and folders, arranged for completion."""

    def __init__(self, files: Iterable[str]) -> None:
        """Arrange files: paths from the top of the tree, with `/`."""
        self._below: dict[str, dict[str, None]] = {"": {}}
        bases = []
        for path in files:
            folder, _, base = path.rpartition("/")
            bases.append((base.casefold(), path))
            name = base
            while name not in (inner := self._below.setdefault(folder, {})):
                inner[name] = None
                if not folder:
                    break
                folder, _, above = folder.rpartition("/")
                name = f"{above}/"
        self._bases = sorted(bases)

    def below(self, folder: str) -> list[str] | None:
        """Return what lies directly in a folder (empty: the top), folders with `/` and first; None if there is none."""
        inner = self._below.get(folder)
        return None if inner is None else sorted(inner, key=lambda name: (not name.endswith("/"), name.casefold()))

    def starting(self, start: str) -> Iterator[str]:
        """Yield the files anywhere whose names start with some letters, whatever their case."""
        start = start.casefold()
        for base, path in self._bases[bisect_left(self._bases, (start, "")) :]:
            if not base.startswith(start):
                return
            yield path


def completions(sheet: Sheet, at: int, plan: str, names: Names | None, codes: Mapping[str, str]) -> Completions | None:
    """Return what can be written at an offset, None where there is nothing to offer.

    In a code block there are no boxes, comments and phases, and a sign like `@` means something else.

    Args:
        sheet: The plan.
        at: The cursor.
        plan: The plan's path from the top of the work tree.
        names: The files of the tree, None while they are not known.
        codes: The rules' codes, each with what it says.
    """
    before, whole = _before(sheet, at)
    after = sheet.text[at : min(sheet.lines.end(sheet.lines.line_at(at)), at + _LONGEST)]
    token = _TOKEN.search(before)
    path = token if names is not None and token and _wants_path(before, token) else None
    box, comment, named = _BOX.match(before) if whole else None, _IGNORE.search(before), _PHASE.search(before)
    if (box or comment or named or path) and _is_fenced(sheet.text, sheet.lines.start(sheet.lines.line_at(at))):
        box = comment = named = None
        path = path if path and path["before"] != "@" else None
    if box:
        return _marks(sheet.plan, box["mark"], at, after)
    if comment:
        return _codes(comment, at, after, codes)
    if named:
        heading = whole and _HEADING.fullmatch(before[: named.start()]) is not None
        if found := _labels(sheet.plan, named, at, heading=heading):
            return found
    return _paths(path["typed"], at, plan, names) if path and names else None


def _is_fenced(text: str, start: int) -> bool:
    """Tell whether a line, given its start, stands in a code block between fences."""
    fence = ""
    for found in _FENCE.finditer(text, 0, start):
        mark, info = found["mark"], found["info"]
        if fence:
            fence = "" if mark.startswith(fence) and not info.strip() else fence
        elif mark[0] not in info:
            fence = mark
    return bool(fence)


def wants_names(sheet: Sheet, at: int) -> bool:
    """Tell whether the files of the tree matter for what can be written at an offset."""
    before, _ = _before(sheet, at)
    token = _TOKEN.search(before)
    return token is not None and _wants_path(before, token)


def _before(sheet: Sheet, at: int) -> tuple[str, bool]:
    """Return what stands before the cursor in its line, of a very long one the end; and whether that is all of it."""
    start = sheet.lines.start(sheet.lines.line_at(at))
    return sheet.text[max(start, at - _LONGEST) : at], at - start <= _LONGEST


def _marks(plan: Plan, typed: str, at: int, after: str) -> Completions:
    # What other marks mean differs between plans (`[-]` is under way here and dropped there): a plan's own are offered.
    own = dict.fromkeys(item.mark for item in plan.items if not item.todo and item.mark.strip())
    marks = _MARKS | {mark: "as elsewhere in this plan" for mark in own if mark not in _MARKS}
    rest = _REST_OF_BOX.match(after)
    # A bracket that closes a line stands there because an editor put it: the cursor goes behind it.
    closed = rest is not None and rest.end() < len(after)
    behind, end = ("", at + rest.end() - 1) if rest and closed else ("] ", at + (rest.end() if rest else 0))
    found = [Completion("mark", f"[{mark}]", mark + behind, says, typed) for mark, says in marks.items()]
    return Completions(Span(at - len(typed), end), tuple(found))


def _codes(comment: re.Match[str], at: int, after: str, codes: Mapping[str, str]) -> Completions:
    typed, given = comment["typed"], re.split(r"[\s,]+", comment["codes"] or "")
    lead = "" if comment["word"] else "ignore "
    closing = "" if "-->" in after else " -->"
    found = [
        Completion("code", code, f"{lead}{code}{closing}", says, f"{lead}{code}")
        for code, says in codes.items()
        if code not in given
    ]
    return Completions(Span(at - len(typed), at), tuple(found))


def _labels(plan: Plan, named: re.Match[str], at: int, *, heading: bool) -> Completions | None:
    """Return the labels of the phases that go by a word; in a heading the one that comes next."""
    word, typed = named["word"], named["typed"]
    alike = [phase for phase in plan.phases if phase.label and phase.name.casefold().startswith(f"{word} ".casefold())]
    if heading:
        numbers = [int(phase.label) for phase in alike if phase.label.isascii() and phase.label.isdigit()]
        following = str(max(numbers) + 1) if numbers else ""
        found = [Completion("phase", following, f"{following}: ", f"the next {word.casefold()}", following)] * bool(
            numbers
        )
    else:
        found = [
            Completion("phase", phase.label, phase.label, plain(phase.title), phase.label)
            for phase in {phase.label: phase for phase in alike}.values()
        ]
    return Completions(Span(at - len(typed), at), tuple(found)) if found else None


def _wants_path(before: str, token: re.Match[str]) -> bool:
    """Tell whether somebody writes a path: behind `@`, in backticks, in a link, or with a `/` in it."""
    opener, typed = token["before"], token["typed"]
    if opener == "@" or (opener == "(" and before.endswith(f"]({typed}")):
        return True
    inside = before.count("`") % 2 == 1
    return (inside and opener in {"`", " "} and (opener == "`" or bool(typed))) or ("/" in typed and typed != "/")


def _paths(typed: str, at: int, plan: str, names: Names) -> Completions:
    folder, slash, last = typed.rpartition("/")
    span = Span(at - len(typed), at)
    if not slash:
        inner = names.below("") or []
        found = [_completion(name, name) for name in inner]
        far = [path for path in names.starting(last) if "/" in path] if last else []
        found += [_completion(path, path, path.rpartition("/")[2]) for path in far[:_FEW]]
        return Completions(span, tuple(found[: _MOST + _FEW]), whole=False)
    here = plan.rpartition("/")[0]
    climbs = typed.startswith(("./", "../"))
    seen_from_here = normal(f"{here}/{folder}" if here else folder).removeprefix(".")
    inner = (None if climbs else names.below(folder)) or names.below(seen_from_here) or []
    near = [name for name in inner if name.casefold().startswith(last.casefold())]
    listed = near if len(inner) > _MOST else inner
    return Completions(
        span, tuple(_completion(name, f"{folder}/{name}") for name in listed[:_MOST]), whole=len(inner) <= _MOST
    )


def _completion(label: str, text: str, typed_as: str = "") -> Completion:
    return Completion("path", label, text, "", typed_as or text, folder=text.endswith("/"))
