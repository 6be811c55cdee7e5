"""What a draft claims beyond the plain work: dead ends, what was taken back, decisions, orders, names, proofs."""

import pytest
from tests.core.builders import NOW, session

from relaymark.core import events as ev
from relaymark.core.note import draft, note_text
from relaymark.core.plan import parse_plan
from relaymark.core.relay.additions import additions
from relaymark.core.relay.commands import given_up
from relaymark.core.relay.course import course
from relaymark.core.relay.decided import decided, touching
from relaymark.core.relay.facts import Addition, Commit, Decided, NoteFacts, Retreat
from relaymark.core.relay.public_names import Tag
from relaymark.core.relay.work import Files, phase_work
from relaymark.core.session import Ran

SHA = "8153584e531374087842dc3fb0d88124e67e118e"


def lines(**given):
    commands, prompts = given.pop("commands", ()), given.pop("prompts", ())
    made = {"now": NOW, "uncommitted": (), "existing": frozenset({"src/a.py", "src/b.py"})} | given
    facts = NoteFacts(session=session(commands=tuple(commands), prompts=list(prompts)), **made)
    return note_text(draft(facts)).splitlines()


def ok(command, code=0):
    return Ran(command, code, ok=code == 0)


@pytest.mark.parametrize(
    ("commands", "left"),
    [
        ([ok("npm install foo@9", 1), ok("npm install foo@8")], {"npm install foo@9": 1}),
        ([ok("make docs", 2), ok("make docs", 2), ok("make lint")], {"make docs": 2}),
        ([ok("make docs", 2), ok("make lint")], {}),
        ([ok("make docs", 2), ok("make docs", 2)], {}),
        ([ok("make docs", 2), ok("make docs", 2), ok("make docs")], {}),
        ([ok("pytest", 1), ok("pytest", 1), ok("make lint")], {}),
        ([ok("grep -r x .", 1), ok("grep -r x .", 1), ok("make lint")], {}),
        ([ok("make docs", 2), ok("make docs", 2), ok("ls")], {}),
        ([], {}),
    ],
)
def test_commands_that_led_nowhere(commands, left):
    assert given_up(commands) == left


def test_a_dead_end_is_told_apart_from_what_is_to_be_repaired():
    text = lines(commands=[ok("npm install foo@9", 1), ok("make docs", 2), ok("npm install foo@8")])
    assert "- Dead end: it failed and was given up (`npm install foo@9`, exit 1)." in text
    assert "- Failed and was not repaired (`make docs`, exit 2)." in text


def test_every_failing_command_is_named_however_many_there_are():
    text = "\n".join(lines(commands=[ok(f"make t{number}", 2) for number in range(23)]))
    assert all(f"`make t{number}`" in text for number in range(23))


def edit(call, path, removed, added, *, whole=False):
    return ev.FileEdit(call, path, added, removed, whole)


def done(call, code=None, *, success=True):
    return ev.Returned(call, success, code)


def ran(call, command, code=0):
    return (ev.Command(call, command), done(call, code, success=code == 0))


def test_an_edit_that_another_one_takes_back_is_a_retreat():
    found = course(
        [
            edit("1", "/r/a.py", "x = 1", "x = cache()"),
            done("1"),
            edit("2", "/r/a.py", "x = cache()", "x = 1"),
            done("2"),
        ]
    )
    assert found.retreats == (Retreat("/r/a.py", "x = cache()"),)


@pytest.mark.parametrize(
    "events",
    [
        [edit("1", "/r/a.py", "x", "y"), done("1"), edit("2", "/r/b.py", "y", "x"), done("2")],
        [edit("1", "/r/a.py", "x", "y"), done("1", success=False), edit("2", "/r/a.py", "y", "x"), done("2")],
        [edit("1", "/r/a.py", "x", "y"), done("1"), edit("2", "/r/a.py", "y", "z"), done("2")],
        [edit("1", "/r/a.py", "", "x", whole=True), done("1"), edit("2", "/r/a.py", "x", "", whole=True), done("2")],
        [edit("1", "/r/a.py", "x", "y"), done("1"), *ran("2", "git checkout -- a.py", 1)],
        [edit("1", "/r/a.py", "x", "y"), done("1"), *ran("2", "git commit -am x && git checkout -- .")],
        [edit("1", "/r/a.py", "x", "y"), done("1"), *ran("2", "git stash"), *ran("3", "git stash pop")],
        [edit("1", "/r/a.py", "x", "y"), done("1"), *ran("2", "git checkout -b other")],
        [edit("1", "/r/a.py", "x", "y"), done("1"), *ran("2", "echo git checkout -- a.py")],
        [edit("1", "/r/a.py", "x", "y"), done("1"), *ran("2", "git reset a.py")],
    ],
)
def test_what_is_no_retreat(events):
    assert course(events).retreats == ()


@pytest.mark.parametrize(
    ("command", "paths"),
    [
        ("git checkout -- src/a.py", ["/r/src/a.py"]),
        ("git checkout HEAD -- ./src/a.py", ["/r/src/a.py"]),
        ("cd /r && git restore 'src/a.py'", ["/r/src/a.py"]),
        ("git checkout .", ["/r/src/a.py", "/r/src/b.py"]),
        ("git restore --staged --worktree .", ["/r/src/a.py", "/r/src/b.py"]),
        ("git reset --hard HEAD", ["/r/src/a.py", "/r/src/b.py"]),
        ("git stash push -m wip", ["/r/src/a.py", "/r/src/b.py"]),
        ("git revert --no-edit abc1234", [""]),
    ],
)
def test_commands_of_git_that_take_edits_back(command, paths):
    edits = [edit("1", "/r/src/a.py", "x", "y\nz"), done("1"), edit("2", "/r/src/b.py", "x", "y"), done("2")]
    found = course([*edits, *ran("3", command)]).retreats
    assert [(each.path, each.command) for each in found] == [(path, command) for path in paths]


def test_retreats_are_told_with_what_was_tried():
    tried = (Retreat("src/a.py", "return cache[key]"), Retreat("src/gone.py", "", "git checkout -- src/gone.py"))
    text = lines(retreats=(*tried, Retreat("", "", "git revert abc1234")))
    assert "- Dead end, tried and taken back in `src/a.py`: `return cache[key]` (edits of the session)." in text
    assert "- Dead end, tried and taken back in src/gone.py (`git checkout -- src/gone.py`)." in text
    assert "- Dead end, tried and taken back (`git revert abc1234`)." in text


def test_edits_after_a_test_are_seen_in_the_same_pass():
    test, change = ran("1", "pytest -q"), [edit("2", "/r/a.py", "x", "y"), done("2")]
    assert course([*change]).edited_since_test is None
    assert course([*change, *test]).edited_since_test is False
    assert course([*test, *change]).edited_since_test is True
    assert course([*test, edit("2", "/r/a.md", "x", "y"), done("2")]).edited_since_test is False


def test_every_edited_file_is_named_wherever_it_ended_up():
    files = tuple(f"src/f{number}.py" for number in range(12))
    commits = tuple(Commit(SHA, NOW, f"Step {number}", (files[number],)) for number in range(9))
    text = "\n".join(
        lines(edited=(*files, "old/gone.py"), existing=frozenset(files), commits=commits, uncommitted=files[9:11])
    )
    assert all(f"`{path}`" in text for path in files)
    assert "- Edited and committed earlier: `src/f6.py`, `src/f7.py`, `src/f8.py` (git log)." in text
    assert "- Edited, but not there any more: old/gone.py (edits of the session)." in text


DECISION = "---\ntype: convention\nstatus: accepted\n---\n\n# 7. Keys rotate in `src/keys.py`\n\nBecause.\n"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (DECISION, ("convention", "7. Keys rotate in `src/keys.py`", 6)),
        ("---\ntext: Use pnpm\n---\n", ("decision", "Use pnpm", 2)),
        ("# Decision 3\n\n- Tabs, not spaces\n", ("decision", "Tabs, not spaces", 3)),
        ("Plain words.\n", ("decision", "Plain words.", 1)),
        (DECISION.replace("accepted", "superseded by 9"), None),
        ("# A\n\nStatus: Rejected\n", None),
        ("", None),
        ("---\n", None),
        ("\x00\ufeff", None),
    ],
)
def test_what_a_file_of_a_decision_says(text, told):
    found = decided("d.md", text)
    assert (None if found is None else (found.kind, found.text, found.line)) == told


def test_decisions_that_touch_the_files_at_hand_come_first():
    here, there = Decided("1.md", "decision", "a", 1, ("docs/x.md",)), Decided("2.md", "owner", "b", 1, ("src/",))
    assert touching((here, there), ("src/a.py",)) == (there, here)
    text = lines(
        decisions=(here, there, *(Decided(f"{n}.md", "decision", "c", 1) for n in range(9))), edited=("src/a.py",)
    )
    assert "- Owner: b (`2.md:1`)." in text
    assert "- 5 more decisions stand (`.relaymark/decisions/`)." in text
    assert text.index("- Owner: b (`2.md:1`).") < text.index("- Decision: a (`1.md:1`).")


def test_orders_are_quoted_only_once_the_user_agreed():
    prompts = ["Always use pnpm.", "Never touch src/old.", "Go on"]
    assert "- The user said: “Always use pnpm.” (prompt 1)." in lines(prompts=prompts)
    text = "\n".join(lines(prompts=prompts, seen_orders=frozenset({"Always use pnpm."})))
    assert "“Always use pnpm.”" in text
    assert "src/old" not in text
    assert "- The user gave a standing order, not quoted here: the user has not agreed to it (prompt 2)." in text


MANIFESTS = """\
--- a/package.json
+++ b/package.json
@@ -3 +3 @@
-    "zod": "^3.0.0",
+    "zod": "^3.1.0",
--- a/pyproject.toml
+++ b/pyproject.toml
@@ -7 +6,0 @@
-  "left>=1",
--- a/go.mod
+++ b/go.mod
@@ -1 +1 @@
-module x
+module y
"""


def test_manifests_that_changed_are_named_and_what_was_taken_out():
    found = additions(MANIFESTS, {})
    assert [(each.kind, each.name, each.path, each.line) for each in found] == [
        ("manifest", "", "package.json", 3),
        ("dropped", "left", "pyproject.toml", 6),
    ]
    text = lines(additions=found, existing=frozenset({"package.json", "pyproject.toml"}))
    assert "- The dependencies in `package.json` were changed (`package.json:3`)." in text
    assert "- Dependencies taken out in `pyproject.toml`: `left` (`pyproject.toml:6`)." in text


def tag(name, line, **about):
    return Tag(**({"name": name, "path": "a.x", "line": line, "kind": "function", "language": "C"} | about))


@pytest.mark.parametrize(
    ("found", "row", "public"),
    [
        (tag("run", 1), "int run(void) {", True),
        (tag("run", 2), "int run(void) {", False),
        (tag("run", 1, file=True), "static int run(void) {", False),
        (tag("_run", 1), "int _run(void) {", False),
        (tag("run", 1, access="private"), "x", False),
        (tag("run", 1, scope="K", scope_kind="class"), "x", False),
        (tag("x", 1, kind="variable"), "int x;", False),
        (tag("run", 1, language="TypeScript"), "function run() {", False),
        (tag("run", 1, language="TypeScript"), "export function run() {", True),
        (tag("Run", 1, language="Go", scope="p", scope_kind="package"), "func Run() {", True),
        (tag("run", 1, language="Go", scope="p", scope_kind="package"), "func run() {", False),
        (tag("run", 1, language="Lua"), "local function run()", False),
    ],
)
def test_names_by_ctags(found, row, public):
    assert [each.name for each in additions("", {"a.x": row}, [found])] == (["run"] if public else []) or (
        [each.name for each in additions("", {"a.x": row}, [found])] == ["Run"] and public
    )


def test_a_name_that_was_there_before_is_not_new():
    diff = "+++ b/a.x\n@@ -9 +1 @@\n-int run(int a) {\n+int run(void) {\n"
    assert additions(diff, {}, [tag("run", 1)]) == ()
    assert additions(diff, {}, [tag("go", 1)]) == (Addition("name", "go", "a.x", 1),)


PLAN = "## Phase 1: Keys\n\nProve it: `make test`.\n\n- [ ] Load in `src/a.py`\n"


def work(plan):
    return phase_work(plan, parse_plan(plan), "PLAN.md", 0, Files("/r", "PLAN.md", {"src/a.py"}.__contains__))


def test_the_command_that_proves_the_next_step():
    assert "- Prove it with the plan's own command, not run yet: `make test` (`PLAN.md:3`)." in lines(phase=work(PLAN))
    assert "- No command that proves it is on record: unproven (`PLAN.md:1`)." in lines(
        phase=work(PLAN.replace("make test", "make"))
    )
    ran_it = lines(phase=work(PLAN), commands=[ok("pytest -q")])
    assert "- Prove it with the test command of this session (`pytest -q`)." in ran_it


def test_items_ticked_in_this_session_are_told_apart_from_those_before():
    plan = "## Phase 1: Keys\n\n- [x] Load keys\n- [x] Rotate keys\n- [ ] Ship\n"
    text = lines(phase=work(plan), ticked_before=frozenset({"Load keys"}))
    assert "- Ticked: 2 “Rotate keys” (`PLAN.md:4`)." in text
    assert "- Done before this session: 1 (`PLAN.md:3`)." in text
    unknown = lines(phase=work(plan))
    assert "- Ticked: 1 “Load keys” (`PLAN.md:3`)." in unknown
