"""A path may be meant from another tree: that is told from folders and routes, and not judged."""

from relaymark.core.lookup import FileIndex
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
