"""The drawing of a folder tree tells which files a phase is about, and claims nothing about them."""

import pytest

from relaymark.core.binding import bind
from relaymark.core.path_index import PathIndex
from relaymark.core.plan import parse_plan
from relaymark.core.plan.trees import tree_paths
from relaymark.core.plan_targets import mention_at
from relaymark.core.relay.work import Files, phase_work
from relaymark.core.sheet import Sheet

RUST = """\
src/
├── config/
│   ├── mod.rs      # settings, see `docs/config.md`
│   └── load/
│       └── env.rs
├── a.ts, b.ts      (two of them)
├── prompts/
├── {x,y}.toml
└── lib/util.rs — shared
"""


def drawn(text):
    return [each.path for each in tree_paths(text, 0, len(text))]


def test_paths_are_joined_from_the_folders_above():
    assert drawn(RUST) == [
        "src/config/mod.rs",
        "src/config/load/env.rs",
        "src/a.ts",
        "src/b.ts",
        "src/prompts/",
        "src/x.toml",
        "src/y.toml",
        "src/lib/util.rs",
    ]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_each_span_is_the_name_alone(end):
    text = RUST.replace("\n", end)
    found = tree_paths(text, 0, len(text))
    assert [each.span.of(text) for each in found] == [
        "mod.rs",
        "env.rs",
        "a.ts",
        "b.ts",
        "prompts/",
        "{x,y}.toml",
        "{x,y}.toml",
        "lib/util.rs",
    ]
    assert all(each.drawn and each.role is None for each in found)


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        ("app/\n|-- (auth)/\n|   |-- [id].tsx\n|   `-- page.tsx\n+-- layout.tsx\n",
         ["app/(auth)/[id].tsx", "app/(auth)/page.tsx", "app/layout.tsx"]),
        (".\n├── server\n│   └── main.go\n└── go.mod\n", ["server/main.go", "go.mod"]),
        ("├── a/\n│   └── b.py\n", ["a/b.py"]),
        ("📁 src/\n├── 📄 a.ts\n└── 📁 b/\n    └── 📄 c.ts\n", ["src/a.ts", "src/b/c.ts"]),
        ("src/\n├── a.py\n\n├── b.py\n\ntests/\n└── test_a.py\n", ["src/a.py", "src/b.py", "tests/test_a.py"]),
        ("packages/core/src/\n└── index.ts\n", ["packages/core/src/index.ts"]),
        ("$ tree src\n├── a.py\n└── b.py\n", ["src/a.py", "src/b.py"]),
        ("New files:\n├── a/b.py\n└── Makefile\n", ["a/b.py", "Makefile"]),
        ("src/\n├── <name>/\n│   └── a.py\n├── ...\n├── *.py\n└── c.py\n", ["src/c.py"]),
        ("In `a.md` (see below)\n├── a.py\n└── b.py\n", ["a.py", "b.py"]),
        ("shop\n├── src\n│   └── a.py\n└── b.py\n", ["src/a.py", "b.py"]),
        ("~/.agent/<hash>/\n├── a.json\n└── b.json\n", []),
    ],
)  # fmt: skip
def test_forms_of_drawings(text, paths):
    assert drawn(text) == paths


def test_the_repository_s_own_folder_is_no_part_of_its_paths():
    assert drawn("shop/\n├── .github/\n│   └── workflows/ci.yml\n├── LICENSE\n└── src/\n    └── a.ts\n") == [
        ".github/workflows/ci.yml",
        "LICENSE",
        "src/a.ts",
    ]
    assert drawn("backend/\n├── .gitignore\n└── a.py\n") == ["backend/.gitignore", "backend/a.py"]


@pytest.mark.parametrize(
    "text",
    [
        "Main\n└── Wizard (one view)\n    ├── Step 1: First\n    └── Step 2: Last\n",
        "load()\n  ├── parse plugin.json manifests\n  └── discover commands → skip\n",
        "┌──────┐\n│ a.py │\n├──────┤\n│ b.py │\n└──────┘\n",
        "Day 1\n  └─→ C-01, C-02 (parallel)\n  └─→ C-03\n",
        "├── Next.js app\n└── Node.js\n",
    ],
)
def test_other_drawings_name_no_files(text):
    assert drawn(text) == []


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        (f"## Phase 1\n\n```\n{RUST}```\n\n- [ ] a\n", 8),
        (f"## Phase 1\n\n```text\n{RUST}```\n\n- [ ] a\n", 8),
        (f"## Phase 1\n\n```python\n{RUST}```\n\n- [ ] a\n", 0),
        ("## Phase 1\n\nNew:\n├── config/\n│   └── mod.rs\n└── main.rs\n\n- [ ] a\n", 2),
        ("## Phase 1\n\n    src/\n    ├── a.rs\n    └── b.rs\n\n- [ ] a\n", 2),
        ("## Phase 1\n- [x] Make them:\n  ```\n  src/\n  ├── a.rs\n  └── b.rs\n  ```\n", 2),
        ("## Phase 1\n- [x] Make them:\n  ├── a.rs\n  └── b.rs\n", 2),
        ("> ```\n> ├── a.rs\n> ```\n\n## Phase 1\n- [ ] a\n", 0),
    ],
)
def test_a_drawing_gives_its_paths_to_the_phase_and_to_no_box(text, paths):
    plan = parse_plan(text)
    (phase,) = plan.phases
    assert [each.drawn for each in phase.paths] == [True] * paths
    assert all(item.paths == () for item in plan.items)
    assert all(each.span.of(text) == each.path.rpartition("/")[2] for each in phase.paths[:1])


def test_paths_around_a_drawing_are_named_as_before():
    text = "## Phase 1\n\nIn `docs/a.md`:\n├── b/\n│   └── c.rs\n└── d.rs\nand then `e.rs`.\n"
    (phase,) = parse_plan(text).phases
    assert [(each.path, each.drawn) for each in phase.paths] == [
        ("docs/a.md", False),
        ("b/c.rs", True),
        ("d.rs", True),
        ("e.rs", False),
    ]


TWO = """\
## Phase 1
- [ ] keys in `src/keys.ts`

## Phase 2
```
src/
├── keys.ts
└── app.ts
```
- [ ] app
- [ ] more, in `docs/app.md`
"""


def test_an_edit_is_bound_by_a_drawing_only_where_no_phase_names_the_file():
    plans = [("PLAN.md", parse_plan(TWO))]
    assert [bind([], edited, plans).phase for edited in (["src/keys.ts"], ["src/app.ts"])] == [0, 1]
    assert bind([], ["src/keys.ts", "src/app.ts"], plans).phase == 0
    index = PathIndex(plans)
    assert index.naming("src/keys.ts") == {(0, 0), (0, 1)}
    assert index.naming("src/keys.ts", drawn=False) == {(0, 0)}
    assert index.best("src/app.ts") == set()


def test_a_line_of_a_drawing_leads_to_its_file():
    sheet = Sheet("/home/dev/shop/PLAN.md", TWO, parse_plan(TWO))
    assert mention_at(sheet, TWO.index("app.ts") + 2).path == "src/app.ts"


def test_files_named_in_words_are_read_before_drawn_ones():
    text = "## Phase 1\n├── src/a.ts\n└── src/b.ts\n\nSee `docs/a.md`.\n\n- [ ] work\n"
    work = phase_work(text, parse_plan(text), "PLAN.md", 0, Files("/home/dev/shop", "PLAN.md", lambda _: True))
    assert work.paths == ("docs/a.md", "src/a.ts", "src/b.ts")
