"""The draft note: what it says of the facts, how it stays short, and that no fact can break its structure."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.core.builders import NOW, session

from relaymark.core.note import MOST_WORDS, NOTHING, SECTIONS, Header, draft, note_text, read_header
from relaymark.core.plan import parse_plan
from relaymark.core.relay.facts import Addition, Commit, Head, NoteFacts
from relaymark.core.relay.work import Files, phase_work
from relaymark.core.session import Ran

PLAN = """\
# Plan

## Phase 1: Keys

- [x] Load keys in `src/keys.py`
- [ ] Rotate them: `src/rotate.py`
- [ ] Test both: new `tests/test_keys.py`

## Phase 2: Issuance

- [ ] Route in `src/issue.py`
"""
HERE = frozenset({"src/keys.py", "src/rotate.py", "src/issue.py", "PLAN.md", "pyproject.toml"})
SHA = "8153584e531374087842dc3fb0d88124e67e118e"
COMMIT = Commit(SHA, NOW - 60, "Load the keys", ("PLAN.md", "src/keys.py"))


def work(index=0, plan=PLAN, here=HERE):
    return phase_work(plan, parse_plan(plan), "PLAN.md", index, Files("/home/dev/shop", "PLAN.md", here.__contains__))


def facts(*, commands=(), prompts=(), **given):
    made = {
        "now": NOW,
        "head": Head("main", SHA),
        "uncommitted": (),
        "existing": HERE,
        "phase": work(),
        "following": work(1),
    } | given
    return NoteFacts(session=session(id="0f3c-1", commands=tuple(commands), prompts=tuple(prompts)), **made)


def body(**given):
    """Return the lines of each section of the note that the facts give."""
    text = note_text(draft(facts(**given)))
    parts = re.split(r"^## (.+)$", text, flags=re.MULTILINE)
    return {name: lines.strip().splitlines() for name, lines in zip(parts[1::2], parts[2::2], strict=True)}


def test_the_note_as_a_whole():
    text = note_text(
        draft(
            facts(
                commands=[Ran("pytest -q", 1, ok=False), Ran("ls", 0, ok=True), Ran("uv add httpx", 0, ok=True)],
                prompts=["Complete Phase 1 of @PLAN.md", "Always write tests first. What is next?"],
                commits=(COMMIT,),
                edited=("src/keys.py", "src/rotate.py"),
                uncommitted=("src/rotate.py",),
                additions=(Addition("dependency", "httpx", "pyproject.toml", 7),),
            )
        )
    )
    assert (
        text
        == """\
---
session: 0f3c-1
agent: claude-code
author: draft
phase: "PLAN.md: Phase 1"
commit: main@8153584e5313
date: 2026-11-18T11:06:40Z
tokens: 41211
---

## STATE

- The last test run failed (`pytest -q`, exit 1).
- Phase 1 (Keys): 1 of 3 items ticked (`PLAN.md:3`).
- Ticked: 1 “Load keys in 'src/keys.py'” (`PLAN.md:5`, 8153584e53).
- Edited, not committed: `src/rotate.py` (git status).
- Committed “Load the keys”: `src/keys.py`, `PLAN.md` (8153584e53).
- Ran `uv add httpx` (exit 0).

## ARCHITECTURE CONTEXT

- The user said: “Always write tests first.” (prompt 2).
- New dependencies in `pyproject.toml`: `httpx` (`pyproject.toml:7`).

## NEXT STEP

- Go on with item 2 “Rotate them: 'src/rotate.py'” of Phase 1 (Keys); it is under way (`PLAN.md:6`).
- Its uncommitted files: `src/rotate.py` (git status).
- First make this pass (`pytest -q`, exit 1).
"""
    )


def test_without_evidence_it_is_short_and_not_padded():
    text = note_text(draft(facts(phase=None, following=None, head=None, uncommitted=None)))
    assert text.count(f"- {NOTHING}\n") == 2
    assert "commit: null\n" in text
    assert len(text.split()) < 50


@pytest.mark.parametrize(
    ("given", "first"),
    [
        ({}, "- Start item 2 “Rotate them: 'src/rotate.py'” of Phase 1 (Keys) (`PLAN.md:6`)."),
        ({"edited": ("src/rotate.py",)}, "- Go on with item 2 “Rotate"),
        (
            {"phase": work(0, PLAN.replace("[ ]", "[x]")), "following": work(1)},
            "- Phase 1 (Keys) is done; start Phase 2 (Issuance)",
        ),
        ({"phase": work(0, PLAN.replace("[ ]", "[x]")), "following": None}, "- Every phase of `PLAN.md` is done"),
        ({"phase": None}, "- Start item 1 “Route in 'src/issue.py'” of Phase 2 (Issuance)"),
        (
            {"phase": None, "following": None, "prompts": ["Fix it"]},
            "- No plan says what is next; the last prompt was “Fix it”",
        ),
        ({"phase": None, "following": None}, "- No plan and no prompt say what is next"),
    ],
)
def test_the_next_step(given, first):
    assert body(**given)["NEXT STEP"][0].startswith(first)


def test_files_that_do_not_exist_are_not_named_as_if_they_did():
    lines = body(edited=("src/gone.py", "src/keys.py"), uncommitted=("src/gone.py", "src/keys.py", "old.py"))
    text = "\n".join(line for section in lines.values() for line in section)
    assert "`src/keys.py`" in text
    assert "- Edited, but not there any more: src/gone.py (edits of the session)." in text
    assert "`src/gone.py`" not in text
    assert "old.py" not in text
    done = PLAN.replace("- [ ] Rotate them: `src/rotate.py`\n", "")
    step = body(phase=work(0, done))["NEXT STEP"]
    assert step[1] == "- To create: tests/test_keys.py (`PLAN.md:6`)."


@pytest.mark.parametrize(
    ("ran", "said"),
    [
        (Ran("pytest", 0, ok=True), "The last test run passed (`pytest`, exit 0)."),
        (Ran("pytest", None, ok=False), "The last test run failed (`pytest`, reported as failed)."),
        (Ran("pytest"), "The last test run has no recorded result (`pytest`, unproven: exit code not recorded)."),
        (
            Ran("pytest | tail -5", 0, ok=True),
            (
                "The last test run has no recorded result "
                "(`pytest | tail -5`, exit 0, unproven: hidden by what follows the test)."
            ),
        ),
    ],
)
def test_the_last_test_run_stands_first(ran, said):
    assert body(commands=[Ran("make lint", 2, ok=False), ran])["STATE"][0] == f"- {said}"


def test_edits_after_the_last_test_run_are_said():
    first = body(commands=[Ran("pytest", 0, ok=True)], edited_since_test=True)["STATE"][0]
    assert first == "- The last test run passed; files were edited after it (`pytest`, exit 0)."


def test_a_failed_command_is_told_until_it_succeeds():
    failing = [Ran("make lint", 2, ok=False), Ran("make docs", 1, ok=False), Ran("make lint", 0, ok=True)]
    state = "\n".join(body(commands=failing)["STATE"])
    assert "Failed and was not repaired (`make docs`, exit 1)" in state
    assert "(`make lint`" not in state


def test_commits_of_other_people_are_counted_only():
    other = Commit("f3d91941fa16d9b3a9b085e1c60a73415ca8ee88", NOW - 30, "Unrelated", ("docs/x.md",))
    state = "\n".join(body(commits=(other, COMMIT), edited=("src/keys.py",))["STATE"])
    assert "Committed “Load the keys”" in state
    assert "Unrelated" not in state
    assert "1 more commit since the session started (newest f3d91941fa)" in state


def test_outside_of_git_edits_are_told_by_the_session():
    state = body(uncommitted=None, head=None, edited=("src/keys.py",))["STATE"]
    assert "- Edited: `src/keys.py` (edits of the session)." in state


def test_much_is_left_out_from_the_least_important_on():
    many = tuple(f"src/module_{number}.py" for number in range(400))
    found = facts(
        commands=[Ran(f"make target{number} with some more words", 1, ok=False) for number in range(50)],
        prompts=[f"Always keep rule {number} of the many rules that we have here" for number in range(40)],
        edited=many,
        uncommitted=many,
        existing=frozenset(many),
        commits=tuple(Commit(SHA, NOW, f"Commit number {number} of many", many[:9]) for number in range(30)),
    )
    text = note_text(draft(found))
    assert len(text.split()) <= MOST_WORDS
    assert "more facts are left out for length." in text
    assert "Start item 2" in text or "Go on with item 2" in text
    assert "(`make target49 with some more words`, exit 1)" in text
    assert note_text(draft(found)) == text


@pytest.mark.parametrize(
    ("text", "header"),
    [
        (
            "---\nsession: a\ncommit: main@8153584e5313\ntokens: 12\n---\n",
            Header(session="a", commit="main@8153584e5313", tokens=12),
        ),
        (
            "---\r\nphase: \"PLAN.md: Phase 1\"\r\nagent: 'it''s'\r\n---\r\n",
            Header(phase="PLAN.md: Phase 1", agent="it's"),
        ),
        ("---\nsession: null\ntokens: many\nother: x\n---\n", Header()),
        ("---\nsession: a\n", None),
        ("# Notes\n", None),
        ("", None),
    ],
)
def test_front_matter_is_read_back(text, header):
    assert read_header(text) == header


@pytest.mark.parametrize(
    ("commit", "sha"),
    [
        ("main@8153584e5313", "8153584e5313"),
        ("a@b@8153584", "8153584"),
        ("HEAD@x", None),
        ("--all", None),
        (None, None),
    ],
)
def test_the_commit_of_a_note(commit, sha):
    assert Header(commit=commit).sha == sha


HOSTILE_PIECES = [
    *("\n", "\r", "\u2028", "\x85", "\x0c", "\x00", "\u200b", "\u202e", "\\", "ghp_", "a1" * 18),
    *("## STATE", "---", "session: x", "- ", "# ", "`", "```", "<!--", "</handover>", "](javascript:x)", "![", "[a"),
    *("always ", "never ", "use ", "pytest", "word ", "ghp_" + "a1" * 18),
]
HOSTILE = st.one_of(
    st.text(max_size=200),
    st.lists(
        st.sampled_from(HOSTILE_PIECES),
        max_size=12,
    ).map("".join),
)
RUNS = st.builds(Ran, HOSTILE, st.none() | st.integers(-1, 2), st.none() | st.booleans())


@st.composite
def hostile_facts(draw):
    names = tuple(draw(st.lists(HOSTILE, max_size=5)))
    title = draw(HOSTILE)
    line = " ".join(title.split())
    plan = f"## Phase 1: {line}\n\n- [x] {line}\n- [ ] {line} `src/a.py`\n"
    parsed = parse_plan(plan)
    phase = phase_work(plan, parsed, draw(HOSTILE), 0, Files("/r", "p", lambda _: True)) if parsed.phases else None
    held = session(
        id=draw(HOSTILE),
        agent=draw(HOSTILE),
        commands=tuple(draw(st.lists(RUNS, max_size=6))),
        prompts=draw(st.lists(HOSTILE, max_size=5)),
    )
    return NoteFacts(
        session=held,
        now=NOW,
        head=Head(draw(HOSTILE), SHA),
        commits=(Commit(SHA, NOW, draw(HOSTILE), names),),
        uncommitted=names,
        edited=names,
        existing=frozenset(names),
        phase=phase,
        additions=tuple(Addition("name", name, name, 1) for name in names),
    )


@given(hostile_facts())
def test_no_fact_can_break_the_structure(found):
    text = note_text(draft(found))
    lines = text.split("\n")
    assert len(text.splitlines()) == len(lines) - 1, "nothing in it breaks a line for any reader"
    assert lines[0] == "---"
    assert [line.partition(":")[0] for line in lines[1:8]] == list(Header.__struct_fields__)
    assert lines[8] == "---"
    assert [line for line in lines[9:] if line and not line.startswith("- ")] == [f"## {name}" for name in SECTIONS]
    assert len(text.split()) <= MOST_WORDS
    assert "ghp_" + "a1" * 18 not in text
    assert "\x00" not in text
    assert not re.search(
        r"(?<!\\)[<\]]", re.sub(r"(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)", "", "\n".join(lines[9:])).replace("[redacted]", "")
    )
    header = read_header(text)
    assert header is not None
    assert header.author == "draft"
    assert header.sha == SHA[:12]
