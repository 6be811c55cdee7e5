"""`relaymark brief`: the last note against what plan, git and record say by now, and the one command to go on."""

import json
import os

import pytest


@pytest.fixture
def shop(world):
    folder = world.repository("shop")
    (folder / "src").mkdir()
    (folder / "src/report.py").write_text("print(1)\n")
    (folder / "src/units.py").write_text("EUR = 1\n")
    world.git(folder, "add", ".")
    world.git(folder, "commit", "-q", "-m", "Report")
    session = world.claude(folder).prompt("Complete Phase 2 of @PLAN.md").reply(9_000)
    (folder / "src/report.py").write_text("print(2)\n")
    session.tool(30_000, "Edit", {"file_path": str(folder / "src/report.py"), "old_string": "1", "new_string": "2"})
    note = world.run("handover", cwd=folder).stdout.strip()
    return folder, session, os.path.relpath(note, folder)


def test_a_note_that_still_holds_is_said_to_hold(world, shop):
    folder, _, note = shop
    done = world.run("brief", cwd=folder)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"Last note  {note}\n           PLAN.md: Phase 2, claude-code, written by draft, ")
    assert "  Go on with item 1 “Print the sum in 'src/report.py'” of Phase 2 (Report)" in done.stdout
    assert "All that can be checked of it is still true." in done.stdout
    assert done.stdout.endswith("\nGo on: relaymark next --phase=2  (Phase 2: Report)\n")


def test_what_is_no_longer_true_is_named(world, shop):
    folder, _, _ = shop
    plan = folder / "PLAN.md"
    plan.write_text(plan.read_text().replace("- [ ] Print", "- [x] Print"))
    (folder / "src/report.py").rename(folder / "src/sums.py")
    world.git(folder, "add", ".")
    world.git(folder, "commit", "-q", "-m", "Move the report")
    told = json.loads(world.run("brief", "--json", cwd=folder).stdout)
    said = "\n".join(told["untrue"])
    assert "NEXT STEP names item 1" in said
    assert "which is ticked by now" in said
    assert "src/report.py does not exist" in said
    assert "not uncommitted any more: src/report.py" in said
    assert told["command"] == ["relaymark", "next", "--phase=2"]


def test_commits_of_others_on_its_files_are_named_and_own_ones_are_not(world, shop):
    folder, _, _ = shop
    others = {"GIT_AUTHOR_NAME": "Ann\x1b[31m", "GIT_AUTHOR_EMAIL": "ann@example.org"}
    for name, text, who in (("src/report.py", "a", others), ("src/units.py", "b", {}), ("docs.md", "c", others)):
        (folder / name).write_text(text)
        world.git(folder, "add", ".")
        world.env |= {"GIT_AUTHOR_NAME": "Dev", "GIT_AUTHOR_EMAIL": "dev@example.org"} | who
        world.git(folder, "commit", "-q", "-m", f"Change {name}; $(touch hit)")
    world.env |= {"GIT_AUTHOR_NAME": "Dev", "GIT_AUTHOR_EMAIL": "dev@example.org"}
    told = json.loads(world.run("brief", "--json", cwd=folder).stdout)
    assert [(each["author"], each["subject"]) for each in told["foreign"]] == [
        ("Ann\x1b[31m", "Change src/report.py; $(touch hit)")
    ]
    text = world.run("brief", cwd=folder).stdout
    assert "\x1b" not in text
    assert "Change src/report.py" in text


def test_without_a_note_and_after_the_last_phase_there_is_still_one_command(world):
    folder = world.repository("shop")
    told = world.run("brief", cwd=folder).stdout
    assert told == (
        "There is no note here that HEAD holds; `relaymark handover` writes one.\n\n"
        "Go on: relaymark next --phase=2  (Phase 2: Report)\n"
    )
    done = world.repository("done", plan="# P\n\n## Phase 1: A\n\n- [x] a\n")
    assert world.run("brief", cwd=done).stdout.endswith("Go on: relaymark status\n")
    assert world.run("brief", cwd=world.folder("plain")).returncode == 0


def test_a_note_of_another_branch_is_not_the_last_one(world, shop):
    folder, _, note = shop
    world.git(folder, "checkout", "-q", "-f", "--orphan", "other")
    world.git(folder, "commit", "-q", "-m", "other")
    assert note not in world.run("brief", cwd=folder).stdout


def test_a_hostile_note_gives_a_brief_of_plain_lines(world, shop):
    folder, _, _ = shop
    head = world.git(folder, "rev-parse", "HEAD").strip()[:12]
    path = folder / ".relaymark/handovers/20991120T101500Z-PLAN-2-x.md"
    path.write_text(
        f'---\nphase: "PLAN.md: $(touch hit)"\ncommit: main@{head}\nagent: \x1b]0;x\x07\n---\n\n## NEXT STEP\n\n'
        "- item 1 “Print the sum in 'src/report.py'” `--force` \x1b[2J\n"
    )
    done = world.run("brief", cwd=folder)
    assert done.returncode == 0
    assert "\x1b" not in done.stdout
    assert not (folder / "hit").exists()
