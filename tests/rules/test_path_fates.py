"""What became of a file counts for an item only since that was written and ticked, and is told once."""

import pytest

from relaymark.core.lookup import FileIndex
from relaymark.rules.near import similar, sole_namesake

LONG = "".join(f"def part_{number}():\n    return {number}\n\n" for number in range(12))
OPEN = "- [ ] the rest\n"


def messages(shop, code, **how):
    return [one.message.partition(" (")[0] for one in shop.findings(**how) if one.code == code]


def test_a_path_that_an_item_names_twice_is_told_once(shop):
    plan = f"- [x] Guard pages in `src/guard.py` (file: `src/guard.py`)\n- [x] Test `src/guard.py`\n{OPEN}"
    shop.commit("work", {"src/guard.py": LONG, "PLAN.md": plan})
    shop.git("rm", "-q", "src/guard.py")
    shop.commit("gone")
    assert shop.said("path-missing") == [1, 2]
    shop.commit("open", {"PLAN.md": plan.replace("[x] Guard", "[ ] Guard")})
    assert shop.said("path-missing") == [1, 2]


@pytest.mark.parametrize(
    ("plan", "told"),
    [
        ("- [ ] Remove the flag. In `src/guard.py`, remove what reads it\n", True),
        ("- [ ] Build it anew (mirror `src/guard.py`)\n", True),
        ("- [ ] Guards:\n  - `src/guard.py` with its pages\n", True),
        ("- [ ] Delete or stop importing the guards:\n  - `src/guard.py` from its pages\n", False),
        ("## Files to delete\n\n- [ ] `src/guard.py`\n", False),
    ],
)
def test_an_open_item_is_told_of_its_file_unless_that_is_to_go(shop, plan, told):
    shop.commit("plan", {"src/guard.py": LONG, "PLAN.md": f"{plan}- [x] begin\n"})
    shop.git("rm", "-q", "src/guard.py")
    shop.commit("gone")
    assert bool(messages(shop, "path-missing")) is told


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("將 `src/a.py` 移至 `lib/b.py`", False),
        ("`src/a.py` goes where it belongs: `lib/`", False),
        ("Count in `src/a.py`, print in `lib/print.py`", True),
        ("`lib/b.py` prints, `src/a.py` counts", True),
        ("Count in `src/a.py`, as `b.py` does", True),
    ],
)
def test_an_item_that_names_the_new_place_behind_the_old_one_moved_the_file_itself(shop, words, told):
    shop.commit("start", {"src/a.py": LONG, "lib/print.py": "x = 1\n", "PLAN.md": f"- [ ] {words}\n{OPEN}"})
    shop.git("mv", "src/a.py", "lib/b.py")
    shop.commit("move", {"PLAN.md": f"- [x] {words}\n{OPEN}"})
    assert bool(messages(shop, "path-moved")) is told


def test_what_went_with_the_commit_that_ticked_an_item_is_no_news(shop):
    plan = "- [ ] Neuer Lader (`src/loader.py` statt `src/old_loader.py`)\n- [ ] Count in `src/old_loader.py`\n"
    shop.commit("plan", {"src/old_loader.py": LONG, "PLAN.md": plan + OPEN})
    shop.git("rm", "-q", "src/old_loader.py")
    shop.commit("load", {"src/loader.py": "x = 1\n", "PLAN.md": plan.replace("[ ]", "[x]", 1) + OPEN})
    assert shop.said("path-missing") == [2]
    shop.commit("tick", {"PLAN.md": plan.replace("[ ]", "[x]") + OPEN})
    assert shop.said("path-missing") == [2]


def test_what_an_item_creates_is_told_even_if_the_commit_that_ticked_it_took_it_away(shop):
    plan = f"- [ ] Create `src/loader.py`\n{OPEN}"
    shop.commit("plan", {"src/loader.py": LONG, "PLAN.md": plan})
    shop.git("rm", "-q", "src/loader.py")
    shop.commit("tick", {"PLAN.md": plan.replace("[ ]", "[x]", 1)})
    assert shop.said("path-missing") == [1]


def test_a_deletion_before_an_item_was_written_is_not_what_became_of_its_file(shop):
    shop.commit("old", {"src/guard.py": LONG, ".guard.yml": "x = 1\n"})
    shop.git("rm", "-q", "src/guard.py", ".guard.yml")
    shop.commit("wiped")
    shop.commit("plan", {"PLAN.md": f"- [ ] Guard pages in `src/guard.py`\n- [ ] Read `.guard.yml`\n{OPEN}"})
    shop.commit("tick", {"PLAN.md": f"- [x] Guard pages in `src/guard.py`\n- [x] Read `.guard.yml`\n{OPEN}"})
    assert messages(shop, "path-missing") == ["Ticked, but there is no `src/guard.py` in this work tree."]


def test_a_deletion_since_is_told_as_the_reason(shop):
    plan = f"- [x] Guard pages in `src/guard.py`\n- [x] Read `.guard.yml`\n{OPEN}"
    shop.commit("plan", {"src/guard.py": LONG, ".guard.yml": "x = 1\n", "PLAN.md": plan})
    shop.git("rm", "-q", "src/guard.py", ".guard.yml")
    shop.commit("wiped")
    assert messages(shop, "path-missing") == [
        "Ticked, but `src/guard.py` was deleted",
        "Ticked, but `.guard.yml` was deleted",
    ]


def test_a_deleted_file_whose_name_lives_on_near_its_place_is_told_with_it(shop):
    plan = f"- [x] Say it in `docs/naming.md`\n- [x] Say it in `docs/ui/about.md`\n{OPEN}"
    shop.commit("plan", {"docs/naming.md": LONG, "docs/ui/about.md": f"{LONG}x", "PLAN.md": plan})
    shop.git("rm", "-q", "-r", "docs")
    shop.commit("gone")
    shop.commit("anew", {"docs/ideas/naming.md": "# Names\n", "web/about.md": "# About\n"})
    found = [one.message.partition("). ")[2] for one in shop.findings() if one.code == "path-missing"]
    assert found == ["Perhaps `docs/ideas/naming.md` is meant.", ""]


NEAR = FileIndex(
    [
        "src/store.tsx",
        "src/list.py",
        "src/list.js",
        "vite.config.mts",
        "next.config.ts",
        "next.config.mjs",
        ".set/config.json",
        "web/app/rates.json",
        "lib/deep/store.css",
        "changes/archive/2026-01-02-add-keys/tasks.md",
        "changes/archive/2026-01-03-add-locks/tasks.md",
    ]
)


@pytest.mark.parametrize(
    ("mention", "path"),
    [
        ("src/store.ts", "src/store.tsx"),
        ("src/list.ts", "src/list.js"),
        ("src/list.css", None),
        ("vite.config.js", "vite.config.mts"),
        ("next.config.js", None),
        ("lib/store.css", "lib/deep/store.css"),
        ("web/public/config.json", None),
        ("web/public/rates.json", "web/app/rates.json"),
        ("lib/rates.json", "web/app/rates.json"),
        ("lib/none.json", None),
        ("changes/add-keys/tasks.md", "changes/archive/2026-01-02-add-keys/tasks.md"),
        ("changes/add-bolts/tasks.md", None),
    ],
)
def test_what_is_probably_meant_shares_a_folder_or_has_a_telling_name(mention, path):
    assert similar(NEAR, mention) == path


@pytest.mark.parametrize(
    ("mention", "path"),
    [("lib/store.css", "lib/deep/store.css"), ("lib/ui/store.css", None), ("web/rates.json", "web/app/rates.json")],
)
def test_what_was_deleted_is_likened_only_to_what_lies_on_its_way(mention, path):
    assert sole_namesake(NEAR, mention) == path
