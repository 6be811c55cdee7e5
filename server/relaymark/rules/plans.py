"""Runs the rules about plans, and says what they have to know of history first."""

from collections.abc import Iterator

from msgspec.structs import replace

from relaymark.core.finding import Finding
from relaymark.core.past import Asked, Look, Past
from relaymark.rules.behind import behind_looks, phase_uncommitted, plan_behind, without_path
from relaymark.rules.claims import Claim, claims_of
from relaymark.rules.commits import named_by_commits
from relaymark.rules.contradictions import contradictions
from relaymark.rules.done import all_proofs, done_items
from relaymark.rules.facts import PlanFacts
from relaymark.rules.path_missing import doubtful_paths, open_paths, path_looks, ticked_paths
from relaymark.rules.symbol_missing import missing_symbols, symbol_questions
from relaymark.rules.tasks import task_looks, tasks_of
from relaymark.rules.tick_lost import lost_ticks
from relaymark.rules.work import first_questions, second_questions


def questions(facts: PlanFacts) -> Asked:
    """Return what the rules ask of history before any file is looked at; nothing for a plan that is silent."""
    if not facts.speaks:
        return Asked()
    claims, plan = _claims(facts), facts.sheet.plan
    work, names = first_questions(claims, plan), symbol_questions(claims, plan)
    absent = (*work.absent, *doubtful_paths(plan, facts.path, facts.index))
    return Asked(
        tuple(dict.fromkeys(absent)),
        (*names.looks, *behind_looks(facts)),
        tuple(dict.fromkeys((*work.words, *names.words))),
    )


def further(facts: PlanFacts, past: Past) -> tuple[Look, ...]:
    """Return the files to look at, once the first answers are there."""
    if not facts.speaks:
        return ()
    claims, plan = _claims(facts), facts.sheet.plan
    tasks = tasks_of(plan, claims, facts.path, facts.sheet.text, facts.index)
    looks = (*second_questions(claims, plan, facts.index, past), *path_looks(claims, plan, past), *task_looks(tasks))
    return tuple(dict.fromkeys(looks))


def finished(facts: PlanFacts, past: Past) -> Past:
    """Return the answers with what takes too long to be worked out at each keystroke."""
    claims = _claims(facts)
    return replace(past, named=named_by_commits(claims, facts.sheet.plan, past), made=())


def quick_findings(facts: PlanFacts) -> Iterator[Finding]:
    """Yield what can be said at each keystroke: ticked items that name a missing file."""
    yield from ticked_paths(facts)


def slow_findings(facts: PlanFacts) -> Iterator[Finding]:
    """Yield the rest of what there is to say of a plan; an item that one rule calls stale is not named by a weaker one."""
    if not facts.speaks:
        return
    claims = _claims(facts)
    yield from open_paths(facts, claims)
    proven = all_proofs(facts, claims, tasks_of(facts.sheet.plan, claims, facts.path, facts.sheet.text, facts.index))
    sure = [*contradictions(facts), *lost_ticks(facts)]
    yield from sure
    yield from done_items(facts, claims, proven, frozenset(at for finding in sure for at in finding.concerned))
    yield from missing_symbols(facts, claims)
    yield from plan_behind(facts)
    yield from phase_uncommitted(facts)
    yield from without_path(facts, claims)


def _claims(facts: PlanFacts) -> tuple[Claim, ...]:
    return claims_of(facts.sheet.plan, facts.path, facts.sheet.text, facts.index)
