"""Tells the findings that concern what changed lately from those that have been there for long."""

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet

from relaymark.core.finding import Finding
from relaymark.core.lookup import FileIndex
from relaymark.core.past import Past
from relaymark.core.paths import normal
from relaymark.core.plan import PathMention
from relaymark.core.sheet import Sheet
from relaymark.core.span import Span
from relaymark.rules.claims import resolve

Lines = tuple[int, int]


class Recent:
    """Holds what changed against the findings of one plan.

    Args:
        sheet: The plan.
        path: Its path from the top of the tree.
        lines: Its lines that changed (the first and the one behind the last, 0-based), None: all of them.
        files: The files that changed, from the top of the tree, also by their old names.
        index: The files of the tree.
        past: What history says about the plan.
    """

    def __init__(
        self,
        sheet: Sheet,
        path: str,
        lines: Sequence[Lines] | None,
        files: AbstractSet[str],
        index: FileIndex,
        past: Past,
    ) -> None:
        self._sheet, self._path, self._lines = sheet, path, lines
        self._files, self._index, self._past = files, index, past
        self._ends = {each.rpartition("/")[2].casefold() for each in files}

    def concerns(self, finding: Finding) -> bool:
        """Tell whether lines of a finding changed, or files that its items or its phase name."""
        if self._lines is None:
            return True
        spans, mentions = self._subject(finding)
        return any(map(self._changed, spans)) or any(self._touched(each) for each in mentions)

    def _subject(self, finding: Finding) -> tuple[list[Span], list[PathMention]]:
        plan = self._sheet.plan
        items = [plan.items[at] for at in finding.concerned if at < len(plan.items)]
        spans = [item.span for item in items]
        mentions = [mention for item in items for mention in item.paths]
        if finding.phase is not None and finding.phase < len(plan.phases) and not items:
            phase = plan.phases[finding.phase]
            named = [mention for mention in phase.paths if mention.span == finding.span]
            spans += [] if named else [phase.span]
            mentions += named or [*phase.paths, *(mention for item in phase.items for mention in item.paths)]
        if finding.span:
            spans.append(finding.span)
        if not spans:
            spans.append(Span(0, 0))
        return spans, mentions

    def _changed(self, span: Span) -> bool:
        table = self._sheet.lines
        first, last = table.line_at(span.start), table.line_at(max(span.start, span.end - 1))
        return any(start <= last and first < behind for start, behind in self._lines or ())

    def _touched(self, mention: PathMention) -> bool:
        return any(self._differs(path) for path in self._means(mention.path))

    def _means(self, written: str) -> Iterator[str]:
        yield from resolve(self._index, written, self._path)
        if known := self._past.paths.get(written):
            yield known.path
            if known.moved_to:
                yield known.moved_to
        yield normal(written)

    def _differs(self, path: str) -> bool:
        bare = path.rstrip("/")
        if bare in self._files:
            return True
        if path.endswith("/"):
            return any(file.startswith(path) for file in self._files)
        # A file that went is known by its old name only: the plan may have written the end of it.
        return bare.rpartition("/")[2].casefold() in self._ends and any(
            f"/{file}".casefold().endswith(f"/{bare.casefold()}") for file in self._files
        )
