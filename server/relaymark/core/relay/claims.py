"""What a draft note claims, section by section, each line with its evidence."""

from collections.abc import Iterator, Sequence

from relaymark.core.relay.commands import exit_text, last_test, only_looks, outcome, runs_tests, still_failing
from relaymark.core.relay.facts import Claim, NoteFacts, PhaseItem, PhaseWork
from relaymark.core.relay.orders import standing_orders
from relaymark.core.relay.text import code, nameable, named, plain
from relaymark.core.relay.work import done_in, touches, under_way

_ITEMS = 8
_FAILING = 5
_COMMITS = 6
_FILES_OF_COMMIT = 6
_OTHERS = 3
_ORDERS = 5
_NAMES = 8


def state_claims(facts: NoteFacts) -> Iterator[Claim]:
    """Yield what is done, what fails and what is not committed; the last test run first."""
    yield from _tests(facts)
    if facts.phase:
        yield from _ticked(facts.phase, facts)
    yield from _files(facts)
    yield from _commits(facts)
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
    for ran in still_failing(commands)[:_FAILING]:
        if ran is not test:
            yield Claim(3, "Failed and was not repaired", (code(ran.command), exit_text(ran)))


def _ticked(phase: PhaseWork, facts: NoteFacts) -> Iterator[Claim]:
    done = [item for item in phase.items if item.done]
    if phase.items:
        yield Claim(
            2.5, f"{_title(phase)}: {len(done)} of {len(phase.items)} items ticked", (_line(phase, phase.line),)
        )
    where = done_in(phase, facts.commits)
    for item in done[-_ITEMS:]:
        verb = "Dropped" if item.dropped else "Ticked"
        commit = where.get(item.name, "")
        yield Claim(5, f"{verb}: {_item(item, 60)}", (_line(phase, item.line), *([commit] if commit else [])))


def _files(facts: NoteFacts) -> Iterator[Claim]:
    edited = [path for path in facts.edited if path in facts.existing and nameable(path)]
    if facts.uncommitted is None:
        if edited:
            yield Claim(4, f"Edited: {named(edited)}", ("edits of the session",))
        return
    changed = set(facts.uncommitted)
    committed = {path for commit in facts.commits for path in commit.files}
    if dirty := [path for path in edited if path in changed]:
        yield Claim(4, f"Edited, not committed: {named(dirty)}", ("git status",))
    if kept := [path for path in edited if path not in changed and path not in committed]:
        yield Claim(7, f"Edited, but now as in HEAD or ignored: {named(kept)}", ("git status",))
    others = [path for path in facts.uncommitted if path not in edited and path in facts.existing and nameable(path)]
    if others:
        yield Claim(8, f"Also uncommitted, not edited by this session: {named(others, 8)}", ("git status",))


def _commits(facts: NoteFacts) -> Iterator[Claim]:
    own = set(facts.edited) | set(facts.phase.files if facts.phase else ())
    theirs = [commit for commit in facts.commits if own.intersection(commit.files)]
    for commit in theirs[:_COMMITS]:
        files = [path for path in commit.files if path in facts.existing and nameable(path)]
        files.sort(key=lambda path: path not in own)
        tail = f": {named(files, _FILES_OF_COMMIT)}" if files else ""
        yield Claim(6, f"Committed “{plain(commit.subject, 72)}”{tail}", (commit.short,))
    if rest := len(facts.commits) - len(theirs[:_COMMITS]):
        newest = next(commit for commit in facts.commits if commit not in theirs[:_COMMITS])
        yield Claim(
            8, f"{rest} more commit{'s' if rest > 1 else ''} since the session started", (f"newest {newest.short}",)
        )


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


def context_claims(facts: NoteFacts) -> Iterator[Claim]:
    """Yield what the next session must know beyond the work: the user's own orders, dependencies, public names."""
    for at, order in enumerate(standing_orders(facts.session)):
        if at == _ORDERS:
            break
        yield Claim(5.5, f"The user said: “{plain(order.text, 160)}”", (f"prompt {order.prompt}",))
    for kind, rank, words in (("dependency", 6.5, "New dependencies"), ("name", 7.5, "New public names")):
        files: dict[str, list[tuple[str, int]]] = {}
        for found in facts.additions:
            if found.kind == kind and found.path in facts.existing and nameable(found.path):
                files.setdefault(found.path, []).append((found.name, found.line))
        for path, names in files.items():
            shown = ", ".join(code(name, 60) for name, _ in names[:_NAMES])
            more = f", {len(names) - _NAMES} more" if len(names) > _NAMES else ""
            yield Claim(rank, f"{words} in `{path}`: {shown}{more}", (f"`{path}:{names[0][1]}`",))


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
    if test and outcome(test) == "failed":
        yield Claim(1, "First make this pass", (code(test.command), exit_text(test)))
    elif failing and not test:
        yield Claim(1, "First see why this fails", (code(failing[0].command), exit_text(failing[0])))
    elif test:
        yield Claim(4.5, "Prove it with the test command of this session", (code(test.command),))


def _title(phase: PhaseWork) -> str:
    name, title = plain(phase.name, 80), plain(phase.title, 60)
    if not name:
        return f"“{title}”" if title else "the plan"
    return f"{name} ({title})" if title and title not in name else name


def _item(item: PhaseItem, most: int = 140) -> str:
    return f"{plain(item.name, 12)} “{plain(item.text, most)}”"


def _line(phase: PhaseWork, line: int) -> str:
    return code(f"{phase.plan}:{line}", 220)
