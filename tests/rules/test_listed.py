"""A file that an open phase lists as its work is told when it went since, and left alone where that may be right."""

import pytest

from relaymark.core.fingerprint import fingerprints
from relaymark.core.lookup import FileIndex
from relaymark.core.past import Past, PathPast
from relaymark.core.plan import parse_plan
from relaymark.core.sheet import Sheet
from relaymark.rules.claims import claims_of
from relaymark.rules.listed import listed_paths
from relaymark.rules.recent import Recent

LONG = "".join(f"def part_{number}():\n    return {number}\n\n" for number in range(12))
TREE = FileIndex(["src/app/main.py", "src/app/keys.py", "PLAN.md"])
BOX = "\n\n- [ ] **Step 1: Write the failing test**\n"


def listed(text):
    plan = parse_plan(text)
    return [
        each.mention.path for each in listed_paths(plan, claims_of(plan, "PLAN.md", text, TREE), "PLAN.md", text, TREE)
    ]


def told(shop, plan, *, closed=False):
    """Return what is said of paths once a plan's `src/parser.py` was moved and `src/sums.py` deleted."""
    shop.commit("work", {"src/parser.py": LONG, "src/sums.py": "x = 1\n", "PLAN.md": plan})
    shop.git("mv", "src/parser.py", "src/lines.py")
    shop.git("rm", "-q", "src/sums.py")
    shop.commit("move and delete")
    found = [one for one in shop.findings(closed=closed) if one.code in {"path-moved", "path-missing"}]
    return [(one.span.of(plan), one.message.partition(" (")[0]) for one in found]


@pytest.mark.parametrize(
    "block",
    [
        "**Files:**\n- Modify: `src/app/gone.py`",
        "**Files:**\n- Create: `src/app/new.py`\n- Test: `src/app/gone.py:10-20`",
        "Modify: `src/app/gone.py`",
        "**Files:** `src/app/main.py`, `src/app/gone.py`",
        "Files to modify:\n\n- `src/app/main.py` - the loop\n- `src/app/gone.py` - drop the second argument",
        "- Modify: `src/app/main.py` - remove the flag\n- Modify: `src/app/gone.py`",
        "Test: `src/app/gone.py`\nModify: `src/app/gone.py`",
    ],
)
def test_a_file_that_an_open_phase_lists_as_its_work_and_that_is_not_there_is_asked_about_once(block):
    assert listed(f"### Task 1: Load\n\n{block}{BOX}") == ["src/app/gone.py"]


@pytest.mark.parametrize(
    "block",
    [
        "**Files:**\n- Create: `src/app/gone.py`",
        "**Files:**\n- Delete: `src/app/gone.py`",
        "**Files:**\n- Read: `src/app/gone.py`",
        "**Files:**\n- Modify: `src/app/keys.py`",
        "**Files:**\n- `src/app/gone.py` (new)",
        "**Files:**\n- Test: `src/app/gone.py` (created in step 2)",
        "**Files:**\n- Modify: `src/app/gone.py` (if it exists)",
        "**Files:**\n- Modify: `src/app/gone.py` → `src/app/keys.py`",
        "**Files:**\n- Modify: `dist/gone.js`",
        "**Files:**\n- Modify: `~/.tool/gone.toml`",
        "As `src/app/gone.py` once did",
        "**Files:** see below.\n\nAs `src/app/gone.py` once did",
        "```\nModify: src/app/gone.py\n```",
    ],
)
def test_what_a_phase_lists_otherwise_is_left_alone(block):
    assert listed(f"### Task 1: Load\n\n{block}{BOX}") == []


def test_done_and_dropped_phases_are_left_alone():
    block = "**Files:**\n- Modify: `src/app/gone.py`"
    assert listed(f"### Task 1: Load\n\n{block}\n\n- [x] Load\n\n### Task 2: Next\n\n- [ ] Next\n") == []
    assert listed(f"### Task 1: Load (dropped)\n\n{block}{BOX}") == []
    assert listed(f"### Task 1: Load\n\n{block}\n") == []
    inner = f"## Phase 1\n\n### 1.1 Load\n\n{block}\n\n- [x] Load\n\n### 1.2 Keep\n\n- [ ] Keep\n"
    assert listed(inner) == []


def test_what_an_item_names_too_is_judged_there():
    assert listed(f"### Task 1\n\nModify: `src/app/gone.py`{BOX}- [ ] Speed up `src/app/gone.py`\n") == []


def test_what_the_plan_takes_away_or_is_yet_to_create_is_left_alone():
    block = f"### Task 1: Load\n\nModify: `src/app/gone.py`{BOX}"
    assert listed(f"{block}\n### Task 2: Rest\n\nDelete: `src/app/gone.py`{BOX}") == []
    assert listed(f"{block}\n### Task 2: Rest\n\nCreate: `src/app/gone.py`{BOX}") == []
    assert listed(f"{block}\n### Task 2: Rest\n\n- [ ] Delete `src/app/gone.py`\n") == []
    assert listed(f"{block}\n### Task 2: Rest\n\n- [ ] Create `src/app/gone.py`\n") == []
    assert listed(f"{block}\n### Task 2: Rest\n\nCreate: `src/app/gone.py`\n\n- [x] Done\n") == ["src/app/gone.py"]


PLAN = (
    "## Task 1: Load\n\n- [x] Load\n\n## Task 2: Report\n\n**Files:**\n- Modify: `src/parser.py:1-9`\n"
    "- Test: `src/sums.py`\n- Modify: `src/never.py`\n\n- [ ] Report the sums\n\n"
    "## Task 3: Print\n\n**Files:**\n- Modify: `src/parser.py`\n\n- [ ] Print the sums\n"
)


def test_files_that_went_since_the_list_was_written_are_told_once_in_each_phase(shop):
    assert told(shop, PLAN) == [
        ("src/parser.py", "Since this was written, `src/parser.py` was moved to `src/lines.py`."),
        ("src/sums.py", "Since this was written, `src/sums.py` was deleted"),
        ("src/parser.py", "Since this was written, `src/parser.py` was moved to `src/lines.py`."),
    ]


def test_a_file_that_went_before_the_list_was_written_is_left_alone(shop):
    shop.commit("work", {"src/parser.py": LONG})
    shop.git("mv", "src/parser.py", "src/lines.py")
    shop.commit("move")
    shop.commit("plan", {"PLAN.md": PLAN})
    assert [one for one in shop.findings() if one.code in {"path-moved", "path-missing"}] == []


def test_a_plan_that_is_closed_is_silent_unless_asked_for(shop):
    superseded = f"# Plan\n\n**Status:** Superseded by `NEXT.md`\n\n{PLAN}"
    assert told(shop, superseded) == []
    assert len([one for one in shop.findings(closed=True) if one.code == "path-moved"]) == 2


def test_a_plan_that_nobody_ticks_is_told_as_a_whole(shop):
    steps = "".join(
        f"## Task {number}: Part\n\n**Files:**\n- Create: `src/part{number}.py`\n- Modify: `src/parser.py`\n\n"
        f"- [ ] Create `src/part{number}.py`\n\n"
        for number in range(1, 5)
    )
    shop.commit("plan", {"src/parser.py": LONG, "PLAN.md": steps})
    shop.commit("work", {f"src/part{number}.py": f"x = {number}\n" for number in range(1, 4)})
    shop.git("mv", "src/parser.py", "src/lines.py")
    shop.commit("move")
    assert [one.code for one in shop.findings() if one.code in {"plan-never-ticked", "path-moved"}] == [
        "plan-never-ticked"
    ]


def test_a_list_for_items_that_are_done_is_history(shop):
    steps = (
        "## Task 1: Begun\n\n- [x] Begin\n- [x] Go on\n\n"
        "## Task 2: Part\n\n**Files:**\n- Modify: `src/parser.py`\n\n- [ ] Create `src/part.py`\n\n"
        "## Task 3\n\n- [ ] Rest\n"
    )
    shop.commit("plan", {"src/parser.py": LONG, "PLAN.md": steps})
    shop.git("mv", "src/parser.py", "src/lines.py")
    shop.commit("move")
    assert [one.code for one in shop.findings() if one.severity == "warning"] == ["path-moved"]
    shop.commit("work", {"src/part.py": "x = 1\n"})
    assert [one.code for one in shop.findings() if one.code in {"path-moved", "done-unticked"}] == ["done-unticked"]


def test_each_finding_has_a_fingerprint_of_its_own_that_ticks_do_not_change(shop):
    told(shop, PLAN)
    found = [one for one in shop.findings() if one.code in {"path-moved", "path-missing"}]
    prints = {
        text: fingerprints(found, {found[0].path: Sheet(found[0].path, text, parse_plan(text))}, shop.folder)
        for text in (PLAN, PLAN.replace("- [ ] Report the sums", "- [x] Repeat the sums"))
    }
    assert len(set(prints[PLAN])) == len(found) == 3
    assert len(set(prints.values())) == 1


def test_a_finding_concerns_a_change_of_its_line_or_of_its_file_only(shop):
    told(shop, PLAN)
    finding = next(one for one in shop.findings() if one.code == "path-missing")
    sheet = Sheet(finding.path, PLAN, parse_plan(PLAN))
    past = Past(paths={"src/sums.py": PathPast("src/sums.py"), "src/parser.py": PathPast("src/parser.py")})
    line = sheet.lines.line_at(finding.span.start)
    for lines, files, concerned in (
        ([(line, line + 1)], set(), True),
        ([(line + 1, line + 2)], set(), False),
        ([], {"src/sums.py"}, True),
        ([], {"src/parser.py"}, False),
    ):
        recent = Recent(sheet, "PLAN.md", lines, files, TREE, past)
        assert recent.concerns(finding) is concerned
