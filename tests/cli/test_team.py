"""`relaymark check` for teams: notes of finished phases, and commits that are of one phase."""

import json

import pytest

PLAN = """# Plan

## Phase 1: Parser

- [x] Read lines in `src/parser.py`

## Phase 2: Report

- [ ] Print the sum in `src/report.py`
"""
ON = '[rules]\n"handover-missing" = "warning"\n"phases-mixed" = "warning"\n'


@pytest.fixture
def shop(world):
    folder = world.repository("shop", plan=PLAN)
    (folder / "src").mkdir()
    for name in ("parser", "report"):
        (folder / f"src/{name}.py").write_text("x = 1\n")
    (folder / ".relaymark.toml").write_text(ON)
    commit(world, folder, "Set up")
    return folder


def commit(world, folder, *paragraphs):
    world.git(folder, "add", ".")
    world.git(folder, "commit", "-q", "--allow-empty", *(f"--message={each}" for each in paragraphs))


def head(world, folder):
    return world.git(folder, "rev-parse", "HEAD")[:10]


def told(world, folder):
    done = world.run("check", "--format", "json", cwd=folder)
    found = json.loads(done.stdout)["findings"]
    return [(one["code"], one["line"], one["message"]) for one in found if one["code"] in CODES]


CODES = ("handover-missing", "phases-mixed")


def test_they_are_off_unless_the_settings_want_them(world, shop):
    assert [code for code, _, _ in told(world, shop)] == ["handover-missing"]
    (shop / ".relaymark.toml").unlink()
    assert told(world, shop) == []


def test_a_finished_phase_without_a_note_is_named_until_there_is_one_or_the_next_is_begun(world, shop):
    assert told(world, shop) == [("handover-missing", 3, "Phase 1 is done, and no handover note of it is here.")]
    note = shop / ".relaymark/handovers/20261120T101500Z-PLAN-1-a.md"
    note.parent.mkdir(parents=True)
    note.write_text('---\nphase: "PLAN.md: Phase 1"\n---\n')
    assert told(world, shop) == []
    note.unlink()
    plan = shop / "PLAN.md"
    plan.write_text(PLAN.replace("- [ ]", "- [x]"))
    assert "handover-missing" not in [code for code, _, _ in told(world, shop)]


def test_a_commit_whose_note_is_gone_is_named(world, shop):
    commit(world, shop, "Work", "Relaymark-Phase: PLAN.md: Phase 2\nRelaymark-Note: .relaymark/handovers/gone.md")
    assert [message for code, line, message in told(world, shop) if line == 7] == [
        f"Commit {head(world, shop)} names the note .relaymark/handovers/gone.md, which is not here."
    ]


def test_a_commit_of_one_phase_with_work_of_another_is_named(world, shop):
    (shop / "src/report.py").write_text("x = 2\n")
    commit(world, shop, "Report", "Relaymark-Phase: PLAN.md: Phase 2")
    assert not [one for one in told(world, shop) if one[0] == "phases-mixed"]
    (shop / "src/parser.py").write_text("x = 3\n")
    commit(world, shop, "Report", "Relaymark-Phase: PLAN.md: Phase 2")
    sha = head(world, shop)
    text = f"Commit {sha} is of this phase and changes files of another one: src/parser.py."
    assert ("phases-mixed", 7, text) in told(world, shop)
    commit(world, shop, "Both", "Relaymark-Phase: PLAN.md: Phase 2\nRelaymark-Phase: PLAN.md: Phase 1")
    assert any("carries the trailers of 2 phases" in message for _, _, message in told(world, shop))


def test_commits_without_trailers_and_of_unknown_phases_are_no_ones_business(world, shop):
    (shop / "src/parser.py").write_text("x = 3\n")
    commit(world, shop, "Anything")
    (shop / "src/parser.py").write_text("x = 4\n")
    commit(world, shop, "Else", "Relaymark-Phase: PLAN.md: $(touch hit)\nRelaymark-Note: ../../etc/passwd")
    assert [code for code, _, _ in told(world, shop)] == ["handover-missing"]


def test_a_finding_is_silenced_in_place(world, shop):
    plan = shop / "PLAN.md"
    plan.write_text(PLAN.replace("## Phase 1", "<!-- relaymark: ignore handover-missing -->\n## Phase 1"))
    assert told(world, shop) == []
