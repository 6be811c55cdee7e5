"""A path may be meant from another tree: that is told from folders and routes, and not judged."""

from relaymark.core.lookup import FileIndex
from relaymark.core.past import Past, PathPast
from relaymark.core.plan import parse_plan
from relaymark.rules.path_missing import missing_paths

TREE = FileIndex(["src/app/main.py", "PLAN.md"])
OPEN = "- [ ] the rest\n"


def missing(text, **options):
    return [mention.path for _, mention in missing_paths(parse_plan(text), "PLAN.md", TREE, text, **options)]


def test_a_route_is_no_folder_outside_of_the_tree():
    for line in ("Answer GET /api/keys in `src/app/gone.py`", "Answer `POST /api/keys/{id}` in `src/app/gone.py`"):
        assert missing(f"- [x] {line}\n{OPEN}") == ["src/app/gone.py"]
    assert missing(f"- [x] GET it from /home/dev/tap, then put it in `src/app/gone.py`\n{OPEN}") == []


def test_a_path_below_a_folder_that_nobody_knows_may_be_of_another_tree():
    for file in ("app/core/gone.py", "tests/test_gone.py"):
        assert missing(f"- [x] Create `{file}`\n{OPEN}") == [file]
    assert missing(f"- [x] Create `tap/core/gone.py`\n{OPEN}") == []
    known = Past(paths={"tap/core/gone.py": PathPast("tap/core/gone.py", gone_in="0" * 40)})
    assert missing(f"- [x] Create `tap/core/gone.py`\n{OPEN}", past=known) == ["tap/core/gone.py"]
