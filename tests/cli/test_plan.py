"""`relaymark plan`, as a whole program: a plan from nothing, from what an agent planned, from pasted text."""

import json
import os
import sqlite3
import time

import pytest

from relaymark.core.plan import parse_plan

PLANNED = "# Add login\n\n## Steps\n- Create `src/keys.ts`\n- Wire it in `{folder}/src/app.ts`\n"
SCHEMA = """
CREATE TABLE session (id text PRIMARY KEY, directory text NOT NULL, title text NOT NULL);
CREATE TABLE todo (session_id text, content text, status text, priority text, position integer,
                   time_created integer, time_updated integer);
"""


@pytest.fixture
def shop(world):
    return world.repository("shop", plan=None)


def plan_mode(world, name, text, age=0.0):
    file = world.claude_home / "plans" / f"{name}.md"
    file.parent.mkdir(exist_ok=True)
    file.write_text(text)
    os.utime(file, (time.time() - age, time.time() - age))
    return file


def update_plan(world, folder, *steps):
    session = world.codex(folder).prompt("Go")
    rows = [{"step": step, "status": status} for step, status in steps]
    call = {"type": "function_call", "name": "update_plan", "arguments": json.dumps({"plan": rows}), "call_id": "c1"}
    session._write({"timestamp": session._now(), "type": "response_item", "payload": call})
    return session


def todos(world, folder, *rows, title="Greeter", updated=None):
    path = world.home / ".local/share/opencode/opencode.db"
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(path)
    connection.executescript(SCHEMA)
    connection.execute("INSERT INTO session VALUES ('ses_1', ?, ?)", (str(folder), title))
    at = int((updated or time.time()) * 1000)
    for place, (content, status) in enumerate(rows):
        connection.execute("INSERT INTO todo VALUES ('ses_1', ?, ?, 'high', ?, ?, ?)", (content, status, place, at, at))
    connection.commit()
    connection.close()


def seen(folder, name="PLAN.md"):
    plan = parse_plan((folder / name).read_text())
    return plan.title, [(phase.title, [(item.text, item.ticked) for item in phase.items]) for phase in plan.phases]


def test_new_writes_a_plan_and_says_where(world, shop):
    done = world.run("plan", "new", cwd=shop)
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{shop}/PLAN.md\n", "")
    assert seen(shop)[0] == "shop"
    checked = world.run("check", cwd=shop)
    assert checked.returncode == 0
    assert "1 plan checked" in checked.stdout


def test_new_takes_a_title_and_another_place(world, shop):
    done = world.run("plan", "new", "A shop", "--out", "docs-plan.md", cwd=shop)
    assert done.returncode == 0
    assert seen(shop, "docs-plan.md")[0] == "A shop"
    assert world.run("plan", "new", "A shop", "--out", "-", cwd=shop).stdout.startswith("# A shop\n")
    assert not (shop / "PLAN.md").exists()


@pytest.mark.parametrize("command", [("new",), ("adopt", "-")])
def test_no_file_is_ever_written_over(world, shop, command):
    (shop / "PLAN.md").write_text("mine")
    done = world.run("plan", *command, cwd=shop, stdin="- a\n")
    assert done.returncode == 1
    assert "exists, and is never written over" in done.stderr
    assert (shop / "PLAN.md").read_text() == "mine"
    assert [path.name for path in shop.iterdir() if path.name.startswith(".") and path.name != ".git"] == []


def test_a_folder_that_is_not_there_is_told(world, shop):
    done = world.run("plan", "new", "--out", "gone/PLAN.md", cwd=shop)
    assert done.returncode == 1
    assert "cannot be written: No such file or directory" in done.stderr


def test_pasted_text_becomes_a_plan(world, shop):
    done = world.run("plan", "adopt", "-", cwd=shop, stdin="Steps:\n1. Make `src/a.py`\n2. Test it\n")
    assert (done.returncode, done.stdout) == (0, f"{shop}/PLAN.md\n")
    assert "1 phase, 2 items." in done.stderr
    assert seen(shop)[1] == [("shop", [("Make `src/a.py`", False), ("Test it", False)])]


def test_a_file_becomes_a_plan_beside_it(world, shop):
    (shop / "idea.md").write_text(PLANNED.format(folder=shop))
    done = world.run("plan", "adopt", "idea.md", "--out", "-", cwd=shop)
    assert done.returncode == 0
    assert "- [ ] Wire it in `src/app.ts`" in done.stdout
    assert not (shop / "PLAN.md").exists()


@pytest.mark.parametrize("mark", [b"\xff\xfe", b""], ids=["utf-16", "utf-8"])
@pytest.mark.parametrize("given", ["file", "input"])
def test_a_text_is_adopted_in_the_encoding_of_its_mark(world, shop, mark, given):
    data = mark + "- Make `src/ä.py`\r\n- Test it ✓\r\n".encode("utf-16-le" if mark else "utf-8")
    (shop / "idea.md").write_bytes(data)
    done = world.run("plan", "adopt", *(["idea.md"] if given == "file" else ["-"]), cwd=shop, stdin=data)
    assert done.returncode == 0
    assert seen(shop)[1] == [("shop", [("Make `src/ä.py`", False), ("Test it ✓", False)])]
    assert b"UTF" not in done.stderr


def test_what_cannot_be_read_of_a_text_is_said(world, shop):
    (shop / "latin.md").write_bytes("- Café\n".encode("latin-1"))
    done = world.run("plan", "adopt", "latin.md", "-o", "-", cwd=shop)
    assert done.stdout.endswith("- [ ] Caf�\n")
    assert done.stderr.startswith("latin.md is not UTF-8: what cannot be read of it stands as �.\n")
    done = world.run("plan", "adopt", "-", cwd=shop, stdin="- one\n".encode("utf-16-le"))
    assert done.returncode == 2
    assert done.stderr == b"standard input holds NUL bytes, as UTF-16 without its mark does: save it as UTF-8 first.\n"
    assert not (shop / "PLAN.md").exists()


def test_a_text_that_is_too_long_is_adopted_in_part_and_that_is_said(world, shop):
    done = world.run("plan", "adopt", "-", "-o", "-", cwd=shop, stdin="- one\n\n" + "ä" * 1_000_000)
    assert "- [ ] one" in done.stdout
    assert done.stderr.startswith("standard input has more than 1,000,000 characters: the rest is left out.\n")


def test_what_is_to_be_changed_and_is_not_there_is_told_at_birth(world, shop):
    text = "## Phase 1: A\n- Modify: `src/gone.py`\n- Modify: `README.md`\n- Create: `src/new.py`\n"
    text += "- Modify: `src/new.py`\n"
    done = world.run("plan", "adopt", "-", cwd=shop, stdin=text)
    assert done.returncode == 0
    assert "`src/gone.py` is to be changed, but is not there" in done.stderr
    assert "README.md" not in done.stderr
    assert "src/new.py" not in done.stderr


def test_what_holds_nothing_to_do_is_refused(world, shop):
    done = world.run("plan", "adopt", "-", cwd=shop, stdin="# Thoughts\n\nNothing yet.\n")
    assert done.returncode == 1
    assert "nothing in it that could become a box" in done.stderr
    assert not (shop / "PLAN.md").exists()


def test_the_plan_mode_file_that_a_session_here_names_is_taken(world, shop):
    plan_mode(world, "brisk-fox", PLANNED.format(folder=shop), age=60)
    plan_mode(world, "calm-owl", "# Of another project\n\n- x\n")
    world.claude(shop).prompt("Plan it").reply(9_000, f"Written to {world.claude_home}/plans/brisk-fox.md")
    done = world.run("plan", "adopt", "--from", "claude-code", cwd=shop)
    assert done.returncode == 0, done.stderr
    assert "brisk-fox.md" in done.stderr
    assert seen(shop) == (
        "Add login",
        [("Steps", [("Create `src/keys.ts`", False), ("Wire it in `src/app.ts`", False)])],
    )


def test_a_plan_mode_file_that_nobody_names_is_taken_with_a_warning(world, shop):
    plan_mode(world, "calm-owl", "# A\n\n- x\n")
    done = world.run("plan", "adopt", cwd=shop)
    assert done.returncode == 0
    assert "see whether it is the right one" in done.stderr


def test_the_last_update_plan_of_this_folder_is_taken(world, shop):
    update_plan(world, shop, ("old", "pending"), ("older", "pending"))
    update_plan(world, shop, ("Edit greeter.py", "completed"), ("Test it", "in_progress"))
    update_plan(world, world.repository("other"), ("foreign", "pending"))
    done = world.run("plan", "adopt", "--from", "codex", cwd=shop)
    assert done.returncode == 0, done.stderr
    assert seen(shop) == ("shop", [("shop", [("Edit greeter.py", True), ("Test it", False)])])


def test_the_todos_of_opencode_are_taken(world, shop):
    todos(world, shop, ("Edit greeter.py", "completed"), ("Drop it", "cancelled"), ("Test it", "pending"))
    done = world.run("plan", "adopt", "--from", "opencode", cwd=shop)
    assert done.returncode == 0, done.stderr
    assert seen(shop) == (
        "Greeter",
        [("Greeter", [("Edit greeter.py", True), ("~~Drop it~~", False), ("Test it", False)])],
    )


def test_todos_of_another_folder_are_not(world, shop):
    todos(world, world.folder("other"), ("x", "pending"))
    done = world.run("plan", "adopt", "--from", "opencode", cwd=shop)
    assert done.returncode == 1
    assert "No plan of opencode was found for this folder" in done.stderr
    done = world.run("plan", "adopt", "--from", "codex", cwd=shop)
    assert "No plan of Codex was found for this folder" in done.stderr


def test_of_several_agents_the_newest_is_taken(world, shop):
    update_plan(world, shop, ("by codex", "pending"))
    todos(world, shop, ("by opencode", "pending"), updated=time.time() - 3600)
    plan_mode(world, "calm-owl", "# Nobody names it\n\n- x\n")
    done = world.run("plan", "adopt", cwd=shop)
    assert done.returncode == 0, done.stderr
    assert seen(shop)[1] == [("shop", [("by codex", False)])]


def test_broken_records_are_passed_over(world, shop):
    session = update_plan(world, shop, ("good", "pending"))
    for payload in (
        {"name": "update_plan", "arguments": "{"},
        {"name": "update_plan", "arguments": '{"plan": 3}'},
        {"name": "update_plan", "arguments": '{"plan": [3, {"step": 4}]}'},
        {"name": "other", "arguments": '"update_plan"'},
        "update_plan",
    ):
        session._write({"type": "response_item", "payload": payload})
    with session.path.open("ab") as file:
        file.write(b'{"update_plan" \xff\n')
    (world.home / ".local/share/opencode").mkdir(parents=True)
    (world.home / ".local/share/opencode/opencode.db").write_bytes(b"garbage")
    done = world.run("plan", "adopt", cwd=shop)
    assert done.returncode == 0, done.stderr
    assert seen(shop)[1] == [("shop", [("good", False)])]


def test_where_no_agent_has_run_it_says_what_to_do(bare):
    done = bare.run("plan", "adopt", cwd=bare.folder("empty"))
    assert done.returncode == 1
    assert "relaymark plan adopt -" in done.stderr


def test_a_file_and_an_agent_are_not_both_taken(world, shop):
    assert world.run("plan", "adopt", "x.md", "--from", "codex", cwd=shop).returncode == 2
    missing = world.run("plan", "adopt", "gone.md", cwd=shop)
    assert (missing.returncode, "gone.md cannot be read" in missing.stderr) == (2, True)


def test_a_place_where_plans_are_not_looked_for_is_told(world, shop):
    done = world.run("plan", "adopt", "-", "--out", "notes.md", cwd=shop, stdin="- a\n")
    assert done.returncode == 0
    assert "`planFiles`" in done.stderr


def test_the_prompt_can_be_copied(world, shop):
    done = world.run("plan", "prompt", "Add", "a", "login", cwd=shop)
    assert done.returncode == 0
    assert done.stdout.endswith("The work:\nAdd a login\n")
