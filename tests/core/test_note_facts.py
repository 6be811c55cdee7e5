"""What a note reads from commands, prompts, diffs and plans."""

import pytest
from tests.core.builders import session

from relaymark.core.plan import parse_plan
from relaymark.core.relay.additions import additions, is_manifest
from relaymark.core.relay.commands import only_looks, outcome, runs_tests
from relaymark.core.relay.orders import standing_orders
from relaymark.core.relay.text import code, nameable, plain
from relaymark.core.relay.work import Files, item_names
from relaymark.core.session import Ran

DIFF = """\
diff --git a/package.json b/package.json
--- a/package.json
+++ b/package.json
@@ -4,0 +5,2 @@
+    "zod": "^3.22.0",
+    "vitest": "latest",
@@ -9 +11 @@
-    "left-pad": "1.0.0",
+    "left-pad": "1.1.0",
diff --git a/src/a.py b/src/a.py
--- a/src/a.py
+++ b/src/a.py
@@ -1,0 +2,5 @@
+def load(path):
+++ b/evil.py
+class _Hidden:
+    def method(self):
+async def rotate():
@@ -20 +25 @@
-def moved():
+def moved(x):
"""


@pytest.mark.parametrize(
    "command",
    [
        "pytest -q",
        "python3 -m unittest -q 2>&1 | tail -5",
        "cd server && .venv/bin/python -m pytest tests/core",
        "CI=1 npm test",
        "npm run test:unit",
        "pnpm -r test",
        "uv run --frozen pytest",
        "cargo +nightly test --all",
        "go test ./...",
        "make -j2 test",
        "./gradlew :app:test",
        "python3 tests/test_greeter.py",
        "node --test",
        "timeout 60 npx vitest run",
        "git add -A && make check",
        "bundle exec rspec",
    ],
)
def test_commands_that_run_tests(command):
    assert runs_tests(command)


@pytest.mark.parametrize(
    "command",
    [
        "cat tests/test_greeter.py",
        "git add tests/test_a.py",
        "grep -rn pytest .",
        "echo 'pytest'",
        "pip install pytest",
        "npm install --save-dev jest",
        "cat > run.sh <<'EOF'\npytest -q\nEOF",
        "make",
        "ls tests",
        "",
    ],
)
def test_commands_that_do_not(command):
    assert not runs_tests(command)


@pytest.mark.parametrize(
    ("ran", "expected"),
    [
        (Ran("pytest", 0), "passed"),
        (Ran("pytest", 1), "failed"),
        (Ran("pytest", None, ok=False), "failed"),
        (Ran("pytest", None, ok=True), "passed"),
        (Ran("pytest"), "unknown"),
        (Ran("pytest | tail", 0), "unknown"),
        (Ran("pytest | tail", 1), "failed"),
        (Ran("set -o pipefail; pytest | tail", 0), "passed"),
        (Ran("pytest || true", 0), "unknown"),
        (Ran("pytest; echo done", 0), "unknown"),
        (Ran("pytest 2>&1 && git commit -m 'a; b'", 0), "passed"),
        (Ran("ls | wc", 0), "passed"),
    ],
)
def test_what_became_of_a_command(ran, expected):
    assert outcome(ran) == expected


def test_looking_around_is_told_to_nobody():
    assert only_looks("cd src && ls | head -3")
    assert only_looks("git status --short")
    assert not only_looks("ls && rm -rf build")


def test_standing_orders_are_the_users_own_sentences():
    held = session(
        prompts=[
            "Complete Phase 1 of @PLAN.md. Use pnpm, not npm.",
            "Fix it!\n- never touch src/legacy\n```\nalways = 1\n```\nShould we always cache?",
            "use pnpm, not npm\nLooks good, go on. You can use the other file for this too.",
        ]
    )
    assert [(order.text, order.prompt) for order in standing_orders(held)] == [
        ("use pnpm, not npm", 3),
        ("never touch src/legacy", 2),
    ]


def test_prompts_that_were_dropped_keep_the_numbers_of_the_others():
    held = session(prompts=["always a b", "never c d"], prompt_count=10)
    assert [order.prompt for order in standing_orders(held)] == [10, 1]


def test_dependencies_and_public_names_of_a_diff():
    found = additions(
        DIFF,
        {"src/new.ts": "import x\nexport const limit = 1\nconst own = 2\n", "tests/test_a.py": "def test_a(): ...\n"},
    )
    assert [(each.kind, each.name, each.path, each.line) for each in found] == [
        ("dependency", "zod", "package.json", 5),
        ("dependency", "vitest", "package.json", 6),
        ("name", "load", "src/a.py", 2),
        ("name", "rotate", "src/a.py", 6),
        ("name", "limit", "src/new.ts", 2),
    ]


@pytest.mark.parametrize(
    ("path", "line", "name"),
    [
        ("pyproject.toml", '  "httpx>=0.27",', "httpx"),
        ("requirements-dev.txt", "ruff==0.12", "ruff"),
        ("Cargo.toml", 'serde = { version = "1", features = ["derive"] }', "serde"),
        ("go.mod", "\tgithub.com/a/b v1.2.3", "github.com/a/b"),
        ("Gemfile", "gem 'rails'", "rails"),
        ("pyproject.toml", 'version = "1.2.3"', None),
        ("package.json", '  "version": "1.2.3",', None),
        ("package.json", '  "test": "vitest run",', None),
    ],
)
def test_manifests_of_other_languages(path, line, name):
    assert is_manifest(f"sub/{path}")
    assert [found.name for found in additions("", {path: line}) if found.kind == "dependency"] == (
        [name] if name else []
    )


@pytest.mark.parametrize("diff", ["", "@@", "+++ b/x", "+++ b/x\n@@ -1 +1 @@", "@@ -1 +1 @@\n+def a():", DIFF[:200]])
def test_a_cut_diff_does_no_harm(diff):
    additions(diff, {})


def test_texts_are_safe_in_markdown():
    assert plain("a\n## b <img src=x> [c](d) `e` **f**") == r"a ## b \<img src=x\> \[c\](d) 'e' \*\*f\*\*"
    assert plain("key=x password=hunter2 " + "y" * 300, 30) == "key=x password=[redacted] yyy…"
    assert code("echo `date` ``x``") == "``` echo `date` ``x`` ```"
    assert code("a\nb") == "`a b`"
    assert code("") == "` `"
    assert [nameable(path) for path in ("a b.py", "a\nb", "a`b", "", "x" * 201, "a  b")] == [True] + [False] * 5


def test_which_files_a_plan_means():
    here = {"src/a.py", "docs/x.md", "docs"}
    files = Files("/r", "docs/PLAN.md", here.__contains__, ("src/deep/b.py", "lib/c.py", "src/c.py"))
    meant = [
        files.meant(path)
        for path in (
            "src/a.py",
            "./x.md",
            "/r/src/a.py",
            "docs/",
            "b.py",
            "c.py",
            "../../etc/passwd",
            "/etc/passwd",
            "*.py",
        )
    ]
    assert meant == ["src/a.py", "docs/x.md", "src/a.py", "docs/", "src/deep/b.py", None, None, None, None]


def test_what_items_are_called():
    plan = parse_plan(
        "- [ ] loose\n## Phase 1\n- [ ] T012 [US1] a\n- [ ] b\n  - [ ] c\n  - [ ] d\n- [ ] e\n## Phase 2\n- [ ] f\n"
    )
    assert item_names(plan, plan.phases[0]) == ("T012", "2", "2.1", "2.2", "3")
    assert item_names(plan, plan.phases[1]) == ("1",)
