"""What history says of a plan, in repositories in all their states; and that it is read once."""

import os
import subprocess

import pytest
from tests.repository import Repository

from relaymark.core.lookup import FileIndex
from relaymark.core.past import NOTHING, Asked, Look, boxes_in, item_keys
from relaymark.sources import history, history_log, history_parts
from relaymark.sources.history import Histories, state_of
from relaymark.sources.history_blobs import contents
from relaymark.sources.history_log import read_log
from relaymark.sources.history_pack import CAME, CREATED, WENT
from relaymark.sources.history_plan import read_ledger

PLAN = "# Plan\n\n- [ ] lines\n- [ ] words\n"
TICKED = PLAN.replace("[ ] lines", "[x] lines")


class Planned(Repository):
    """A repository, and what its history says of a plan."""

    def past(self, text=None, *, looks=(), absent=(), words=(), plan="PLAN.md", histories=None, folder=None):
        folder = folder or self.folder
        if text is None:
            with open(os.path.join(folder, plan), encoding="utf-8") as file:
                text = file.read()
        listed = subprocess.run(["git", "ls-files"], cwd=folder, capture_output=True, text=True, check=True)
        index = FileIndex(listed.stdout.split())
        asked = Asked(tuple(absent), tuple(looks), tuple(words))
        return (histories or Histories()).past(folder, plan, text, index, asked, lambda _: (), state_of(folder))


@pytest.fixture
def repository(tmp_path):
    return Planned(tmp_path / "shop")


def test_outside_of_git_nothing_is_said(tmp_path):
    asked = Asked(("a.py",), (Look("lines", "a.py"),), ("lines",))
    assert state_of(str(tmp_path)) is None
    assert Histories().past(str(tmp_path), "PLAN.md", PLAN, FileIndex([]), asked, lambda _: (), None) == NOTHING


def test_before_the_first_commit_the_reason_is_said(repository):
    past = repository.past(PLAN)
    assert past.items == {}
    assert past.unjudged == ("there is no commit yet, so nothing is compared with history",)


def test_it_tells_when_a_box_was_written_and_when_its_tick_changed(repository):
    written = repository.commit(files={"PLAN.md": PLAN})
    repository.commit(files={"PLAN.md": PLAN.replace("# Plan", "# The plan")})
    ticked = repository.commit(files={"PLAN.md": TICKED})
    repository.commit(files={"src/a.py": "x = 1\n"})
    past = repository.past()
    assert (past.items["lines"].written, past.items["lines"].ticked) == (written, ticked)
    assert (past.items["words"].written, past.items["words"].ticked) == (written, None)
    assert past.changed == ticked
    assert past.unjudged == ()


def test_what_is_only_in_the_work_tree_is_told_apart(repository):
    repository.commit(files={"PLAN.md": TICKED})
    past = repository.past(f"{TICKED.replace('[ ] words', '[x] words')}- [ ] sums\n")
    assert past.items["sums"].written is None
    assert past.items["words"].ticked == ""
    assert past.items["lines"].ticked is None
    assert repository.past(PLAN).items["lines"].was_ticked


def test_a_plan_that_is_not_committed_is_said_to_be_unjudged(repository):
    repository.commit(files={"README.md": "x\n"})
    assert repository.past(PLAN).unjudged == (
        "PLAN.md is not committed yet: what was done since it was written is not judged",
    )


def test_a_file_is_seen_then_and_now_under_its_names(repository):
    repository.commit(files={"src/a.py": "def one():\n    return 1\n" * 9})
    repository.commit(files={"PLAN.md": TICKED})
    os.makedirs(f"{repository.folder}/lib")
    repository.git("mv", "src/a.py", "lib/b.py")
    moved = repository.commit()
    with open(f"{repository.folder}/lib/b.py", "a", encoding="utf-8") as file:
        file.write("def two():\n    return 2\n")
    seen = repository.past(looks=[Look("words", "lib/b.py", ("one", "two")), Look("words", "lib/none.py")]).seen
    known = seen["words", "lib/b.py", "written"]
    assert (known.then, known.now) == (frozenset({"one"}), frozenset({"one", "two"}))
    assert known.touched == ("", moved)
    gone = seen["words", "lib/none.py", "written"]
    assert (gone.then, gone.now, gone.touched) == (None, None, ())


def test_names_are_found_in_the_whole_tree_with_files_that_git_does_not_know(repository):
    repository.commit(files={"PLAN.md": PLAN, "a.py": "read_lines()\n", "b.py": "read_lines_twice()\n"})
    with open(f"{repository.folder}/c.py", "w", encoding="utf-8") as file:
        file.write("read_lines = 1\n")
    histories = Histories()
    assert repository.past(words=["read_lines", "gone"], histories=histories).found == {
        "read_lines": ("a.py", "c.py"),
        "gone": (),
    }
    os.remove(f"{repository.folder}/c.py")
    assert repository.past(words=["read_lines"], histories=histories).found == {"read_lines": ("a.py",)}


def test_answers_hold_for_the_files_that_did_not_change(repository, monkeypatch):
    repository.commit(
        files={"PLAN.md": PLAN, ".gitignore": "out\n", "a.py": "one\n", "b.py": "one\n", "aim.py": "one\n"}
    )
    os.symlink("aim.py", f"{repository.folder}/link.py")
    repository.commit("link")
    looks = [Look("lines", name, ("one", "two")) for name in ("a.py", "b.py", "link.py", "out", "none.py")]
    histories = Histories()
    read = []
    text_now = history.text_now
    monkeypatch.setattr(history, "text_now", lambda top, path: (read.append(path), text_now(top, path))[1])
    assert repository.past(looks=looks, histories=histories).seen["lines", "a.py", "written"].now == {"one"}
    assert sorted(read) == ["a.py", "b.py", "link.py", "none.py", "out"]
    for changed in ("a.py", "aim.py", "out"):
        with open(f"{repository.folder}/{changed}", "w", encoding="utf-8") as file:
            file.write("two\n")
    read.clear()
    seen = repository.past(looks=looks, histories=histories).seen
    assert sorted(read) == ["a.py", "link.py", "none.py", "out"]
    assert seen == repository.past(looks=looks).seen
    assert [seen["lines", look.path, "written"].now for look in looks] == [{"two"}, {"one"}, {"two"}, {"two"}, None]
    repository.commit("two")
    assert repository.past(looks=looks, histories=histories).seen == repository.past(looks=looks).seen


def test_a_look_at_one_item_does_not_make_the_other_answers_forgotten(repository, monkeypatch):
    repository.commit(files={"PLAN.md": PLAN, "a.py": "one\n", "b.py": "one\n"})
    histories = Histories()
    looks = [Look("lines", "a.py", ("one",)), Look("words", "b.py", ("one",))]
    first = repository.past(looks=looks, histories=histories).seen
    repository.past(looks=looks[:1], histories=histories)
    monkeypatch.setattr(history, "text_now", lambda *_: pytest.fail("a file was read again"))
    assert repository.past(looks=looks, histories=histories).seen == first


def test_a_detached_head_and_a_linked_work_tree_have_their_own_history(repository):
    first = repository.commit(files={"PLAN.md": PLAN})
    repository.commit(files={"PLAN.md": TICKED})
    repository.git("worktree", "add", "-q", "-b", "side", f"{repository.folder}-side", first)
    assert repository.past(folder=f"{repository.folder}-side").items["lines"].ticked is None
    repository.git("checkout", "-q", first)
    assert repository.past().items["lines"].ticked is None
    assert repository.past().items["lines"].written == first


def test_a_submodule_is_judged_by_its_own_history(repository, tmp_path):
    inner = Planned(tmp_path / "inner")
    commit = inner.commit(files={"PLAN.md": PLAN})
    repository.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", inner.folder, "inner")
    repository.commit()
    assert repository.past(folder=f"{repository.folder}/inner").items["lines"].written == commit


def test_a_shallow_clone_says_that_older_history_is_not_judged(repository, tmp_path):
    repository.commit(files={"PLAN.md": PLAN, "a.py": "one\n"})
    repository.commit(files={"PLAN.md": TICKED})
    edge = repository.commit(files={"b.py": "x\n"})
    last = repository.commit(files={"a.py": "one two\n"})
    clone = str(tmp_path / "clone")
    repository.git("clone", "-q", "--depth", "2", f"file://{repository.folder}", clone)
    past = repository.past(folder=os.path.realpath(clone), looks=[Look("words", "a.py", ("one", "two"))])
    assert "shallow clone" in past.unjudged[0]
    assert past.items["words"].written == edge
    seen = past.seen["words", "a.py", "written"]
    assert (seen.then, seen.now, seen.touched) == (frozenset({"one"}), frozenset({"one", "two"}), (last,))


def test_the_log_is_read_once_for_a_commit_and_kept_on_disk(repository, monkeypatch):
    repository.commit(files={"PLAN.md": PLAN})
    histories = Histories()
    calls = []
    monkeypatch.setattr(history_log, "_read", _counted(history_log._read, calls))
    first = repository.past(histories=histories)
    assert repository.past(histories=histories) == first
    assert repository.past(histories=Histories()) == first
    assert len(calls) == 1
    repository.commit(files={"PLAN.md": TICKED})
    assert repository.past(histories=histories).items["lines"].ticked is not None
    assert len(calls) == 2


def _counted(function, calls):
    def counted(*arguments, **options):
        calls.append(arguments)
        return function(*arguments, **options)

    return counted


def test_what_is_kept_can_be_broken_or_lost(repository):
    from relaymark.sources.folders import cache_folder

    repository.commit(files={"PLAN.md": PLAN})
    first = repository.past()
    kept = list((cache_folder() / "history").glob("*.msgpack"))
    assert kept
    for file in kept:
        file.write_bytes(file.read_bytes()[:50])
    assert repository.past() == first
    for file in (cache_folder() / "history").glob("*.msgpack"):
        file.write_bytes(b"\x00" * 90)
    assert repository.past() == first


def test_odd_names_and_subjects_do_not_mislead_the_log(repository):
    odd = {"src/a b\tc.py": "1\n", "src/\x01x.py": "2\n", "A": "3\n", "R100": "4\n", 'src/"ä".py': "5\n"}
    repository.commit("A subject\twith a tab", odd)
    repository.git("mv", "A", "M")
    head = repository.commit("R100\x01 again")
    log = read_log(repository.folder, head, shallow=False)
    assert set(odd) | {"M"} == set(log.paths)
    assert [what for _, what, _ in log.fate("A")] == [WENT, CREATED]
    assert log.told(9) == ["R100\x01 again", "A subject\twith a tab"]
    assert log.parent(1) is None
    assert log.parent(0) == log.name(1)


def test_a_log_in_parts_is_the_same_log(repository, monkeypatch):
    for number in range(7):
        repository.commit(f"work {number}", {f"src/{number}.py": f"{number}\n" * 9, "PLAN.md": f"{number}\n"})
    repository.git("mv", "src/3.py", "src/three.py")
    head = repository.commit("move", {"src/\x01.py": ""})
    whole = read_log(repository.folder, head, shallow=False)
    monkeypatch.setattr(history_parts, "PART", 3)
    monkeypatch.setattr(history_parts.os, "cpu_count", lambda: 4)
    parts = read_log(repository.folder, head, shallow=False)
    assert len(whole) == 8
    assert [getattr(parts, name) for name in whole.__struct_fields__] == [
        getattr(whole, name) for name in whole.__struct_fields__
    ]


def test_it_is_the_same_log_in_whatever_order_the_parts_come(repository, monkeypatch):
    for number in range(6):
        repository.commit(f"{number}", {"a.py": f"{number}\n" * 9, f"{number}.md": "x\n"})
    repository.git("mv", "a.py", "b.py")
    head = repository.commit("move")
    whole = read_log(repository.folder, head, shallow=False)
    monkeypatch.setattr(history_parts, "PART", 3)
    monkeypatch.setattr(os, "cpu_count", lambda: 4)
    told = history_parts.Parts.entries
    monkeypatch.setattr(history_parts.Parts, "entries", lambda parts: sorted(told(parts), key=lambda one: -one[0]))
    assert read_log(repository.folder, head, shallow=False) == whole
    assert whole.fate("b.py") == ((0, CAME, whole.number("a.py")),)
    assert [commit for commit, _, _ in whole.fate("a.py")] == [0, 1, 2, 3, 4, 5, 6]
    assert whole.code == bytes([1] * 7)


def test_a_log_begun_in_the_background_is_read_once(repository, monkeypatch):
    repository.commit("plan", {"PLAN.md": PLAN})
    calls = []
    monkeypatch.setattr(history_log, "_read", _counted(history_log._read, calls))
    histories = Histories()
    histories.logs.begin(repository.folder)
    assert repository.past(histories=histories).items
    assert len(calls) == 1


def test_old_versions_hold_the_boxes_that_a_look_at_the_whole_text_finds(repository):
    first = "- [ ] same\n~~~\n- [ ] quoted\n~~~\n- [x] same\r\n> - [ ] told\n````\n```\n- [ ] in\n````\n- [ ] end\n"
    texts = [first, first.replace("[ ] same", "[x] same", 1), first.replace("~~~\n- [ ] quoted\n~~~", "- [x] quoted")]
    for number, text in enumerate(texts):
        head = repository.commit(f"{number}", {"PLAN.md": text})
    ledger = read_ledger(repository.folder, read_log(repository.folder, head, shallow=False), "PLAN.md")
    every = {key for text in texts for _, key, _ in boxes_in(text)}
    assert set(ledger.boxes) == every
    last = {key: ticked for _, key, ticked in boxes_in(texts[-1])}
    assert {key: ledger.boxes[key].ticked for key in last} == last


def test_old_files_are_read_in_one_call_and_what_is_no_file_is_told(repository):
    commit = repository.commit(files={"a.py": "one\n", "src/b.py": "two\n", "src/empty.py": ""})
    asked = [(commit, "a.py"), (commit, "none.py"), (commit, "src"), (commit, "src/empty.py"), (commit, "src/b.py")]
    assert list(contents(repository.folder, asked).values()) == [b"one\n", None, b"", b"", b"two\n"]


def test_many_old_files_are_read_by_two_calls_side_by_side(repository):
    commits = [repository.commit(files={"a.py": f"{number}\n"}) for number in range(5)]
    asked = [(commit, name) for name in ("a.py", *(f"none{number}.py" for number in range(29))) for commit in commits]
    found = contents(repository.folder, asked)
    assert found.keys() == {*asked}
    assert [found[commit, "a.py"] for commit in commits] == [f"{number}\n".encode() for number in range(5)]
    assert [name for (_, name), data in found.items() if data is not None] == ["a.py"] * 5


def test_boxes_are_followed_by_their_words_whatever_their_marks():
    text = "- [ ] **Lines** in `a.py` ✅\n1. [x] lines  in a.py\n```\n- [ ] quoted\n```\n"
    text += "> * [X] told\n\t- [ ] deep\n- [link](x)\n"
    found = [(key, ticked) for _, key, ticked in boxes_in(text)]
    assert found == [("lines in a.py", False), ("lines in a.py\x002", True), ("told", True), ("deep", False)]
    marks = [text.index("[ ] **") + 1, text.index("[x]") + 1, text.index("[ ] quoted") + 1]
    assert item_keys(text, marks) == ["lines in a.py", "lines in a.py\x002", ""]
