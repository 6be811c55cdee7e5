"""All findings of a workspace: whose sessions count, how loud they are, and which paths are judged."""

import pytest
from tests.core.builders import CWD, at_level

from relaymark.core.binding import Binding
from relaymark.core.config import Config
from relaymark.core.lookup import FileIndex
from relaymark.core.plan import parse_plan
from relaymark.core.sheet import Sheet
from relaymark.core.weights import Attachment
from relaymark.engine.findings import absent, findings
from relaymark.engine.plans import Joined
from relaymark.sources import crossings

PLAN = """# Shop

## Phase 1: Parser

- [x] Read lines in `src/parser.py`
- [x] Count them in `src/count.py`

## Phase 2: Report

- [ ] Print the sum in `src/report.py`
"""
DONE = PLAN.replace("[ ]", "[x]")
TREE = FileIndex(["PLAN.md", "src/parser.py"])
GONE = {"src/count.py": False}


def workspace(*views, text=PLAN, on=1):
    """Return a workspace of one plan, on whose phase (by index) all these sessions work."""
    sheets = {"PLAN.md": Sheet(f"{CWD}/PLAN.md", text, parse_plan(text))} if text else {}
    bound = {view.session.id: Binding("PLAN.md", "", "", "prompt", on) for view in views if text and on is not None}
    return Joined(CWD, sheets, bound)


def found(*views, config=None, index=None, judged=None, closed_too=False, **about):
    both = workspace(*views, **about)
    return findings(both, views, config or Config(), index, judged or {}, closed_too=closed_too)


def codes(*views, **how):
    return [finding.code for finding in found(*views, **how)]


def test_a_full_session_and_a_missing_path_are_found_together():
    assert codes(at_level("over"), index=TREE, judged=GONE) == ["context-over-ceiling", "path-missing"]


@pytest.mark.parametrize("fields", [{"parent": "0f3c0000"}, {"elsewhere": True}], ids=["subagent", "other work tree"])
def test_subagents_and_sessions_of_other_work_trees_are_not_reported(fields):
    assert codes(at_level("reset", compactions=1, **fields)) == []
    assert codes(at_level("reset", compactions=1, **fields), on=None) == []


def test_the_settings_say_how_loud_each_rule_is():
    config = Config(rules={"context-over-ceiling": "hint", "path-missing": "off"})
    [finding] = found(at_level("over"), config=config, index=TREE, judged=GONE)
    assert (finding.code, finding.severity) == ("context-over-ceiling", "hint")


def test_a_setting_goes_before_the_doubt_about_a_window():
    config = Config(rules={"context-over-ceiling": "warning"})
    assert [each.severity for each in found(at_level("over", agent_window=None))] == ["information"]
    assert [each.severity for each in found(at_level("over", agent_window=None), config=config)] == ["warning"]


def test_a_comment_in_the_plan_silences_a_finding():
    text = PLAN.replace("Phase 2: Report", "Phase 2: Report <!-- relaymark: ignore context-over-ceiling -->")
    assert codes(at_level("over"), text=text, index=TREE, judged=GONE) == ["path-missing"]
    assert codes(at_level("reset"), text=text) == ["context-past-reset"]


def test_a_snooze_silences_the_level_and_nothing_else():
    near, over = at_level("near", compactions=1), at_level("over")
    crossings.snooze(near.session.id, "near")
    crossings.snooze(over.session.id, "near")
    assert codes(near) == ["session-compacted"]
    assert codes(over) == ["context-over-ceiling"]


def test_a_heavy_file_is_named_only_where_the_user_asks_for_it():
    view = at_level("clear", attachments=(Attachment(f"{CWD}/src/report.py", 20_000, 1),))
    assert codes(view) == []
    [finding] = found(view, config=Config(rules={"attachment-heavy": "hint"}))
    assert (finding.path, finding.severity) == (f"{CWD}/src/report.py", "hint")


def test_a_missing_path_is_reported_at_the_path_of_its_item():
    [finding] = found(index=TREE, judged=GONE)
    assert (finding.code, finding.severity) == ("path-missing", "warning")
    assert finding.message == "Ticked, but there is no `src/count.py` in this work tree."
    assert finding.span.of(PLAN) == "src/count.py"
    assert (finding.path, finding.item) == (f"{CWD}/PLAN.md", 1)


def test_before_the_files_are_listed_no_path_is_judged():
    assert codes(index=None, judged=GONE) == []


@pytest.mark.parametrize("judged", [{}, {"src/count.py": True}], ids=["not yet asked", "ignored by git"])
def test_a_path_that_git_ignores_or_was_not_asked_about_is_not_reported(judged):
    assert codes(index=TREE, judged=judged) == []


def test_a_closed_plan_is_silent_unless_it_is_asked_for():
    assert codes(at_level("reset"), text=DONE, index=TREE, judged=GONE) == []
    every = GONE | {"src/report.py": False}
    assert codes(text=DONE, index=TREE, judged=every, closed_too=True) == ["path-missing", "path-missing"]


def test_without_a_plan_nothing_is_found():
    assert codes(at_level("reset", compactions=2), text=None, index=TREE) == []


def test_without_sessions_only_files_are_looked_at():
    assert codes(index=TREE, judged=GONE) == ["path-missing"]


def test_absent_paths_are_named_once_each():
    text = PLAN.replace("Count them in `src/count.py`", "Count in `src/count.py` and `src/count.py`, `src/b.py`")
    sheet = Sheet(f"{CWD}/PLAN.md", text, parse_plan(text))
    assert absent("PLAN.md", sheet, TREE) == ("src/count.py", "src/b.py", "src/report.py")
