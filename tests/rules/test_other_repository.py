"""Of a plan over two repositories only what is about this one is judged."""

import pytest

from relaymark.core.lookup import FileIndex
from relaymark.core.plan import parse_plan
from relaymark.rules.claims import claims_of
from relaymark.rules.other_repository import other_items
from relaymark.rules.path_missing import missing_paths

TREE = FileIndex(["PLAN.md", "src/a.py", "src/user_repo.py"], names=["kiosk-app"])


def others(text):
    plan = parse_plan(text)
    return [plan.items[at].text for at in sorted(other_items(plan, "PLAN.md", text, TREE))]


@pytest.mark.parametrize(
    "words",
    [
        "[REPO: portal] Write `src/b.py`",
        "Write `src/b.py` in the portal repo",
        "Write `src/b.py` in another repository",
        "Write `src/b.py` (in a separate repo)",
    ],
)
def test_an_item_may_say_that_it_is_about_another_repository(words):
    assert others(f"# P\n\n- [x] {words}\n- [x] Write `src/c.py`\n") == [words]


@pytest.mark.parametrize(
    "words",
    [
        "[REPO: kiosk-app] Write `src/b.py`",
        "[REPO: Mixed] Write `src/b.py`",
        "Write `src/b.py` in the kiosk-app repo",
        "Write `src/b.py` in the whole repo",
        "Write `src/b.py` for the git repo",
        "Fill the repository of users in `src/b.py`",
        "Read users by name in the user repo `src/user_repo.py`",
        "Test a branch in child repo in `src/b.py`",
        "Report `src/b.py`",
    ],
)
def test_an_item_of_this_repository_is_not_taken_for_one_of_another(words):
    assert others(f"# P\n\n- [x] {words}\n") == []


@pytest.mark.parametrize(
    "above",
    [
        "## Portal in another repository",
        "## Portal [REPO: portal]",
        "## Portal\n\n**[REPO: portal]** - pages",
        "## Portal\n\n**Repository:** `dev/portal`",
        "## Portal\n\n- **Repo:** x\n\n**Repo**: portal",
    ],
)
def test_what_stands_below_such_a_heading_or_line_is_about_it_up_to_the_next(above):
    text = f"# P\n\n- [x] one\n\n{above}\n\n### Pages\n\n- [x] two\n  - [x] three\n\n## Rest\n\n- [x] four\n"
    assert others(text) == ["two", "three"]


def test_the_nearest_word_counts_and_what_stands_below_a_box_goes_with_it():
    text = (
        "# P\n\n## Both\n\n**[REPO: portal]**\n\n- [x] one\n- [x] [REPO: kiosk-app] two\n  - [x] three\n\n"
        "### Here\n\n**[REPO: kiosk-app]**\n\n- [x] four\n- [x] five in the portal repo: `b.py`\n  - [x] six\n"
    )
    assert others(text) == ["one", "five in the portal repo: `b.py`", "six"]


def test_where_the_whole_plan_lives_is_not_read_as_another_repository():
    assert others("# P\n\n**Repository:** `dev/old-name`\n\n- [x] one\n") == []
    assert others("# P\n\n- [x] one\n") == []


def test_nothing_is_judged_in_an_item_of_another_repository():
    text = "# P\n\n- [x] Write `src/b.py` in the portal repo\n- [x] Write `src/c.py`\n- [ ] rest\n"
    plan = parse_plan(text)
    assert [mention.path for _, mention in missing_paths(plan, "PLAN.md", TREE, text)] == ["src/c.py"]
    first, second, _ = claims_of(plan, "PLAN.md", text, TREE)
    assert (first.key, first.lacking, first.proves) == ("", (), False)
    assert second.lacking == ("src/c.py",)
