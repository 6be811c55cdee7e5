"""Fixes that write where a file is now in place of where a plan says it is."""

from collections.abc import Iterator, Sequence

from msgspec import Struct

from relaymark.core.brace_lists import respelled
from relaymark.core.edits import Edit, Fix, least
from relaymark.core.finding import Finding
from relaymark.core.lookup import Found, look_up
from relaymark.core.markdown import one_line
from relaymark.core.past import item_keys
from relaymark.core.paths import is_text, normal
from relaymark.core.plan import PathMention, parse_plan
from relaymark.core.plan.labels import names_in
from relaymark.core.plan.mentions import path_mentions
from relaymark.core.sheet import Sheet
from relaymark.core.span import Span
from relaymark.core.symbols import symbols_in
from relaymark.rules.facts import PlanFacts
from relaymark.rules.fixes.likewise import Moved, likewise
from relaymark.rules.near import similar
from relaymark.rules.symbol_missing import homes_of


class _Written(Struct, frozen=True):
    """A place of a plan with its new path: as it is spelled there, and the edit that writes it."""

    path: str
    edit: Edit


def moved_path(finding: Finding, facts: PlanFacts) -> Iterator[Fix]:
    """Yield the new path of a file that git knows to be elsewhere: certain where git itself tells it."""
    mentions = _mentions(finding, facts)
    moved = [known for each in mentions if (known := _moved(facts, each))]
    # Of a list in braces the other places of all its files are mended.
    sure = all(past.sure for each in mentions if (past := facts.past.paths.get(each.path)))
    yield from _everywhere(finding, facts, mentions, moved, certain=sure)


def likely_path(finding: Finding, facts: PlanFacts) -> Iterator[Fix]:
    """Yield the path of the one file that is probably meant by a name that is not there."""
    for mention in _mentions(finding, facts):
        # Where history knows what became of it, nothing is to be guessed.
        if mention.path not in facts.past.paths and (near := similar(facts.index, mention.path)):
            yield from _everywhere(finding, facts, [mention], [Moved(mention.path, mention.path, near)], certain=False)


def likely_in_rules(finding: Finding, facts: PlanFacts) -> Iterator[Fix]:
    """Yield the path of the one file that is probably meant in a rules file."""
    written = finding.span.of(facts.sheet.text) if finding.span else ""
    if finding.span and (near := similar(facts.index, written)):
        mention = PathMention(written, finding.span)
        yield from _fix(facts, [_written(facts, [mention], Moved(written, written, near))], certain=False)


def new_place(finding: Finding, facts: PlanFacts) -> Iterator[Fix]:
    """Yield the file that holds a name of code now, where one item names one file and one file gained the name."""
    if len(finding.concerned) != 1 or finding.span is None or finding.concerned[0] >= len(facts.sheet.plan.items):
        return
    item = facts.sheet.plan.items[finding.concerned[0]]
    [key] = item_keys(facts.sheet.text, [item.mark_span.start])
    files = homes_of(facts.past, key, _word(facts.sheet.text, finding.span))
    if len(files) == len(item.paths) == 1:
        verdict = look_up(facts.index, item.paths[0].path, facts.path)
        if isinstance(verdict, Found):
            moved = Moved(item.paths[0].path, verdict.path, files[0])
            yield from _fix(facts, [_written(facts, item.paths, moved)], certain=False)


def _word(text: str, span: Span) -> str:
    """Return the name of code that fills a code span: `round_money` of `round_money()`."""
    start, end = span.start, span.end
    while text[start - 1 : start] == "`":
        start -= 1
    while text[end : end + 1] == "`":
        end += 1
    return next((each.word for each in symbols_in(text, start, end) if each.span == span), span.of(text))


def _mentions(finding: Finding, facts: PlanFacts) -> list[PathMention]:
    """Return the path that a finding is about, or all of the list in braces that holds it."""
    plan = facts.sheet.plan
    named: Sequence[PathMention] = ()
    if finding.item is not None and finding.item < len(plan.items):
        named = plan.items[finding.item].paths
    elif finding.phase is not None and finding.phase < len(plan.phases):
        named = plan.phases[finding.phase].paths
    return [each for each in named if each.span == finding.span]


def _moved(facts: PlanFacts, mention: PathMention) -> Moved | None:
    known = facts.past.paths.get(mention.path)
    return Moved(mention.path, known.path, known.moved_to) if known and known.moved_to else None


def _everywhere(
    finding: Finding, facts: PlanFacts, mentions: Sequence[PathMention], moved: Sequence[Moved], *, certain: bool
) -> Iterator[Fix]:
    """Yield the fix of a finding's own place, and of all places that name the same old paths."""
    first = _written(facts, mentions, moved[0]) if moved else None
    if first is None:
        return
    others: dict[Span, _Written] = {}
    for one in moved:
        for span, named in likewise(finding, facts, one).items():
            if (
                span not in others
                and (other := _written(facts, named, one))
                and _says_the_same(facts.sheet, other.edit)
            ):
                others[span] = other
    yield from _fix(facts, [first, *others.values()], certain=certain)


def _says_the_same(sheet: Sheet, edit: Edit) -> bool:
    """Tell whether a line, be it a heading or a row, names and says of phases what it did before an edit."""
    line = sheet.lines.line_at(edit.start)
    start, end = sheet.lines.start(line), sheet.lines.end(line)
    old = sheet.text[start:end]
    new = f"{sheet.text[start : edit.start]}{edit.text}{sheet.text[edit.end : end]}"
    phases = [[(each.kind, each.label, each.status) for each in parse_plan(text).phases] for text in (old, new)]
    named = [[(each.kind, each.label) for each in names_in(text)] for text in (old, new)]
    return phases[0] == phases[1] and named[0] == named[1]


def _written(facts: PlanFacts, mentions: Sequence[PathMention], moved: Moved) -> _Written | None:
    """Return a place with the new path: as the old one was written there, and read again as that path."""
    text, first = facts.sheet.text, mentions[0]
    written = first.span.of(text)
    if len(mentions) > 1:
        return _list_written(facts, mentions)
    if written.replace("\\", "/") != first.path:
        return None  # one of a list in braces: the others stand in the same stretch
    for path in _spellings(facts, first, moved.old, moved.new):
        spelled = path.replace("/", "\\") if "\\" in written else path
        if _reads(text, first, spelled, [path]):
            return _Written(path, least(text, first.span, spelled))
    return None


def _list_written(facts: PlanFacts, mentions: Sequence[PathMention]) -> _Written | None:
    """Return a list in braces with the new paths of those of its files that git knows to be elsewhere."""
    written = mentions[0].span.of(facts.sheet.text)
    new = []
    for mention in mentions:
        known = _moved(facts, mention)
        forms = _spellings(facts, mention, known.old, known.new) if known else iter(())
        new.append(next(forms, mention.path))
    path = respelled(written, new)
    if path and path != written and _reads(facts.sheet.text, mentions[0], path, new):
        return _Written(path, least(facts.sheet.text, mentions[0].span, path))
    return None


def _fix(facts: PlanFacts, places: Sequence[_Written | None], *, certain: bool) -> Iterator[Fix]:
    """Yield the fix of some places, the finding's own first: its spelling is the title's."""
    made = [place for place in places if place]
    if not made:
        return
    count = f" ({len(made)} places)" if len(made) > 1 else ""
    edits = tuple(sorted(place.edit for place in made))
    yield Fix(title=f"Write {one_line(made[0].path)}{count}", path=facts.sheet.path, edits=edits, certain=certain)


def _spellings(facts: PlanFacts, mention: PathMention, old: str, new: str) -> Iterator[str]:
    """Yield the ways in which a plan may write a new path and be understood."""
    folder = "/" * mention.path.endswith("/")
    for form in _forms(mention.path, facts.path, old.rstrip("/"), new.rstrip("/")):
        path = form + folder
        if path != mention.path and is_text(path) and _means(facts, path, new):
            yield path


def _forms(written: str, plan: str, old: str, new: str) -> Iterator[str]:
    """Yield how a plan may write a new path, what is nearest to how it wrote the old one first."""
    bare = written.rstrip("/")
    beside = plan.rpartition("/")[0]
    if bare.startswith("../"):
        yield _from(beside, new)
    if bare.startswith("./"):
        yield f"./{new.removeprefix(f'{beside}/') if beside else new}"
    prefix = old.removesuffix(normal(bare)) if old.endswith(normal(bare)) else ""
    if prefix and new.startswith(prefix):
        yield new.removeprefix(prefix)
    yield new


def _from(folder: str, path: str) -> str:
    """Return a path as one of a folder writes it."""
    here, there = [part for part in folder.split("/") if part], path.split("/")
    while here and len(there) > 1 and here[0] == there[0]:
        here, there = here[1:], there[1:]
    return "/".join([*(".." for _ in here), *there])


def _means(facts: PlanFacts, path: str, new: str) -> bool:
    verdict = look_up(facts.index, path, facts.path)
    sure = isinstance(verdict, Found) and (verdict.only or verdict.how in {"exact", "relative"})
    return sure and isinstance(verdict, Found) and verdict.path.rstrip("/") == new.rstrip("/")


def _reads(text: str, mention: PathMention, spelled: str, paths: Sequence[str]) -> bool:
    """Tell whether the plan names the new paths once they are written, and with the same words around them."""
    start = max(text.rfind("\n", 0, mention.span.start), text.rfind("\r", 0, mention.span.start)) + 1
    end = min(at for at in (text.find("\n", mention.span.end), text.find("\r", mention.span.end), len(text)) if at >= 0)
    line = text[start : mention.span.start] + spelled + text[mention.span.end : end]
    at = mention.span.start - start
    span = Span(at, at + len(spelled))
    return [each.path for each in path_mentions(line, 0, len(line)) if each.span == span] == list(paths)
