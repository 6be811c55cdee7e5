"""Finds items that name a file which the work tree does not hold, and where git knows it to be now."""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet

from relaymark.core.finding import Finding
from relaymark.core.lookup import FileIndex, Found, Missing, Unjudged, Verdict, look_up
from relaymark.core.markdown import one_line
from relaymark.core.past import NOTHING, Look, Past, PathPast, item_keys
from relaymark.core.paths import name, normal
from relaymark.core.plan import Item, PathMention, Plan, plan_state
from relaymark.core.plan.wording import Wording, below_removal, wording
from relaymark.rules.claims import Claim
from relaymark.rules.facts import PlanFacts
from relaymark.rules.meant_elsewhere import model_or_guess, of_another_place, spoken_of, told_needless
from relaymark.rules.near import similar, sole_namesake
from relaymark.rules.other_repository import other_items
from relaymark.rules.proof import may_be_done
from relaymark.rules.strange_plan import strangers


def ticked_paths(facts: PlanFacts) -> Iterator[Finding]:
    """Yield `path-missing` and `path-moved` of ticked items."""
    if not facts.speaks or not facts.index:
        return
    plan, closed = facts.sheet.plan, facts.closed_too
    told: set[tuple[int, str]] = set()
    found = missing_paths(plan, facts.path, facts.index, facts.sheet.text, past=facts.past, closed=closed)
    never = [each for each in found if facts.judged.get(each[1].path) is False and each[1].path not in facts.past.paths]
    for strange, many in strangers(facts, never):
        away = {mention.span for _, mention in many}
        found = tuple(each for each in found if each[1].span not in away)
        yield strange
    places = {item.span: at for at, item in enumerate(plan.items)} if found else {}
    marks = sorted({item.mark_span.start for item, mention in found if mention.path in facts.past.paths})
    keys = dict(zip(marks, item_keys(facts.sheet.text, marks), strict=True))
    for item, mention in found:
        key = keys.get(item.mark_span.start, "")
        at, known = places[item.span], facts.past.paths.get(mention.path)
        named = known.path if known else normal(mention.path)
        if facts.judged.get(mention.path) is not False or (at, named) in told:
            continue
        told.add((at, named))
        if known and (_tells_itself(item, mention, known) or _was_no_news(facts, item, mention, known, key)):
            continue
        # A bare name of what was gone by then may mean anything of that name.
        if not (known and _went_before(facts, known, key) and isinstance(_verdict(facts, mention), Unjudged)):
            yield gone(facts, mention, "Ticked, but", item=at, key=key)


def open_paths(facts: PlanFacts, claims: tuple[Claim, ...]) -> Iterator[Finding]:
    """Yield `path-missing` and `path-moved` of open items, whose files went since they were written."""
    plan = facts.sheet.plan
    for claim in claims:
        item = plan.items[claim.item]
        for written in dict.fromkeys(claim.vanished) if may_be_done(item) and claim.key else ():
            known = facts.past.paths.get(written)
            seen = facts.past.seen.get((claim.key, known.path, "written")) if known else None
            there = seen is not None and (seen.then is not None or seen.together)
            # What never was there did not go since.
            if known and known.path != known.moved_to and there and facts.judged.get(written) is False:
                mention = next(each for each in item.paths if each.path == written)
                if below_removal(facts.sheet.text, mention.span.start) or _tells_itself(item, mention, known):
                    continue
                yield gone(facts, mention, "Since this was written,", item=claim.item)


def path_looks(claims: tuple[Claim, ...], plan: Plan, past: Past) -> Iterator[Look]:
    """Yield what has to be known of the files that items name and the tree lacks."""
    for claim in claims:
        item = plan.items[claim.item]
        if not claim.key:
            continue
        for written in {each.path for each in item.paths} if item.ticked else claim.vanished:
            known = past.paths.get(written)
            if known and not item.ticked:
                yield Look(claim.key, known.path)
            elif known and known.gone_in and not known.moved_to:
                yield from (Look(claim.key, known.path), Look(claim.key, known.path, (), "ticked"))


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
        if item.ticked and not item.struck and not told_needless(item.text)
        for mention in item.paths
        if _is_missing(index, mention.path, path, past)
    ]
    # Reading sentences costs more than looking paths up: it is done for the few that are not there.
    moved = {normal(written) for written, known in past.paths.items() if known.moved_to}
    asked = {normal(mention.path) for _, mention in absent}
    explained = set(_explained(plan, text, asked, moved)) if absent else set()
    others = {plan.items[at].span for at in other_items(plan, path, text, index)} if absent else frozenset()
    explained |= {
        normal(mention.path)
        for item, mention in absent
        if mention.path not in past.paths and of_another_place(text, item, mention, index)
    }
    return tuple(
        (item, mention)
        for item, mention in absent
        if normal(mention.path) not in explained
        and item.span not in others
        and _said(text, item, mention) in {None, "coming"}
        and not model_or_guess(text, item, mention)
        and (mention.path in past.paths or not spoken_of(text, item, mention, path, index))
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


def _tells_itself(item: Item, mention: PathMention, known: PathPast) -> bool:
    """Tell whether an item names the new path of a file, or the folder around it, behind the old one: it moved it."""
    new = known.moved_to or ""
    return bool(new) and any(
        normal(each.path) == normal(new) or (each.path.endswith("/") and new.startswith(f"{normal(each.path)}/"))
        for each in item.paths
        if each.span.start > mention.span.start
    )


def _was_no_news(facts: PlanFacts, item: Item, mention: PathMention, known: PathPast, key: str) -> bool:
    """Tell whether a file was gone when its item was ticked, and not before that was written: the item's own work."""
    if known.moved_to or not known.gone_in:
        return False
    past = facts.past.items.get(key)
    ticked = facts.past.seen.get((key, known.path, "ticked"))
    if past is None or ticked is None or _said(facts.sheet.text, item, mention) == "coming":
        return False
    return ticked.then is None and known.gone_in == (past.ticked or past.written)


def _verdict(facts: PlanFacts, mention: PathMention) -> Verdict:
    return look_up(facts.index, mention.path, facts.path)


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


def _said(text: str, item: Item, mention: PathMention) -> Wording | None:
    return wording(text, item.mark_span.end + 1, item.span.end, mention.span.start, mention.span.end)


def gone(
    facts: PlanFacts,
    mention: PathMention,
    lead: str,
    *,
    item: int | None = None,
    phase: int | None = None,
    key: str = "",
) -> Finding:
    """Return the finding that a path is not there, and where git knows it to be now.

    Args:
        facts: The plan.
        mention: Where it names the path.
        lead: How the message begins.
        item: The index of the item that names it.
        phase: The index of the phase that names it, if no item does.
        key: The item's key, by which history tells whether the path was gone before that was written.
    """
    known = facts.past.paths.get(mention.path)
    written = one_line(mention.path)
    if known and known.moved_to == known.path:
        code, message = "path-moved", f"{lead} there is no `{written}`: it is `{one_line(known.path)}`."
    elif known and known.moved_to:
        became = "was moved to" if known.sure else "is gone, and there is"
        code, message = "path-moved", f"{lead} `{written}` {became} `{one_line(known.moved_to)}`."
    elif known and known.gone_in and not _went_before(facts, known, key):
        code, message = "path-missing", f"{lead} `{written}` was deleted ({known.gone_in[:9]})."
        if near := sole_namesake(facts.index, mention.path):
            message += f" Perhaps `{one_line(near)}` is meant."
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


def _went_before(facts: PlanFacts, known: PathPast, key: str) -> bool:
    """Tell whether a file was deleted before an item was written: that is not what became of the item's file."""
    seen = facts.past.seen.get((key, known.path, "written"))
    return not known.path.endswith("/") and seen is not None and seen.then is None and not seen.touched
