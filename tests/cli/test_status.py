"""`relaymark status`: the sessions of a workspace, or of this machine, once; and how commands are called."""

import json
import os
import re
import subprocess
import sys

import pytest

import relaymark


def payload(done):
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_version_is_printed(world):
    done = world.run("--version")
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, relaymark.__version__, "")


def test_without_arguments_the_help_names_every_command(world):
    done = world.run()
    text = done.stdout + done.stderr
    assert "Usage: relaymark" in text
    for command in ("status", "inspect", "watch", "doctor", "serve", "statusline"):
        assert re.search(rf"\b{command}\b", text)
    assert "Traceback" not in text


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["status", "--nonsense"],
        ["inspect"],
        ["watch", "--for", "soon"],
    ],
)
def test_bad_usage_ends_with_2_and_says_what_is_wrong(world, arguments):
    done = world.run(*arguments)
    assert done.returncode == 2
    assert done.stdout == ""
    assert "Usage:" in done.stderr
    assert "Traceback" not in done.stderr


def test_it_tells_how_many_more_items_a_session_has_room_for(world):
    plan = "# P\n\n## Phase 2: Report\n\n" + "".join(f"- [ ] Build part {n} in `src/{n}.py`\n" for n in range(6))
    shop = world.repository("shop", plan=plan)
    session = world.claude(shop).prompt("Complete Phase 2 of @PLAN.md").reply(20_000)
    tick = {"file_path": str(shop / "PLAN.md")}
    for number, tokens in enumerate((26_000, 34_000, 40_000)):
        written = {"file_path": str(shop / f"src/{number}.py"), "content": "x = 1\n"}
        session.tool(tokens - 1_000, "Write", written, "done")
        words = f"Build part {number} in"
        session.tool(tokens, "Edit", tick | {"old_string": f"- [ ] {words}", "new_string": f"- [x] {words}"}, "done")
    session.reply(41_000, ends=False)
    [found] = payload(world.run("status", "--json", cwd=shop))["sessions"]
    # The three items took 6,000, 8,000 and 6,000 tokens; 19,000 are left below the ceiling of 60,000.
    assert (found["headroom"], found["itemsLeft"]) == (19_000, 3)
    assert (
        "phase 2 Report of PLAN.md (by prompt), room for about 3 more items\n" in world.run("status", cwd=shop).stdout
    )


def test_without_ticks_nothing_is_said_of_room(world):
    shop = world.repository("shop", plan="# P\n\n## Phase 2: Report\n\n- [ ] Build it\n")
    world.claude(shop).prompt("Complete Phase 2 of @PLAN.md").reply(20_000, ends=False)
    [found] = payload(world.run("status", "--json", cwd=shop))["sessions"]
    assert "itemsLeft" not in found


def test_the_text_tells_every_session_of_the_workspace(world):
    shop = world.repository("shop")
    session = world.claude(shop).prompt("Complete Phase 2 of @PLAN.md").read(40_000, "a.py", "a = 1\n" * 50)
    session.reply(41_211, ends=False)
    world.codex(shop).prompt("Count the prices").usage(9_000)
    world.claude(world.folder("bakery")).prompt("Bake").reply(9_000)
    done = world.run("status", cwd=shop)
    assert (done.returncode, done.stderr) == (0, "")
    first, *rest = done.stdout.splitlines()
    assert first in {"◔ 41k/60k +1", "◔ 9k/78k +1"}
    text = "\n".join(rest)
    assert "context 41,211 measured, 20.6 % of the window · window 200k (agent)" in text
    assert "ceiling 60,000 (30 % of 200k) · reset 90,000 (45 % of 200k)" in text
    assert "phase 2 Report of PLAN.md (by prompt)" in text
    assert "window 258k (recorded)" in text
    assert "files: a.py" in text
    assert "Bake" not in text


def test_the_json_is_the_payload_that_editors_get(world):
    shop = world.repository("shop")
    session = world.claude(shop).prompt("Complete Phase 2 of @PLAN.md").reply(41_211)
    found = payload(world.run("status", "--json", cwd=shop))
    assert found["version"] == 1
    assert found["workspace"] == str(shop)
    assert (found["shown"], found["text"], found["level"]) == (session.id, "◔ 41k/60k", "clear")
    [item] = found["sessions"]
    assert item["context"] == {"tokens": 41_211, "source": "measured"}
    assert item["partial"] is False
    assert sum(item["breakdown"].values()) == 41_211
    assert item["phase"] == {"plan": "PLAN.md", "label": "2", "title": "Report", "evidence": "prompt"}
    [plan] = found["plans"]
    assert (plan["path"], plan["state"], plan["current"], plan["done"]) == ("PLAN.md", "open", "2", 1)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", item["updatedAt"])


def test_the_phase_is_told_by_the_files_that_were_edited_where_no_prompt_names_it(world):
    shop = world.repository("shop")
    session = world.claude(shop).prompt("Go on, please")
    session.tool(14_000, "Write", {"file_path": f"{shop}/src/report.py", "content": "x = 1\n"}, "File created")
    session.reply(15_000)
    [item] = payload(world.run("status", "--json", cwd=shop))["sessions"]
    assert item["phase"] == {"plan": "PLAN.md", "label": "2", "title": "Report", "evidence": "edits"}


@pytest.mark.slow
def test_another_folder_can_be_named(world):
    shop = world.repository("shop")
    session = world.claude(shop).prompt().reply(41_211)
    assert payload(world.run("status", "--json", "-w", "shop"))["shown"] == session.id
    assert payload(world.run("status", "--json", "--workspace", str(shop)))["shown"] == session.id


def test_sessions_of_an_enclosing_repository_count_in_its_subfolders(world):
    shop = world.repository("shop")
    (shop / "src").mkdir()
    session = world.claude(shop).prompt().reply(20_000)
    found = payload(world.run("status", "--json", cwd=shop / "src"))
    assert found["shown"] == session.id
    assert [plan["path"] for plan in found["plans"]] == ["PLAN.md"]


def test_sessions_of_other_work_trees_stand_below(world):
    shop = world.repository("shop")
    tree = world.worktree(shop, "hotfix", "fix/rounding")
    away = world.claude(tree).prompt("Round").reply(95_000, ends=False)
    found = payload(world.run("status", "--json", cwd=shop))
    assert "shown" not in found
    [item] = found["sessions"]
    assert (item["id"], item["elsewhere"], item["branch"]) == (away.id, True, "fix/rounding")
    assert "work tree fix/rounding" in world.run("status", cwd=shop).stdout


def test_all_lists_every_session_of_this_machine(world):
    ids = {
        world.claude(world.folder("shop")).prompt().reply(20_000).id,
        world.codex(world.folder("bakery")).prompt().usage(9_000).id,
        world.codex(world.folder("old"), archived=True).prompt().usage(8_000).id,
    }
    done = world.run("status", "--all", "--json")
    assert {item["id"] for item in payload(done)["sessions"]} == ids
    text = world.run("status", "--all").stdout
    assert text.rstrip().endswith("3 sessions, 2 of them open")
    assert str(world.work / "bakery") in text


@pytest.mark.slow
def test_recorded_sessions_are_all_listed(world):
    expected = world.recorded("claude-code", "2.1.329-resume-subagent-compact")["sessions"]
    expected += world.recorded("codex", "0.169.0-several-sessions")["sessions"]
    found = {item["id"]: item for item in payload(world.run("status", "--all", "--json"))["sessions"]}
    assert set(found) == {item["id"] for item in expected}
    for item in expected:
        assert found[item["id"]]["context"].get("tokens") == item["context_tokens"]
        assert found[item["id"]].get("parent") == item["parent"]


def test_when_nothing_is_open_the_reason_is_told(world):
    shop = world.repository("shop", plan=None)
    done = world.run("status", cwd=shop)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"No session of Claude Code or Codex was active in {shop} in the last 8 hours.\n"
    found = payload(world.run("status", "--json", cwd=shop))
    assert (found["text"], found["level"], found["sessions"], found["plans"]) == ("○", "unknown", [], [])
    assert "shown" not in found


def test_an_old_session_is_not_open(world):
    shop = world.repository("shop")
    world.claude(shop, age=9 * 3600).prompt().reply(20_000)
    assert "in the last 8 hours" in world.run("status", cwd=shop).stdout


@pytest.mark.slow
def test_outside_of_git_sessions_in_the_folder_and_below_count(world):
    notes = world.folder("notes")
    assert "It is not in a git repository" in world.run("status", cwd=notes).stdout
    below = world.claude(world.folder("notes/deep"), branch=None).prompt().reply(20_000)
    above = world.claude(world.work, branch=None).prompt().reply(21_000)
    found = payload(world.run("status", "--json", cwd=notes))
    assert [item["id"] for item in found["sessions"]] == [below.id]
    assert above.id in {item["id"] for item in payload(world.run("status", "--json"))["sessions"]}


def test_where_git_is_not_installed_the_folder_still_has_its_sessions(world):
    shop = world.repository("shop")
    session = world.claude(shop).prompt().reply(20_000)
    done = world.run("status", "--json", cwd=shop, env={"PATH": "/nonexistent"})
    assert payload(done)["shown"] == session.id


def test_a_machine_without_agents_is_told_so(bare):
    done = bare.run("status")
    assert done.returncode == 0
    assert "no agent that Relaymark reads has run on this machine" in done.stdout


@pytest.mark.slow
def test_a_bad_setting_is_named_on_standard_error_and_the_rest_works(world):
    shop = world.repository("shop")
    session = world.claude(shop).prompt().reply(41_000)
    (shop / ".relaymark.toml").write_text("ceilingPercent = -3\nresetPercent = 60\n")
    done = world.run("status", cwd=shop)
    assert done.returncode == 0
    assert "`ceilingPercent`" in done.stderr
    assert "Traceback" not in done.stderr
    [item] = payload(world.run("status", "--json", cwd=shop))["sessions"]
    assert (item["id"], item["ceiling"]["tokens"]) == (session.id, 60_000)


@pytest.mark.slow
def test_broken_transcripts_do_not_stop_it(world):
    shop = world.repository("shop")
    good = world.claude(shop).prompt().reply(20_000)
    good.raw(b"\0\0\0\n{broken\n\xff\xfe\n" + b"[" * 5_000 + b"\n")
    for number, data in enumerate((b"", b"\n\n", b"\0" * 5_000, b"{" * 5_000, b"\xff" * 5_000, b"[]\n")):
        (good.path.parent / f"{number}e0e0e0e-0000-4000-8000-000000000000.jsonl").write_bytes(data)
    (good.path.parent / "9e0e0e0e-0000-4000-8000-000000000000.jsonl").mkdir()
    done = world.run("status", "--json", cwd=shop)
    assert payload(done)["shown"] == good.id
    assert done.stderr == ""
    assert "unreadable records were skipped" in world.run("status", cwd=shop).stdout
    assert "is skipped" in world.run("--verbose", "status", cwd=shop).stderr


def test_output_that_cannot_show_every_sign_does_not_break_it(world):
    shop = world.repository("shop")
    world.claude(shop).prompt("Größe → 日本").reply(20_000)
    done = world.run("status", cwd=shop, stdin=b"", env={"PYTHONIOENCODING": "cp1252", "PYTHONUTF8": "0"})
    assert b"Traceback" not in done.stderr
    assert done.returncode == 0
    assert b"20k/60k" in done.stdout


@pytest.mark.slow
def test_a_reader_that_goes_away_is_no_fault(world):
    shop = world.repository("shop")
    for _ in range(3):
        world.claude(shop).prompt().reply(20_000)
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as pipe:
        done = subprocess.run(
            [sys.executable, "-m", "relaymark", "status"],
            cwd=shop, env=world.env, stdout=pipe, stderr=subprocess.PIPE, timeout=30, check=False,
        )  # fmt: skip
    assert b"Traceback" not in done.stderr
