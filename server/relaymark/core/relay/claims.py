"""What a draft note claims, section by section, each line with its evidence."""

from collections.abc import Iterator, Sequence

from relaymark.core.relay.changed import commit_claims, file_claims, retreat_claims
from relaymark.core.relay.commands import (
    exit_text,
    given_up,
    last_test,
    only_looks,
    outcome,
    runs_tests,
    still_failing,
)
from relaymark.core.relay.facts import Claim, NoteFacts, PhaseItem, PhaseWork
from relaymark.core.relay.text import code, nameable, named, plain
from relaymark.core.relay.work import done_in, touches, under_way

_ITEMS = 8
_NAMES = 20
_FAILING = 5
_MOST_FAILING = 40
_TOGETHER = 5
_OTHERS = 3


def state_claims(facts: NoteFacts) -> Iterator[Claim]:
    """Yield what is done, what fails and what is not committed; the last test run first."""
    yield from _tests(facts)
    if facts.phase:
        yield from _ticked(facts.phase, facts)
    yield from retreat_claims(facts)
    yield from file_claims(facts)
    yield from commit_claims(facts)
    yield from _other_commands(facts)


def _tests(facts: NoteFacts) -> Iterator[Claim]:
    commands = facts.session.commands
    test = last_test(commands)
    if test:
        word = {"passed": "passed", "failed": "failed", "unknown": "has no recorded result"}[outcome(test)]
        late = "; files were edited after it" if facts.edited_since_test else ""
        yield Claim(2, f"The last test run {word}{late}", (code(test.command), exit_text(test)))
    elif commands:
        yield Claim(2, "No test was run", (f"{len(commands)} recorded commands",))
    left = given_up(commands)
    failing = [ran for ran in still_failing(commands) if ran is not test]
    for ran in failing[:_FAILING]:
        if runs := left.get(ran.command):
            often = f" after {runs} runs" if runs > 1 else ""
            yield Claim(3, f"Dead end: it failed and was given up{often}", (code(ran.command), exit_text(ran)))
        else:
            yield Claim(3, "Failed and was not repaired", (code(ran.command), exit_text(ran)))
    for at in range(_FAILING, min(len(failing), _MOST_FAILING), _TOGETHER):
        more = failing[at : at + _TOGETHER]
        runs_text = ", ".join(f"{code(ran.command, 60)} ({exit_text(ran)})" for ran in more)
        yield Claim(3.2, f"Failed too: {runs_text}", (f"{len(commands)} recorded commands",))


def _ticked(phase: PhaseWork, facts: NoteFacts) -> Iterator[Claim]:
    done = [item for item in phase.items if item.done]
    if phase.items:
        yield Claim(
            2.5, f"{_title(phase)}: {len(done)} of {len(phase.items)} items ticked", (_line(phase, phase.line),)
        )
    where = done_in(phase, facts.commits)
    before = [item for item in done if item.text in (facts.ticked_before or ())]
    if before:
        names = ", ".join(plain(item.name, 12) for item in before[-_NAMES:])
        yield Claim(5.8, f"Done before this session: {names}", (_line(phase, before[-1].line),))
    for item in [item for item in done if item not in before][-_ITEMS:]:
        verb = "Dropped" if item.dropped else "Ticked"
        commit = where.get(item.name, "")
        yield Claim(5, f"{verb}: {_item(item, 60)}", (_line(phase, item.line), *([commit] if commit else [])))


def _other_commands(facts: NoteFacts) -> Iterator[Claim]:
    told = {ran.command for ran in still_failing(facts.session.commands)}
    seen: set[str] = set()
    for ran in reversed(facts.session.commands):
        if ran.command in told or ran.command in seen or only_looks(ran.command) or runs_tests(ran.command):
            continue
        seen.add(ran.command)
        yield Claim(9, f"Ran {code(ran.command, 80)}", (exit_text(ran),))
        if len(seen) == _OTHERS:
            return


def next_claims(facts: NoteFacts) -> Iterator[Claim]:
    """Yield the next step: the item under way with its files and what fails, else the next open one with its paths."""
    phase = facts.phase
    begun = under_way(phase, facts.uncommitted or (), facts.edited) if phase else None
    if phase and begun:
        item, files = begun
        yield Claim(0, f"Go on with item {_item(item)} of {_title(phase)}; it is under way", (_line(phase, item.line),))
        yield from _paths(facts, phase, item, files)
    elif phase and phase.open_items:
        yield from _start(phase, phase.open_items[0], facts)
    elif facts.following:
        following = facts.following
        if phase:
            yield Claim(0, f"{_title(phase)} is done; start {_title(following)}", (_line(following, following.line),))
        if following.open_items:
            yield from _start(following, following.open_items[0], facts)
    elif phase:
        yield Claim(0, f"Every phase of {code(phase.plan, 200)} is done", (_line(phase, phase.line),))
    else:
        yield from _without_plan(facts)
    yield from _proof(facts)


def _start(phase: PhaseWork, item: PhaseItem, facts: NoteFacts) -> Iterator[Claim]:
    yield Claim(0, f"Start item {_item(item)} of {_title(phase)}", (_line(phase, item.line),))
    yield from _paths(facts, phase, item, ())


def _paths(facts: NoteFacts, phase: PhaseWork, item: PhaseItem, changed: Sequence[str]) -> Iterator[Claim]:
    dirty = [path for path in touches(item, changed) if path in (facts.uncommitted or ()) and nameable(path)]
    if existing := [path for path in dirty if path in facts.existing]:
        yield Claim(1, f"Its uncommitted files: {named(existing)}", ("git status",))
    rest = [path for path in item.paths if path not in existing]
    parts = [f"Its files: {named(rest)}"] if rest else []
    if item.missing:
        parts.append(f"To create: {', '.join(plain(path, 200) for path in item.missing[:8])}")
    if parts:
        yield Claim(1, "; ".join(parts), (_line(phase, item.line),))


def _without_plan(facts: NoteFacts) -> Iterator[Claim]:
    if prompts := facts.session.prompts:
        number = facts.session.prompt_count or len(prompts)
        yield Claim(
            0, f"No plan says what is next; the last prompt was “{plain(prompts[-1].text, 200)}”", (f"prompt {number}",)
        )
    else:
        yield Claim(0, "No plan and no prompt say what is next", ("the session's record",))


def _proof(facts: NoteFacts) -> Iterator[Claim]:
    test = last_test(facts.session.commands)
    failing = still_failing(facts.session.commands)
    todo = next((phase for phase in (facts.phase, facts.following) if phase and phase.open_items), None)
    if test and outcome(test) == "failed":
        yield Claim(1, "First make this pass", (code(test.command), exit_text(test)))
    elif failing and not test:
        yield Claim(1, "First see why this fails", (code(failing[0].command), exit_text(failing[0])))
    if test and outcome(test) != "failed":
        yield Claim(1.5, "Prove it with the test command of this session", (code(test.command),))
    elif not test and todo and todo.proof:
        where = code(f"{todo.plan}:{todo.proof_line}", 220)
        yield Claim(1.5, f"Prove it with the plan's own command, not run yet: {code(todo.proof)}", (where,))
    elif not test and todo:
        yield Claim(4.5, "No command that proves it is on record: unproven", (_line(todo, todo.line),))


def _title(phase: PhaseWork) -> str:
    name, title = plain(phase.name, 80), plain(phase.title, 60)
    if not name:
        return f"“{title}”" if title else "the plan"
    return f"{name} ({title})" if title and title not in name else name


def _item(item: PhaseItem, most: int = 140) -> str:
    return f"{plain(item.name, 12)} “{plain(item.text, most)}”"


def _line(phase: PhaseWork, line: int) -> str:
    return code(f"{phase.plan}:{line}", 220)
