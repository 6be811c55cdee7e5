"""Plans that cannot be read: the shelf says why, and an editor's log is told once."""

import os

import pytest

from relaymark.core.place import Place
from relaymark.engine.shelf import PlanShelf

TEXT = "# P\n\n- [ ] Café\n"


def shelved(root, *, live=False):
    shelf = PlanShelf(live=live)
    return shelf, [sheet.path for sheet in shelf.sheets([Place(str(root))])]


def large(path):
    with path.open("wb") as file:
        file.truncate(4 * 1024 * 1024 + 1)


def forbidden(path):
    path.write_text(TEXT)
    path.chmod(0)
    if os.access(path, os.R_OK):
        pytest.skip("this user may read everything")


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (large, "has 4.1 MB; more than 4 MB are not read"),
        (lambda path: path.mkdir(), "is a folder"),
        (lambda path: path.symlink_to("nowhere.md"), "is a link to a file that is not there"),
        (lambda path: path.symlink_to(path.name), "cannot be opened: "),
        (os.mkfifo, "is no regular file"),
        (forbidden, "cannot be opened: Permission denied"),
    ],
    ids=["too large", "a folder", "a broken link", "a link to itself", "a pipe", "forbidden"],
)
@pytest.mark.parametrize("name", ["PLAN.md", "docs/plans/a.md"])
def test_why_a_plan_cannot_be_read_is_told(tmp_path, name, make, why):
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    make(path)
    shelf, sheets = shelved(tmp_path)
    assert sheets == []
    [(told, trouble)] = shelf.troubles.items()
    assert told == str(path)
    assert trouble.why.startswith(why)
    assert not trouble.read


def test_what_is_not_there_is_no_trouble(tmp_path):
    (tmp_path / "TODO.md").write_text("Only words.\n")
    shelf, sheets = shelved(tmp_path)
    assert (sheets, dict(shelf.troubles)) == ([], {})


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_plan_with_a_mark_is_read_by_it(tmp_path, encoding):
    (tmp_path / "PLAN.md").write_text(TEXT, encoding=encoding)
    shelf = PlanShelf()
    [sheet] = shelf.sheets([Place(str(tmp_path))])
    assert [item.text for item in sheet.plan.items] == ["Café"]
    assert not shelf.troubles


@pytest.mark.parametrize(
    ("data", "why", "count"),
    [
        (TEXT.encode("latin-1"), "is not UTF-8; what can be read of it is judged", 1),
        (TEXT.encode("utf-16-le"), "holds NUL bytes, as UTF-16 without its mark does;", 0),
    ],
    ids=["latin-1", "no mark"],
)
def test_a_plan_that_can_be_read_in_part_is_judged_and_told_of(tmp_path, data, why, count):
    (tmp_path / "PLAN.md").write_bytes(data)
    shelf = PlanShelf()
    [sheet] = shelf.sheets([Place(str(tmp_path))])
    assert len(sheet.plan.items) == count
    [trouble] = shelf.troubles.values()
    assert trouble.why.startswith(why)
    assert trouble.read


def test_a_plan_without_its_mark_below_is_not_taken_for_mere_words(tmp_path):
    (tmp_path / "TODO.md").write_bytes(TEXT.encode("utf-16-le"))
    shelf, sheets = shelved(tmp_path)
    assert sheets == []
    assert list(shelf.troubles) == [str(tmp_path / "TODO.md")]


def test_a_mended_plan_is_no_trouble_any_more(tmp_path):
    path = tmp_path / "PLAN.md"
    large(path)
    shelf, _ = shelved(tmp_path)
    path.write_text(TEXT)
    assert len(shelf.sheets([Place(str(tmp_path))])) == 1
    assert not shelf.troubles


def test_the_log_of_an_editor_is_told_once_of_each_trouble(tmp_path, caplog):
    path = tmp_path / "PLAN.md"
    large(path)
    shelf, _ = shelved(tmp_path, live=True)
    shelf.sheets([Place(str(tmp_path))])
    said = f"not judged: {path} has 4.1 MB; more than 4 MB are not read"
    assert [record.getMessage() for record in caplog.records] == [said]
    path.unlink()
    path.mkdir()
    shelf.sheets([Place(str(tmp_path))])
    assert [record.getMessage() for record in caplog.records] == [said, f"not judged: {path} is a folder"]
