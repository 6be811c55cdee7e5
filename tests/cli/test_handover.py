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
    assert (done.returncode, done.stderr) == (0, "")
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
    assert "! No test was run in the session (Run the tests)" in done.stdout
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
    try:
        program = [sys.executable, "-m", "relaymark", "next", "--workspace", str(folder)]
        done = subprocess.run(program, stdin=slave, capture_output=True, text=True, env=env, timeout=30, check=False)
    finally:
        os.close(master)
        os.close(slave)
    assert done.returncode == 1
    assert "`claude` is not on the PATH" in done.stderr
