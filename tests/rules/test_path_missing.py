"""A ticked item is reported when its file is missing, and left alone where that may be right."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relaymark.core.lookup import FileIndex
from relaymark.core.plan import parse_plan
from relaymark.rules.path_missing import missing_paths

TREE = FileIndex(["src/app/main.py", "src/app/keys.py", "scripts/run.sh", "PLAN.md"])
OPEN = "- [ ] the rest\n"


def missing(text, path="PLAN.md", index=TREE, **options):
    return [mention.path for _, mention in missing_paths(parse_plan(text), path, index, text, **options)]


@pytest.mark.parametrize(
    "line",
    [
        "Create `src/app/gone.py` with the loader",
        "T012 [P] [US1] Create it in src/app/gone.py",
        "Loader — `src/app/gone.py` (kept small)",
        "run `bash src/app/gone.py` — must pass",
        "Move the loader to `src/app/gone.py`",
        "Rename `old.py` → `src/app/gone.py`",
        "**Loader**\n  - Modify: `src/app/gone.py`",
        "Wrapped\n  over lines, in `src/app/gone.py`",
        "Remove the flag.\n  - Modify: `src/app/gone.py`",
        "创建 `src/app/gone.py`",
        "Count in `src/app/main.py` or print, in `src/app/gone.py`",
        "Count in `src/app/gone.py`. Folders for it do not exist yet",
        "Create `src/app/gone.py` in the git repo",
        "Create `src/app/gone.py`; the rest of it lives in `src/app`",
        "Skip blanks in `src/app/gone.py`, not needed in words",
        "Count: `python src/app/gone.py`",
        "Count in `src/app/gone.py`, which is likely to grow",
        "Count the following: `src/app/gone.py`",
        "Read `src/app/gone.py` <!-- relaymark: ignore tick-lost -->",
        "Read <!-- relaymark:ignore\n  none-such --> in `src/app/gone.py`",
        "Remove the flag in all of these, and update:\n  - `src/app/gone.py`",
        "Loader\n  - **Removed**\n    - `src/app/old.py`\n  - **Added**\n    - `src/app/gone.py`",
        "Delete:\n  - `src/app/old.py`\n  - Create the loader anew in `src/app/gone.py`",
    ],
)
def test_a_ticked_item_whose_file_is_not_there_is_reported(line):
    assert missing(f"- [x] {line}\n{OPEN}") == ["src/app/gone.py"]


@pytest.mark.parametrize(
    "line",
    [
        "Create `src/app/main.py`",
        "Delete `src/app/gone.py`",
        "3.1 Removed: `src/app/gone.py` and its tests",
        "Rename `src/app/gone.py` → `src/app/keys.py`",
        "Move `src/app/gone.py` to `src/app/keys.py`",
        "Extract keys from `src/app/gone.py`",
        "`src/app/keys.py` (supersedes `src/app/gone.py`)",
        "Rewrite src/app/gone.py in Rust",
        "No `src/app/gone.py` is left",
        "`src/app/gone.py` no longer exists",
        "Scan folders (`.tool/`, `.other/`, etc.)",
        "Support names such as `src/app/gone.py`",
        "It writes `src/app/gone.py` at run time",
        "Run `~/.tool/format.sh`",
        "Build into `dist/app.js`",
        "~~`src/app/gone.py`~~ dropped",
        "Check `result.json`",
        "Split: `src/app/gone.py` (4634 lines) → `src/app/keys.py`",
        "Write `xl/worksheets/sheetN.xml` and its rows",
        "删除 `src/app/gone.py`",
        "移除 `src/app/gone.py` (旧模型)",
        "`src/app/gone.py` を削除: 削除 `src/app/gone.py`",
        "Удалить `src/app/gone.py`",
        "Supprimer le fichier `src/app/gone.py`",
        "Umbenennen: `src/app/gone.py`",
        "Consider a service (`src/app/gone.py`), kept in the page for now",
        "Extend `@shop/config/base.json`",
        "Count in `src/app/main.py` (or `src/app/gone.py`)",
        "Delete or stop importing these components:\n  - `src/app/gone.py` from the page",
        "Loader\n  - **Files Removed** (old):\n    - `src/app/old.py`\n      wrapped\n    - `src/app/gone.py` - unused",
        "Make sure that `src/app/gone.py` and `src/app/old.py` do not exist on disk",
        "Tests, mirroring `src/app/gone.py`'s way",
        "Tests, following the `src/app/gone.py` pattern",
        "Count in the page (assumed to be `src/app/gone.py` or so)",
        "Count in `src/app/gone.py` or similar",
        "Create `src/app/gone.py` (or have it as `shop count`)",
        "`src/app/gone.py`(或直接用 main.py)",
        "Create `src/app/gone.py`\n  - **Note**: Implemented in `src/app/main.py`",
        "Create `src/app/gone.py` (integrated directly in the client)",
        "Create `src/app/gone.py` in the tap repo",
        "Create `src/app/gone.py` (lives in shop-tap)",
        "chown 82:82 src/app/gone.py",
        "Say it in `gone.ts/main.ts`, `gone.py/main.py/lines.py`",
        "Only `job.started/job.ended` tells of it",
        "Set `BASE_PATH=/gone/` for it",
        "Tests like the other `*-gone.test.ts`",
        "Note the real file (likely `gone.py`)",
        "Make room: `mkdir -p src/app/gone.py`",
        "Create a loader in `src/app/gone.py` - ✅ NOT NEEDED: done in the page",
        "Create a loader in `src/app/gone.py` (superseded)",
        "Draw with three.js and print",
        "Promote `highlight.js` to a dependency of its own",
        "Functions upcase/lowcase/ and others",
        "Count\n  - Reference: `src/app/gone.py`",
        "Checkout of the other tree: `/home/dev/tap`; the formula is `src/app/gone.py`",
    ],
)
def test_an_item_that_may_be_right_is_left_alone(line):
    assert missing(f"- [x] {line}\n{OPEN}") == []


@pytest.mark.parametrize("heading", ["### Files to delete", "**Deleted files**", "Removed:", "## Removed (2)"])
def test_a_list_below_a_heading_that_takes_it_away_is_left_alone(heading):
    assert missing(f"{heading}\n\n- [x] `src/app/gone.py`\n- [x] `src/app/old.py`\n\n{OPEN}") == []


@pytest.mark.parametrize(
    "heading", ["### Removed the flag", "The files were removed", "### Files to delete\n\n### New"]
)
def test_a_heading_that_only_speaks_of_removing_takes_no_list_away(heading):
    assert missing(f"{heading}\n\n- [x] `src/app/gone.py`\n\n{OPEN}") == ["src/app/gone.py"]


def test_a_folder_with_a_number_in_its_name_is_no_list_of_names():
    assert missing(f"- [x] Count in `v1.2/gone.py`\n{OPEN}") == ["v1.2/gone.py"]


def test_open_items_are_not_reported():
    assert missing("- [ ] Create `src/app/gone.py`\n") == []


def test_what_an_open_item_or_phase_is_to_create_is_not_missing():
    assert missing("- [x] Plan `src/app/gone.py`\n- [ ] Create `src/app/gone.py`\n") == []
    assert (
        missing("## Phase 1\n- [x] Plan `src/app/gone.py`\n## Phase 2\n**Files:** `src/app/gone.py`\n\n- [ ] do it\n")
        == []
    )
    assert missing("- [x] Create `src/app/gone.py`\n- [ ] Test it\n") == ["src/app/gone.py"]


def test_what_another_item_took_away_is_not_missing():
    assert missing(f"- [x] Create `src/app/gone.py`\n- [x] Delete `src/app/gone.py`\n{OPEN}") == []


def test_what_an_item_says_is_in_another_tree_is_there_for_the_other_items_too():
    lines = "- [x] In `/home/dev/tap` write `src/app/gone.py`\n- [x] Audit `src/app/gone.py`\n"
    assert missing(f"{lines}{OPEN}") == []
    # An absolute path of this very tree says nothing of the kind.
    assert missing(f"- [x] From `/home/dev/shop/src/app/main.py` cut `src/app/gone.py`\n{OPEN}") == ["src/app/gone.py"]


def test_closed_plans_are_silent_unless_asked_for():
    text = "- [x] Create `src/app/gone.py`\n"
    assert missing(text) == []
    assert missing(text, closed=True) == ["src/app/gone.py"]
    assert missing(text + OPEN, "docs/archive/plan.md") == []


def test_nothing_is_reported_without_files_or_from_part_of_them():
    text = f"- [x] Create `src/app/gone.py`\n{OPEN}"
    assert missing(text, index=FileIndex([])) == []
    assert missing(text, index=FileIndex(["a.py"], whole=False)) == []


LINES = st.lists(
    st.sampled_from(
        [
            "- [x] Create `a/b.py`",
            "- [ ] no `a/b.py`",
            "  - `c/{d,e}.ts` → x",
            "## Phase 1",
            "Delete",
            "",
            "- [x] `x*/y.go`",
            "\r",
        ]
    ),
    max_size=12,
).map("\n".join)


@given(LINES)
def test_only_ticked_items_and_their_own_paths_are_reported(text):
    plan = parse_plan(text)
    for item, mention in missing_paths(plan, "docs/PLAN.md", TREE, text, closed=True):
        assert item.ticked
        assert mention in item.paths
