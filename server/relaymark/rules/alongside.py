"""Tells which further items of a plan whose boxes nobody uses are done, if those are that have proofs of their own."""

from collections.abc import Mapping, Sequence

from relaymark.core.past import Past, Seen
from relaymark.core.plan import Plan
from relaymark.rules.claims import Claim
from relaymark.rules.proof import Proof, first_named, may_be_done
from relaymark.rules.work import ANY_WORK, ENOUGH

_NO_MORE = 10
"""Characters that a verb takes beside a path: such an item is about the file, whatever is changed in it."""


def together(claims: Sequence[Claim], plan: Plan, past: Past, proven: Mapping[int, Proof]) -> dict[int, Proof]:
    """Return which further items are done if the proven ones are: in a plan whose boxes nobody uses.

    All their files were changed by commits that did the proven ones; or the files that they bring came in the very
    commit that brought the plan.
    """
    kinds = {"created", "names", "moved", "lines"}
    doing = {commit for proof in proven.values() if proof.kind in kinds for commit in proof.commits[-2:]}
    found: dict[int, Proof] = {}
    first = first_named(claims)
    for claim in claims:
        item = plan.items[claim.item]
        if claim.item in proven or not may_be_done(item) or not claim.key or not claim.proves or not claim.files:
            continue
        if claim.lacking or claim.vanished or claim.leaving:
            continue
        words = [symbol.word for symbol in claim.names] or [*claim.says.plain]
        groups = (*claim.created, *claim.worked_on)
        if not words and any(len(group) > 1 for group in groups):
            continue  # a bare name that several files carry shows nothing
        seen = [[past.seen.get((claim.key, path, "written")) for path in group] for group in groups]
        came = all(any(each and each.together for each in group) for group in seen)
        brought = came and all(len(group) == 1 and first.get(group[0]) == claim.item for group in groups)
        work = doing
        if brought and claim.worked_on and not words and any(each and each.then is not None for each in seen[-1]):
            # Of a file that is as old as the history, only names tell that it was changed for this item.
            brought, work = False, doing - {past.items[claim.key].written or ""}
        if not brought and not all(any(_done_with(each, work) for each in group) for group in seen):
            continue
        held = {word for group in seen for each in group if each and each.now for word in each.now}
        if words and len(held.intersection(words)) < ENOUGH * len(words):
            continue
        if not (words or len(item.text) <= len(claim.files[0]) + _NO_MORE or _told(claim, past, first)):
            continue
        found[claim.item] = Proof(claim.item, "together", groups[0][0], ())
    return found


def _told(claim: Claim, past: Past, first: Mapping[str, int]) -> bool:
    """Tell whether files show anything of an item that names no code: by words of it, where they may be of others.

    That any work changes them, or that they came for an item that names them before, says nothing of this one.
    """
    asked = claim.says.about
    looks = [(path, look) for path in claim.files if (look := past.seen.get((claim.key, path, "written")))]
    now = {word for _, look in looks for word in look.now or ()}
    if any(ANY_WORK.search(path) for path in claim.files):
        then = {word for _, look in looks for word in look.then or ()}
        return bool(asked) and 2 * len((now - then).intersection(asked)) >= len(asked)
    others = any(look.then is None and first.get(path) != claim.item for path, look in looks)
    return not others or not asked or not now.isdisjoint(asked)


def _done_with(seen: Seen | None, doing: set[str]) -> bool:
    return seen is not None and seen.now is not None and bool(doing.intersection(seen.touched))
