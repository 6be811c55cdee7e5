"""No fix touches what it is not about: every offer, for every rule, over plans in every form, read again afterwards."""

import re
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.rules.plan_forms import FORMS, FRONT

from relaymark.core.edits import Edit, applied, least, merged
from relaymark.core.finding import Finding, Related
from relaymark.core.lookup import FileIndex
from relaymark.core.past import Past, PathPast
from relaymark.core.paths import normal
from relaymark.core.plan import parse_plan
from relaymark.core.plan_targets import mentions
from relaymark.core.sheet import Sheet
from relaymark.core.span import Span
from relaymark.rules.contradictions import contradictions
from relaymark.rules.facts import PlanFacts
from relaymark.rules.fixes.offers import CERTAIN, FIXABLE, fix_of_kind, fixes_of
from relaymark.rules.fixes.silence import silenced

ROOT = "/home/dev/shop"
TICKS = {"done-unticked", "plan-never-ticked", "tick-lost", "tick-contradicted"}
WRITES = {"path-moved", "path-missing", "symbol-missing"}

plans = st.builds(
    lambda front, forms, end: (front + "\n".join(FORMS[form] for form in forms)).replace("\n", end),
    st.sampled_from(["", FRONT, "# Plan\n\n"]),
    st.lists(st.sampled_from(sorted(FORMS)), min_size=1, max_size=4),
    st.sampled_from(["\n", "\r\n"]),
)


def moved(path):
    folder, _, name = path.rstrip("/").rpartition("/")
    return f"{folder}/moved/{name}".lstrip("/")


def facts_of(text, path="docs/PLAN.md"):
    """Return a plan all of whose files were moved; whose words also name files."""
    sheet = Sheet(f"{ROOT}/{path}", text, parse_plan(text))
    named = [mention for item in sheet.plan.items for mention in item.paths]
    past = {each.path: PathPast(normal(each.path), moved_to=moved(normal(each.path))) for each in named}
    files = [known.moved_to for known in past.values()]
    index = FileIndex([*files, "src/gate.py", "src/routes.ts", "lib/frontier.py", path])
    return PlanFacts(path, sheet, index, past=Past(paths=past), closed_too=True)


def findings_of(code, facts):
    """Yield findings of a rule at every place at which it could report one."""
    plan, where = facts.sheet.plan, facts.sheet.path

    def made(span, **about):
        message = "It says that the phase is done, but not all of its boxes." if code == "tick-contradicted" else ""
        return Finding(code=code, path=where, span=span, severity="hint", message=message, **about)

    for at, item in enumerate(plan.items):
        yield made(item.mark_span, item=at)
        yield from (made(mention.span, item=at) for mention in item.paths)
    if plan.items:
        yield made(plan.items[0].mark_span, item=0, items=tuple(range(len(plan.items))))
    for at, phase in enumerate(plan.phases):
        inside = tuple(n for n, item in enumerate(plan.items) if item in phase.items)
        related = (Related(f"{ROOT}/lib/new one.py", ""), Related(f"{ROOT}/lib/held.py", ""))
        yield made(phase.heading_span, phase=at, items=inside, related=related)


def items(plan):
    return [(item.text, item.ticked, item.struck, item.nesting, item.parent) for item in plan.items]


def names(plan):
    return [(phase.kind, phase.label, phase.title, phase.status, len(phase.items)) for phase in plan.phases]


def assert_only_marks_turned(facts, fix):
    marks = {item.mark_span: at for at, item in enumerate(facts.sheet.plan.items)}
    touched = {marks[edit.span] for edit in fix.edits}
    before, after = facts.sheet.plan.items, parse_plan(applied(facts.sheet.text, fix.edits)).items
    assert [item.text for item in after] == [item.text for item in before]
    assert [
        at for at, pair in enumerate(zip(before, after, strict=True)) if pair[0].ticked != pair[1].ticked
    ] == sorted(touched)


def assert_only_a_status_taken_back(facts, fix):
    [edit] = fix.edits
    plan, text = facts.sheet.plan, facts.sheet.text
    headings = [phase.heading_span for phase in plan.phases if phase.status == "done"]
    cells = [row.status_span for row in plan.rows]
    lines = [Span(*found.span(1)) for found in re.finditer(r"(?im)^\W*status\W+([^\r\n]*)", text)]
    assert any(span.start <= edit.start < edit.end <= span.end for span in (*headings, *cells, *lines))
    new = parse_plan(applied(text, fix.edits))
    assert items(new) == items(plan)
    assert [each[:3] for each in names(new)] == [each[:3] for each in names(plan)]
    changed = [(old, now) for old, now in zip(plan.phases, new.phases, strict=True) if old.status != now.status]
    assert len(changed) <= 1
    assert all(old.status == "done" != now.status for old, now in changed)


def assert_only_a_path_written(facts, fix):
    plan, new = facts.sheet.plan, parse_plan(applied(facts.sheet.text, fix.edits))
    assert [item.ticked for item in new.items] == [item.ticked for item in plan.items]
    before, after = mentions(plan), mentions(new)
    changed = [
        one
        for one, other in zip(before, after, strict=True)
        if (one.path, one.tail, one.role) != (other.path, other.tail, other.role)
    ]
    places = {each.span for each in changed}  # of a list in braces several may change
    assert len(places) == len(fix.edits)
    assert all(any(span.start <= edit.start <= edit.end <= span.end for span in places) for edit in fix.edits)
    assert ("places)" in fix.title) is (len(places) > 1)
    olds = {normal(each.path) for each in changed if "{" not in each.span.of(facts.sheet.text)}
    assert len({path.rpartition("/")[2] for path in olds}) <= 1
    assert names(new) == names(plan)


def assert_inserted(facts, fix):
    assert all(edit.start == edit.end for edit in fix.edits)
    return parse_plan(applied(facts.sheet.text, fix.edits))


def assert_fixes_change_only_what_they_are_about(text, path):
    facts = facts_of(text, path)
    plan = facts.sheet.plan
    for code in FIXABLE:
        found = list(findings_of(code, facts))
        for finding in found:
            for fix in fixes_of(finding, facts):
                assert fix.path == facts.sheet.path
                assert code in CERTAIN or not fix.certain
                assert all(one.end <= other.start for one, other in pairwise(fix.edits))
                if code in TICKS and fix.title.startswith(("Take the status", "Write “")):
                    assert_only_a_status_taken_back(facts, fix)
                elif code in TICKS:
                    assert_only_marks_turned(facts, fix)
                elif code in WRITES:
                    assert_only_a_path_written(facts, fix)
                elif code == "phase-too-big":
                    assert items(assert_inserted(facts, fix)) == items(plan)
                else:
                    new = assert_inserted(facts, fix)
                    assert [item.ticked for item in new.items] == [item.ticked for item in plan.items]
                    assert names(new) == names(plan)
        if fix := fix_of_kind(code, found, facts):
            new = parse_plan(applied(text, fix.edits))
            assert len(new.items) == len(plan.items)
            assert names(new) == names(plan) or code in TICKS


@settings(deadline=None, max_examples=60)
@given(plans, st.sampled_from(["PLAN.md", "docs/PLAN.md"]))
def test_a_fix_changes_what_it_is_about_and_nothing_else(text, path):
    assert_fixes_change_only_what_they_are_about(text, path)


@pytest.mark.parametrize("form", FORMS)
def test_a_fix_in_each_form_changes_what_it_is_about_and_nothing_else(form):
    assert_fixes_change_only_what_they_are_about(FORMS[form], "PLAN.md")


@settings(deadline=None, max_examples=60)
@given(plans)
def test_a_comment_that_silences_is_seen_by_the_rules_alone(text):
    facts = facts_of(text)
    for finding in findings_of("path-moved", facts):
        for fix in silenced(finding, facts.sheet):
            new = assert_inserted(facts, fix)
            assert items(new) == items(facts.sheet.plan)
            assert names(new) == names(facts.sheet.plan)


@pytest.mark.parametrize("form", FORMS)
def test_every_form_with_boxes_is_offered_ticks(form):
    facts = facts_of(FORMS[form])
    offered = [fix for finding in findings_of("done-unticked", facts) for fix in fixes_of(finding, facts)]
    assert bool(offered) is bool([item for item in facts.sheet.plan.items if not (item.ticked or item.struck)])


@pytest.mark.parametrize(
    ("line", "written"),
    [
        ("Read `src/parser.py`", "src/moved/parser.py"),
        ("Read `src/parser.py:10-40`", "src/moved/parser.py"),
        ("Read [it](../src/parser.py)", "../src/moved/parser.py"),
        ("Read src/parser.py, then more", "src/moved/parser.py"),
        ("Read `src\\parser.py`", "src\\moved\\parser.py"),
        ("Read `src/read/`", "src/moved/read/"),
    ],
)
def test_a_new_path_is_written_as_the_old_one_was(line, written):
    text = f"# Plan\n\n- [x] {line}\n"
    item = parse_plan(text).items[0]
    old = normal(item.paths[0].path).removeprefix("../")
    sheet = Sheet(f"{ROOT}/docs/PLAN.md", text, parse_plan(text))
    index = FileIndex(["src/moved/parser.py", "src/moved/read/a.py", "docs/PLAN.md"])
    past = Past(paths={item.paths[0].path: PathPast(old, moved_to=moved(old))})
    facts = PlanFacts("docs/PLAN.md", sheet, index, past=past)
    finding = Finding(
        code="path-moved", path=sheet.path, span=item.paths[0].span, severity="warning", message="", item=0
    )
    [fix] = fixes_of(finding, facts)
    assert fix.certain
    assert applied(text, fix.edits) == text.replace(item.paths[0].span.of(text), written)


@pytest.mark.parametrize(
    ("moved_to", "written"),
    [
        ({"src/a.py": "src/c.py"}, "src/{c,b}.py"),
        ({"src/a.py": "src/c.py", "src/b.py": "src/d.py"}, "src/{c,d}.py"),
        ({"src/a.py": "lib/a.py", "src/b.py": "lib/b.py"}, "lib/{a,b}.py"),
        ({"src/a.py": "lib/a.py"}, None),
    ],
)
def test_a_list_of_braces_is_written_anew_where_it_can_say_the_new_paths(moved_to, written):
    text = "# Plan\n\n- [x] Both of `src/{a,b}.py`\n"
    sheet = Sheet(f"{ROOT}/PLAN.md", text, parse_plan(text))
    past = Past(paths={old: PathPast(old, moved_to=new) for old, new in moved_to.items()})
    facts = PlanFacts("PLAN.md", sheet, FileIndex(["src/b.py", *moved_to.values()]), past=past)
    for mention in sheet.plan.items[0].paths:
        finding = Finding(code="path-moved", path=sheet.path, span=mention.span, severity="warning", message="", item=0)
        fixes = fixes_of(finding, facts)
        assert [applied(text, fix.edits) for fix in fixes] == (
            [text.replace("src/{a,b}.py", written)] if written else []
        )
        assert all(fix.certain for fix in fixes)


def test_a_file_that_an_open_phase_lists_is_written_where_it_is_now():
    text = "# Plan\n\n### Task 1: Read\n\n**Files:**\n- Modify: `src/a.py:3-9`\n\n- [ ] Read it\n"
    sheet = Sheet(f"{ROOT}/PLAN.md", text, parse_plan(text))
    [mention] = sheet.plan.phases[0].paths
    past = Past(paths={"src/a.py": PathPast("src/a.py", moved_to="src/b.py")})
    facts = PlanFacts("PLAN.md", sheet, FileIndex(["src/b.py"]), past=past)
    finding = Finding(
        code="path-moved", path=sheet.path, span=mention.span, severity="information", message="", phase=0
    )
    [fix] = fixes_of(finding, facts)
    assert fix.certain
    assert applied(text, fix.edits) == text.replace("src/a.py", "src/b.py")


@pytest.mark.parametrize(
    ("old", "new", "edit"),
    [
        ("src/parser.py", "src/read/parser.py", (4, 4, "read/")),
        ("src/a.py", "src/b.py", (4, 5, "b")),
        ("same", "same", (4, 4, "")),
        ("aa", "aaa", (2, 2, "a")),
        ("a\r\nb", "a\nb", (1, 3, "\n")),
        ("x✔\ufe0f", "x✔", (1, 3, "✔")),
    ],
)
def test_an_edit_is_of_the_fewest_characters_and_cuts_no_sign(old, new, edit):
    assert least(old, Span(0, len(old)), new) == Edit(*edit)


@given(st.text("ab\r\n✔\ufe0f", max_size=8), st.text("ab\r\n✔\ufe0f", max_size=8), st.text("xy", max_size=3))
def test_the_least_edit_makes_the_new_text(old, new, before):
    edit = least(before + old + "z", Span(len(before), len(before) + len(old)), new)
    assert applied(before + old + "z", [edit]) == before + new + "z"


def test_edits_that_overlap_are_refused_or_left_out():
    with pytest.raises(ValueError, match="overlap"):
        applied("abcd", [Edit(0, 2, ""), Edit(1, 3, "")])
    with pytest.raises(ValueError, match="beyond"):
        applied("abcd", [Edit(3, 9, "")])
    assert merged([Edit(1, 3, "x"), Edit(0, 2, "y"), Edit(0, 2, "y")]) == (Edit(0, 2, "y"),)
    assert merged([Edit(2, 2, "a"), Edit(2, 2, "b"), Edit(2, 4, "c")]) == (Edit(2, 2, "a"), Edit(2, 4, "c"))


@pytest.mark.parametrize(
    ("head", "then"),
    [
        ("## Phase 2: Engine ✅ DONE", "## Phase 2: Engine"),
        ("## ✅ Phase 2: Engine", "## Phase 2: Engine"),
        ("## **Phase 2: Engine** ✅", "## **Phase 2: Engine**"),
        ("## Phase 2: Engine — **DONE**", "## Phase 2: Engine"),
        ("## Phase 2: Engine (done) ##", "## Phase 2: Engine ##"),
        ("## Phase 2: Engine in C# ✅", "## Phase 2: Engine in C#"),
        ("## [x] Phase 2: Engine", "## Phase 2: Engine"),
        ("## Phase 2: Движок ✅ Готово", "## Phase 2: Движок"),
        ("Phase 2: Engine ✅\n-----------------", "Phase 2: Engine\n-----------------"),
        ("## Phase 2: Engine\n\n**Status:** Complete", "## Phase 2: Engine\n\n**Status:** In progress"),
        ("## Phase 2: Engine\n\nStatus: ✅ Done", "## Phase 2: Engine\n\nStatus: 🚧 In progress"),
        ("## Phase 2: Engine\n\nStatus: ✅", "## Phase 2: Engine\n\nStatus: 🚧"),
    ],
)
def test_what_a_heading_or_a_line_says_of_an_open_phase_can_be_taken_back(head, then):
    text = f"# Plan\n\n## Phase 1: Words\n\n- [x] words\n\n{head}\n\n- [x] one of these\n- [ ] two of these\n"
    sheet = Sheet(f"{ROOT}/PLAN.md", text, parse_plan(text))
    facts = PlanFacts("PLAN.md", sheet, FileIndex([]))
    [finding] = contradictions(facts)
    tick, status = fixes_of(finding, facts)
    assert tick.title == "Tick this item"
    assert applied(text, status.edits) == text.replace(head, then)
    assert not status.certain


TABLE = "| Phase | Status |\n|---|---|\n| Phase 1 | {} |\n| Phase 2 | {} |\n\n"


@pytest.mark.parametrize(
    ("first", "boxes", "then"),
    [
        ("✅ Complete", "x", "🚧 In progress"),
        ("WIP", "x", "WIP"),
        ("🔲", " ", "🔲"),
        ("done", "x", "In progress"),
    ],
)
def test_a_cell_says_it_as_the_other_rows_do(first, boxes, then):
    said = "done" if first == "done" else "✅ Complete"
    phases = f"## Phase 1: A\n\n- [x] a\n\n## Phase 2: B\n\n- [{boxes}] one of these\n- [ ] two of these\n"
    text = TABLE.format(first, said) + phases
    sheet = Sheet(f"{ROOT}/PLAN.md", text, parse_plan(text))
    facts = PlanFacts("PLAN.md", sheet, FileIndex([]))
    [finding] = contradictions(facts)
    status = fixes_of(finding, facts)[-1]
    assert status.title == f"Write “{then}” in line 4"
    assert applied(text, status.edits) == TABLE.format(first, then) + phases


def test_contradictions_of_other_kinds_leave_headings_alone():
    text = "## Phase 1: A ✅\n\n- [x] All of it\n  - [ ] one part of it in `src/part.py`\n"
    sheet = Sheet(f"{ROOT}/PLAN.md", text, parse_plan(text))
    facts = PlanFacts("PLAN.md", sheet, FileIndex([]))
    [finding] = contradictions(facts)
    assert [fix.title for fix in fixes_of(finding, facts)] == ["Tick this item", "Untick the item above"]
