"""Paths that moved, ticks that were lost, names that left their files, plans left behind and phases not committed."""

import pytest

from relaymark.core.config import Config
from relaymark.core.lookup import FileIndex
from relaymark.core.plan import parse_plan
from relaymark.core.sheet import Sheet
from relaymark.engine.findings import findings
from relaymark.engine.plans import Joined
from relaymark.engine.settled import Settled

LONG = "".join(f"def part_{number}():\n    return {number}\n\n" for number in range(12))
OPEN = "- [ ] the rest\n"


def messages(shop, code, **how):
    return [one.message for one in shop.findings(**how) if one.code == code]


def test_a_file_that_git_moved_is_named_at_its_new_place(shop):
    shop.commit("work", {"src/parser.py": LONG, "PLAN.md": f"- [x] Read lines in `src/parser.py`\n{OPEN}"})
    shop.write({"src/read/.keep": ""})
    shop.git("mv", "src/parser.py", "src/read/lines.py")
    shop.commit("move")
    assert messages(shop, "path-moved") == ["Ticked, but `src/parser.py` was moved to `src/read/lines.py`."]
    shop.git("mv", "src/read/lines.py", "src/lines.py")
    shop.commit("move again")
    assert messages(shop, "path-moved") == ["Ticked, but `src/parser.py` was moved to `src/lines.py`."]
    shop.git("rm", "-q", "src/lines.py")
    shop.commit("gone")
    assert messages(shop, "path-moved") == []
    assert [text.partition(" (")[0] for text in messages(shop, "path-missing")] == [
        "Ticked, but `src/parser.py` was deleted"
    ]


def test_a_folder_that_was_moved_is_named_at_its_new_place(shop):
    shop.commit(
        "work",
        {"src/read/a.py": LONG, "src/read/b.py": f"{LONG}x = 1\n", "PLAN.md": f"- [x] Readers in `src/read/`\n{OPEN}"},
    )
    shop.write({"lib/.keep": ""})
    shop.git("mv", "src/read", "lib/read2")
    shop.commit("move")
    assert messages(shop, "path-moved") == ["Ticked, but `src/read/` was moved to `lib/read2/`."]


def test_a_moved_file_that_an_open_phase_works_on_is_told_but_not_one_that_it_creates(shop):
    plan = (
        "## Phase 1: Read\n\n- [x] Read lines in `src/parser.py`\n\n"
        "## Phase 2: Report\n\n**Files:**\n- Modify: `src/parser.py`\n\n- [ ] Report\n"
    )
    shop.commit("work", {"src/parser.py": LONG, "PLAN.md": plan})
    shop.git("mv", "src/parser.py", "src/lines.py")
    shop.commit("move")
    assert messages(shop, "path-moved") == [
        "Ticked, but `src/parser.py` was moved to `src/lines.py`.",
        "Since this was written, `src/parser.py` was moved to `src/lines.py`.",
    ]
    shop.commit("anew", {"PLAN.md": plan.replace("Modify:", "Create:")})
    assert messages(shop, "path-moved") == []


def test_a_file_of_an_open_item_counts_only_if_it_went_since(shop):
    shop.commit(
        "work",
        {"src/parser.py": LONG, "PLAN.md": "- [ ] Speed up `src/parser.py`\n- [ ] Speed up `src/never.py`\n- [x] x\n"},
    )
    assert messages(shop, "path-missing") == []
    shop.git("mv", "src/parser.py", "src/lines.py")
    shop.commit("move")
    assert messages(shop, "path-moved") == ["Since this was written, `src/parser.py` was moved to `src/lines.py`."]


def test_a_bare_name_of_data_is_judged_where_git_knew_it(shop):
    shop.commit(
        "work", {".shop.yml": "a: 1\n", "PLAN.md": f"- [x] Read `.shop.yml`\n- [x] Write `result.json`\n{OPEN}"}
    )
    shop.git("rm", "-q", ".shop.yml")
    shop.commit("gone")
    assert shop.said("path-missing") == [1]


TICKED = "# Plan\n\n- [x] lines in the parser\n- [x] words in the parser\n- [x] sums in the parser\n- [ ] the rest\n"


def test_ticks_that_a_commit_took_away_are_one_finding(shop):
    shop.commit("plan", {"PLAN.md": TICKED})
    commit = shop.commit("rewritten", {"PLAN.md": TICKED.replace("[x]", "[ ]", 2)})
    [finding] = [one for one in shop.findings() if one.code == "tick-lost"]
    assert (finding.severity, shop.said("tick-lost")) == ("warning", [3, 4])
    assert commit[:9] in finding.message


def test_a_single_box_that_was_opened_again_is_a_hint(shop):
    shop.commit("plan", {"PLAN.md": TICKED})
    shop.write({"PLAN.md": TICKED.replace("[x]", "[ ]", 1)})
    [finding] = [one for one in shop.findings() if one.code == "tick-lost"]
    assert (finding.severity, finding.message) == ("hint", "This box was ticked and is open again, not committed.")


def test_ticks_of_a_parallel_branch_are_not_lost(shop):
    base = TICKED.replace("[x]", "[ ]")
    shop.commit("plan", {"PLAN.md": base})
    shop.git("checkout", "-q", "-b", "side")
    shop.commit("tick", {"PLAN.md": base.replace("[ ] lines", "[x] lines").replace("[ ] words", "[x] words")})
    shop.git("checkout", "-q", "main")
    shop.commit("words", {"PLAN.md": base.replace("# Plan", "# The plan")})
    shop.git("merge", "-q", "-s", "ours", "side")
    assert shop.said("tick-lost") == []


def test_a_name_that_left_its_file_is_told_with_its_new_place(shop):
    lines = f"- [x] Add `read_lines()` to `src/parser.py`\n- [x] Add `never_there()` to `src/parser.py`\n{OPEN}"
    shop.commit("work", {"src/parser.py": "def read_lines():\n    pass\n", "PLAN.md": lines})
    assert messages(shop, "symbol-missing") == []
    shop.commit("move", {"src/parser.py": "x = 1\n", "src/lines.py": "def read_lines():\n    pass\n"})
    [finding] = [one for one in shop.findings() if one.code == "symbol-missing"]
    assert finding.severity == "information"
    assert finding.message == "`read_lines` left the files that this item names: it is now in `src/lines.py`."
    shop.commit("drop", {"src/lines.py": "x = 1\n"})
    [finding] = [one for one in shop.findings() if one.code == "symbol-missing"]
    assert finding.severity == "hint"


BEHIND = (
    "# Plan\n\n## Phase 1: Begin\n\n- [x] start\n\n## Phase 2: Prices\n\n- [ ] Speed up `src/old.py` and `src/new.py`\n"
)


def test_a_phase_whose_files_changed_after_the_plan_is_behind(shop):
    shop.commit("plan", {"PLAN.md": BEHIND, "src/new.py": "x = 1\n"})
    assert messages(shop, "plan-behind") == []
    shop.commit("work", {"src/new.py": "x = 2\n"})
    assert messages(shop, "plan-behind") == []
    shop.commit("more", {"src/old.py": "x = 2\n"})
    assert len(messages(shop, "plan-behind")) == 1
    shop.commit("amended", {"PLAN.md": f"{BEHIND}- [ ] and more\n"})
    assert messages(shop, "plan-behind") == []


def test_a_finished_phase_with_uncommitted_files_is_told(shop):
    text = "## Phase 1: Begin\n\n- [x] Lines in `src/old.py`\n\n## Phase 2: More\n\n- [ ] Words in `src/new.py`\n"
    shop.commit("plan", {"PLAN.md": text, "src/new.py": "x = 1\n"})
    shop.write({"src/new.py": "x = 2\n"})
    assert messages(shop, "phase-uncommitted") == []
    shop.write({"src/old.py": "x = 2\n"})
    assert messages(shop, "phase-uncommitted") == ["All its boxes are ticked, but not committed: `src/old.py`."]
    shop.commit("work")
    assert messages(shop, "phase-uncommitted") == []


def test_a_phase_without_any_path_is_told_where_the_others_have_some(shop):
    text = (
        "## Phase 1: A\n\n- [ ] Lines in `src/old.py`\n\n## Phase 2: B\n\n- [ ] Words in `src/old.py`\n\n"
        "## Phase 3: C\n\n- [ ] Print the sum\n- [ ] Run the tests\n"
    )
    shop.commit("plan", {"PLAN.md": text})
    assert shop.said("item-without-path") == [11]
    shop.commit("plan", {"PLAN.md": "## Phase 1: A\n\n- [ ] Print the sum\n"})
    assert shop.said("item-without-path") == []


@pytest.mark.parametrize("code", ["tick-contradicted", "done-unticked"])
def test_a_closed_plan_is_silent_unless_it_is_asked_for(shop, code):
    shop.commit(
        "plan", {"docs/plans/archive/a.md": "- [x] Parse\n  - [ ] lines\n- [ ] Create `src/parser.py`\n- [x] x\n"}
    )
    shop.commit("work", {"src/parser.py": LONG})
    assert shop.said(code, "docs/plans/archive/a.md") == []
    assert len(shop.said(code, "docs/plans/archive/a.md", closed=True)) == 1


def test_what_was_found_stays_with_its_item_while_the_plan_is_typed_in(shop):
    text = "# Plan\n\n- [x] a\n- [ ] Create `src/parser.py`\n- [ ] Set it up — DONE\n- [ ] rest\n"
    shop.commit("plan", {"PLAN.md": text})
    shop.commit("work", {"src/parser.py": LONG})
    known = tuple(one for one in shop.findings() if one.code in {"done-unticked", "tick-contradicted"})
    assert [one.item for one in known] == [2, 1]

    def typed(new):
        old = Sheet(f"{shop.folder}/PLAN.md", text, parse_plan(text))
        sheet = Sheet(old.path, new, parse_plan(new))
        settled = {"PLAN.md": Settled(old, findings=known)}
        both = Joined(shop.folder, {"PLAN.md": sheet}, {})
        return [
            (one.code, new.count("\n", 0, one.span.start) + 1)
            for one in findings(both, (), Config(), FileIndex(["PLAN.md"]), {}, settled)
        ]

    above = text.replace("- [x] a\n", "- [x] a\n- [ ] one more\n")
    assert typed(above) == [("tick-contradicted", 6), ("done-unticked", 5)]
    ticked = text.replace("[ ] Create", "[x] Create")
    assert typed(ticked) == [("tick-contradicted", 5)]
    assert typed(f"{text}- [ ] more\n") == [("tick-contradicted", 5), ("done-unticked", 4)]
    assert typed("") == []
