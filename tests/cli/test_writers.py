"""`relaymark handover` with its writers, stand-ins for programs, and notes that others wrote."""

import json
import os
import sys

import pytest

from relaymark.core.note import SECTIONS, read_header
from relaymark.core.note_text import read_note

GOOD = """## STATE

- The report prints nothing yet (`PLAN.md:10`).

## ARCHITECTURE CONTEXT

- None on record.

## NEXT STEP

- Begin with item 1 of Phase 2 (`PLAN.md:10`).
"""
LONG = GOOD.replace("nothing yet", "word " * 400)


@pytest.fixture
def shop(world):
    folder = world.repository("shop")
    return folder, world.claude(folder).prompt("Complete Phase 2 of @PLAN.md").reply(58_000)


def stand_in(world, name, *answers, exits=0):
    """Puts a program on the PATH that keeps what it was given and answers in turn; returns where that is kept."""
    kept = world.root / f"{name}.asked"
    (world.root / f"{name}.answers").write_text(json.dumps(answers))
    path = world.root / "bin" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(
        f"#!{sys.executable}\nimport json, os, sys\n"
        f"kept = {str(kept)!r}\n"
        "asked = json.load(open(kept)) if os.path.exists(kept) else []\n"
        "asked.append({'argv': sys.argv[1:], 'cwd': os.getcwd(), 'prompt': sys.stdin.read(),"
        " 'inside': 'CLAUDECODE' in os.environ})\n"
        "json.dump(asked, open(kept, 'w'))\n"
        f"answers = json.load(open({str(world.root / f'{name}.answers')!r}))\n"
        f"print(answers[min(len(asked), len(answers)) - 1])\nsys.exit({exits})\n"
    )
    path.chmod(0o755)
    world.env["PATH"] = f"{path.parent}{os.pathsep}{world.env['PATH']}"
    return kept


def asked(kept):
    return json.loads(kept.read_text())


def settings(world, **values):
    path = world.home / ".config/relaymark/config.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{key} = {json.dumps(value)}\n" for key, value in values.items()))


def the_note(folder):
    [path] = (folder / ".relaymark/handovers").glob("*.md")
    return path.read_text()


def result(text):
    return json.dumps({"type": "result", "is_error": False, "result": text})


def test_the_sessions_own_agent_writes_in_a_fork_and_its_cost_is_said_first(world, shop):
    folder, session = shop
    kept = stand_in(world, "claude", result(GOOD))
    done = world.run("handover", "--writer", "session", cwd=folder, env={"CLAUDECODE": "1"})
    assert done.returncode == 0, done.stderr
    first = done.stderr.splitlines()[0]
    assert first.startswith("A fork of the session reads its 58k tokens again with claude-")
    assert "(about $" in first
    [call] = asked(kept)
    assert f"--resume={session.id}" in call["argv"]
    assert {"--fork-session", "--no-session-persistence", "--tools=Read"} < set(call["argv"])
    assert (call["cwd"], call["inside"]) == (str(folder), False)
    assert call["prompt"].startswith("Write the handover note of this session")
    text = the_note(folder)
    assert text.endswith(GOOD)
    header = read_header(text)
    assert (header.author, header.session, header.tokens, header.phase) == (
        "session", session.id, 58_000, "PLAN.md: Phase 2",
    )  # fmt: skip


def test_a_note_with_faults_is_repaired_once_by_its_writer(world, shop):
    folder, _ = shop
    kept = stand_in(world, "claude", result(LONG + "\n```\ncode\n```\n"), result(GOOD))
    assert world.run("handover", "--writer", "session", cwd=folder).returncode == 0
    repair = asked(kept)[1]["prompt"]
    assert "300 are the most" in repair
    assert "A code block in a note" in repair
    assert the_note(folder).endswith(GOOD)


@pytest.mark.parametrize(
    ("answers", "exits", "why"),
    [
        ([result(LONG), result(LONG)], 0, "it breaks the rules even after one repair"),
        ([result("")], 0, "it answered nothing"),
        ([json.dumps({"is_error": True, "result": "Credit balance is too low"})], 0, "it answered nothing"),
        ([result(GOOD)], 3, "it ended with exit code 3"),
    ],
)
def test_whatever_the_writer_does_there_is_the_draft(world, shop, answers, exits, why):
    folder, _ = shop
    stand_in(world, "claude", *answers, exits=exits)
    done = world.run("handover", "--writer", "session", cwd=folder)
    assert done.returncode == 0
    assert f"The writer `session` gave no note: {why}" in done.stderr
    assert read_header(the_note(folder)).author == "draft"


def test_claims_that_the_record_does_not_bear_out_and_secrets_are_not_taken_from_a_model(world, shop):
    folder, _ = shop
    lie = GOOD.replace("The report prints nothing yet", "All tests pass, key AKIAIOSFODNN7EXAMPLE")
    lie = lie.replace("None on record", "The parser is in `src/gone.py`")
    kept = stand_in(world, "claude", result(lie), result(lie))
    done = world.run("handover", "--writer", "session", cwd=folder)
    repair = asked(kept)[1]["prompt"]
    for fault in ("the session's record has no test run", "src/gone.py does not exist", "looks like a secret"):
        assert fault in repair
    assert "AKIA" not in repair + the_note(folder) + done.stderr
    assert read_header(the_note(folder)).author == "draft"


def test_an_agent_that_is_not_there_or_not_to_be_asked_leaves_the_draft(world):
    folder = world.repository("shop")
    world.codex(folder).prompt("Complete Phase 2 of PLAN.md").reply(20_000)
    done = world.run("handover", "--writer", "session", cwd=folder, env={"PATH": os.defpath})
    assert "it could not be started (not on the PATH)" in done.stderr
    assert read_header(the_note(folder)).author == "draft"


def test_a_command_of_the_users_own_settings_writes(world, shop):
    folder, _ = shop
    kept = stand_in(world, "my-model", GOOD)
    settings(world, writer="command", writerCommand=["my-model", "$(touch hit)", "a 'b\" c"])
    done = world.run("handover", cwd=folder)
    assert done.returncode == 0, done.stderr
    [call] = asked(kept)
    assert call["argv"] == ["$(touch hit)", "a 'b\" c"]
    assert "<record>" in call["prompt"]
    assert read_header(the_note(folder)).author == "command"
    assert not (folder / "hit").exists()


def test_a_repository_names_no_writer_and_no_program(world, shop):
    folder, _ = shop
    kept = stand_in(world, "claude", result(GOOD))
    (folder / ".relaymark.toml").write_text(f'writer = "command"\nwriterCommand = ["{sys.executable}"]\n')
    assert world.run("handover", cwd=folder).returncode == 0
    assert read_header(the_note(folder)).author == "draft"
    assert not kept.exists()


def test_a_writer_of_the_settings_without_a_program_says_so(world, shop):
    folder, _ = shop
    done = world.run("handover", "--writer", "command", cwd=folder)
    assert "the setting `writerCommand` names no program" in done.stderr
    assert world.run("handover", "--writer", "poet", cwd=folder).returncode == 2


def test_the_prompt_for_any_chat_is_printed_and_nothing_is_written(world, shop):
    folder, _ = shop
    done = world.run("handover", "--prompt", cwd=folder)
    assert done.stdout.startswith("Write the handover note of this session")
    assert "Phase 2" in done.stdout
    assert not (folder / ".relaymark").exists()


def test_a_note_from_a_chat_is_taken_from_standard_input(world, shop):
    folder, session = shop
    done = world.run("handover", "--from", "-", cwd=folder, stdin=f"Sure!\n\n```md\n{GOOD}```\n")
    assert (done.returncode, done.stderr) == (0, "")
    text = the_note(folder)
    assert [part.name for part in read_note(text).parts] == list(SECTIONS)
    assert (read_header(text).author, read_header(text).session) == ("hand", session.id)


def test_a_note_for_no_session_is_taken_too_and_its_faults_are_told(world):
    folder = world.repository("shop")
    given = '---\nauthor: chat\nphase: "PLAN.md: Phase 2"\n---\n' + GOOD.replace("nothing yet", "it by `src/no.py`")
    done = world.run("handover", "--from", "-", cwd=folder, stdin=given)
    assert done.returncode == 0
    assert done.stderr.startswith("! line 13: src/no.py does not exist.")
    header = read_header(the_note(folder))
    assert (header.author, header.session, header.phase) == ("chat", None, "PLAN.md: Phase 2")
    assert header.commit.startswith("main@")


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ("I cannot help with that.", "The note has no section STATE"),
        (GOOD.replace("nothing", "token ghp_" + "A1b2" * 9), "This looks like a secret"),
        ("", "The note has no section STATE"),
    ],
)
def test_what_is_no_note_or_holds_a_secret_is_refused(world, shop, given, why):
    folder, _ = shop
    done = world.run("handover", "--from", "-", cwd=folder, stdin=given)
    assert done.returncode == 1
    assert f"This is not taken as a note: {why}" in done.stderr or why in done.stderr
    assert not list((folder / ".relaymark").glob("handovers/*.md"))
