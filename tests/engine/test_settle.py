"""What history says of plans is asked of git once for all of them, and not again while nothing changed."""

import pytest

from relaymark.cli import check_ahead
from relaymark.core.plan import parse_plan
from relaymark.core.sheet import Sheet
from relaymark.engine import check, findings
from relaymark.engine.ahead import begin
from relaymark.engine.findings import absent, settle, settle_all
from relaymark.sources.history import Histories
from relaymark.sources.history_logs import Logs
from relaymark.sources.tree import file_index, ignored

PLAN = "# Plan\n\n- [x] Write `read_lines()` in `src/a.py`\n- [ ] Write `count_words()` in `src/b.py`\n- [ ] Tidy\n"


@pytest.fixture
def shop(world):
    folder = world.repository("shop", plan=None)
    files = {"src/a.py": "def read_lines():\n", "PLAN.md": PLAN, "TODO.md": PLAN.replace("src/b.py", "src/c.py")}
    for name, text in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    world.git(folder, "add", "-A")
    world.git(folder, "commit", "-q", "-m", "plans")
    return folder


class Look:
    """Plans of a folder, held against its history again and again."""

    def __init__(self, folder, *names):
        self.root = str(folder)
        texts = {name: (folder / name).read_text() for name in names}
        self.plans = {name: Sheet(f"{folder}/{name}", text, parse_plan(text)) for name, text in texts.items()}
        self.index = file_index(self.root)
        named = {path for name, sheet in self.plans.items() for path in absent(name, sheet, self.index)}
        self.judged = ignored(self.root, named)
        self.histories = Histories()

    def edit(self, name, old, new):
        text = self.plans[name].text.replace(old, new)
        self.plans[name] = Sheet(self.plans[name].path, text, parse_plan(text))

    def settle(self, known=None):
        return settle_all(self.histories, self.root, self.plans, self.index, self.judged, known, ahead=True)


@pytest.fixture
def asked(monkeypatch):
    """The work trees that git was asked about."""
    tops = []
    ask = findings.Asking
    monkeypatch.setattr(findings, "Asking", lambda top: (tops.append(top), ask(top))[1])
    return tops


def test_git_is_asked_once_for_all_plans(shop, asked):
    look = Look(shop, "PLAN.md", "TODO.md")
    settled = look.settle()
    assert asked == [str(shop)]
    for name, sheet in look.plans.items():
        alone = settle(Histories(), str(shop), name, sheet, look.index, look.judged)
        assert (settled[name].past, settled[name].findings) == (alone.past, alone.findings)
        assert settled[name].past.items


def test_what_did_not_change_is_given_back_and_only_an_edited_plan_is_held_against_history(shop):
    look = Look(shop, "PLAN.md", "TODO.md")
    first = look.settle()
    again = look.settle(first)
    assert all(again[name] is first[name] for name in look.plans)
    look.edit("TODO.md", "[ ] Write", "[x] Write")
    edited = look.settle(first)
    assert edited["PLAN.md"] is first["PLAN.md"]
    assert edited["TODO.md"].past.items["write count words() in src/c.py"].ticked == ""


def test_a_change_of_the_tree_is_seen_by_every_plan(shop):
    look = Look(shop, "PLAN.md", "TODO.md")
    first = look.settle()
    (shop / "src/a.py").write_text("def gone():\n")
    after = look.settle(first)
    fresh = Look(shop, "PLAN.md", "TODO.md").settle()
    for name in look.plans:
        assert [one.code for one in after[name].findings] == [one.code for one in fresh[name].findings]
        assert "symbol-missing" in {one.code for one in after[name].findings}
        assert after[name].past == fresh[name].past


def test_plans_without_anything_to_follow_ask_nothing_of_git(world, asked):
    folder = world.repository("prose", plan="# Plan\n\nWords.\n")
    assert Look(folder, "PLAN.md").settle()["PLAN.md"].sheet is None
    assert asked == []


class Begun(Logs):
    """Logs that note which of them are begun."""

    def __init__(self):
        super().__init__()
        self.tops = set()

    def begin(self, top):
        self.tops.add(top)


def test_history_is_begun_with_an_open_box_and_for_named_plans_alone(shop, machine, monkeypatch):
    read = []
    parsed = check.PlanShelf.sheet
    monkeypatch.setattr(
        check.PlanShelf, "sheet", lambda shelf, path, **more: (read.append(path), parsed(shelf, path, **more))[1]
    )

    def begun(*names):
        logs = Begun()
        return check.checked(machine, str(shop), [str(shop / name) for name in names], logs=logs), logs.tops

    found, tops = begun("TODO.md")
    assert (tops, read) == ({str(shop)}, [str(shop / "TODO.md")])
    assert [sheet.path for sheet in found.sheets] == read
    (shop / "TODO.md").write_text("# Plan\n\n- [x] Done\n")
    assert begun("TODO.md")[1] == set()
    assert begun()[1] == {str(shop)}


@pytest.mark.parametrize(
    ("text", "is_begun"),
    [
        ("# Plan\n\n1. [ ] Build it\n", True),
        ("# Plan\n\n- [x] Build it\n", False),
        ("# Plan\n\n`- [ ] ` is an open box\n", False),
        (None, False),
    ],
)
def test_git_reads_before_anything_is_loaded_where_a_plan_at_the_top_is_under_way(world, text, is_begun):
    folder = world.repository("early", plan="# Plan\n")
    plan = folder / "PLAN.md"
    plan.unlink()
    if text is not None:
        plan.write_text(text, encoding="utf-16")
    logs = Begun()
    begin(logs, str(folder), [])
    assert logs.tops == ({str(folder)} if is_begun else set())


@pytest.mark.parametrize(
    ("arguments", "is_begun"),
    [
        ([], True),
        (["PLAN.md", "--format", "json"], True),
        (["--help"], False),
        (["--dismissed"], False),
        (["-w", ".."], False),
        (["--workspace=.."], False),
    ],
)
def test_only_a_check_of_the_current_folder_begins_before_its_arguments_are_read(
    shop, monkeypatch, arguments, is_begun
):
    monkeypatch.chdir(shop)
    monkeypatch.setattr(check_ahead, "Logs", Begun)
    assert check_ahead.begun(arguments).tops == ({str(shop)} if is_begun else set())
