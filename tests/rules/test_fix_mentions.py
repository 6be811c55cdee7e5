"""Files that are written into a plan: those that words mean, and those that a session holds."""

import pytest
from tests.core.builders import CWD

from relaymark.core.edits import applied
from relaymark.core.finding import Finding, Related
from relaymark.core.lookup import FileIndex
from relaymark.core.plan import parse_plan
from relaymark.core.sheet import Sheet
from relaymark.rules.facts import PlanFacts
from relaymark.rules.fixes.offers import fixes_of

TREE = FileIndex(
    ["src/parser.py", "tests/test_parser.py", "src/status_line.ts", "a/keys.py", "b/keys.py", "docs/report.md"]
)


def offered(code, text, related=(), **about):
    sheet = Sheet(f"{CWD}/PLAN.md", text, parse_plan(text))
    finding = Finding(
        code=code,
        path=sheet.path,
        span=sheet.plan.phases[0].heading_span,
        severity="hint",
        message="",
        phase=0,
        related=tuple(Related(f"{CWD}/{path}", "") for path in related),
        **about,
    )
    return [applied(text, fix.edits) for fix in fixes_of(finding, PlanFacts("PLAN.md", sheet, TREE))]


@pytest.mark.parametrize(
    ("words", "path"),
    [
        ("Write the parser", "src/parser.py"),
        ("All parsers read lines", "src/parser.py"),
        ("Show the status line", "src/status_line.ts"),
        ("Show the Status-Line", "src/status_line.ts"),
    ],
)
def test_an_item_gets_the_one_file_that_its_words_name(words, path):
    text = f"# Plan\n\n## Phase 1: A\n\n- [ ] {words}\n  and more of it\n"
    assert offered("item-without-path", text, items=(0,)) == [text.replace(words, f"{words} (`{path}`)")]


@pytest.mark.parametrize("words", ["Load the keys", "Print the report", "Be done", "Open ` the parser"])
def test_where_no_file_or_several_are_meant_nothing_is_offered(words):
    assert offered("item-without-path", f"## Phase 1: A\n\n- [ ] {words}\n", items=(0,)) == []


def test_held_files_go_below_the_files_of_the_phase():
    text = "## Phase 1: A\n\n**Files:**\n- Modify: `src/parser.py`\n\n- [ ] Print it\n"
    made = text.replace("parser.py`\n", "parser.py`\n- Read: `src/a.py`\n- Read: `src/b.py`\n")
    assert offered("attachment-unplanned", text, ["src/a.py", "src/b.py"]) == [made]


def test_else_they_get_a_line_below_the_heading():
    text = "## Phase 1: A\r\n\r\n- [ ] Print it\r\n"
    [made] = offered("attachment-unplanned", text, ["src/a.py"])
    assert made == "## Phase 1: A\r\n\r\nFiles: `src/a.py`\r\n\r\n- [ ] Print it\r\n"
    assert [each.path for each in parse_plan(made).phases[0].paths] == ["src/a.py"]


@pytest.mark.parametrize("heading", ["Phase 1: A\n----------\n", "- [ ] **Phase 1: A** - more\n- [ ] **Phase 2: B**\n"])
def test_a_heading_that_a_line_would_break_is_left_alone(heading):
    assert offered("attachment-unplanned", f"{heading}\n- [ ] Print it\n", ["src/a.py"]) == []


def test_files_outside_of_the_tree_and_names_that_no_plan_could_read_are_left_out():
    text = "## Phase 1: A\n\n- [ ] Print it\n"
    assert offered("attachment-unplanned", text, ["../other/a.py", "src/a `b`.py"]) == []
