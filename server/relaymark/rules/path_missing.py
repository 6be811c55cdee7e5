"""Finds items that name a file which the work tree does not hold, and where git knows it to be now."""

import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet

from relaymark.core.finding import Finding
from relaymark.core.lookup import FileIndex, Found, Missing, Unjudged, look_up
from relaymark.core.markdown import one_line
from relaymark.core.past import NOTHING, Look, Past
from relaymark.core.paths import name, normal
from relaymark.core.plan import Item, PathMention, Plan, plan_state
from relaymark.core.plan.wording import Wording, wording
from relaymark.rules.claims import Claim
from relaymark.rules.facts import PlanFacts
from relaymark.rules.proof import may_be_done

_NEAR = 3
_OR = re.compile(r"\bor\s*[`'\"(]*$", re.IGNORECASE)
_OUTSIDE = re.compile(r"(?<![\w./~-])(?:~/|/(?=[\w.@-]+/)|[A-Za-z]:\\)[^\s`'\")]+")


def ticked_paths(facts: PlanFacts) -> Iterator[Finding]:
    """Yield `path-missing` and `path-moved` of ticked items."""
    if not facts.speaks or not facts.index:
        return
    plan, closed = facts.sheet.plan, facts.closed_too
    for item, mention in missing_paths(
        plan, facts.path, facts.index, facts.sheet.text, past=facts.past, closed=closed
    ):  # fmt: skip
        if facts.judged.get(mention.path) is False:
            yield gone(facts, mention, "Ticked, but", item=plan.items.index(item))


def open_paths(facts: PlanFacts, claims: tuple[Claim, ...]) -> Iterator[Finding]:
    """Yield `path-missing` and `path-moved` of open items, whose files went since they were written."""
    plan = facts.sheet.plan
    for claim in claims:
        for written in claim.vanished if may_be_done(plan.items[claim.item]) and claim.key else ():
            known = facts.past.paths.get(written)
            seen = facts.past.seen.get((claim.key, known.path, "written")) if known else None
            there = seen is not None and (seen.then is not None or seen.together)
            if known and there and facts.judged.get(written) is False:
                mention = next(each for each in plan.items[claim.item].paths if each.path == written)
                yield gone(facts, mention, "Since this was written,", item=claim.item)


def path_looks(claims: tuple[Claim, ...], plan: Plan, past: Past) -> Iterator[Look]:
    """Yield what has to be known of the files that open items name and the tree lacks."""
    for claim in claims:
        if plan.items[claim.item].ticked or not claim.key:
            continue
        for written in claim.vanished:
            if known := past.paths.get(written):
                yield Look(claim.key, known.path)


def missing_paths(
    plan: Plan, path: str, index: FileIndex, text: str, *, past: Past = NOTHING, closed: bool = False
) -> tuple[tuple[Item, PathMention], ...]:
    """Return the ticked items of an open plan with each path that they name and the tree lacks.

    What another item of the plan is still to create, or says is to go, is not missing; neither is anything that
    cannot be judged.

    Args:
        plan: What `text` says.
        path: The plan's path from the top of the tree.
        index: The files of the tree.
        text: The plan's text.
        past: What history says; a name that is too vague on its own is judged where git knew it.
        closed: Look at plans that are done, superseded or archived too.
    """
    if not index or not (closed or plan_state(plan, path) == "open"):
        return ()
    absent = [
        (item, mention)
        for item in plan.items
        if item.ticked and not item.struck
        for mention in item.paths
        if _is_missing(index, mention.path, path, past)
    ]
    # Reading sentences costs more than looking paths up: it is done for the few that are not there.
    moved = {normal(written) for written, known in past.paths.items() if known.moved_to}
    asked = {normal(mention.path) for _, mention in absent}
    explained = set(_explained(plan, text, asked, moved)) if absent else set()
    explained |= {
        normal(mention.path)
        for item, mention in absent
        if mention.path not in past.paths and _of_another_place(text, item, mention, index)
    }
    return tuple(
        (item, mention)
        for item, mention in absent
        if normal(mention.path) not in explained
        and _said(text, item, mention) in {None, "coming"}
        and (mention.path in past.paths or not _spoken_of(text, item, mention, path, index))
    )


def doubtful_paths(plan: Plan, path: str, index: FileIndex) -> tuple[str, ...]:
    """Return the paths of ticked items that the tree lacks, those too that only history can judge."""
    found = (mention.path for item in plan.items if item.ticked and not item.struck for mention in item.paths)
    return tuple(each for each in dict.fromkeys(found) if not isinstance(look_up(index, each, path), Found))


def _is_missing(index: FileIndex, mention: str, plan: str, past: Past) -> bool:
    verdict = look_up(index, mention, plan)
    if isinstance(verdict, Unjudged):
        known = past.paths.get(mention)
        return verdict.why == "vague" and known is not None and name(known.path) == name(mention)
    return isinstance(verdict, Missing)


def _explained(plan: Plan, text: str, asked: AbstractSet[str], moved: AbstractSet[str]) -> Iterator[str]:
    """Yield those of some paths that an open item or phase is yet to create, and those that any item takes away.

    What an open phase names without a word of creating is not yet to come where git knows that it was `moved`.
    """
    for item in plan.items:
        for mention in item.paths:
            if normal(mention.path) not in asked:
                continue
            said = _said(text, item, mention)
            if said == "going" or (said == "coming" and not item.ticked):
                yield normal(mention.path)
    for phase in plan.phases:
        if not phase.done:
            yield from (
                normal(mention.path)
                for mention in phase.paths
                if mention.role == "create" or normal(mention.path) not in moved
            )


def _of_another_place(text: str, item: Item, mention: PathMention, index: FileIndex) -> bool:
    """Tell whether a line names a folder outside of the tree first, so that a path may be meant from there."""
    line = max(item.span.start, text.rfind("\n", 0, mention.span.start) + 1)
    return any(
        not isinstance(look_up(index, found.group().rstrip(".,;:")), Found)
        for found in _OUTSIDE.finditer(text, line, mention.span.start)
    )


def _spoken_of(text: str, item: Item, mention: PathMention, plan: str, index: FileIndex) -> bool:
    """Tell whether a path that history never knew may be a package, words, read elsewhere, or a second name."""
    if text[mention.span.start - 1 : mention.span.start] == "@" or mention.role == "read":
        return True
    line = text[text.rfind("\n", 0, mention.span.start) + 1 : mention.span.start]
    if line.count("`") % 2 == 0 and ("/" not in mention.path or mention.path.endswith("/")):
        return True  # the name of a product (`three.js`), or words with strokes between them: nobody set it off as code
    others = (each for each in item.paths if each is not mention)
    before = text[max(item.span.start, mention.span.start - 12) : mention.span.start]
    return _OR.search(before) is not None and any(
        isinstance(look_up(index, each.path, plan), Found) for each in others
    )  # fmt: skip


def _said(text: str, item: Item, mention: PathMention) -> Wording | None:
    return wording(text, item.mark_span.end + 1, item.span.end, mention.span.start, mention.span.end)


def gone(
    facts: PlanFacts, mention: PathMention, lead: str, *, item: int | None = None, phase: int | None = None
) -> Finding:
    """Return the finding that a path is not there, and where git knows it to be now.

    Args:
        facts: The plan.
        mention: Where it names the path.
        lead: How the message begins.
        item: The index of the item that names it.
        phase: The index of the phase that names it, if no item does.
    """
    known = facts.past.paths.get(mention.path)
    written = one_line(mention.path)
    if known and known.moved_to:
        code, message = "path-moved", f"{lead} `{written}` was moved to `{one_line(known.moved_to)}`."
    elif known and known.gone_in:
        code, message = "path-missing", f"{lead} `{written}` was deleted ({known.gone_in[:9]})."
    elif item is not None and facts.sheet.plan.items[item].ticked:
        code, message = "path-missing", f"{lead} there is no `{written}` in this work tree."
        if near := similar(facts.index, mention.path):
            message += f" Perhaps `{one_line(near)}` is meant."
    else:
        code, message = "path-missing", f"{lead} `{written}` was deleted."
    return Finding(
        code=code,
        path=facts.sheet.path,
        span=mention.span,
        severity="warning",
        message=message,
        phase=phase,
        item=item,
    )


def similar(index: FileIndex, mention: str) -> str | None:
    """Return the file of the same name whose folders are most like those of a path, if one is."""
    parts = normal(mention).split("/")
    named = [path for path in index.ending(parts[-1]) if not path.endswith("/")]
    best = sorted(named, key=lambda path: (-_common(parts, path.split("/")), len(path)))[:2]
    if not best or (len(best) > 1 and _common(parts, best[0].split("/")) == _common(parts, best[1].split("/"))):
        return None
    return best[0] if len(named) <= _NEAR or _common(parts, best[0].split("/")) > len(parts) // 2 else None


def _common(one: list[str], other: list[str]) -> int:
    return len(set(one).intersection(other))
