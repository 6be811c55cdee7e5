"""Lines are cut the same, however the bytes of a file arrive."""

import tracemalloc
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from relaymark.sources import lines
from relaymark.sources.lines import TOO_LONG, LineCutter, parsed

CONTENT = st.lists(st.sampled_from([b"a", b"bc", b"\n", b"\r\n", b"\r", b"\x00", b"\xff", b"{}", b" "]), max_size=40)


def cut(*pieces, offset=0):
    cutter = LineCutter(offset)
    found = [line for piece in pieces for line in cutter.feed(piece)]
    return found, cutter.offset


def split(data, places):
    at = [0, *sorted(place % (len(data) + 1) for place in places), len(data)]
    return [data[start:end] for start, end in pairwise(at)]


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"", []),
        (b"a", []),
        (b"a\n", [(0, b"a")]),
        (b"a\nb", [(0, b"a")]),
        (b"a\nbc\n", [(0, b"a"), (2, b"bc")]),
        (b"a\r\nb\r\n", [(0, b"a"), (3, b"b")]),
        (b"\n\n\na\n\n", [(3, b"a")]),
        (b"\r\n\r\na\n", [(4, b"a")]),
        (b"a\rb\n", [(0, b"a\rb")]),
        (b"a\x00b\xff\n", [(0, b"a\x00b\xff")]),
        (b" \n", [(0, b" ")]),
    ],
)
def test_lines_with_their_offsets(data, found):
    assert cut(data) == (found, len(data))


def test_offsets_count_from_the_start_of_the_file():
    assert cut(b"a\n", b"bc\n", offset=100) == ([(100, b"a"), (102, b"bc")], 105)


def test_a_partial_last_line_waits_for_its_end():
    cutter = LineCutter()
    assert list(cutter.feed(b'{"a"')) == []
    assert list(cutter.feed(b":1}")) == []
    assert list(cutter.feed(b"\n")) == [(0, b'{"a":1}')]
    assert list(cutter.feed(b"x\r")) == []
    assert list(cutter.feed(b"\ny\n")) == [(8, b"x"), (11, b"y")]


@given(CONTENT, st.lists(st.integers(0, 200), max_size=8))
def test_any_split_of_the_bytes_gives_the_same_lines(content, places):
    data = b"".join(content)
    assert cut(*split(data, places)) == cut(data)


@given(CONTENT)
def test_lines_stand_in_the_file_where_their_offsets_say(content):
    data = b"".join(content)
    found, _ = cut(data)
    assert [line for line in (part.rstrip(b"\r") for part in data.split(b"\n")[:-1]) if line] == [at[1] for at in found]
    for offset, line in found:
        assert data[offset : offset + len(line)] == line
        assert offset == 0 or data[offset - 1 : offset] == b"\n"


@pytest.mark.parametrize("pieces", [1, 2, 3, 7, 100])
def test_a_line_that_is_too_long_is_named_and_the_next_one_is_fine(pieces, monkeypatch):
    monkeypatch.setattr(lines, "LONGEST_LINE", 10)
    data = b"first\n" + b"x" * 11 + b"\nnext\n" + b"y" * 10 + b"\n" + b"z" * 500 + b"\r\nlast\n"
    step = -(-len(data) // pieces)
    found, offset = cut(*(data[at : at + step] for at in range(0, len(data), step)))
    assert found == [(0, b"first"), (6, TOO_LONG), (18, b"next"), (23, b"y" * 10), (34, TOO_LONG), (536, b"last")]
    assert offset == len(data)


@given(
    st.lists(st.sampled_from([b"abc\n", b"0123456789\n", b"0123456789a\n", b"\n", b"x" * 35]), max_size=12),
    st.lists(st.integers(0, 400), max_size=8),
)
@example([b"x" * 35, b"\n", b"abc\n"], [10, 11, 35])
def test_too_long_lines_are_the_same_in_any_split(content, places):
    data = b"".join(content)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lines, "LONGEST_LINE", 10)
        whole, offset = cut(data)
        assert cut(*split(data, places)) == (whole, offset)
    expected = [TOO_LONG if len(line) > 10 else line for line in data.split(b"\n")[:-1] if line]
    assert [line for _, line in whole] == expected


def test_a_line_that_is_too_long_is_not_held_in_memory(monkeypatch):
    monkeypatch.setattr(lines, "LONGEST_LINE", 200_000)
    cutter = LineCutter()
    tracemalloc.start()
    try:
        for _ in range(200):
            assert list(cutter.feed(bytes(100_000))) == []
        used, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert used < 50_000
    assert most < 700_000
    assert list(cutter.feed(b"\nok\n")) == [(0, TOO_LONG), (20_000_001, b"ok")]


@pytest.mark.parametrize(
    ("line", "value"),
    [
        (b'{"a":[1,2.5,"x",null,true]}', {"a": [1, 2.5, "x", None, True]}),
        (b' {"a":1} ', {"a": 1}),
        ('{"ä":"😀"}'.encode(), {"ä": "😀"}),
        (b"7", 7),
        (b"[" * 500 + b"]" * 500, ...),
    ],
)
def test_json_is_read(line, value):
    assert parsed(line) == value or value is ...


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"{",
        b'{"a":1}{"b":2}',
        b'{"a":1} x',
        b'{"a":1e400}',
        b'{"a":NaN}',
        b"\x00" * 20,
        b'{"a":"\x00"}',
        b'{"a":"\xff"}',
        b'\xef\xbb\xbf{"a":1}',
        b"{'a':1}",
        b"[" * 2_000 + b"]" * 2_000,
        b'{"a":' * 2_000 + b"1" + b"}" * 2_000,
        b"[" * 1_000_000,
    ],
    ids=lambda line: repr(line[:12]),
)
def test_what_is_no_json_says_so(line):
    with pytest.raises(ValueError) as caught:  # noqa: PT011  (any reason will do, as long as there is one)
        parsed(line)
    assert str(caught.value)
