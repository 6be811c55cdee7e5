"""The outline of a plan and the search in it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relaymark.core.plan import parse_plan
from relaymark.core.plan_folds import folds
from relaymark.core.plan_symbols import outline, search
from relaymark.core.sheet import Sheet

PLAN = """# Shop

Words.

## Phase 1: **Parser** ✅

- [x] Read lines in `src/parser.py`
  - [ ] and count them,
    all of them
- [ ] ~~Guess the encoding~~

### Notes

More words.

## Phase 2: Report

- [ ] Print the sum

"""


def drawn(entries):
    """Return names and what is below them."""
    return [(entry.name, drawn(entry.children)) if entry.children else entry.name for entry in entries]


def names(query, text=PLAN):
    return [match.entry.name for match in sorted(search(parse_plan(text), query), key=lambda match: match.rank)]


def test_headings_phases_and_items_stand_in_one_another():
    assert drawn(outline(parse_plan(PLAN))) == [
        (
            "Shop",
            [
                (
                    "Phase 1: Parser ✅",
                    [
                        ("✓ Read lines in src/parser.py", ["○ and count them, all of them"]),
                        "✗ Guess the encoding",
                        "Notes",
                    ],
                ),
                ("Phase 2: Report", ["○ Print the sum"]),
            ],
        )
    ]


def test_a_phase_tells_how_far_it_is_and_what_is_dropped_is_marked():
    [shop] = outline(parse_plan(PLAN))
    first, second = shop.children
    assert (first.kind, first.detail, first.done) == ("phase", "1 of 3 done", False)
    assert (second.detail, second.children[0].done) == ("0 of 1 done", False)
    assert [child.dropped for child in first.children] == [False, True, False]
    assert first.children[2].kind == "section"


def test_the_span_of_an_item_takes_in_what_is_below_it_and_its_own_text_does_not():
    [shop] = outline(parse_plan(PLAN))
    item = shop.children[0].children[0]
    assert item.span.of(PLAN).endswith("all of them")
    assert item.own.of(PLAN) == "- [x] Read lines in `src/parser.py`"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Read [the note](../notes/a%20b.md)", "Read the note"),
        ('Read [`keys.ts`](src/keys.ts "keys") **now**', "Read keys.ts now"),
        ("![shot](a.png) and f(x)[1](2", "shot and f(x)[1](2"),
        ("[P] call `f[0](1)`", "[P] call f[0](1)"),
    ],
)
def test_of_a_link_its_words_are_shown(text, name):
    [item] = outline(parse_plan(f"- [ ] {text}\n"))
    assert item.name.partition(" ")[2] == name


def test_boxes_outside_of_phases_stand_where_they_are():
    assert drawn(outline(parse_plan("- [ ] one\n- [x] two\n"))) == ["○ one", "✓ two"]


def test_rows_of_a_table_that_are_phases_are_entries():
    text = "# Plan\n\n| Phase | Title | Status |\n|---|---|---|\n| 1 | Parser | Done |\n| 2 | Report | Open |\n"
    [(_, below)] = drawn(outline(parse_plan(text)))
    assert len(below) == 2
    assert [name.rpartition(" ")[2] for name in below] == ["Parser", "Report"]


def test_a_heading_without_text_has_a_name_all_the_same():
    assert drawn(outline(parse_plan("# \n\n- [ ] a\n")))[0][0] == "(no name)"


@given(
    st.lists(
        st.sampled_from(["# a", "## Phase 1", "### b", "- [ ] c", "  - [x] d", "    - e", "**Phase 2: f**", "", "g"])
    )
)
def test_every_entry_lies_in_its_parent_and_holds_its_own_line(lines):
    waiting = [(entry, None) for entry in outline(parse_plan("\n".join(lines)))]
    while waiting:
        entry, parent = waiting.pop()
        assert entry.name.strip()
        assert entry.span.start <= entry.own.start <= entry.own.end <= entry.span.end
        if parent:
            assert parent.span.start <= entry.span.start <= entry.span.end <= parent.span.end
        waiting += [(child, entry) for child in entry.children]


def test_a_search_without_words_gives_the_phases():
    assert names("") == ["Phase 1: Parser", "Phase 2: Report"]


@pytest.mark.parametrize("query", ["sum", "PRINT sum", "prsm"])
def test_a_search_finds_by_words_and_by_letters_in_their_order(query):
    assert names(query) == ["○ Print the sum"]


def test_phases_go_before_open_items_and_those_before_done_ones():
    text = "## Phase 1: Sum\n\n- [x] sum one\n- [ ] sum two\n"
    assert names("sum", text) == ["Phase 1: Sum", "○ sum two", "✓ sum one"]


def test_a_search_finds_boxes_outside_of_phases_and_tells_the_phase_of_others():
    text = "- [ ] loose sum\n\n## Phase 1: A\n\n- [ ] sum\n\n## Phase 2: B\n\n- [ ] c\n"
    found = {match.entry.name: match.phase for match in search(parse_plan(text), "sum")}
    assert found == {"○ loose sum": "", "○ sum": "Phase 1: A"}


def test_a_phase_goes_by_its_number_as_people_write_it_and_a_list_without_phases_by_the_title():
    assert names("", "## 1. Model\n\n- [ ] a\n\n## 2. API\n\n- [ ] b\n") == ["1. Model", "2. API"]
    assert names("", "# P\n\n## 1.1 Model\n\n- [ ] a\n\n## 1.2 API\n\n- [ ] b\n") == ["1.1 Model", "1.2 API"]
    assert names("", "# TODO\n\n- [ ] a\n") == ["TODO"]
    assert names("", "- [ ] a\n") == []
    assert names("a", "- [ ] a\n") == ["○ a"]


def test_a_search_takes_no_pattern():
    assert names(".*") == []


def test_sections_and_nested_items_fold_without_the_empty_lines_behind_them():
    assert folds(Sheet("/home/dev/shop/PLAN.md", PLAN, parse_plan(PLAN))) == (
        (0, 17),
        (4, 13),
        (6, 8),
        (7, 8),
        (11, 13),
        (15, 17),
    )


def test_nothing_folds_in_a_plan_of_one_line():
    assert folds(Sheet("/home/dev/shop/PLAN.md", "- [ ] a", parse_plan("- [ ] a"))) == ()
