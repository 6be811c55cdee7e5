"""Fingerprints stay while lines move and boxes are ticked, and differ between findings; baselines hold them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relaymark.core import baseline
from relaymark.core.finding import Finding
from relaymark.core.fingerprint import fingerprints, whole
from relaymark.core.plan import parse_plan
from relaymark.core.sheet import Sheet
from relaymark.core.span import Span

ROOT = "/home/dev/shop"
PATH = f"{ROOT}/PLAN.md"
PLAN = """# Shop

## Phase 1: Parser

- [ ] Read `src/a.py` and `src/b.py`
- [ ] Run the tests

## Phase 2: Report

- [ ] Print it
- [ ] Run the tests
"""


def finding(code="path-missing", span=None, **about):
    return Finding(code=code, path=PATH, span=span, severity="warning", message="Line 7 in abc123.", **about)


def prints(found, text=PLAN):
    return fingerprints(found, {PATH: Sheet(PATH, text, parse_plan(text))}, ROOT)


def of_items(text, *items, code="done-unticked"):
    marks = [item.mark_span for item in parse_plan(text).items]
    return prints([finding(code, marks[at], item=at) for at in items], text)


@pytest.mark.parametrize(
    "edited",
    [
        PLAN.replace("## Phase 1", "Words.\n\n## Phase 1"),
        PLAN.replace("[ ] Print", "[x] Print"),
        PLAN.replace("Print it", "**Print**  it"),
        PLAN.replace("Print it", "Print it <!-- relaymark: ignore base-heavy -->"),
        PLAN.replace("\n", "\r\n"),
        PLAN.replace("Phase 2: Report", "Phase 2: Reports"),
    ],
    ids=["lines moved", "ticked", "emphasis", "comment", "line ends", "heading"],
)
def test_a_finding_keeps_its_fingerprint_while_its_item_says_the_same(edited):
    assert of_items(edited, 2) == of_items(PLAN, 2)


def test_other_words_other_rules_and_other_files_are_other_findings():
    base = of_items(PLAN, 2)
    assert of_items(PLAN.replace("Print it", "Print all"), 2) != base
    assert of_items(PLAN, 2, code="tick-lost") != base
    assert of_items(PLAN, 0) != base


def test_two_paths_of_one_item_are_two_findings():
    spans = [mention.span for mention in parse_plan(PLAN).items[0].paths]
    one, other = prints([finding(span=span, item=0) for span in spans])
    assert one != other


def test_equal_items_are_told_apart_by_their_order_among_findings():
    one, other = of_items(PLAN, 1, 3)
    assert one != other
    assert of_items(PLAN, 3, 1) == (other, one)


def test_a_finding_about_several_items_has_a_part_for_each():
    heading = parse_plan(PLAN).phases[0].heading_span
    [parts] = prints([finding("done-unticked", heading, phase=0, items=(0, 1))])
    assert len(parts) == len(set(parts)) == 2
    assert baseline.is_known(parts, frozenset({*parts, "other"}))
    assert not baseline.is_known(parts, frozenset(parts[:1]))
    assert whole(parts) not in parts


def test_a_finding_about_a_phase_changes_with_its_items():
    heading = parse_plan(PLAN).phases[0].heading_span
    about = finding("plan-behind", heading, phase=0)
    assert prints([about]) == prints([about], PLAN.replace("[ ] Run", "[x] Run"))
    assert prints([about]) != prints([about], PLAN.replace("Run the", "Do the"))


def test_a_finding_on_the_first_line_and_one_in_an_unknown_file_have_one_too():
    assert len(prints([finding("context-over-ceiling")])[0]) == 1
    assert len(fingerprints([finding("attachment-heavy", session="x")], {}, ROOT)[0]) == 1


def test_of_equal_findings_one_keeps_its_fingerprint_when_others_are_left_out():
    text = "# P\n\n- [ ] Run\n- [ ] Run\n- [ ] Run\n"
    sheet, marks = Sheet(PATH, text, parse_plan(text)), [item.mark_span for item in parse_plan(text).items]
    all_three = [finding("done-unticked", mark, item=at) for at, mark in enumerate(marks)]
    every = fingerprints(all_three, {PATH: sheet}, ROOT)
    assert len(set(every)) == 3
    for gone in range(3):
        left = [one for at, one in enumerate(all_three) if at != gone]
        known = fingerprints(left, {PATH: sheet}, ROOT, frozenset(every[gone]))
        assert known == tuple(parts for at, parts in enumerate(every) if at != gone)


def test_a_baseline_reads_as_it_was_written():
    found = [finding("b", Span(0, 1), item=1), finding("a", Span(0, 1), item=0)]
    parts = prints(found)
    data = baseline.encoded((one, "PLAN.md", each) for one, each in zip(found, parts, strict=True))
    assert baseline.decoded(data) == {part for each in parts for part in each}
    assert data == baseline.encoded(
        (one, "PLAN.md", each) for one, each in reversed(list(zip(found, parts, strict=True)))
    )
    assert len(data.splitlines()) == 4
    assert baseline.decoded(baseline.encoded([])) == frozenset()


@given(st.recursive(st.none() | st.integers() | st.text(max_size=3), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["version", "findings", "parts"]), inner, max_size=3), max_leaves=8))  # fmt: skip  # noqa: E501
def test_what_is_no_baseline_is_refused_and_nothing_else_happens(value):
    import json

    try:
        known = baseline.decoded(json.dumps(value).encode())
    except baseline.BadBaselineError:
        return
    assert all(isinstance(part, str) for part in known)


@pytest.mark.parametrize("data", [b"", b"\xff", b"[" * 100_000, b'{"version": 1}', b'{"version": 9, "findings": []}'])
def test_broken_baselines_are_refused(data):
    with pytest.raises(baseline.BadBaselineError):
        baseline.decoded(data)
