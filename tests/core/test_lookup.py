"""What a plan names is found in the tree however it is written, and missing only where a reader would be misled."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relaymark.core.lookup import FileIndex, Found, Missing, Unjudged, look_up

TREE = FileIndex(
    [
        "README.md",
        "Makefile",
        "src/app/main.py",
        "src/app/keys.py",
        "src/app/engine/mod.rs",
        "src/config/mod.rs",
        "web/app/(auth)/login/page.tsx",
        "web/pages/[id].tsx",
        "packages/a/src/cli.ts",
        "packages/a/docs/PLAN.md",
        "packages/b/src/cli.ts",
        "docs/1.md",
        "docs/2.md",
        ".github/workflows/ci.yml",
        "vendor/lib",
    ]
)


def found(mention, plan=""):
    verdict = look_up(TREE, mention, plan)
    return (verdict.path, verdict.how) if isinstance(verdict, Found) else type(verdict)


@pytest.mark.parametrize(
    ("mention", "path", "how"),
    [
        ("src/app/main.py", "src/app/main.py", "exact"),
        ("./src/app/main.py", "src/app/main.py", "exact"),
        ("src/app/", "src/app/", "exact"),
        ("src/app", "src/app/", "exact"),
        ("app/main.py", "src/app/main.py", "suffix"),
        ("engine/", "src/app/engine/", "base"),
        ("app/engine", "src/app/engine/", "suffix"),
        ("keys.py", "src/app/keys.py", "base"),
        ("readme.md", "README.md", "base"),
        ("/home/me/git/me@host/shop/src/app/main.py", "src/app/main.py", "exact"),
        ("/src/app/main.py", "src/app/main.py", "exact"),
        ("web/app/(auth)/login/page.tsx", "web/app/(auth)/login/page.tsx", "exact"),
        ("pages/[id].tsx", "web/pages/[id].tsx", "suffix"),
        ("src/**/keys.py", "src/app/keys.py", "glob"),
        ("src/app/*.py", "src/app/keys.py", "glob"),
        ("docs/*", "docs/1.md", "glob"),
        ("packages/*/src/cli.ts", "packages/a/src/cli.ts", "glob"),
        ("app/*/mod.rs", "src/app/engine/mod.rs", "glob"),
        ("src/app/{main,keys}.py", "src/app/main.py", "exact"),
        ("docs/{1..2}.md", "docs/1.md", "exact"),
    ],
)
def test_a_path_is_found_however_it_is_written(mention, path, how):
    assert found(mention) == (path, how)


@pytest.mark.parametrize(
    ("mention", "path", "how"),
    [
        ("src/cli.ts", "packages/a/src/cli.ts", "relative"),
        ("../src/cli.ts", "packages/a/src/cli.ts", "relative"),
        ("PLAN.md", "packages/a/docs/PLAN.md", "relative"),
        ("cli.ts", "packages/a/src/cli.ts", "base"),
    ],
)
def test_what_lies_near_the_plan_goes_first(mention, path, how):
    assert found(mention, "packages/a/docs/PLAN.md") == (path, how)


ARCHIVED = FileIndex(["openspec/changes/archive/2026-01-02-add-keys/notes.md", "openspec/specs/keys/spec.md"])
PLAN = "openspec/changes/archive/2026-01-02-add-keys/tasks.md"


@pytest.mark.parametrize(
    "mention",
    ["openspec/changes/add-keys/notes.md", "openspec/changes/add-keys/", "openspec/changes/2026-01-02-add-keys/"],
)
def test_what_an_archived_plan_names_in_its_own_folder_is_beside_it(mention):
    verdict = look_up(ARCHIVED, mention, PLAN)
    assert isinstance(verdict, Found)
    assert verdict.path.startswith("openspec/changes/archive/2026-01-02-add-keys/")


@pytest.mark.parametrize(
    ("mention", "plan"),
    [
        ("openspec/changes/add-keys/gone.md", PLAN),
        ("openspec/changes/add-key/notes.md", PLAN),
        ("openspec/changes/add-keys/notes.md", "docs/plans/PLAN.md"),
    ],
)
def test_only_what_lies_beside_an_archived_plan_is_found_there(mention, plan):
    assert isinstance(look_up(ARCHIVED, mention, plan), Missing)


KIOSK = FileIndex(["src/app/main.py", "docs/a.md"], names=["Kiosk", "src"])


@pytest.mark.parametrize("mention", ["kiosk/src/app/main.py", "Kiosk/docs/a.md", "kiosk/docs/"])
def test_the_name_of_the_repository_may_stand_before_a_path(mention):
    verdict = look_up(KIOSK, mention, "docs/a.md")
    assert isinstance(verdict, Found)
    assert verdict.how == "exact"


@pytest.mark.parametrize("mention", ["kiosk/app/main.py", "kiosk/src/gone.py", "booth/docs/a.md", "src/docs/a.md"])
def test_behind_a_name_a_path_counts_from_the_top_and_a_folder_of_that_name_is_meant_first(mention):
    assert isinstance(look_up(KIOSK, mention), Missing)


def test_a_name_of_several_files_says_that_it_is_not_the_only_one():
    assert look_up(TREE, "cli.ts") == Found("packages/a/src/cli.ts", "base", only=False)
    assert look_up(TREE, "keys.py") == Found("src/app/keys.py", "base", only=True)


@pytest.mark.parametrize(
    "mention",
    [
        "src/app/gone.py",
        "src/gone/",
        "gone.py",
        "src/app/{main,gone}.py",
        "docs/{1..3}.md",
        ".github/workflows/gone.yml",
        "../src/gone.ts",
        "config/main.py",
    ],
)
def test_what_a_reader_would_look_for_in_vain_is_missing(mention):
    assert found(mention, "packages/a/PLAN.md") is Missing


@pytest.mark.parametrize(
    ("mention", "why"),
    [
        ("/tmp/run/x.py", "outside"),
        ("~/.tool/x.sh", "outside"),
        ("../../../elsewhere/x.py", "outside"),
        ("vendor/lib/x.py", "outside"),
        ("$HOME/x.py", "vague"),
        ("src/<name>/x.py", "vague"),
        ("https://example.org/a/x.py", "vague"),
        ("path/to/x.py", "vague"),
        ("notes/YYYY-MM-DD.md", "vague"),
        ("src/*/gone.py", "vague"),
        ("application/X.test.ts", "vague"),
        ("K.ts", "vague"),
        ("result.json", "vague"),
        ("gone/", "vague"),
        ("src/gone", "vague"),
        ("node_modules/x/index.js", "generated"),
        ("dist/app.js", "generated"),
        ("web/dist/app.js", "generated"),
        (".tool/settings.py", "generated"),
        ("web/.env", "generated"),
    ],
)
def test_what_cannot_be_told_is_not_judged(mention, why):
    assert look_up(TREE, mention, "packages/a/PLAN.md") == Unjudged(why)


def test_what_a_sentence_says_leaves_a_path_unjudged_unless_it_is_there():
    assert look_up(TREE, "src/app/gone.py", wording="going") == Unjudged("wording")
    assert isinstance(look_up(TREE, "src/app/main.py", wording="going"), Found)


def test_nothing_is_missing_from_a_tree_that_was_not_listed_to_the_end():
    part = FileIndex(["a/b.py"], whole=False)
    assert look_up(part, "a/gone.py") == Unjudged("outside")
    assert isinstance(look_up(part, "a/b.py"), Found)


PARTS = st.sampled_from(["a", "b", "src", "Main.py", "x.ts", ".git", "*", "**", "..", ".", "", "{a,b}", "{1..3}", "~"])


@given(st.lists(st.lists(PARTS, min_size=1, max_size=4).map("/".join), max_size=12), st.lists(PARTS, max_size=5))
def test_any_mention_has_an_answer_and_what_is_found_is_in_the_tree(files, parts):
    files = [file for file in files if file.strip("/")]
    index = FileIndex(files)
    mention = "/".join(parts)
    verdict = look_up(index, mention, "a/PLAN.md")
    if isinstance(verdict, Found):
        assert index.holds(verdict.path) or verdict.path in files
    for file in files:
        if not set(file) & set("*{~.") and "//" not in file and not file.startswith("/") and not file.endswith("/"):
            assert isinstance(look_up(index, file), Found)


def test_common_names_are_found_by_their_folders_among_thousands():
    index = FileIndex([f"packages/p{at}/src/index.ts" for at in range(3_000)])
    assert look_up(index, "p77/src/index.ts") == Found("packages/p77/src/index.ts", "suffix")
    assert look_up(index, "P77/src/index.ts") == Found("packages/p77/src/index.ts", "suffix")
    assert look_up(index, "p9999/src/index.ts") == Missing()
    assert len(index.ending("src/index.ts")) == 3_000


def test_a_thousand_mentions_among_fifty_thousand_files_are_quick():
    files = [f"packages/p{at % 700}/src/part{at % 90}/file{at}.{'ts' if at % 2 else 'py'}" for at in range(50_000)]
    files += [f"packages/p{at}/src/index.ts" for at in range(700)]
    start = time.thread_time()
    index = FileIndex(files)
    built = time.thread_time() - start
    mentions = [
        file for at in range(0, 50_000, 200) for file in (files[at], files[at][12:], f"src/gone{at}.ts", "src/index.ts")
    ]
    start = time.thread_time()
    for mention in mentions:
        look_up(index, mention, "packages/p1/docs/PLAN.md")
    taken = time.thread_time() - start
    assert len(mentions) == 1_000
    assert built < 0.6
    assert taken < 0.2


def test_a_bare_name_at_the_top_among_many_of_its_name_ends_the_search():
    index = FileIndex([*(f"d{number}/x.md" for number in range(12)), "x.md"])
    assert index.ending("b/x.md") == []
    assert index.ending("d7/x.md") == ["d7/x.md"]
    assert len(index.ending("x.md")) == 13
