"""Fixes that write where a file is now in place of where a plan says it is."""

from collections.abc import Iterator, Sequence

from relaymark.core.brace_lists import respelled
from relaymark.core.edits import Fix, least
from relaymark.core.finding import Finding
from relaymark.core.lookup import Found, look_up
from relaymark.core.markdown import one_line
from relaymark.core.paths import normal
from relaymark.core.plan import PathMention
from relaymark.core.plan.mentions import path_mentions
from relaymark.core.span import Span
from relaymark.rules.facts import PlanFacts
from relaymark.rules.path_missing import similar


def moved_path(finding: Finding, facts: PlanFacts) -> Iterator[Fix]:
    """Yield the new path of a file that git knows to be elsewhere: certain, as git itself tells it."""
    mentions = _mentions(finding, facts)
    if len(mentions) > 1:
        yield from _list_written(facts, mentions)
        return
    for mention in mentions:
        known = facts.past.paths.get(mention.path)
        if known and known.moved_to:
            yield from _written(facts, mention, known.path, known.moved_to, certain=True)


def likely_path(finding: Finding, facts: PlanFacts) -> Iterator[Fix]:
    """Yield the path of the one file that is probably meant by a name that is not there."""
    for mention in _mentions(finding, facts):
        # Where history knows what became of it, nothing is to be guessed.
        if mention.path not in facts.past.paths and (near := similar(facts.index, mention.path)):
            yield from _written(facts, mention, mention.path, near, certain=False)


def likely_in_rules(finding: Finding, facts: PlanFacts) -> Iterator[Fix]:
    """Yield the path of the one file that is probably meant in a rules file."""
    written = finding.span.of(facts.sheet.text) if finding.span else ""
    if finding.span and (near := similar(facts.index, written)):
        yield from _written(facts, PathMention(written, finding.span), written, near, certain=False)


def new_place(finding: Finding, facts: PlanFacts) -> Iterator[Fix]:
    """Yield the file that holds a name of code now, where its item names one file and one file holds it."""
    if finding.item is None or finding.span is None or finding.item >= len(facts.sheet.plan.items):
        return
    word = finding.span.of(facts.sheet.text)
    files = [path for path in facts.past.found.get(word, ()) if not path.endswith((".md", ".mdx", ".rst", ".txt"))]
    mentions = facts.sheet.plan.items[finding.item].paths
    if len(files) == len(mentions) == 1:
        verdict = look_up(facts.index, mentions[0].path, facts.path)
        if isinstance(verdict, Found):
            yield from _written(facts, mentions[0], verdict.path, files[0], certain=False)


def _mentions(finding: Finding, facts: PlanFacts) -> list[PathMention]:
    """Return the path that a finding is about, or all of the list in braces that holds it."""
    items = facts.sheet.plan.items
    if finding.item is None or finding.item >= len(items):
        return []
    return [each for each in items[finding.item].paths if each.span == finding.span]


def _written(facts: PlanFacts, mention: PathMention, old: str, new: str, *, certain: bool) -> Iterator[Fix]:
    written = mention.span.of(facts.sheet.text)
    if written.replace("\\", "/") != mention.path:
        return  # one of a list in braces: the others stand in the same stretch
    for path in _spellings(facts, mention, old, new):
        spelled = path.replace("/", "\\") if "\\" in written else path
        if _reads(facts.sheet.text, mention, spelled, [path]):
            yield _fix(facts, mention, path, spelled, certain=certain)
            return


def _list_written(facts: PlanFacts, mentions: Sequence[PathMention]) -> Iterator[Fix]:
    """Yield a list in braces with the new paths of those of its files that git knows to be elsewhere."""
    written = mentions[0].span.of(facts.sheet.text)
    new = []
    for mention in mentions:
        known = facts.past.paths.get(mention.path)
        moved = _spellings(facts, mention, known.path, known.moved_to) if known and known.moved_to else iter(())
        new.append(next(moved, mention.path))
    path = respelled(written, new)
    if path and path != written and _reads(facts.sheet.text, mentions[0], path, new):
        yield _fix(facts, mentions[0], path, path, certain=True)


def _spellings(facts: PlanFacts, mention: PathMention, old: str, new: str) -> Iterator[str]:
    """Yield the ways in which a plan may write a new path and be understood."""
    folder = "/" * mention.path.endswith("/")
    for form in _forms(mention.path, facts.path, old.rstrip("/"), new.rstrip("/")):
        path = form + folder
        if path != mention.path and _means(facts, path, new):
            yield path


def _fix(facts: PlanFacts, mention: PathMention, path: str, spelled: str, *, certain: bool) -> Fix:
    edit = least(facts.sheet.text, mention.span, spelled)
    return Fix(title=f"Write {one_line(path)}", path=facts.sheet.path, edits=(edit,), certain=certain)


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
