"""Notes in a real repository: judged, archived, resolved; with retreats, decisions and Ctags from the real world."""

import os

import pytest
from tests.core.builders import session as made_session

from relaymark.core.config import Config
from relaymark.core.note_text import read_note
from relaymark.core.session import Ran
from relaymark.core.status import sorted_views
from relaymark.engine.archive import archive, newest_of_plans
from relaymark.engine.evidence import Ground, resolved
from relaymark.engine.note_check import judged_notes, runs_of
from relaymark.engine.once import look_at_workspace
from relaymark.engine.recorded import Recorded, recorded
from relaymark.engine.relay import write_handover
from relaymark.sources import ctags


@pytest.fixture
def shop(world):
    folder = world.repository("shop")
    (folder / "src").mkdir()
    (folder / "src/report.py").write_text("def total():\n    return 0\n")
    world.git(folder, "add", ".")
    world.git(folder, "commit", "-q", "-m", "Begin the report")
    return folder


def handed(machine, folder, session=None):
    look = look_at_workspace(machine, str(folder))
    views = sorted_views(look.observed, look.place, look.config, machine.now())
    return write_handover(machine, look.place, views, session, machine.now())


def codes(folder, machine, **about):
    return [each.code for each in judged_notes(str(folder), Config(), runs_of(machine), **about).findings]


def edited(session, path, old, new):
    whole = str(session.folder / path)
    return session.tool(20_000, "Edit", {"file_path": whole, "old_string": old, "new_string": new}, "done")


def test_the_note_of_a_session_with_dead_ends_decisions_and_names(world, machine, shop):
    session = world.claude(shop).prompt("Complete Phase 2 of @PLAN.md")
    edited(session, "src/report.py", "return 0", "return cached()")
    edited(session, "src/report.py", "return cached()", "return 0")
    session.reply(21_000)
    (shop / ".relaymark/decisions").mkdir(parents=True)
    (shop / ".relaymark/decisions/1.md").write_text(
        "---\ntype: convention\n---\n# Sums are integers, see `src/report.py`\n"
    )
    (shop / "src/report.py").write_text(
        "def total():\n    return 0\n\n\ndef average():\n    return 1\n\n\ndef _own(): ...\n"
    )
    text = handed(machine, shop).read_text()
    assert "- Dead end, tried and taken back in `src/report.py`: `return cached()` (edits of the session)." in text
    assert "- Convention: Sums are integers, see 'src/report.py' (`.relaymark/decisions/1.md:4`)." in text
    assert "- New public names in `src/report.py`: `average` (`src/report.py:5`)." in text
    assert codes(shop, machine) == []


@pytest.mark.skipif(ctags.tags(".", []) is None, reason="Universal Ctags is not installed")
def test_ctags_names_what_a_language_has_no_pattern_for(world, machine, shop):
    session = world.claude(shop).prompt("Complete Phase 2 of @PLAN.md")
    session.tool(20_000, "Write", {"file_path": str(shop / "src/sum.c"), "content": "x"}, "done").reply(21_000)
    (shop / "src/sum.c").write_text("static int own(void) { return 0; }\nint sum(void) { return 1; }\n")
    assert "- New public names in `src/sum.c`: `sum` (`src/sum.c:2`)." in handed(machine, shop).read_text()


def test_names_of_files_never_become_options_of_ctags_nor_are_its_files_of_options_read(tmp_path):
    (tmp_path / "--version").write_text("int odd(void) { return 1; }\n")
    (tmp_path / ".ctags.d").mkdir()
    (tmp_path / ".ctags.d/own.ctags").write_text("--kinds-C=-f\n")
    (tmp_path / "-x.c").write_text("int plain(void) { return 1; }\n")
    found = ctags.tags(str(tmp_path), ["--version", "-x.c", "$(touch hacked).c", "a\n--version"])
    if found is None:
        pytest.skip("Universal Ctags is not installed")
    assert [each.name for each in found] == ["plain"]
    assert not (tmp_path / "hacked").exists()


def test_without_ctags_the_languages_own_lines_tell(world, machine, shop, monkeypatch):
    monkeypatch.setattr("relaymark.engine.relay_facts.tags", lambda *_: None)
    session = world.claude(shop).prompt("Complete Phase 2 of @PLAN.md")
    edited(session, "src/report.py", "return 0", "return 1").reply(21_000)
    (shop / "src/report.py").write_text("def total():\n    return 0\n\n\ndef average():\n    return 1\n")
    assert "- New public names in `src/report.py`: `average` (`src/report.py:5`)." in handed(machine, shop).read_text()


def test_a_note_is_stale_once_the_branch_moves_on_and_not_by_the_commit_of_its_own_work(world, machine, shop):
    session = world.claude(shop).prompt("Complete Phase 2 of @PLAN.md")
    edited(session, "src/report.py", "return 0", "return 1").reply(21_000)
    (shop / "src/report.py").write_text("def total():\n    return 1\n")
    past = machine.now() - 60
    os.utime(shop / "src/report.py", (past, past))
    handed(machine, shop)
    assert codes(shop, machine) == []
    world.git(shop, "commit", "-q", "-am", "Sum up")
    assert codes(shop, machine) == [], "what the note tells of was committed as it was"
    (shop / "src/report.py").write_text("def total():\n    return 2\n")
    os.utime(shop / "src/report.py", (machine.now() + 60, machine.now() + 60))
    assert codes(shop, machine) == []
    world.git(shop, "commit", "-q", "-am", "Double it")
    found = judged_notes(str(shop), Config(), runs_of(machine)).findings
    assert [each.code for each in found] == ["handover-stale"]
    assert found[0].message == (
        "The branch moved on: 2 commits since the note changed what it speaks of (src/report.py). Write a new note."
    )
    world.git(shop, "checkout", "-q", "--orphan", "other")
    world.git(shop, "commit", "-q", "-m", "another line")
    assert [each.code for each in judged_notes(str(shop), Config(), runs_of(machine)).findings] == ["handover-stale"]


def test_only_the_newest_note_of_a_plan_is_held_against_today_and_the_archive_against_secrets(world, machine, shop):
    folder = shop / ".relaymark/handovers"
    folder.mkdir(parents=True)
    body = "\n## STATE\n\n- Edited: `src/gone.py`.\n{}\n## ARCHITECTURE CONTEXT\n\n- x\n\n## NEXT STEP\n\n- y\n"
    front = '---\nsession: null\nagent: null\nauthor: me\nphase: "{}"\ncommit: null\ndate: null\ntokens: null\n---\n'
    secret = "- ghp_" + "A1b2" * 9 + "\n"
    for stamp, phase, more in (
        ("20261120T000000Z", "PLAN.md: Phase 1", secret),
        ("20261121T000000Z", "PLAN.md: Phase 2", ""),
        ("20261119T000000Z", "other.md: Phase 1", ""),
    ):
        (folder / f"{stamp}-x.md").write_text(front.format(phase) + body.format(more))
    found = judged_notes(str(shop), Config(), runs_of(machine)).findings
    assert sorted((os.path.basename(each.path)[:16], each.code) for each in found) == [
        ("20261119T000000Z", "handover-path-missing"),
        ("20261120T000000Z", "handover-secret"),
        ("20261121T000000Z", "handover-path-missing"),
    ]
    assert [each.path for each in archive(str(shop))] == [
        f".relaymark/handovers/202611{day}T000000Z-x.md" for day in (21, 20, 19)
    ]
    assert sorted(newest_of_plans(archive(str(shop)))) == [
        f".relaymark/handovers/202611{day}T000000Z-x.md" for day in (19, 21)
    ]
    named = [".relaymark/handovers/20261120T000000Z-x.md"]
    assert set(codes(shop, machine, only=named)) == {"handover-secret", "handover-path-missing"}
    quiet = Config(rules={"handover-path-missing": "off"})
    assert [each.code for each in judged_notes(str(shop), quiet, runs_of(machine)).findings] == ["handover-secret"]


def test_a_comment_in_the_note_silences_a_finding(world, machine, shop):
    session = world.claude(shop).prompt("Complete Phase 2 of @PLAN.md").reply(20_000)
    path = handed(machine, shop, session.id)
    line = "- All tests pass."
    path.write_text(path.read_text().replace("## STATE\n", f"## STATE\n\n{line}\n"))
    assert codes(shop, machine) == ["handover-unverified"]
    path.write_text(path.read_text().replace(line, f"{line} <!-- relaymark: ignore handover-unverified -->"))
    assert codes(shop, machine) == []


def test_the_record_of_a_closed_session_is_read_from_disk(world, machine, shop):
    session = (
        world.claude(shop, age=9 * 86_400).prompt().tool(20_000, "Bash", {"command": "pytest -q"}, "ok").reply(21_000)
    )
    found = recorded(machine, session.id, "claude-code")
    assert [ran.command for ran in found.session.commands] == ["pytest -q"]
    assert recorded(machine, "nobody").session is None
    assert recorded(machine, session.id, "codex").session is None


NOTE = """\
---
session: 0f3c0001
commit: main@{sha}
---

## STATE

- The last test run failed (`pytest -q`, exit 1).
- Ran `make all` (exit 0).
- Phase 2 (Report): 0 of 2 items ticked (`PLAN.md:8`).
- Committed “Begin the report”: `src/report.py` ({sha}).
- Edited, not committed: `src/report.py`, `README.md` (git status).
- Was here (`gone.py:3`, `PLAN.md:900`, {nobody}).
- The user said: “Always” (prompt 2).
- Edited: `src/report.py` (edits of the session).
- Nothing is named here.
"""


@pytest.fixture
def evidence(world, shop):
    sha = world.git(shop, "rev-parse", "--short=10", "HEAD").strip()
    text = NOTE.format(sha=sha, nobody="deadbee123")
    (shop / "src/report.py").write_text("changed\n")
    ran = (Ran("pytest -q", 0, ok=True), Ran("pytest -q", 1, ok=False))
    prompts = ["Go on", "Always <b>use</b> password=hunter2 there"]
    session = made_session(commands=ran, prompts=prompts, files_edited=(f"{shop}/src/report.py",))

    def at(words, known=None):
        return resolved(Ground(str(shop), known or Recorded(session)), read_note(text), text.index(words) + 1)

    at.sha = sha
    return at


def test_the_evidence_of_each_claim_is_resolved(evidence):
    assert evidence("pytest -q") == "`pytest -q`: run 2 times, the last time exit 1"
    assert evidence("make all") == "`make all`: not in the session's record, so unproven"
    assert evidence("PLAN.md:8") == "`PLAN.md:8` says now: `## Phase 2: Report`"
    assert evidence(f"({evidence.sha}").startswith(f"`{evidence.sha}` of 20")
    assert "Begin the report" in evidence(f"({evidence.sha}")
    assert evidence("git status") == "Not committed now: `src/report.py`; as in HEAD now, or ignored: `README.md`"
    assert evidence("gone.py:3") == "`gone.py:3`: the file is not there any more"
    assert evidence("PLAN.md:900").startswith("`PLAN.md` has ")
    assert evidence("deadbee123") == "`deadbee123`: no such commit in this repository"
    assert evidence("prompt 2").startswith("Prompt 2: “Always \\<b\\>use\\</b\\> password=\\[redacted\\]")
    assert evidence("edits of the session") == "The session edited 1 file: `src/report.py`"
    assert evidence("session: 0f3c0001").startswith("Session of claude-code: ")
    assert "Begin the report" in evidence("commit: main@")
    assert evidence("Nothing is named") == ""


def test_on_the_words_of_a_claim_all_its_evidence_is_told(evidence):
    whole = evidence("Was here")
    assert whole.split("\n\n")[0] == "`gone.py:3`: the file is not there any more"
    assert len(whole.split("\n\n")) == 3


def test_without_the_record_it_is_said_that_nothing_is_proven(evidence):
    unknown = "Unproven here: the session's record is not on this machine."
    assert evidence("prompt 2", Recorded()) == unknown
    assert evidence("pytest -q", Recorded()) == f"`pytest -q`: {unknown}"
    assert evidence("prompt 2", Recorded(too_large=True)).startswith("Unproven here: the session's record is too large")


HOSTILE = [
    "$(touch hacked).py",
    "`touch hacked`.py",
    "--output=hacked",
    "-rf",
    "a;touch hacked;.py",
    "x\ntouch hacked",
    "'\"|&.py",
]


def test_text_from_a_session_reaches_no_shell_and_no_option(world, machine, shop):
    session = world.claude(shop).prompt("Complete Phase 2 of @PLAN.md. Always $(touch hacked) use `touch hacked`.")
    for name in HOSTILE:
        session.tool(20_000, "Write", {"file_path": f"{shop}/{name}", "content": "x"}, "done")
        session.tool(20_000, "Bash", {"command": f"pytest {name}; touch hacked"}, "ok")
        if "/" not in name and "\n" not in name:
            (shop / name).write_text("def f(): ...\n")
    session.reply(21_000)
    before = sorted(os.listdir(shop))
    path = handed(machine, shop)
    text = path.read_text()
    assert [each.code for each in judged_notes(str(shop), Config(), runs_of(machine)).findings] == []
    hostile = text.replace("commit: main@", "commit: --output=hacked@--").replace(
        "(git status)", "(git status, $(touch hacked))"
    )
    for each in (text, hostile):
        note = read_note(each)
        ground = Ground(str(shop), recorded(machine, session.id))
        for at in range(0, len(each), 7):
            resolved(ground, note, at)
    path.write_text(hostile)
    judged_notes(str(shop), Config(), runs_of(machine))
    assert sorted({*os.listdir(shop)} - {".relaymark"}) == before
