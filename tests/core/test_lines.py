"""Lines are counted in one way everywhere."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relaymark.core.lines import LineTable

TEXTS = st.text(alphabet=st.sampled_from("ab \t\n\r\f\v\x1c\x85\u2028\u2029é😀"), max_size=60)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", [""]),
        ("a", ["a"]),
        ("a\n", ["a", ""]),
        ("a\nb", ["a", "b"]),
        ("a\r\nb\r\n", ["a", "b", ""]),
        ("a\rb", ["a", "b"]),
        ("a\n\rb", ["a", "", "b"]),
        ("a\r\r\nb", ["a", "", "b"]),
        ("a\fb\vc\x1cd\x85e\u2028f\u2029g", ["a\fb\vc\x1cd\x85e\u2028f\u2029g"]),
    ],
)
def test_only_line_feeds_and_carriage_returns_end_a_line(text, lines):
    table = LineTable(text)
    assert [text[table.start(line) : table.end(line)] for line in range(len(table))] == lines


def test_columns_count_characters_from_zero():
    assert LineTable("é\n😀x").position(4) == (1, 2)


def test_between_carriage_return_and_line_feed_stands_the_end_of_the_line():
    table = LineTable("ab\r\nc")
    assert [table.position(offset) for offset in range(6)] == [(0, 0), (0, 1), (0, 2), (0, 2), (1, 0), (1, 1)]


def test_places_outside_the_text_are_moved_into_it():
    table = LineTable("ab\nc")
    assert table.position(-3) == (0, 0)
    assert table.position(99) == (1, 1)
    assert table.offset(-1, 5) == 0
    assert table.offset(0, 99) == 2
    assert table.offset(0, -1) == 0
    assert table.offset(9, 0) == 4
    assert (table.start(9), table.end(9), table.start(-1)) == (4, 4, 0)


@given(TEXTS, st.integers(0, 60))
def test_offset_and_position_are_inverse_on_line_content(text, offset):
    table = LineTable(text)
    line, column = table.position(offset)
    assert table.start(line) <= table.offset(line, column) <= table.end(line) <= len(text)
    inside = offset <= len(text) and text[offset - 1 : offset + 1] != "\r\n"
    assert not inside or table.offset(line, column) == offset


@given(TEXTS)
def test_lines_and_their_ends_make_up_the_text(text):
    table = LineTable(text)
    starts = [table.start(line) for line in range(len(table))] + [len(text)]
    assert "".join(text[first:last] for first, last in pairwise(starts)) == text
    ends = {text[table.end(line) : table.start(line + 1)] for line in range(len(table))}
    assert ends <= {"", "\n", "\r", "\r\n"}
