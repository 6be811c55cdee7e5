"""A task of spec-kit names at its end the file where the work is, whatever its words say of users and output."""

import pytest

from relaymark.core.lookup import FileIndex
from relaymark.core.plan import parse_plan
from relaymark.rules.path_missing import missing_paths

TREE = FileIndex(["src/app/main.py", "PLAN.md"])


def missing(line):
    text = f"- [x] {line}\n- [ ] the rest\n"
    return [mention.path for _, mention in missing_paths(parse_plan(text), "PLAN.md", TREE, text)]


@pytest.mark.parametrize(
    "line",
    [
        "T012 [P] Test that the list shows its output in src/app/gone.py",
        "T012 [P] [US1] Contract test for DELETE of a user in src/app/gone.py",
        "**T012** Test that rows don't move others in `src/app/gone.py` (5 tests)",
        "T012a Write a migration for the table of users at `src/app/gone.py`",
    ],
)
def test_the_file_at_the_end_of_a_task_is_missing_if_it_is_not_there(line):
    assert missing(line) == ["src/app/gone.py"]


@pytest.mark.parametrize(
    "line",
    [
        "T012 Delete the users in src/app/gone.py",
        "T012 Test what users see, deferred, in src/app/gone.py",
        "T012 Show users what was in src/app/gone.py",
        "T012 Show users their output in src/app/gone.py (removed with the page)",
        "T012 Move the list of users in src/app/gone.py to src/app/main.py",
        "T012 Show users the list in src/app/gone.py → src/app/main.py",
        "T012 Add an exporter that writes users in src/app/gone.py",
        "T012 Show users their output in src/app/gone/",
        "T012 Show users their output with src/app/gone.py",
        "Show users their output in src/app/gone.py",
    ],
)
def test_what_is_no_place_of_the_work_is_left_alone(line):
    assert missing(line) == []
