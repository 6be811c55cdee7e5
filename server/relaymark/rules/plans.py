"""Runs the rules about plans, and says what they have to know of history first."""

from collections.abc import Iterable, Iterator

from msgspec import Struct
from msgspec.structs import replace

from relaymark.core.finding import Finding
from relaymark.core.past import Asked, Look, Past, When
from relaymark.rules.behind import behind_looks, phase_uncommitted, plan_behind, without_path
from relaymark.rules.claims import Claim, claims_of
from relaymark.rules.commits import named_by_commits, quoted_commits
from relaymark.rules.contradictions import contradictions
from relaymark.rules.done import all_proofs, done_items
from relaymark.rules.facts import PlanFacts
from relaymark.rules.listed import Listed, listed_gone, listed_looks, listed_paths
from relaymark.rules.path_missing import doubtful_paths, open_paths, path_looks, ticked_paths
from relaymark.rules.proof import first_questions, second_questions
from relaymark.rules.symbol_missing import missing_symbols, symbol_looks, symbol_questions
from relaymark.rules.tasks import Task, found_again, task_looks, tasks_of
from relaymark.rules.tick_lost import lost_ticks


class Wants(Struct, frozen=True):
    """What a plan wants: item by item, section by section, and the files that phases list and the tree lacks."""

    claims: tuple[Claim, ...] = ()
    tasks: tuple[Task, ...] = ()
    listed: tuple[Listed, ...] = ()


def wants_of(facts: PlanFacts) -> Wants:
    """Return what a plan wants; nothing for one that is silent."""
    if not facts.speaks:
        return Wants()
    plan, path, text, index = facts.sheet.plan, facts.path, facts.sheet.text, facts.index
    claims = claims_of(plan, path, text, index)
    return Wants(claims, tasks_of(plan, claims, path, text, index), listed_paths(plan, claims, path, text, index))


def questions(facts: PlanFacts, wants: Wants) -> Asked:
    """Return what the rules ask of history before any file is looked at; nothing for a plan that is silent."""
    if not facts.speaks:
        return Asked()
    claims, plan = wants.claims, facts.sheet.plan
    work, names = first_questions(claims, plan), symbol_questions(claims, plan)
    absent = (
        *work.absent,
        *doubtful_paths(plan, facts.path, facts.index),
        *(path for task in wants.tasks for path in task.absent),
        *(each.mention.path for each in wants.listed),
    )
    return Asked(
        tuple(dict.fromkeys(absent)),
        (*names.looks, *behind_looks(facts)),
        tuple(dict.fromkeys((*work.words, *names.words))),
    )


def further(facts: PlanFacts, wants: Wants, past: Past) -> tuple[Look, ...]:
    """Return the files to look at, once the first answers are there."""
    claims, plan = wants.claims, facts.sheet.plan
    looks = (
        *second_questions(claims, plan, facts.index, past),
        *path_looks(claims, plan, past),
        *symbol_looks(claims, plan, past),
        *listed_looks(wants.listed, past),
        *task_looks(found_again(wants.tasks, past)),
    )
    return tuple(_merged(looks))


def _merged(looks: Iterable[Look]) -> Iterator[Look]:
    """Yield one look per item, file and time, for all words that are asked of it: answers are kept by these."""
    words: dict[tuple[str, str, When], dict[str, None]] = {}
    for look in looks:
        words.setdefault((look.item, look.path, look.when), {}).update(dict.fromkeys(look.words))
    return (Look(item, path, tuple(each), when) for (item, path, when), each in words.items())


def finished(facts: PlanFacts, wants: Wants, past: Past) -> PlanFacts:
    """Return the facts with all answers, and with what follows from the commits' subject lines."""
    claims, plan = wants.claims, facts.sheet.plan
    named = named_by_commits(claims, plan, past) | quoted_commits(claims, plan, facts.sheet.text, past)
    return replace(facts, past=replace(past, named=named, made=()))


def quick_findings(facts: PlanFacts) -> Iterator[Finding]:
    """Yield what can be said at each keystroke: ticked items that name a missing file."""
    yield from ticked_paths(facts)


def slow_findings(facts: PlanFacts, wants: Wants) -> Iterator[Finding]:
    """Yield the rest of what there is to say; an item that one rule calls stale is not named by a weaker one."""
    if not facts.speaks:
        return
    claims = wants.claims
    yield from open_paths(facts, claims)
    proven = all_proofs(facts, claims, found_again(wants.tasks, facts.past))
    sure = [*contradictions(facts), *lost_ticks(facts)]
    yield from sure
    told = frozenset(at for finding in sure for at in finding.concerned)
    done = [*done_items(facts, claims, proven, told)]
    yield from done
    if not any(finding.code == "plan-never-ticked" for finding in done):  # the whole plan is history then
        yield from listed_gone(facts, wants.listed, proven)
    yield from missing_symbols(facts, claims)
    yield from plan_behind(facts, told.union(at for finding in done for at in finding.concerned))
    yield from phase_uncommitted(facts)
    yield from without_path(facts, claims)
