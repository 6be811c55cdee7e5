"""What fills the context: counts per kind, scaled to a measured figure."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from relaymark.core.weights import Attachment, Breakdown, Weights, scaled

COUNTS = st.integers(0, 2_000_000)
SUMS = st.builds(Breakdown, COUNTS, COUNTS, COUNTS, COUNTS)


@pytest.mark.parametrize(
    ("sums", "context", "base", "expected"),
    [
        (Breakdown(100, 200, 50, 50), 14_400, 14_000, Breakdown(100, 200, 50, 50, 14_000)),
        (Breakdown(100, 200, 50, 50), 14_800, 14_000, Breakdown(200, 400, 100, 100, 14_000)),
        (Breakdown(), 14_800, 14_000, Breakdown(replies=800, base=14_000)),
        (Breakdown(100), 9_000, 14_000, Breakdown(base=9_000)),
        (Breakdown(), 0, 0, Breakdown(base=0)),
        (Breakdown(files=1), 10, 0, Breakdown(files=10, base=0)),
    ],
)
def test_counts_are_scaled_to_what_the_base_leaves(sums, context, base, expected):
    assert scaled(sums, context, base) == expected


@given(SUMS, COUNTS, COUNTS)
@example(Breakdown(1, 1), 3, 0)
@example(Breakdown(1, 1, 1), 5, 0)
def test_parts_sum_to_the_context_exactly_and_none_is_negative(sums, context, base):
    made = scaled(sums, context, base)
    parts = (made.files, made.tool_output, made.prompts, made.replies, made.base)
    assert sum(parts) == context
    assert min(parts) >= 0


@given(SUMS.filter(lambda sums: sums.content), COUNTS)
def test_scaled_parts_keep_their_shares(sums, room):
    made = scaled(sums, room, 0)
    for before, after in (
        (sums.files, made.files),
        (sums.tool_output, made.tool_output),
        (sums.prompts, made.prompts),
        (sums.replies, made.replies),
    ):
        assert after == pytest.approx(before * room / sums.content, abs=3)


def test_nothing_is_told_while_a_piece_is_not_weighed():
    weights = Weights({})
    assert weights.sums() == Breakdown()
    weights.announce(0, 0, "prompts")
    weights.announce(0, 1, "toolOutput")
    assert (weights.sums(), weights.pending, weights.wanted) == (None, 2, (0,))
    weights.weigh(0, ((3,), (4,)))
    assert (weights.sums(), weights.pending, weights.wanted) == (Breakdown(tool_output=4, prompts=3), 0, ())


def test_counts_that_are_known_need_no_waiting():
    weights = Weights({7: ((3,),)})
    weights.announce(7, 0, "prompts")
    assert weights.sums() == Breakdown(prompts=3)


def test_two_sums_share_what_is_known():
    known = {}
    one, other = Weights(known), Weights(known)
    one.announce(0, 0, "files")
    one.weigh(0, ((5,),))
    other.announce(0, 0, "files")
    assert other.sums() == Breakdown(files=5)


def test_a_record_weighed_twice_counts_once():
    weights = Weights({})
    weights.announce(0, 0, "files")
    for _ in range(2):
        weights.weigh(0, ((5,),))
    assert weights.sums() == Breakdown(files=5)


def test_what_was_cleared_is_waited_for_no_more():
    weights = Weights({})
    weights.announce(0, 0, "prompts")
    weights.announce_read(100, 0, "/a")
    weights.clear()
    assert (weights.pending, weights.wanted, weights.attachments()) == (0, (), ())
    weights.weigh(0, ((9,),))
    weights.weigh(100, ((9,),))
    assert (weights.sums(), weights.attachments()) == (Breakdown(), ())


def test_counts_of_fewer_events_than_announced_weigh_nothing():
    weights = Weights({})
    weights.announce(0, 3, "files")
    weights.announce_read(0, 4, "/a")
    weights.announce_edit(0, 5, "/a", whole=False)
    weights.announce_edit(0, 6, "/b", whole=True)
    weights.weigh(0, ((9,),))
    assert weights.sums() == Breakdown()
    assert weights.attachments() == (Attachment("/a", 0, 1), Attachment("/b", 0, 0))


def test_files_of_one_weight_stand_by_their_names_and_unweighed_ones_last():
    weights = Weights({})
    for offset, path in enumerate(["/c", "/b", "/a", "/d"]):
        weights.announce_read(offset, 0, path)
    for offset, tokens in enumerate([5, 5, 9]):
        weights.weigh(offset, ((tokens,),))
    assert [file.path for file in weights.attachments()] == ["/a", "/b", "/c", "/d"]


LINES = st.tuples(st.integers(0, 30), st.integers(0, 30))


@given(st.lists(LINES, min_size=1, max_size=6))
def test_a_file_weighs_each_of_its_lines_once(reads):
    """Each line weighs one token; a read that overlaps others takes their place, so that none counts twice."""
    end, weights = 100, Weights({})
    held = set()
    spans = []
    for offset, (first, count) in enumerate(reads):
        start = max(first, 1)
        lines = set(range(start, start + count if count else end))
        spans = [span for span in spans if not span & lines] + [lines]
        weights.announce_read(offset, 0, "/a", (first, count))
        weights.weigh(offset, ((len(lines),),))
        held |= lines
    [file] = weights.attachments()
    assert file.tokens == sum(map(len, spans)) <= len(held)
    assert file.reads == len(reads)
