"""What is reported of a session besides its gauge: summaries, a second phase, files that nobody planned."""

import pytest
from tests.core.builders import CWD, shown

from relaymark.core.binding import Binding
from relaymark.core.plan import parse_plan
from relaymark.core.sheet import Sheet
from relaymark.core.weights import Attachment
from relaymark.rules.facts import SessionFacts
from relaymark.rules.session import session_findings

PLAN = """# Shop

## Phase 1: Parser

- [x] Read lines in `src/parser.py`, with `src/shared.py`

## Phase 2: Report

- [ ] Print the sum in `src/report.py`, with `src/shared.py`
- [ ] Test it in `tests/`

## Phase 3: Ship

- [ ] Tell the customers

## Phase 4: Prices

Reads `docs/prices.md`.

- [ ] Load them in `src/prices.py`
"""
DONE = PLAN.replace("[ ]", "[x]")


def found(code, view, *, on=1, text=PLAN):
    """Return the findings of a code about a session at work on a phase, given by its index."""
    bound = {} if on is None else {view.session.id: Binding("PLAN.md", "", "", "prompt", on)}
    sheet = Sheet(f"{CWD}/PLAN.md", text, parse_plan(text))
    every = session_findings(SessionFacts(CWD, {"PLAN.md": sheet}, (view,), bound))
    return [finding for finding in every if finding.code == code]


def one(code, view, **how):
    [finding] = found(code, view, **how)
    return finding


def edited(*files):
    return shown(files_edited=tuple(f"{CWD}/{file}" for file in files))


def holding(**files):
    """Return a session that holds files, by name and tokens; `__` stands for a slash and `_` for a dot."""
    named = ((name.replace("__", "/").replace("_", "."), tokens) for name, tokens in files.items())
    return shown(attachments=tuple(Attachment(f"{CWD}/{name}", tokens, 1) for name, tokens in named))


@pytest.mark.parametrize(("count", "times"), [(1, "once"), (2, "2 times")])
def test_a_session_whose_history_was_summarised_is_named_on_its_phase(count, times):
    view = shown(compactions=count)
    finding = one("session-compacted", view)
    assert finding.severity == "information"
    assert f"replaced its history by a summary {times}:" in finding.message
    assert finding.span.of(PLAN) == "## Phase 2: Report"
    assert (finding.session, finding.phase) == (view.session.id, 1)


def test_where_its_phase_is_not_known_the_summary_is_told_on_the_first_line():
    assert one("session-compacted", shown(compactions=1), on=None).span is None


@pytest.mark.parametrize("count", [0, None])
def test_without_a_summary_nothing_is_said(count):
    assert found("session-compacted", shown(compactions=count)) == []


@pytest.mark.parametrize("code", ["session-compacted", "session-spans-phases", "attachment-unplanned"])
def test_a_closed_plan_is_silent(code):
    view = shown(
        compactions=1,
        files_edited=(f"{CWD}/src/parser.py",),
        attachments=(Attachment(f"{CWD}/src/strange.py", 900, 1),),
    )
    assert found(code, view)
    assert found(code, view, text=DONE) == []


def test_files_that_only_another_phase_names_make_a_session_span_phases():
    view = edited("src/report.py", "src/parser.py", "src/prices.py")
    finding = one("session-spans-phases", view)
    assert finding.severity == "warning"
    assert finding.message == (
        "One session works on Phase 2 and edited files of Phase 1, Phase 4 (src/parser.py, src/prices.py): "
        "hand over between phases."
    )
    assert finding.span.of(PLAN) == "## Phase 2: Report"
    assert (finding.session, finding.phase) == (view.session.id, 1)


@pytest.mark.parametrize(
    "file", ["src/report.py", "src/shared.py", "src/nobody.py", "PLAN.md", "README.md"], ids=lambda file: file
)
def test_own_files_shared_ones_unnamed_ones_and_the_plan_do_not_span(file):
    assert found("session-spans-phases", edited(file)) == []


def test_a_session_without_a_phase_spans_none():
    assert found("session-spans-phases", edited("src/parser.py"), on=None) == []


def test_files_outside_of_the_work_tree_do_not_span():
    assert found("session-spans-phases", shown(files_edited=("/home/dev/bakery/src/parser.py",))) == []


def test_a_drawing_of_files_raises_nothing_but_excuses():
    drawn = PLAN.replace("Reads `docs/prices.md`.", "Reads:\n└── src/\n    ├── parser.py\n    └── cart.py")
    assert found("session-spans-phases", edited("src/cart.py"), text=drawn) == []
    assert found("session-spans-phases", edited("src/parser.py"), text=drawn, on=3) == []
    assert one("session-spans-phases", edited("src/parser.py"), text=drawn).span
    view = holding(src__cart_py=1_204, src__strange_py=1_204)
    assert "not name: src/strange.py (1k)." in one("attachment-unplanned", view, text=drawn, on=3).message
    alone = drawn.replace("Load them in `src/prices.py`", "Load them")
    assert found("attachment-unplanned", view, text=alone, on=3) == []


def test_files_that_the_phase_does_not_name_are_hinted_at():
    view = holding(src__strange_py=1_204, src__report_py=4_000, docs__notes_md=500)
    finding = one("attachment-unplanned", view)
    assert finding.severity == "hint"
    assert finding.message == (
        "The session holds files that this phase does not name: src/strange.py (1k), docs/notes.md (500)."
    )
    assert [(file.path, file.message) for file in finding.related] == [
        (f"{CWD}/src/strange.py", "1,204 tokens"),
        (f"{CWD}/docs/notes.md", "500 tokens"),
    ]
    assert finding.span.of(PLAN) == "## Phase 2: Report"


def test_files_of_less_than_500_tokens_are_nobodys_trouble():
    assert found("attachment-unplanned", holding(src__strange_py=499)) == []
    assert found("attachment-unplanned", shown(attachments=(Attachment(f"{CWD}/src/new.py", None, 1),))) == []


def test_files_below_a_folder_that_the_phase_names_are_planned():
    assert found("attachment-unplanned", holding(tests__deep__case_py=900)) == []


def test_files_that_the_text_of_a_phase_names_outside_its_boxes_are_planned():
    assert found("attachment-unplanned", holding(docs__prices_md=900), on=3) == []


@pytest.mark.parametrize("name", ["AGENTS.md", "CLAUDE.md", "GEMINI.md", "README.md", "web/Readme.md", "PLAN.md"])
def test_rules_files_readmes_and_plans_are_never_strange(name):
    assert found("attachment-unplanned", shown(attachments=(Attachment(f"{CWD}/{name}", 9_000, 1),))) == []


def test_a_phase_that_names_no_file_is_left_alone():
    assert found("attachment-unplanned", holding(src__strange_py=9_000), on=2) == []


def test_a_session_without_a_phase_holds_nothing_strange():
    assert found("attachment-unplanned", holding(src__strange_py=9_000), on=None) == []


def test_of_many_strange_files_four_are_named_and_the_others_counted():
    view = holding(**{f"src__s{number}_py": 900 for number in range(6)})
    finding = one("attachment-unplanned", view)
    assert finding.message.endswith("src/s3.py (900) and 2 more.")
    assert len(finding.related) == 4


def test_a_file_of_more_than_a_quarter_of_the_ceiling_is_named_on_its_own_first_line():
    view = holding(src__prices_py=15_001)
    finding = one("attachment-heavy", view)
    assert finding.path == f"{CWD}/src/prices.py"
    assert finding.span is None
    assert finding.severity == "hint"
    assert "15,001 tokens, more than a quarter of the ceiling" in finding.message
    assert finding.session == view.session.id


def test_a_file_of_just_a_quarter_is_not_heavy():
    assert found("attachment-heavy", holding(src__prices_py=15_000)) == []


def test_a_heavy_file_outside_of_the_work_tree_is_not_named():
    view = shown(attachments=(Attachment("/home/dev/bakery/all.py", 40_000, 1),))
    assert found("attachment-heavy", view) == []


def test_file_names_from_sessions_stay_on_one_line():
    view = shown(attachments=(Attachment(f"{CWD}/src/a\n- b\u202e.py", 900, 1),))
    assert "src/a - b.py (900)" in one("attachment-unplanned", view).message
