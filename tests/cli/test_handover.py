"""`relaymark handover` and `relaymark next`, as whole programs."""

import json
import os
import pty
import subprocess
import sys

import pytest

from relaymark.core.note import read_header


@pytest.fixture
def shop(world):
    folder = world.repository("shop")
    session = world.claude(folder).prompt("Complete Phase 2 of @PLAN.md").reply(20_000)
    (folder / "src").mkdir()
    return folder, session


def written(folder, kind):
    return sorted((folder / ".relaymark" / kind).glob("*.md"))


def test_handover_writes_a_note_and_says_where(world, shop):
    folder, session = shop
    done = world.run("handover", cwd=folder)
    assert done.returncode == 0
    assert done.stderr.startswith("Decide once whether git keeps notes:")
    (note,) = written(folder, "handovers")
    assert done.stdout == f"{note}\n"
    assert read_header(note.read_text()).session == session.id
    assert world.git(folder, "status", "--porcelain", "--", ":!.relaymark") == ""


def test_handover_to_standard_output_and_to_a_file(world, shop, tmp_path):
    folder, session = shop
    told = world.run("handover", "--out", "-", "--session", session.id[:8], "--workspace", str(folder))
    assert told.returncode == 0
    assert "## NEXT STEP" in told.stdout
    out = tmp_path / "note.md"
    assert world.run("handover", "-o", str(out), cwd=folder).returncode == 0
    assert read_header(out.read_text()).session == session.id
    again = world.run("handover", "-o", str(out), cwd=folder)
    assert again.returncode == 1
    assert "never written over another file" in again.stderr
    assert not (folder / ".relaymark").exists()


def test_an_older_session_is_handed_over_by_its_id(world):
    folder = world.repository("shop")
    old = world.claude(folder, age=3 * 86_400).prompt().reply(20_000)
    when = old.path.stat().st_mtime - 3 * 86_400
    os.utime(old.path, (when, when))
    none = world.run("handover", cwd=folder)
    assert none.returncode == 1
    assert "No session is open in" in none.stderr
    assert world.run("handover", "--session", old.id, cwd=folder).returncode == 0


def test_a_session_of_another_project_is_not_borrowed(world, shop):
    folder, _ = shop
    other = world.claude(world.repository("other")).prompt().reply(9_000)
    done = world.run("handover", "--session", other.id, cwd=folder)
    assert done.returncode == 1
    assert f"No session `{other.id}` is known" in done.stderr


@pytest.mark.parametrize("command", ["handover", "next"])
def test_bad_usage_ends_with_2(world, command):
    assert world.run(command, "--workspace", "/nowhere/at/all").returncode == 2
    assert world.run(command, "--nonsense").returncode == 2


def test_next_dry_run_prints_the_findings_the_argv_and_the_prompt(world, shop):
    folder, _ = shop
    done = world.run("next", "--dry-run", cwd=folder)
    assert (done.returncode, done.stderr) == (0, "")
    assert "! No test was run in the session (Show the test)" in done.stdout
    assert "! The session has no handover note (Generate handover)" in done.stdout
    assert (
        "command claude 'Complete Phase 2 of @PLAN.md and check off each item as you go; first read @.relaymark"
        in done.stdout
    )
    assert "\nComplete Phase 2 of @PLAN.md and check off each item as you go.\n" in done.stdout
    assert not (folder / ".relaymark").exists()


def test_next_without_a_terminal_writes_the_prompt_and_says_how(world, shop):
    folder, _ = shop
    done = world.run("next", "--phase", "1", cwd=folder)
    assert done.returncode == 0
    assert "nothing was started" in done.stderr
    (prompt,) = written(folder, "prompts")
    assert prompt.read_text().startswith("Complete Phase 1 of @PLAN.md")


def test_next_without_a_plan_says_so(world):
    done = world.run("next", cwd=world.repository("bare", plan=None))
    assert done.returncode == 1
    assert "There is no PLAN.md" in done.stderr


def test_next_becomes_the_agent_in_a_terminal(world, shop, tmp_path):
    folder, _ = shop
    stand_in = tmp_path / "bin" / "claude"
    stand_in.parent.mkdir()
    stand_in.write_text(
        f"#!{sys.executable}\nimport json, os, sys\n"
        f"json.dump([sys.argv[1:], os.getcwd()], open({str(tmp_path / 'argv')!r}, 'w'))\n"
    )
    stand_in.chmod(0o755)
    env = world.env | {"PATH": f"{stand_in.parent}{os.pathsep}{world.env['PATH']}"}
    master, slave = pty.openpty()
    os.write(master, b"\n")  # Enter: start all the same
    try:
        program = [sys.executable, "-m", "relaymark", "next", "--workspace", str(folder)]
        done = subprocess.run(program, stdin=slave, capture_output=True, text=True, env=env, timeout=30, check=False)
    finally:
        os.close(master)
        os.close(slave)
    assert done.returncode == 0, done.stderr
    (prompt,) = written(folder, "prompts")
    arguments, cwd = json.loads((tmp_path / "argv").read_text())
    assert arguments == [
        f"Complete Phase 2 of @PLAN.md and check off each item as you go; first read @.relaymark/prompts/{prompt.name}"
    ]
    assert cwd == str(folder)


def test_next_says_when_the_agent_is_not_installed(world, shop, tmp_path):
    folder, _ = shop
    env = world.env | {"PATH": os.defpath}
    master, slave = pty.openpty()
    os.write(master, b"\n")  # Enter: start all the same
    try:
        program = [sys.executable, "-m", "relaymark", "next", "--workspace", str(folder)]
        done = subprocess.run(program, stdin=slave, capture_output=True, text=True, env=env, timeout=30, check=False)
    finally:
        os.close(master)
        os.close(slave)
    assert done.returncode == 1
    assert "`claude` is not on the PATH" in done.stderr


def test_whether_git_keeps_notes_is_decided_once_by_the_user(world, shop):
    folder, _ = shop
    assert not (folder / ".relaymark").exists()
    done = world.run("handover", "--notes", "ignore", cwd=folder)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("Notes are ignored by git, by ")
    assert written(folder, "handovers") == [], "the choice alone writes no note"
    done = world.run("handover", cwd=folder)
    assert (done.returncode, done.stderr) == (0, "")
    assert world.git(folder, "status", "--porcelain") == "?? src/\n" or world.git(folder, "status", "--porcelain") == ""
    done = world.run("handover", "--notes", "commit", cwd=folder)
    assert ".relaymark/" in world.git(folder, "status", "--porcelain")
    linked = world.worktree(folder, "side", "side")
    world.claude(linked).prompt("Complete Phase 2 of @PLAN.md").reply(20_000)
    assert world.run("handover", cwd=linked).stderr == "", "it is not asked again in another work tree"


def test_an_own_gitignore_is_left_alone(world, shop):
    folder, _ = shop
    (folder / ".relaymark").mkdir()
    (folder / ".relaymark/.gitignore").write_text("prompts/\n# mine\n")
    assert world.run("handover", "--notes", "ignore", cwd=folder).returncode == 0
    assert (folder / ".relaymark/.gitignore").read_text() == "prompts/\n# mine\n"
    outside = world.run("handover", "--notes", "commit", cwd=world.folder("plain"))
    assert outside.returncode == 1
    assert "is not in a git repository" in outside.stderr


def test_standing_orders_are_shown_and_quoted_only_when_the_user_says_so(world):
    folder = world.repository("shop")
    world.claude(folder).prompt("Complete Phase 2 of @PLAN.md. Always use pnpm, not npm.").reply(20_000)
    first = world.run("handover", "--out", "-", cwd=folder)
    assert "--quote-orders has it quote them:\n  Always use pnpm, not npm." in first.stderr
    assert "Always use pnpm" not in first.stdout
    assert (
        "- The user gave a standing order, not quoted here: the user has not agreed to it (prompt 1)." in first.stdout
    )
    second = world.run("handover", "--out", "-", "--quote-orders", cwd=folder)
    assert "- The user said: “Always use pnpm, not npm.” (prompt 1)." in second.stdout
    third = world.run("handover", "--out", "-", cwd=folder)
    assert third.stderr == ""
    assert "Always use pnpm" in third.stdout


def test_the_archive_is_listed_the_newest_first_with_who_has_no_note(world, shop):
    folder, session = shop
    assert world.run("handover", "--list", cwd=folder).stdout.startswith("No notes here")
    full = world.claude(folder).prompt("Complete Phase 2 of @PLAN.md").reply(95_000)
    late = world.claude(folder).prompt("Complete Phase 2 of @PLAN.md").reply(96_000)
    old = folder / ".relaymark/handovers/20200101T000000Z-PLAN-1-a.md"
    old.parent.mkdir(parents=True)
    old.write_text('---\nsession: a\nphase: "PLAN.md: Phase 1"\ndate: 2020-01-01T00:00:00Z\n---\n')
    world.run("handover", "--session", session.id, cwd=folder)
    told = json.loads(world.run("handover", "--list", "--json", cwd=folder).stdout)
    assert [note["session"] for note in told["notes"]] == [session.id, "a"]
    assert told["notes"][0]["plan"] == "PLAN.md"
    assert told["notes"][0]["phase"] == "Phase 2"
    assert {each["id"] for each in told["due"]} == {full.id, late.id}
    assert told["keeping"] == "ask"
    world.run("handover", "--session", full.id, cwd=folder)
    assert [each["id"] for each in listed(world, folder)["due"]] == [late.id]
    said = world.run("handover", "--dismiss", late.id, cwd=folder)
    assert said.stdout == f"{late.id} is not listed any more.\n"
    assert listed(world, folder)["due"] == []
    text = world.run("handover", "--list", cwd=folder).stdout
    assert "PLAN.md: Phase 1" in text
    assert "Past the reset line" not in text


def test_a_session_that_went_on_past_its_reset_line_after_its_note_is_listed_again(world, shop):
    folder, session = shop
    world.run("handover", "--session", session.id, cwd=folder)
    assert listed(world, folder)["due"] == []
    session.reply(95_000)
    assert [(each["id"], each["tokens"], each["reset"]) for each in listed(world, folder)["due"]] == [
        (session.id, 95_000, 90_000)
    ]


def test_a_session_that_ended_days_ago_without_a_note_is_still_listed(world):
    folder = world.repository("shop")
    old = world.claude(folder, age=3 * 86_400).prompt().reply(95_000)
    when = old.path.stat().st_mtime - 3 * 86_400
    os.utime(old.path, (when, when))
    assert [each["id"] for each in listed(world, folder)["due"]] == [old.id]


def listed(world, folder):
    return json.loads(world.run("handover", "--list", "--json", cwd=folder).stdout)


STORES = "# Stores\n\n## Phase 1: Ledger\n\n- [ ] Keep it in `src/ledger.py`\n"


def test_a_session_on_a_plan_that_only_a_setting_names_is_handed_over_with_it(world):
    folder = world.repository("shop", plan=None)
    (folder / ".relaymark.toml").write_text('planFiles = ["notes/*.md"]\n')
    (folder / "notes").mkdir()
    (folder / "notes/stores.md").write_text(STORES)
    world.claude(folder).prompt("Complete Phase 1 of @notes/stores.md").reply(20_000)
    told = world.run("handover", "--out", "-", cwd=folder).stdout
    assert 'phase: "notes/stores.md: Phase 1"' in told
    assert "src/ledger.py" in told.partition("## NEXT STEP")[2]


def test_without_a_phase_the_only_open_plan_gives_the_next_step_also_beside_others_that_are_done(world):
    folder = world.repository("shop", plan=STORES.replace("[ ]", "[x]"))
    (folder / "docs/plans").mkdir(parents=True)
    (folder / "docs/plans/stores.md").write_text(STORES)
    world.claude(folder).prompt("What is this about?").reply(20_000)
    told = world.run("handover", "--out", "-", cwd=folder).stdout
    assert "docs/plans/stores.md" in told.partition("## NEXT STEP")[2]
