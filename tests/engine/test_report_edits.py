"""Certain fixes of many findings in one file: made at once, each whole or not at all, and no other text is lost."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relaymark.core.edits import Edit, Fix, applied, merged
from relaymark.core.finding import Finding
from relaymark.core.span import Span
from relaymark.engine.report import at_once

PATH = "/home/dev/shop/PLAN.md"
TEXT = "0123456789abcdefghij"


def fix(*edits):
    return Fix(title="Write it", path=PATH, edits=tuple(sorted(edits)), certain=True)


def finding(start, end):
    return Finding(code="path-moved", path=PATH, span=Span(start, end), severity="warning", message="It was moved.")


@st.composite
def wishes(draw):
    """Findings with their fixes: few places, so that they often meet."""
    found = []
    for _ in range(draw(st.integers(0, 6))):
        edits = [
            Edit(start, min(start + draw(st.integers(0, 6)), len(TEXT)), draw(st.text("XYZ", max_size=3)))
            for start in draw(st.lists(st.integers(0, len(TEXT)), min_size=1, max_size=4))
        ]
        whole = merged(edits)
        found.append((finding(whole[0].start, whole[0].end), fix(*whole)))
    return found


@given(wishes())
def test_each_fix_is_made_whole_or_not_at_all_and_nothing_else_is_touched(fixes):
    count, taken = at_once(fixes)
    made = [each for _, each in fixes if set(each.edits) <= set(taken)]
    assert {edit for each in made for edit in each.edits} == set(taken)
    assert len(made) <= count <= len(fixes)
    new = applied(TEXT, taken)
    touched = {at for edit in taken for at in range(edit.start, edit.end)}
    assert re.sub("[XYZ]", "", new) == "".join(sign for at, sign in enumerate(TEXT) if at not in touched)
    assert sorted(re.sub("[^XYZ]", "", new)) == sorted("".join(edit.text for edit in taken))
    for _, each in fixes:
        if each not in made:
            assert len(merged((*taken, *each.edits))) < len({*taken, *each.edits})


@pytest.mark.parametrize(
    ("second", "count", "text"),
    [
        (fix(Edit(4, 6, "NEW")), 2, "0123NEW6789abcdefghij"),
        (fix(Edit(4, 6, "NEW"), Edit(10, 12, "MORE")), 2, "0123NEW6789MOREcdefghij"),
        (fix(Edit(4, 6, "OTHER"), Edit(10, 12, "MORE")), 2, "0123NEW6789abcdefghij"),
        (fix(Edit(3, 5, "OTHER"), Edit(10, 12, "MORE")), 2, "0123NEW6789abcdefghij"),
        (fix(Edit(10, 12, "MORE")), 2, "0123NEW6789MOREcdefghij"),
    ],
    ids=["the same", "and more", "said otherwise", "met", "elsewhere"],
)
def test_what_an_earlier_fix_mended_is_mended_once(second, count, text):
    found, taken = at_once([(finding(0, 1), fix(Edit(4, 6, "NEW"))), (finding(4, 6), second)])
    assert (found, applied(TEXT, taken)) == (count, text)


def test_what_meets_another_fix_beside_its_own_place_is_not_mended():
    clash = fix(Edit(5, 7, "OTHER"), Edit(10, 12, "MORE"))
    assert at_once([(finding(0, 1), fix(Edit(4, 6, "NEW"))), (finding(10, 12), clash)])[0] == 1
