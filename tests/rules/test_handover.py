"""The rules for handover notes: what each reports, what it leaves alone, and that its fix ends it."""

import pytest

from relaymark.core.edits import applied
from relaymark.core.lookup import FileIndex
from relaymark.core.note import MOST_WORDS
from relaymark.core.note_text import read_note
from relaymark.core.session import Ran
from relaymark.rules.handover import NoteCheck, Since, doubtful_paths, named_commits, note_findings
from relaymark.rules.handover_fixes import note_fix
from relaymark.sources.secrets import secrets_of

PATH = "/home/dev/shop/.relaymark/handovers/20261120T101500Z-PLAN-1-a.md"
FRONT = """\
---
session: 0f3c-1
agent: claude-code
author: draft
phase: "PLAN.md: Phase 1"
commit: main@8153584e5313
date: 2026-11-18T11:06:40Z
tokens: 41211
---
"""
FILES = ("PLAN.md", "src/keys.py", "src/rotate.py", "pyproject.toml")
RAN = (Ran("pytest -q", 1, ok=False), Ran("uv add httpx", 0, ok=True), Ran("make lint | tail", 0, ok=True))


def note(state="- None on record.", context="- None on record.", following="- None on record.", front=FRONT):
    return f"{front}\n## STATE\n\n{state}\n\n## ARCHITECTURE CONTEXT\n\n{context}\n\n## NEXT STEP\n\n{following}\n"


def check(text, *, ran=RAN, commits=None, since=None, ignored=()):
    read = read_note(text)
    index = FileIndex(FILES)
    judged = {path: path in ignored for path in doubtful_paths(read, index)}
    return NoteCheck(PATH, read, index, judged, commits or {}, ran, secrets_of(text), since)


def found(text, **about):
    return [(each.code, each.span.of(text) if each.span else None) for each in note_findings(check(text, **about))]


def mended(text, **about):
    """Return a text with the first fix of its first finding that has one."""
    given = check(text, **about)
    fix = next(fix for each in note_findings(given) if (fix := note_fix(each, given.note)))
    return applied(text, fix.edits)


def test_a_note_as_it_should_be_is_left_alone():
    text = note(
        "- The last test run failed; files were edited after it (`pytest -q`, exit 1).\n"
        "- Edited, not committed: `src/keys.py` (git status).\n"
        "- Edited, but not there any more: src/old.py (edits of the session).\n"
        "- Committed “Drop `src/older.py`”: `src/keys.py` (8153584e53).\n"
        "- Dead end, tried and taken back in src/oldest.py: `x = src/none.py` (edits of the session).\n",
        "- The user said: “Never write src/forbidden.py” (prompt 2).",
        "- Start item 2 “Write new 'src/next.py'” of Phase 1 (`PLAN.md:6`).\n- To create: src/next.py (`PLAN.md:6`).\n"
        "- Prove it with the test command of this session (`pytest -q tests/test_none.py`).",
    )
    assert found(text, commits={"8153584e5313": True, "8153584e53": True}, since=Since(0)) == []


@pytest.mark.parametrize(
    ("text", "span"),
    [
        (note(front=""), None),
        (note(front=FRONT.replace("tokens: 41211\n", "")), None),
        (note().replace("## STATE", "## Summary"), "## Summary"),
        (note().replace("## NEXT STEP\n\n- None on record.\n", ""), None),
        (note() + "\n## STATE\n\n- again\n", "## STATE"),
        (
            note().replace("## STATE", "## X").replace("## NEXT STEP", "## STATE").replace("## X", "## NEXT STEP"),
            "## NEXT STEP",
        ),
        (note(context=""), "## ARCHITECTURE CONTEXT"),
    ],
)
def test_front_matter_and_sections(text, span):
    told = found(text)
    assert told
    assert {code for code, _ in told} == {"handover-sections"}
    assert span in [where for _, where in told]


@pytest.mark.parametrize(
    "text",
    [
        note(front=""),
        note(front=FRONT.replace("tokens: 41211\n", "").replace("date: 2026-11-18T11:06:40Z\n", "")),
        note(following="").removesuffix("\n\n## NEXT STEP\n\n\n"),
        note().replace("## STATE", "## X").replace("## NEXT STEP", "## STATE").replace("## X", "## NEXT STEP"),
        note(context=""),
        note(context="").replace("## STATE\n\n- None on record.\n\n", ""),
    ],
)
def test_the_fixes_of_the_form_end_its_findings(text):
    for _ in range(3):
        if not found(text):
            break
        text = mended(text)
    assert found(text) == []
    assert [part.name for part in read_note(text).parts] == ["STATE", "ARCHITECTURE CONTEXT", "NEXT STEP"]


def test_the_order_is_mended_without_losing_a_line():
    text = FRONT + "\n## NEXT STEP\n\n- c\n\n## STATE\n\n- a\n- a2\n\n## ARCHITECTURE CONTEXT\n\n- b\n"
    assert mended(text) == note("- a\n- a2", "- b", "- c")


def test_a_section_of_another_name_is_left_to_a_person():
    text = note().replace("## STATE", "## Summary")
    given = check(text)
    assert [note_fix(each, given.note) for each in note_findings(given)] == [None, None]


def test_the_length_counts_every_word_and_stands_on_the_first_too_many():
    words = read_note(note("- x")).words
    exact = note("- " + "word " * (MOST_WORDS - words) + "x")
    assert read_note(exact).words == MOST_WORDS
    assert found(exact) == []
    long = exact.rstrip("\n") + " surplus and more\n"
    assert found(long) == [("handover-length", "surplus")]


def test_code_blocks_are_reported_and_a_single_line_becomes_a_code_span():
    text = note("- Run it:\n\n```sh\nmake all\n```")
    assert found(text) == [("handover-code", "```sh\nmake all\n```")]
    assert found(mended(text)) == []
    assert "- `make all`\n" in mended(text)
    unclosed = note(following="- x\n\n~~~\n## STATE\nrest")
    assert [code for code, _ in found(unclosed)] == ["handover-code"], "headings in code are none"


@pytest.mark.parametrize(
    ("line", "missing"),
    [
        ("- Edited: `src/gone.py` (git status).", "src/gone.py"),
        ("- Wrote src/gone.py and `src/keys.py`.", "src/gone.py"),
        ("- Look at `docs/none.md:12`.", "docs/none.md"),
        ("- Edited: `src/keys.py`.", None),
        ("- `src/gone.py` was deleted.", None),
        ("- Edited, but not there any more: src/gone.py.", None),
        ("- “Rotate them: 'src/gone.py'” is next.", None),
        ("- Ran `python src/gone.py --all` (exit 0).", None),
        ("- Build `dist/out.js`.", None),
    ],
)
def test_paths_that_do_not_exist(line, missing):
    told = found(note(line), ran=None, ignored=("dist/out.js",))
    assert told == ([("handover-path-missing", missing)] if missing else [])


def test_commits_that_the_repository_lacks():
    text = note("- Committed “x” (deadbee1).\n- Ran `git show f00dfee1` (exit 0).\n- Build 20261120 of 1234567 parts.")
    assert [sha for sha, _ in named_commits(read_note(text))] == ["deadbee1"]
    assert found(text, ran=None, commits={"deadbee1": False, "8153584e5313": False}) == [
        ("handover-path-missing", None),
        ("handover-path-missing", "deadbee1"),
    ]
    assert found(text, ran=None, commits={"deadbee1": True}) == []


SECRETS = ["ghp_" + "A1b2" * 9, "AKIA" + "IOSFODNN7EXAMPLE", "https://bob:hunter2x@example.org/x"]


@pytest.mark.parametrize("secret", SECRETS)
def test_secrets_are_reported_and_taken_out(secret):
    text = note(f"- Ran `curl {secret}` (exit 0).")
    assert {code for code, _ in found(text, ran=None)} == {"handover-secret"}
    clean = mended(text, ran=None)
    assert found(clean, ran=None) == []
    assert "[redacted]" in clean


@pytest.mark.parametrize(
    "line",
    [
        "- All tests pass.",
        "- The test suite is green.",
        "- The last test run passed (`pytest -q`, exit 0).",
        "- Tests passed with `pytest -q`.",
        "- `pytest tests/test_never.py` passed.",
        "- Ran `make deploy` (exit 0).",
        "- Ran `uv add httpx` (exit 3).",
    ],
)
def test_claims_that_the_record_does_not_bear_out(line):
    text = note(line)
    assert [code for code, _ in found(text)] == ["handover-unverified"]
    assert found(text, ran=None) == [], "without a record nothing is judged"


@pytest.mark.parametrize(
    "line",
    [
        "- The last test run failed (`pytest -q`, exit 1).",
        "- Tests do not pass yet.",
        "- First make this pass (`pytest -q`, exit 1).",
        "- Tests must pass before the commit.",
        "- Ran `uv add httpx` (exit 0).",
        "- The tests pass (unproven).",
        "- “All tests pass” is what item 3 asks for.",
        "- Passed the parser to the report.",
    ],
)
def test_claims_that_it_bears_out_or_that_claim_nothing(line):
    assert found(note(line)) == []


def test_a_test_that_never_ran_or_has_no_result_proves_nothing():
    assert [code for code, _ in found(note("- All tests pass."), ran=())] == ["handover-unverified"]
    hidden = (Ran("pytest | tail -5", 0, ok=True),)
    text = note("- All tests pass.")
    assert [code for code, _ in found(text, ran=hidden)] == ["handover-unverified"]
    assert found(text, ran=(Ran("pytest -q", 0, ok=True),)) == []
    assert found(mended(text, ran=hidden), ran=hidden) == []
    assert "- All tests pass (unproven)." in mended(text, ran=hidden)


def test_a_command_that_was_cut_short_in_the_note_is_known_again():
    long = "make " + "target " * 40
    assert found(note(f"- Failed and was not repaired (`{long[:60]}…`, exit 2)."), ran=(Ran(long, 2),)) == []


@pytest.mark.parametrize(
    ("since", "told"),
    [
        (None, []),
        (Since(0, ()), []),
        (Since(3, ()), []),
        (Since(3, ("src/keys.py",)), [("handover-stale", None)]),
        (Since(None), [("handover-stale", None)]),
    ],
)
def test_a_note_is_stale_once_its_files_changed_on_the_branch(since, told):
    assert found(note(), since=since) == told


@pytest.mark.parametrize(
    "text", ["", "\x00", "---\n", "---\n---\n", "## STATE", "```", "`" * 99, "(" * 999, "\ufeff---\nx"]
)
def test_whatever_it_is_nothing_breaks_and_fixes_can_be_made(text):
    given = check(text)
    for each in note_findings(given):
        fix = note_fix(each, given.note)
        if fix:
            applied(text, fix.edits)
