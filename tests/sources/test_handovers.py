"""Notes and prompts are written whole and new, inside the work tree, or not at all."""

import os
import stat

import pytest

from relaymark.core.started import file_part
from relaymark.sources.handovers import notes, write_new, write_new_file
from relaymark.sources.places import NOTES


def test_a_note_is_never_written_over_another(tmp_path):
    first = write_new(str(tmp_path), NOTES, "20261120T101500Z-PLAN-1", "one\n")
    second = write_new(str(tmp_path), NOTES, "20261120T101500Z-PLAN-1", "two\n")
    assert first == tmp_path / ".relaymark/handovers/20261120T101500Z-PLAN-1.md"
    assert second.name == "20261120T101500Z-PLAN-1-2.md"
    assert (first.read_text(), second.read_text()) == ("one\n", "two\n")
    assert sorted(os.listdir(first.parent)) == sorted([first.name, second.name]), "nothing half-written stays"
    assert stat.S_IMODE(first.stat().st_mode) == 0o666 & ~_umask()


def _umask():
    mask = os.umask(0)
    os.umask(mask)
    return mask


def test_where_there_are_no_hard_links_it_is_written_too(tmp_path, monkeypatch):
    def refuse(*_):
        raise OSError("not supported")

    monkeypatch.setattr(os, "link", refuse)
    write_new_file(tmp_path / "a.md", "x\n")
    assert os.listdir(tmp_path) == ["a.md"]
    with pytest.raises(FileExistsError):
        write_new_file(tmp_path / "a.md", "y\n")
    assert (tmp_path / "a.md").read_text() == "x\n"


def test_when_the_disk_is_full_nothing_stays(tmp_path, monkeypatch):
    real = open

    class Full:
        def __init__(self, file):
            self.file = file

        def __enter__(self):
            return self

        def __exit__(self, *_):
            self.file.close()

        def write(self, _):
            raise OSError(28, "No space left on device")

    monkeypatch.setattr("relaymark.sources.handovers.open", lambda *a, **n: Full(real(*a, **n)), raising=False)
    with pytest.raises(OSError, match="No space"):
        write_new_file(tmp_path / "a.md", "x\n")
    assert os.listdir(tmp_path) == []


def test_nothing_is_written_outside_of_the_work_tree(tmp_path):
    outside, top = tmp_path / "outside", tmp_path / "top"
    outside.mkdir()
    top.mkdir()
    (top / ".relaymark").symlink_to(outside)
    with pytest.raises(OSError, match="out of the work tree"):
        write_new(str(top), NOTES, "a", "x")
    assert os.listdir(outside) == []


def test_notes_are_listed_the_newest_first(tmp_path):
    folder = tmp_path / NOTES
    assert list(notes(str(tmp_path))) == []
    folder.mkdir(parents=True)
    for name in ("20261120T101500Z-PLAN-1-a.md", "20261121T000000Z-PLAN-2-b.md", "README.md", ".20261121T000000Z-x.md"):
        (folder / name).write_bytes(name.encode() + b"\xff")
    (folder / "20261122T000000Z-link.md").symlink_to(tmp_path / "secret")
    (folder / "20261123T000000Z-folder.md").mkdir()
    assert list(notes(str(tmp_path))) == [
        (f"{NOTES}/20261121T000000Z-PLAN-2-b.md", "20261121T000000Z-PLAN-2-b.md\ufffd"),
        (f"{NOTES}/20261120T101500Z-PLAN-1-a.md", "20261120T101500Z-PLAN-1-a.md\ufffd"),
    ]


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("PLAN", "PLAN"),
        ("docs/my plan", "docs-my-plan"),
        ("../../etc", "etc"),
        ("-rf", "rf"),
        ("ü", "none"),
        ("", "none"),
        ("a" * 99, "a" * 40),
    ],
)
def test_parts_of_file_names_are_safe(text, part):
    assert file_part(text) == part
