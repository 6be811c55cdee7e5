"""After an edit a plan says what it would say if it were read anew, and is read in less time."""

import time
from unittest.mock import patch

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from relaymark.core.lines import LineTable
from relaymark.core.plan import parse_plan, read_plan, reread_plan, walk
from relaymark.core.plan.parse import common_prefix, common_suffix

LINES = [
    *(
        "# P",
        "## Phase 1: a",
        "## Phase 2 ✅",
        "### Task 2",
        "#Phase",
        "Phase 5\n---",
        "**Phase 3**",
        "# Status legend",
    ),
    *("- [ ] a", "- [x] `src/a.py`", "- [x] **Phase 4**", "* [✔️] c", "1. [ ] d", "  - [~] b", "   more", "-", "- x"),
    *(
        "| Phase | Status |",
        "|---|---|",
        "| 1 | ✅ |",
        "| 2 `a.py` | open |",
        "Status: done",
        "## Slice 1: a",
        "## Slice 2",
    ),
    *(
        "Done.- [x] glued `c.py`",
        "- [ ] a.- [x] **Phase 6**",
        "  - [x] b.- [ ] c",
        "- [ ] 1. a",
        "- [x] 1.1 b",
        "- [ ] 2. c",
    ),
    *(
        "## Backend",
        "### Docs",
        "## Notes",
        "src/",
        "├── a/",
        "│   └── b.rs",
        "└── c.rs",
        "  ├── d.rs",
        "`e.py` (lines 3-9)",
    ),
    *("todos:", "  - id: a", "    content: b", "    status: pending", "- Create: `a/b.py:3`", "Modify: c.py"),
    *("```", "~~~", "  ```", "<!--", "-->", "<div>", "</div>", "<pre>", "---", "===", "title: x", "status: archived"),
    *(
        "",
        "",
        "",
        "text `b.py`",
        "> - [ ] q",
        ">",
        "    code",
        "Legend:",
        "**Status**: superseded",
        "\t- [ ] t",
        "\f",
        "\x00",
    ),
]
TEXTS = st.builds(
    lambda lines, end: end.join(lines),
    st.lists(st.sampled_from(LINES), max_size=30),
    st.sampled_from(["\n", "\r\n", "\r"]),
)
INSERTED = st.one_of(st.sampled_from(["\n", "\r", "\n\n", "#", "`", "-", " ", "x", *LINES]), TEXTS)
ANYWHERE = st.integers(0, 400)
AT_A_LINE = st.integers(-30, -1)
EDITS = st.lists(st.tuples(ANYWHERE | AT_A_LINE, st.sampled_from([0, 0, 1, 1, 2, 7, 60]), INSERTED), max_size=6)


def edited(text, edit):
    """Return the text with characters exchanged at an offset, or, where it is negative, at the start of a line."""
    at, deleted, inserted = edit
    if at < 0:
        table = LineTable(text)
        at = table.start(-at % len(table))
    at = at % (len(text) + 1)
    return text[:at] + inserted + text[at + deleted :]


@given(TEXTS, EDITS)
@example("Legend:\n\n- [ ] a\n- [x] b\n", [(0, 7, "Later:")])
@example("# P\n- [ ] a\n## Phase 1\n- [ ] b\n", [(4, 0, "```\n"), (20, 0, "```\n")])
@example("---\ntodos:\n  - content: b\n    status: done\n---\n- [ ] a\n  - [ ] b\n", [(45, 0, "\n- [ ] c")])
@example("| Phase | Status |\n|---|---|\n| 1 | ✅ |\n| 2 | open |\n# P\n", [(38, 1, "x")])
@example("\n## Phase 1: \ra\n- Create: `a/b.py:3`", [(13, 0, "\n")])
@example("# P\r## Phase 1\rStatus: done\r", [(14, 0, "\n")])
@example("---\ntitle: x\n# no\n- [ ] a\n", [(18, 0, "---\n")])
@example("- [ ] a\n# P\n", [(7, 1, "")])
@example("a\r# P\n", [(2, 0, "\n")])
@example("- [ ] a\n# `src/a.py`\n", [(8, 1, "x")])
@example("- [ ] 1. a\n- [x] 1.1 b\n- [ ] 2. c\n- [x] 2.1 b\n", [(11, 0, "## Backend\n"), (13, 3, "")])
@example("## Backend\n- [ ] a\n### Docs\n- [ ] a\n", [(0, 3, "# "), (22, 1, "\n")])
@example("# P\n├── a/\n│   └── b.rs\n# Q\n- [x] b.- [ ] c\n", [(13, 0, "\n"), (4, 0, "```\n")])
def test_edits_one_after_the_other_give_what_a_whole_reading_gives(text, edits):
    with patch.object(walk, "_LARGE", 1):
        known = read_plan(text)
        for edit in edits:
            text = edited(text, edit)
            known = reread_plan(known, text)
            assert known.plan == parse_plan(text)
            assert known.text == text


@given(TEXTS, TEXTS)
def test_any_text_can_take_the_place_of_any_other(old, new):
    with patch.object(walk, "_LARGE", 1):
        assert reread_plan(read_plan(old), new).plan == parse_plan(new)


@given(st.text("ab", max_size=40), st.text("ab", max_size=40))
def test_what_two_texts_have_in_common_is_found_to_the_character(one, other):
    same = common_prefix(one, other)
    assert one[:same] == other[:same]
    assert one[same : same + 1] != other[same : same + 1] or same == min(len(one), len(other))
    most = min(len(one), len(other)) - same
    rest = common_suffix(one, other, most)
    assert rest == most or one[len(one) - rest - 1] != other[len(other) - rest - 1]
    assert rest == 0 or one[-rest:] == other[-rest:]


def test_pieces_away_from_an_edit_are_kept():
    text = "# P\n" + "".join(f"## Phase {at}\n- [ ] one\n- [ ] two\n" for at in range(50))
    known = read_plan(text)
    at = text.index("## Phase 20") + 14
    with patch.object(walk, "Walk", side_effect=walk.Walk) as reading, patch("relaymark.core.plan.parse.Walk", reading):
        now = reread_plan(known, text[:at] + "x" + text[at:])
    assert sum(len(call.args[0]) for call in reading.call_args_list) < 100
    assert now.pieces[:20] == known.pieces[:20]
    assert now.plan.items[0] is known.plan.items[0]


def test_an_unchanged_text_is_not_read_again():
    known = read_plan("# P\n- [ ] a\n")
    assert reread_plan(known, "# P\n- [ ] a\n") is known


@pytest.mark.parametrize(("sections", "boxes"), [(50, 30), (1, 1500)])
def test_a_keystroke_costs_a_fraction_of_a_whole_reading(sections, boxes):
    section = "".join(
        f"- [ ] T{at:04} Add `render` to `src/lib/keys{at}.ts:10` and test_{at}.py, so that it holds\n"
        "  in a wrapped sentence that says why it is so, and what else is meant.\n"
        for at in range(boxes)
    )
    text = "# Plan\n" + "".join(f"\n## Phase {at}: Work\n\nProse.\n\n{section}" for at in range(sections))
    assert len(text) > 200_000
    start = time.perf_counter()
    known = read_plan(text)
    whole = time.perf_counter() - start
    taken = []
    for at in range(600, len(text), len(text) // 20):
        changed = text[:at] + "e" + text[at:]
        start = time.perf_counter()
        reread_plan(known, changed)
        taken.append(time.perf_counter() - start)
    assert sorted(taken)[len(taken) // 2] < whole / 8
