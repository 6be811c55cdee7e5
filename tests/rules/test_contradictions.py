"""A plan is reported where it disagrees with itself, and left alone where it only looks so."""

import pytest

from relaymark.core.lookup import FileIndex
from relaymark.core.plan import parse_plan
from relaymark.core.sheet import Sheet
from relaymark.rules.contradictions import contradictions
from relaymark.rules.facts import PlanFacts


def said(text):
    sheet = Sheet("/home/dev/shop/PLAN.md", text, parse_plan(text))
    found = contradictions(PlanFacts("PLAN.md", sheet, FileIndex(["PLAN.md"])))
    items = sheet.plan.items
    return sorted(sheet.lines.line_at(items[at].span.start) + 1 for one in found for at in one.concerned)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("- [x] Task: parse\n  - [ ] lines\n  - [x] words\n", [2]),
        ("- [ ] Task: parse\n  - [x] lines\n  - [x] words\n- [ ] rest\n", [1]),
        ("## Phase 1: Parse ✅ COMPLETE\n\n- [x] lines\n- [ ] words\n\n## Phase 2\n\n- [ ] rest\n", [4]),
        ("## Phase 1: Parse (done)\n\n- [ ] lines\n\n## Phase 2\n\n- [ ] rest\n", [3]),
        ("### ✅ Phase 1: Parse\n\n- [x] lines\n- [ ] words\n\n### Phase 2: Count\n\n- [ ] rest\n", [4]),
        ("# Plan\n\n**Status:** COMPLETE\n\n- [x] lines\n- [ ] words\n", [6]),
        ("- [ ] Set up the module ✅\n- [ ] rest\n", [1]),
        ("- [ ] Set up the module — DONE\n- [ ] rest\n", [1]),
        ("- [ ] Move what is read to the module: DONE\n- [ ] Move it to `src/` - DONE\n- [ ] rest\n", [1, 2]),
        ("- [x] Set up the module (deferred to phase 4)\n- [ ] rest\n", [1]),
        (
            "## Phase 1\n\n- [ ] Hooks for mentions (#112)\n- [x] a\n\n## Phase 2\n\n- [x] Hooks for mentions (#112)\n",
            [3],
        ),
        ("- [ ] `shop project add/remove` — many shops\n- [x] `shop project add/remove`\n- [ ] rest\n", [1]),
        ("# P1-03 — Score chunks\n\n**Status:** completed\n\n## Acceptance\n\n- [ ] lines\n- [ ] words\n", [7, 8]),
        ("## Phase 1: Parse\n\nStatus: ✅ Done\n\n- [x] lines\n- [ ] words\n\n## Phase 2\n\n- [ ] rest\n", [6]),
        ("- [ ] Set up the module (✓)\n- [ ] rest\n", [1]),
        (
            (
                "| Phase | Status |\n|---|---|\n| Phase 1 | ✅ Complete |\n| Phase 2 | open |\n\n"
                "## Phase 1: Parse\n\n- [ ] lines\n\n## Phase 2: Count\n\n- [ ] rest\n"
            ),
            [8],
        ),
        ("- [ ] Parse lines ✅\n- [ ] Parse words ✅\n- [ ] Count them\n", [1, 2]),
        ("- [ ] Parse ✅\n- [ ] Count ✅\n\n## Next\n\n- [ ] rest\n", [1, 2]),
        ("## Phase 1: Why parse? ✅ COMPLETE\n\n- [x] lines\n- [ ] words\n\n## Phase 2\n\n- [ ] rest\n", [4]),
        (
            "- [x] Count the words, only in lines (deferred)\n- [x] The parser remains. Print (deferred)\n- [ ] rest\n",
            [1, 2],
        ),
        ("- [ ] Print NAME and COUNT — COMPLETED\n- [ ] rest\n", [1]),
    ],
)
def test_a_contradiction_is_reported_at_its_items(text, lines):
    assert said(text) == lines


@pytest.mark.parametrize(
    "text",
    [
        "- [x] Task: parse\n  - [ ] Optional: words\n- [ ] rest\n",
        "- [x] Task: parse\n  - [ ]* words\n- [ ] rest\n",
        "- [x] Task: parse\n  - [ ] ~~words~~\n- [ ] rest\n",
        "- [ ] Task: parse\n  - [x] lines\n  - [ ] words\n",
        "### ✅ Phase 1: Parse\n\n- [ ] lines\n- [ ] words\n\n### ✅ Phase 2: Count\n\n- [ ] rest\n",
        "## Phase 1: Parse (mostly done)\n\n- [x] lines\n- [ ] words\n",
        "## Definition of Done\n\n- [ ] lines\n",
        "# A\n\n- [x] run the tests of it (`make test`)\n\n# B\n\n- [ ] run the tests of it (`make test`)\n",
        "- [x] Write it down\n- [ ] Write it down\n- [ ] rest\n",
        "- [ ] Show ✅ beside each job\n- [ ] rest\n",
        "- [x] Show a status: pending jobs first\n- [ ] rest\n",
        "**Status:** Draft\n\n- [x] lines\n- [ ] words\n",
        "## Phase 1: Parse\n\nStatus: in progress\n\n- [x] lines\n- [ ] words\n",
        "## Phase 1: all that is red → ✅\n\n- [x] lines\n- [ ] words\n\n## Phase 2\n\n- [ ] rest\n",
        "- [ ] Row of the readme → ✅\n- [ ] rest\n",
        "- [ ] Contrast: green on black is 8.2:1 ✓. Red on black is 5.1:1 ✓.\n- [ ] rest\n",
        "- [ ] Use the new compiler (overflow checks built in ✓)\n- [ ] rest\n",
        "- [ ] Words are counted ✅\n- [ ] Lines are counted ✅\n- [ ] Files are counted ✅\n",
        "- [ ] ✅ Words are counted\n- [ ] ✅ Lines are counted\n- [ ] ✅ Files are counted\n",
        "## Phase 1 complete? ✅\n\n- [ ] lines\n- [ ] words\n\n## Phase 2\n\n- [x] rest\n",
        "- [x] Take them out: only `count.py` remains (deferred)\n- [ ] rest\n",
        "- [ ] Show how a job ends: FAILED, REJECTED, COMPLETED.\n- [ ] rest\n",
        "- [ ] Stop polling at FAILED or DONE\n- [ ] rest\n",
        "- [ ] No order is closed without all lines COMPLETED\n- [ ] rest\n",
        "- [ ] Set the state of the order to DONE\n- [ ] rest\n",
    ],
)
def test_what_only_looks_like_one_is_left_alone(text):
    assert said(text) == []


def test_boxes_of_one_list_that_say_that_they_are_done_are_told_at_once():
    text = (
        "- [ ] Parse lines ✅\n- [ ] Parse words ✅\n- [ ] Count them\n\n## Print\n\n- [ ] Columns — DONE\n- [ ] Rows\n"
    )
    sheet = Sheet("/home/dev/shop/PLAN.md", text, parse_plan(text))
    found = [*contradictions(PlanFacts("PLAN.md", sheet, FileIndex(["PLAN.md"])))]
    assert [(one.message, one.concerned) for one in found] == [
        ("2 boxes are open, but their texts say that they are done.", (0, 1)),
        ("The box is open, but its text says that it is done.", (3,)),
    ]


@pytest.mark.parametrize("lead", ["", "**Owner**: dev\n\n", "| Who | When |\n|---|---|\n| dev | May |\n\n"])
def test_a_plan_is_done_by_a_line_under_its_title(lead):
    text = f"# Shop\n\n{lead}**Status**: Complete\n\n## Search\n\n- [x] lines\n\n## Basket\n\n- [ ] words\n"
    assert said(text) == [text.count("\n")]


@pytest.mark.parametrize("above", ["## Versions\n\n### v0.1.0 - Search ✅\n", "## Search\n"])
def test_a_plan_is_not_done_by_the_status_of_a_version_or_a_section(above):
    rest = "### v0.2.0 - Basket\n\n#### Priority 1: Put\n\n- [ ] words\n\n#### Priority 2: Take\n\n- [ ] lines\n"
    text = f"# Shop\n\n{above}**Status**: Complete\n\n- [x] shelf\n\n{rest}"
    assert said(text) == []
