"""Where a full session is reported, how loud, and in which words."""

import pytest
from tests.core.builders import CWD, NOW, at_level, shown

from relaymark.core.binding import Binding
from relaymark.core.plan import parse_plan
from relaymark.core.sheet import Sheet
from relaymark.core.weights import Attachment
from relaymark.rules.context import context_findings
from relaymark.rules.facts import SessionFacts

PLAN = """# Shop

## Phase 1: Parser

- [x] Read lines in `src/parser.py`

## Phase 2: Report

- [ ] Print the sum in `src/report.py`
"""
DONE = PLAN.replace("[ ]", "[x]")
SPOKEN_OF = ("near", "over", "reset")


def facts(*views, plans=None, on=1, plan="PLAN.md", snoozed=None):
    """Return a workspace with these sessions, all at work on one phase; `on` None: nobody knows on which."""
    plans = {"PLAN.md": PLAN} if plans is None else plans
    sheets = {path: Sheet(f"{CWD}/{path}", text, parse_plan(text)) for path, text in plans.items()}
    bound = {} if on is None else {view.session.id: bound_to(on, plan) for view in views}
    return SessionFacts(CWD, sheets, views, bound, snoozed or {})


def bound_to(phase, plan="PLAN.md"):
    return Binding(plan, str(phase + 1), "", "prompt", phase)


def found(*views, **how):
    return list(context_findings(facts(*views, **how)))


def one(*views, **how):
    [finding] = found(*views, **how)
    return finding


@pytest.mark.parametrize(
    ("level", "code", "severity", "message"),
    [
        (
            "near",
            "context-near-ceiling",
            "information",
            "Claude Code holds 50,000 of 60,000 tokens (30 % of 200k): it nears its ceiling.",
        ),
        (
            "over",
            "context-over-ceiling",
            "warning",
            (
                "Claude Code holds 70,000 tokens, over its ceiling of 60,000 (30 % of 200k): "
                "finish the item, then hand over."
            ),
        ),
        (
            "reset",
            "context-past-reset",
            "warning",
            "Claude Code holds 95,000 tokens, past its reset line of 90,000 (45 % of 200k): hand over now.",
        ),
    ],
)
def test_each_level_is_reported_on_the_heading_of_the_phase(level, code, severity, message):
    view = at_level(level)
    finding = one(view)
    assert (finding.code, finding.severity, finding.message) == (code, severity, message)
    assert finding.path == f"{CWD}/PLAN.md"
    assert finding.span.of(PLAN) == "## Phase 2: Report"
    assert (finding.session, finding.phase) == (view.session.id, 1)


@pytest.mark.parametrize("level", ["clear", "unknown"])
def test_a_session_that_is_clear_or_unknown_is_not_reported(level):
    assert found(at_level(level)) == []


@pytest.mark.parametrize("level", ["over", "reset"])
def test_the_five_heaviest_counted_files_stand_beside_a_full_session(level):
    files = [Attachment(f"{CWD}/src/{name}.py", 9_000 - 1_000 * at, 1) for at, name in enumerate("abcdefg")]
    view = at_level(level, attachments=(*files[:2], Attachment(f"{CWD}/src/uncounted.py", None, 1), *files[2:]))
    related = one(view).related
    assert [file.path for file in related] == [f"{CWD}/src/{name}.py" for name in "abcde"]
    assert related[0].message == "a.py: 9,000 tokens in the context"


def test_a_session_that_is_only_near_names_no_files():
    assert one(at_level("near", attachments=(Attachment(f"{CWD}/src/a.py", 9_000, 1),))).related == ()


@pytest.mark.parametrize("context", [48_000, 55_000, 59_999])
def test_a_session_that_began_near_speaks_of_its_base(context):
    finding = one(shown(context=context, first_context=48_000, base=47_500))
    assert (finding.code, finding.severity) == ("base-heavy", "information")
    assert "held 47,500 of 60,000 tokens before any work" in finding.message


@pytest.mark.parametrize(
    ("context", "code"),
    [(59_999, "base-heavy"), (60_000, "context-over-ceiling"), (90_000, "context-past-reset")],
)
def test_once_it_has_grown_by_a_fifth_of_the_ceiling_the_base_is_forgotten(context, code):
    assert one(shown(context=context, first_context=48_000)).code == code


def test_a_session_that_began_past_the_reset_line_speaks_of_its_base():
    finding = one(shown(context=95_000, first_context=95_000))
    assert (finding.code, finding.severity) == ("base-heavy", "information")
    assert "held 95,000 of 60,000" in finding.message


@pytest.mark.parametrize("fields", [{"first_context": 47_999}, {"first_context": None}])
def test_a_session_that_began_clear_or_unseen_does_not_speak_of_its_base(fields):
    assert one(shown(context=50_000, **fields)).code == "context-near-ceiling"


def test_a_compacted_session_does_not_speak_of_its_base():
    assert one(shown(context=50_000, first_context=50_000, compactions=1)).code == "context-near-ceiling"


@pytest.mark.parametrize("level", SPOKEN_OF)
def test_with_an_assumed_window_it_is_an_information_that_says_so(level):
    finding = one(at_level(level, agent_window=None))
    assert finding.severity == "information"
    assert finding.message.endswith(" The window of 200k is assumed.")


@pytest.mark.parametrize("level", SPOKEN_OF)
def test_where_no_phase_is_recognised_it_is_an_information_on_the_first_line_of_the_only_open_plan(level):
    finding = one(at_level(level), on=None)
    assert finding.span is None
    assert finding.phase is None
    assert finding.severity == "information"
    assert finding.message.endswith("(phase not recognised)")


def test_a_plan_that_is_done_does_not_stand_in_the_way_of_the_only_open_one():
    finding = one(at_level("over"), on=None, plans={"IMPLEMENTATION_PLAN.md": DONE, "PLAN.md": PLAN})
    assert finding.path == f"{CWD}/PLAN.md"


def test_with_two_open_plans_and_no_phase_it_stands_nowhere():
    assert found(at_level("reset"), on=None, plans={"PLAN.md": PLAN, "IMPLEMENTATION_PLAN.md": PLAN}) == []


@pytest.mark.parametrize(
    ("plans", "path"),
    [
        ({"PLAN.md": DONE, "docs/plans/a.md": PLAN, "docs/plans/b.md": DONE}, "docs/plans/a.md"),
        ({"PLAN.md": "# Words alone\n", "docs/plans/a.md": PLAN}, "docs/plans/a.md"),
        ({"docs/plans/archive/a.md": PLAN, "docs/plans/b.md": PLAN}, "docs/plans/b.md"),
        ({"docs/plans/a.md": PLAN, "PLAN.md": PLAN, "docs/plans/b.md": PLAN}, "PLAN.md"),
        ({"docs/plans/a.md": PLAN, "PLAN.md": DONE, "IMPLEMENTATION_PLAN.md": PLAN}, "IMPLEMENTATION_PLAN.md"),
        ({"docs/plans/a.md": PLAN, "PLAN.md": DONE, "docs/plans/b.md": PLAN}, None),
        ({"PLAN.md": "# Words alone\n"}, "PLAN.md"),
    ],
)
def test_of_several_plans_the_only_open_one_counts_and_else_that_at_the_top(plans, path):
    places = [finding.path for finding in found(at_level("reset"), on=None, plans=plans)]
    assert places == ([f"{CWD}/{path}"] if path else [])


def test_with_two_open_plans_it_stands_in_the_one_of_the_phase():
    finding = one(
        at_level("over"), plan="IMPLEMENTATION_PLAN.md", plans={"PLAN.md": PLAN, "IMPLEMENTATION_PLAN.md": PLAN}
    )
    assert finding.path == f"{CWD}/IMPLEMENTATION_PLAN.md"


@pytest.mark.parametrize("closed", [DONE, f"---\nstatus: superseded\n---\n{PLAN}"], ids=["done", "superseded"])
@pytest.mark.parametrize("on", [1, None])
def test_a_closed_plan_is_silent(closed, on):
    assert found(at_level("reset"), on=on, plans={"PLAN.md": closed}) == []


def test_a_session_on_a_phase_of_a_closed_plan_is_not_moved_to_the_open_one():
    assert found(at_level("reset"), plans={"PLAN.md": DONE, "IMPLEMENTATION_PLAN.md": PLAN}) == []


def test_without_a_plan_it_stands_nowhere():
    assert found(at_level("reset"), plans={}, on=None) == []


def test_a_heading_carries_one_finding_for_the_worst_session_and_counts_the_others():
    worst = at_level("reset")
    finding = one(at_level("near"), at_level("over"), worst, at_level("clear"))
    assert (finding.code, finding.session) == ("context-past-reset", worst.session.id)
    assert finding.message.endswith("hand over now. And 2 more sessions.")


def test_one_other_session_is_counted_in_the_singular():
    assert one(at_level("near"), at_level("over")).message.endswith(" And 1 more session.")


def test_of_equally_full_sessions_the_one_that_was_active_last_is_named():
    older, newer = at_level("over", updated_at=NOW - 300), at_level("over", updated_at=NOW - 20)
    assert one(older, newer).session == newer.session.id
    assert one(newer, older).session == newer.session.id


def test_each_phase_has_a_finding_of_its_own():
    first, second = at_level("over"), at_level("over")
    both = facts(first, second)
    bound = {first.session.id: bound_to(0), second.session.id: bound_to(1)}
    stand = context_findings(SessionFacts(CWD, both.sheets, both.views, bound))
    assert [(finding.phase, finding.session) for finding in stand] == [
        (0, first.session.id),
        (1, second.session.id),
    ]


def test_a_snoozed_session_is_silent_until_its_next_level():
    near, over = at_level("near", id="0f3c0000"), at_level("over", id="0f3c0000")
    assert found(near, snoozed={"0f3c0000": "near"}) == []
    assert one(over, snoozed={"0f3c0000": "near"}).code == "context-over-ceiling"


def test_a_snoozed_session_is_not_counted_among_the_others():
    quiet, loud = at_level("reset", id="0f3c0000"), at_level("near")
    finding = one(quiet, loud, snoozed={"0f3c0000": "reset"})
    assert finding.session == loud.session.id
    assert "more" not in finding.message


def test_names_of_files_stay_on_one_line():
    view = at_level("over", attachments=(Attachment(f"{CWD}/a\nb\u202e.py", 9_000, 1),))
    assert one(view).related[0].message == "a b.py: 9,000 tokens in the context"
