"""Findings that a comment in the plan silences in place."""

import pytest

from relaymark.core.finding import Finding
from relaymark.core.plan import parse_plan
from relaymark.core.sheet import Sheet
from relaymark.core.span import Span
from relaymark.rules.silence import not_silenced

PATH = "/home/dev/shop/PLAN.md"
HEADING = "## Phase 1: Parser"
IGNORE = "<!-- relaymark: ignore context-over-ceiling -->"


def finding(text, code="context-over-ceiling", path=PATH, at=HEADING):
    """Return a finding that stands on the first `at` of a text, on the first line for None."""
    span = Span(text.index(at), text.index(at) + len(at)) if at else None
    return Finding(code=code, path=path, span=span, severity="warning", message="Too full.")


def speaks(text, **where):
    """Tell whether a finding in a plan is kept."""
    one = finding(text, **where)
    return not_silenced([one], {PATH: Sheet(PATH, text, parse_plan(text))}) == (one,)


@pytest.mark.parametrize(
    "text",
    [
        f"# Shop\n\n{HEADING} {IGNORE}\n\n- [ ] Read\n",
        f"# Shop\n\n{IGNORE}\n{HEADING}\n\n- [ ] Read\n",
        f"# Shop\r\n\r\n{IGNORE}\r\n{HEADING}\r\n",
        f"# Shop\n\n   {IGNORE} kept for now\n{HEADING}\n",
        f"# Shop\n\n<!--relaymark:ignore context-over-ceiling-->\n{HEADING}\n",
        f"# Shop\n\n<!-- relaymark: ignore base-heavy, context-over-ceiling path-missing -->\n{HEADING}\n",
        f"# Shop\n\n<!-- relaymark: ignore\n  base-heavy,\n  context-over-ceiling\n-->\n{HEADING}\n",
        f"# Shop with a form feed\f here\n{IGNORE}\n{HEADING}\n",
    ],
    ids=["same line", "line above", "CRLF", "indented", "tight", "several codes", "several lines", "form feed"],
)
def test_a_comment_on_the_line_or_on_the_one_above_silences_its_codes(text):
    assert not speaks(text)


@pytest.mark.parametrize(
    "text",
    [
        f"# Shop\n\n{IGNORE}\n\n{HEADING}\n",
        f"# Shop\n\n{HEADING}\n{IGNORE}\n",
        f"# Shop\n\n- [ ] Words {IGNORE}\n{HEADING}\n",
        f"# Shop\n\n<!-- relaymark: ignore context-past-reset -->\n{HEADING}\n",
        f"# Shop\n\n<!-- relaymark: ignore context-over -->\n{HEADING}\n",
        f"# Shop\n\n<!-- relaymark: ignore -->\n{HEADING}\n",
        f"# Shop\n\n<!-- ignore context-over-ceiling -->\n{HEADING}\n",
    ],
    ids=[
        "two lines above",
        "line below",
        "behind the line above",
        "other code",
        "beginning of a code",
        "no code",
        "no name",
    ],
)
def test_other_comments_silence_nothing(text):
    assert speaks(text)


def test_a_finding_on_the_first_line_is_silenced_by_a_comment_there():
    assert not speaks(f"# Shop {IGNORE}\n\n{HEADING}\n", at=None)
    assert speaks(f"# Shop\n\n{HEADING} {IGNORE}\n", at=None)


def test_a_comment_silences_every_finding_of_its_line_and_no_other_line():
    text = f"{IGNORE}\n- [x] `a.py` and `b.py`\n- [x] `c.py`\n"
    sheet = Sheet(PATH, text, parse_plan(text))
    every = [finding(text, at=name) for name in ("a.py", "b.py", "c.py")]
    assert not_silenced(every, {PATH: sheet}) == (every[2],)


def test_a_finding_in_another_file_stands():
    assert speaks(f"# Shop\n\n{HEADING} {IGNORE}\n", path="/home/dev/shop/src/prices.py")


def test_each_plan_silences_its_own_findings_only():
    other = "/home/dev/shop/IMPLEMENTATION_PLAN.md"
    loud, quiet = f"{HEADING}\n", f"{HEADING} {IGNORE}\n"
    sheets = {PATH: Sheet(PATH, loud, parse_plan(loud)), other: Sheet(other, quiet, parse_plan(quiet))}
    both = [finding(loud), finding(quiet, path=other)]
    assert not_silenced(both, sheets) == (both[0],)


def test_a_comment_is_no_part_of_a_headings_title_or_an_items_text():
    plan = parse_plan(f"{HEADING} {IGNORE}\n\n- [ ] Read the lines {IGNORE}\n")
    assert plan.phases[0].title == "Parser"
    assert plan.items[0].text == "Read the lines"
