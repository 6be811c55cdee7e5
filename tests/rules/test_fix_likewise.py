"""The fix of a path mends the other places that name the same old path, and none that names it on purpose."""

import pytest

from relaymark.core.edits import applied
from relaymark.core.finding import Finding
from relaymark.core.lookup import FileIndex
from relaymark.core.past import Past, PathPast, Seen
from relaymark.core.plan import parse_plan
from relaymark.core.sheet import Sheet
from relaymark.rules.claims import claims_of
from relaymark.rules.facts import PlanFacts
from relaymark.rules.fixes.offers import fix_of_kind, fixes_of
from relaymark.rules.symbol_missing import missing_symbols

OLD, NEW = "src/parser.py", "src/read/parser.py"


def facts_of(text, *, files=(NEW,), past=None, path="PLAN.md"):
    past = {OLD: PathPast(OLD, moved_to=NEW)} if past is None else past
    sheet = Sheet(f"/home/dev/shop/{path}", text, parse_plan(text))
    return PlanFacts(path, sheet, FileIndex([*files, path]), past=Past(paths=past))


def finding_of(facts, code="path-moved", item=0, at=0):
    span = facts.sheet.plan.items[item].paths[at].span
    return Finding(code=code, path=facts.sheet.path, span=span, severity="warning", message="", item=item)


def mended(text, **given):
    """Return the title of the first item's fix, and the plan as it leaves it."""
    facts = facts_of(text, **given)
    [fix] = fixes_of(finding_of(facts), facts)
    return fix.title, applied(text, fix.edits)


def with_line(line):
    return f"## Phase 1: Words ✅\n\n- [x] Read lines in `src/parser.py`\n\n{line}\n"


@pytest.mark.parametrize(
    "line",
    [
        "- [x] Test `src/parser.py`",
        "- [ ] Speed up `src/parser.py:10-40`",
        "**Files:**\n- Modify: `src/parser.py`",
        "**Files:**\n\n- Create: `src/parser.py`",
        "### About `src/parser.py`",
        "| File | For |\n|---|---|\n| `src/parser.py` | lines |",
        "Lines are read in src/parser.py, as ever.",
        "[It](src/parser.py) reads lines.",
        r"Lines are read in `src\parser.py`.",
        "> Lines are read in `src/parser.py`.",
    ],
)
def test_another_place_with_the_same_old_path_is_mended_too(line):
    text = with_line(line)
    new = text.replace(OLD, NEW).replace(r"src\parser.py", r"src\read\parser.py")
    assert mended(text) == ("Write src/read/parser.py (2 places)", new)


@pytest.mark.parametrize(
    "line",
    [
        "```sh\npython src/parser.py\n```",
        "1. ~~~\n   `src/parser.py`\n   ~~~",
        "Run this:\n\n    python `src/parser.py`",
        "- Delete: `src/parser.py`",
        "- [ ] Delete `src/parser.py`",
        "- [ ] ~~Speed up `src/parser.py`~~",
        "It was moved from `src/parser.py`.",
        "- `src/parser.py` → `src/read/parser.py`",
        "- [ ] `src/read/parser.py`, once `src/parser.py`",
        "- [ ] Create `src/parser.py` anew",
        "Read `src/parser.py` <!-- relaymark: ignore path-moved -->",
        "<!-- see `src/parser.py` -->",
        "See `lib/src/parser.py` and `src/parser.pyi`.",
        "```\nshop/\n└── src/\n    └── parser.py\n```",
    ],
)
def test_a_place_that_means_something_else_is_left(line):
    text = with_line(line)
    assert mended(text) == ("Write src/read/parser.py", text.replace(OLD, NEW, 1))


def test_what_a_phase_is_yet_to_create_is_left():
    text = "- [x] Read `src/parser.py`\n\n## Phase 2: More\n\n{}\n\n- [ ] Test it\n"
    for line in ("- Create: `src/parser.py`", "Write a new `src/parser.py` first."):
        facts = text.format(line)
        assert mended(facts) == ("Write src/read/parser.py", facts.replace(OLD, NEW, 1))
    line = text.format("- Modify: `src/parser.py`")
    assert mended(line) == ("Write src/read/parser.py (2 places)", line.replace(OLD, NEW))


def test_a_path_that_the_tree_holds_in_the_other_place_is_left():
    text = "- [x] Read `src/parser.py`\n- [x] Read `./src/parser.py`\n- [ ] Test it\n"
    past = {OLD: PathPast(OLD, moved_to=NEW)}
    title, new = mended(text, past=past, files=(NEW, "docs/src/parser.py"), path="docs/PLAN.md")
    assert (title, new) == ("Write src/read/parser.py", text.replace("`src/parser.py`", f"`{NEW}`"))


def test_another_spelling_that_history_knows_to_be_the_same_file_keeps_its_form():
    text = "- [x] Read `src/parser.py`\n- [x] Test [it](../src/parser.py)\n- [x] And `parser.py` elsewhere\n"
    past = {
        OLD: PathPast(OLD, moved_to=NEW),
        "../src/parser.py": PathPast(OLD, moved_to=NEW),
        "parser.py": PathPast("lib/parser.py", moved_to="lib/other.py"),
    }
    _, new = mended(text, past=past, path="docs/PLAN.md")
    assert new == text.replace(OLD, NEW)


def test_a_list_in_braces_is_mended_where_it_can_say_the_new_path():
    text = "- [x] Read `src/parser.py`\n- [x] Both of `src/{parser,lines}.py`\n"
    past = {OLD: PathPast(OLD, moved_to="src/reader.py")}
    title, new = mended(text, past=past, files=("src/reader.py", "src/lines.py"))
    assert (title, new) == ("Write src/reader.py (2 places)", text.replace("parser", "reader"))
    title, new = mended(text, files=(NEW, "src/lines.py"))
    assert (title, new) == ("Write src/read/parser.py", text.replace(OLD, NEW))


def test_a_heading_that_would_be_read_otherwise_is_left():
    text = "- [x] Read `src/parser.py`\n\n## Phase 2: `src/parser.py`\n\n- [ ] Test `src/parser.py`\n"
    title, new = mended(text)
    assert (title, new) == ("Write src/read/parser.py (3 places)", text.replace(OLD, NEW))
    text = "- [x] Read `src/parser.py`\n\n## src/parser.py\n\n- [ ] Test `src/parser.py`\n"
    past = {OLD: PathPast(OLD, moved_to="Phase 3/parser.py")}
    facts = facts_of(text, past=past, files=("Phase 3/parser.py",))
    for fix in fixes_of(finding_of(facts), facts):
        names = [(each.kind, each.label) for each in parse_plan(applied(text, fix.edits)).phases]
        assert names == [(each.kind, each.label) for each in facts.sheet.plan.phases]


def test_a_likely_path_is_written_in_all_places_and_stays_a_guess():
    text = "- [x] Read `src/parser.py`\n- [x] Test `src/parser.py`\n"
    facts = facts_of(text, past={})
    [fix] = fixes_of(finding_of(facts, "path-missing"), facts)
    assert (fix.title, fix.certain) == ("Write src/read/parser.py (2 places)", False)
    assert applied(text, fix.edits) == text.replace(OLD, NEW)


def test_fixes_of_the_same_path_are_made_together_once():
    text = "- [x] Read `src/parser.py`\n- [x] Test `src/parser.py`\n"
    facts = facts_of(text)
    fix = fix_of_kind("path-moved", [finding_of(facts), finding_of(facts, item=1)], facts)
    assert applied(text, fix.edits) == text.replace(OLD, NEW)
    assert fix.certain


@pytest.mark.parametrize("written", ["`round_money()`", "`round_money(sum, 2)`", "`round_money`", "``round_money()``"])
def test_a_name_of_code_is_followed_to_its_new_file_with_its_brackets_or_without(written):
    text = f"- [x] Write {written} in `src/sums.py`\n"
    sheet = Sheet("/home/dev/shop/PLAN.md", text, parse_plan(text))
    index = FileIndex(["src/sums.py", "src/money.py"])
    [claim] = claims_of(sheet.plan, "PLAN.md", text, index)
    [name] = claim.names
    look = Seen(frozenset({name.word}), frozenset())
    there = Seen(None, frozenset({name.word}))
    seen = {(claim.key, "src/sums.py", "ticked"): look, (claim.key, "src/money.py", "ticked"): there}
    past = Past(found={name.word: ("src/money.py", "docs/money.md")}, seen=seen)
    facts = PlanFacts("PLAN.md", sheet, index, past=past, closed_too=True)
    [finding] = missing_symbols(facts, [claim])
    [fix] = fixes_of(finding, facts)
    assert (fix.title, fix.certain) == ("Write src/money.py", False)
    assert applied(text, fix.edits) == text.replace("src/sums.py", "src/money.py")
