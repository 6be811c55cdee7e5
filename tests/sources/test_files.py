"""Small files are read without raising, and written in one step."""

import os

import pytest

from relaymark.sources.files import read_json, read_pairs, write_atomically


@pytest.mark.parametrize(
    ("content", "value"),
    [
        (b'{"pid": 7}', {"pid": 7}),
        (b"", None),
        (b'{"pid":', None),
        (b"\xff\xfe", None),
        (b'{"n":1e400}', None),
        (b"[" * 3_000 + b"]" * 3_000, None),
    ],
)
def test_a_small_file_of_json(tmp_path, content, value):
    path = tmp_path / "15880.json"
    path.write_bytes(content)
    assert read_json(path) == value


def test_no_file_and_a_folder_are_no_json(tmp_path):
    assert read_json(tmp_path / "missing.json") is None
    assert read_json(tmp_path) is None


def test_of_the_lines_of_a_file_the_newest_pair_counts(tmp_path):
    path = tmp_path / "index.jsonl"
    path.write_bytes(b'["a","1"]\n{broken\n\n["b","2"]\r\n7\n["a","3"]\n' + b"[" * 5_000 + b'\n\xff\n["c"')
    decode = lambda value: tuple(value) if isinstance(value, list) and len(value) == 2 else None  # noqa: E731
    assert read_pairs(path, decode) == {"a": "3", "b": "2"}
    assert read_pairs(tmp_path / "missing", decode) == {}
    assert read_pairs(tmp_path, decode) == {}


def test_a_file_is_replaced_in_one_step(tmp_path):
    path = tmp_path / "new" / "folder" / "state.json"
    write_atomically(path, b"one")
    with open(path, "rb") as before:
        write_atomically(path, b"two")
        assert before.read() == b"one"
    assert path.read_bytes() == b"two"
    assert os.listdir(path.parent) == ["state.json"]
    assert path.stat().st_mode & 0o077 == 0
    assert path.parent.stat().st_mode & 0o077 == 0


def test_a_failed_write_leaves_the_old_file_and_nothing_beside_it(tmp_path, monkeypatch):
    path = tmp_path / "state.json"
    write_atomically(path, b"one")

    def full(*_args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="No space"):
        write_atomically(path, b"two")
    assert path.read_bytes() == b"one"
    assert os.listdir(tmp_path) == ["state.json"]
