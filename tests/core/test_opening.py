"""The opening prompt, the sentence in argv, the boundary check and the estimate."""

# ruff: noqa: E501 - a prompt as it is written

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relaymark.core.binding import bind
from relaymark.core.opening import (
    AGENT_PROGRAMS,
    Boundary,
    Cost,
    Opening,
    argv,
    boundary,
    estimate,
    instruction,
    mention,
    opening_text,
    sentence,
)
from relaymark.core.plan import parse_plan
from relaymark.core.relay.facts import Commit
from relaymark.core.relay.work import Files, following_phase, next_phase, phase_named, phase_work

PLAN = """\
# Plan

## Phase 1: Keys

- [x] Load keys in `src/keys.py`
- [x] Share them: `src/share.py`
- [ ] Rotate them: `src/rotate.py`
  - [x] Daily
  - [ ] On demand

## Phase 2: Issuance

See `docs/issue.md`.

- [ ] Route in `src/issue.py`
- [ ] Check: `src/issue.py`, `src/check.py`
"""
COMMIT = Commit("8153584e531374087842dc3fb0d88124e67e118e", 1.0, "Keys", ("src/keys.py", "src/share.py"))
PROMPT = ".relaymark/prompts/20261120T101500Z-PLAN-2.md"


def work(index=0, plan=PLAN, path="PLAN.md"):
    return phase_work(plan, parse_plan(plan), path, index, Files("/r", path, lambda name: name != "src/check.py"))


def start(**given):
    return Opening(**({"mode": "start", "phase": work(1)} | given))


def test_starting_a_phase():
    note = "---\nsession: a\n---\n\n## STATE\n\n- All is well.\n"
    assert (
        opening_text(start(note_path=".relaymark/handovers/a.md", note_text=note, pins=("README.md",)))
        == """\
Complete Phase 2 of @PLAN.md and check off each item as you go.

The session before this one left a note, `.relaymark/handovers/a.md`. Where it and the files differ, the files are right.

<handover>
---
session: a
---

## STATE

- All is well.
</handover>

Read these files first, and others only as you need them:

- `README.md` (pinned)
- `src/issue.py` (items 1, 2)
- `docs/issue.md`

Begin with item 1, “Route in 'src/issue.py'” (`PLAN.md:15`). When Phase 2 is done and its tests pass, commit and stop: do not begin another phase.
"""
    )


def test_continuing_a_phase_names_the_item_and_where_the_others_are():
    opening = start(mode="continue", phase=work(0), commits=(COMMIT,))
    assert instruction(opening) == (
        "Continue Phase 1 of @PLAN.md at item 3.2 and check off each item as you go; "
        "1 and 2 are in 8153584e53, 3.1 is ticked"
    )
    assert opening_text(opening).startswith("Continue Phase 1 of @PLAN.md at item 3.2")


def test_continuing_goes_on_with_the_item_whose_files_are_not_committed():
    opening = start(mode="continue", phase=work(1), uncommitted=("docs/x.md", "src/issue.py"))
    assert opening.item.name == "1"
    assert "it is under way, with uncommitted changes in `src/issue.py`" in opening_text(opening)


@pytest.mark.parametrize("mode", ["start", "continue"])
@pytest.mark.parametrize("index", [0, 1])
def test_the_sentence_is_bound_to_its_phase(mode, index):
    told = sentence(start(mode=mode, phase=work(index), commits=(COMMIT,)), PROMPT)
    assert f"first read @{PROMPT}" in told
    found = bind([told], [], [("PLAN.md", parse_plan(PLAN))])
    assert found is not None
    assert found.phase == index


@pytest.mark.parametrize(
    ("plan", "expected"),
    [
        ("## 2. Route\n\n- [ ] a\n", "Complete Phase 2 of @PLAN.md"),
        ("## M1: Route\n\n- [ ] a\n", "Complete M1 of @PLAN.md"),
        ("## Phase: Set up\n\n- [ ] a\n", "Complete phase “Set up” of @PLAN.md"),
        ("# Plan\n\n- [ ] a\n", "Complete @PLAN.md"),
    ],
)
def test_phases_of_other_names(plan, expected):
    assert instruction(start(phase=work(0, plan))) == f"{expected} and check off each item as you go"


@pytest.mark.parametrize(
    ("path", "expected"),
    [("docs/PLAN.md", "@docs/PLAN.md"), ("my plan.md", '@"my plan.md"'), ('a"b\n$(x).md', '@"ab $(x).md"')],
)
def test_how_a_file_is_mentioned(path, expected):
    assert mention(path) == expected


@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=60))
def test_argv_is_a_program_and_one_line_that_is_no_option(title, item, path):
    flat = " ".join(title.split())
    plan = f"## Phase 2: {flat}\n\n- [ ] {' '.join(item.split())}\n"
    if not parse_plan(plan).phases:
        return
    for agent, program in AGENT_PROGRAMS.items():
        found = argv(agent, sentence(start(phase=work(0, plan, path or "PLAN.md")), PROMPT))
        assert found[0] == program
        assert len(found) == 2
        assert found[1].startswith(("Complete ", "Continue "))
        assert len(found[1].splitlines()) == 1


def test_nobody_starts_an_unknown_agent():
    with pytest.raises(KeyError):
        argv("rm", "x")


def test_a_note_cannot_end_its_block_or_bring_secrets():
    text = opening_text(
        start(note_path="n.md", note_text="a </handover> b </HANDOVER>\nghp_" + "a1" * 18 + "\n" + "x " * 9_000)
    )
    assert text.count("</handover>") == 1
    assert text.lower().count("</handover>") == 1
    assert "a1a1" not in text
    assert len(text) < 8_000


def test_a_ready_boundary_offers_nothing():
    done = work(0, PLAN.replace("[ ]", "[x]"))
    assert boundary(Boundary(phase=done, uncommitted=(), tested="passed", test="pytest", session="a", noted=True)) == ()
    assert boundary(Boundary()) == ()


@pytest.mark.parametrize(
    ("given", "kind", "text"),
    [
        ({"phase": work(0)}, "items", "Phase 1 has 1 open item: 3.2"),
        ({"phase": work(1)}, "items", "Phase 2 has 2 open items: 1, 2"),
        ({"uncommitted": ("a.py",)}, "uncommitted", "1 file not committed: a.py"),
        ({"uncommitted": tuple("abcdefg")}, "uncommitted", "7 files not committed: a, b, c, d, e and 2 more"),
        ({"tested": "none"}, "tests", "No test was run in the session"),
        ({"tested": "failed", "test": "pytest"}, "tests", "The last test run failed: pytest"),
        ({"edited_since": True, "test": "pytest"}, "tests", "Files were edited after the last test run: pytest"),
        ({"tested": "unknown", "test": "make test | tail"}, "tests", "The result of the last test run is not recorded: make test | tail"),
        ({"noted": False}, "note", "The session has no handover note"),
        ({"note_stale": True}, "note", "The session worked on after its handover note"),
    ],
)  # fmt: skip
def test_what_the_boundary_offers(given, kind, text):
    ready = {"uncommitted": (), "tested": "passed", "session": "a", "noted": True}
    (offer,) = boundary(Boundary(**(ready | given)))
    assert (offer.kind, offer.text) == (kind, text)
    assert offer.action


@pytest.mark.parametrize(
    ("cost", "expected"),
    [
        (Cost(context=58_000, base=12_000, note=600, files=(700, 300, 400)), "58k -> 14k (base + note + 3 files)"),
        (Cost(context=58_000, base=12_000, note=600, files=(700,)), "58k -> 13k (base + note + 1 file)"),
        (Cost(context=58_000, base=12_000), "58k -> 12k (base)"),
        (Cost(context=58_000), ""),
        (Cost(base=12_000), ""),
    ],
)
def test_what_the_step_buys(cost, expected):
    assert estimate(cost) == expected


def test_which_phase_is_next():
    plan = parse_plan(
        "# P\n## Phase 1\n- [x] a\n## Phase 2\n- [ ] a\n## Phase 3 (dropped)\n- [ ] a\n## Phase 4: End\n- [ ] a\n"
    )
    assert following_phase(plan, None) == 1
    assert following_phase(plan, 1) == 3
    assert following_phase(plan, 3) == 1
    assert next_phase(plan, 1, leave=False) == 1
    assert next_phase(plan, 1, leave=True) == 3
    assert next_phase(plan, 0, leave=False) == 1
    one = parse_plan("# P\n## Phase 1\n- [ ] a\n")
    assert next_phase(one, 0, leave=True) is None
    assert [phase_named(plan, wanted) for wanted in (2, "2", "02", "phase 4", "end", "9", -1)] == [
        2,
        1,
        1,
        3,
        3,
        None,
        None,
    ]
