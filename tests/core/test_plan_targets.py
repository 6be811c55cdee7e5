"""What a place in a plan points at; `‸` in a text is the cursor."""

import pytest

from relaymark.core.plan import parse_plan
from relaymark.core.plan_targets import (
    last_name,
    mention_at,
    mentions,
    places_of,
    reference_at,
    symbol_at,
    told_line,
    told_name,
)
from relaymark.core.sheet import Sheet

PLAN = """# Plan

See `docs/idea.md` first.

## Phase 1: Parser in `src/`

- [ ] T001 Read lines in `src/parser.py:10-40` by `read_lines()`
- [ ] T002 after T001: test it in `tests/test_parser.py::TestLines::test_empty[1]`

## Phase 2: Report, after Phase 1

- [ ] Print the sum by `Report.print_sum`
"""


def at(marked):
    """Return the plan with the cursor where a part of it is marked, and the cursor's offset."""
    assert PLAN.count(marked.replace("‸", "")) == 1
    start = PLAN.index(marked.replace("‸", ""))
    return Sheet("/home/dev/shop/PLAN.md", PLAN, parse_plan(PLAN)), start + marked.index("‸")


def path_at(marked):
    found = mention_at(*at(marked))
    return found and (found.path, found.tail)


def word_at(marked):
    found = symbol_at(*at(marked))
    return found and found.word


def meant_at(marked):
    found = reference_at(*at(marked))
    return found and tuple(span.of(PLAN) for span in found)


@pytest.mark.parametrize(
    ("marked", "path"),
    [
        ("`‸src/parser.py:10-40`", ("src/parser.py", ":10-40")),
        ("`src/parser.py‸:10-40`", ("src/parser.py", ":10-40")),
        ("`src/parser.py:10-40‸`", ("src/parser.py", ":10-40")),
        ("test_par‸ser.py::TestLines", ("tests/test_parser.py", "::TestLines::test_empty[1]")),
        ("See `docs/id‸ea.md`", ("docs/idea.md", "")),
        ("Parser in `sr‸c/`", ("src/", "")),
        ("Read li‸nes", None),
        ("Print the s‸um", None),
    ],
)
def test_a_path_is_found_where_it_stands_with_what_follows_it(marked, path):
    assert path_at(marked) == path


@pytest.mark.parametrize(
    ("marked", "word"),
    [("`read_‸lines()`", "read_lines"), ("`Report.pr‸int_sum`", "Report.print_sum"), ("Read li‸nes", None)],
)
def test_a_name_of_code_is_found_in_backticks(marked, word):
    assert word_at(marked) == word


@pytest.mark.parametrize(
    ("marked", "meant"),
    [
        ("after Pha‸se 1", ("Phase 1", "## Phase 1: Parser in `src/`")),
        ("after T0‸01:", ("T001", "- [ ] T001 Read lines in `src/parser.py:10-40` by `read_lines()`")),
        ("## Pha‸se 2", None),
        ("- [ ] T0‸02 after", None),
    ],
)
def test_names_of_phases_and_items_mean_those_but_not_where_they_are_themselves(marked, meant):
    assert meant_at(marked) == meant


def test_all_paths_come_in_the_order_of_the_text():
    assert [mention.path for mention in mentions(parse_plan(PLAN))] == [
        "src/",
        "src/parser.py",
        "tests/test_parser.py",
    ]


@pytest.mark.parametrize(
    ("tail", "line"),
    [
        (":10-40", 9),
        ("#L7", 6),
        (":0", 0),
        ("::test_x", None),
        ("#section-2", None),
        ("", None),
        ("` (88-103", 87),
        ("`, around line ~12", 11),
        (" (L5-L9", 4),
        ("`:7", 6),
        ("`'s `View2()` (line 189", 188),
    ],
)
def test_a_tail_tells_a_line(tail, line):
    assert told_line(tail) == line


@pytest.mark.parametrize(
    ("tail", "name"), [("::test_x", "test_x"), ("::A::test_x[3]", "test_x"), (":10", ""), ("", "")]
)
def test_a_tail_tells_a_test(tail, name):
    assert told_name(tail) == name


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("read_lines", "read_lines"),
        ("Report.print_sum", "print_sum"),
        ("std::fs::read", "read"),
        ("--dry-run", "dry-run"),
        ("limit\x0030", "limit"),
    ],
)
def test_the_last_part_of_a_name_is_what_is_defined(word, name):
    assert last_name(word) == name


def test_places_of_a_name_tell_line_column_and_whether_it_is_defined_there():
    text = "import x\nprint_sums()\n  def print_sum(a):\nprint_sum(1)\n"
    assert list(places_of(text, "print_sum")) == [(2, 6, True), (3, 0, False)]
    assert list(places_of(text, "")) == []


def test_the_words_behind_a_path_lead_to_no_file():
    text = "- [ ] Mend `src/a.go`'s `View()` (line 189)\n"
    sheet = Sheet("/home/dev/shop/PLAN.md", text, parse_plan(text))
    assert mention_at(sheet, text.index("View")) is None
    assert symbol_at(sheet, text.index("View")).word == "View"
