"""Tokens are counted with the shipped vocabulary: on a fresh machine, with no network, in any text."""

import hashlib
import os
import subprocess
import sys
import tempfile
import time

import pytest

from relaymark.sources import vocabulary
from relaymark.sources.folders import cache_folder
from relaymark.sources.vocabulary import count, encoding


@pytest.fixture(scope="module")
def o200k(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("vocabulary")))
        patch.setenv("TIKTOKEN_CACHE_DIR", "")
        return encoding()


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("", 0),
        ("a", 1),
        ("hello world", 2),
        ("antidisestablishmentarianism", 6),
        ("2 + 2 = 4", 7),
        ("お誕生日おめでとう", 8),
    ],
)
def test_known_texts(o200k, text, tokens):
    assert o200k.name == "o200k_base"
    assert count(o200k, text) == tokens


@pytest.mark.parametrize("text", ["<|endoftext|>", "<|endofprompt|>", "a<|endoftext|>b"])
def test_special_tokens_in_a_text_are_plain_text(o200k, text):
    assert count(o200k, text) > 3


@pytest.mark.parametrize("text", ["\x00\x01", "\ud800", "a\udcffb", "\ufeff", "😀" * 50, "\r\n" * 9])
def test_odd_texts_are_counted(o200k, text):
    assert count(o200k, text) > 0


def test_a_long_text_is_counted_to_a_thousandth(o200k):
    text = "The quick brown fox jumps over the lazy dog. " * 2_000
    exact = len(o200k.encode_ordinary(text))
    assert len(text) > 4 * vocabulary._PIECE
    assert exact <= count(o200k, text) <= exact * 1.001


@pytest.mark.slow
@pytest.mark.parametrize("unit", ["a", "=", "ab1", "语"])
def test_a_megabyte_without_spaces_is_counted_in_bearable_time(o200k, unit):
    began = time.monotonic()
    tokens = count(o200k, unit * (1_000_000 // len(unit)))
    assert time.monotonic() - began < 60
    assert 10_000 < tokens <= 1_000_000


OFFLINE = """\
import socket
def refused(*_args, **_more):
    raise AssertionError("no network")
socket.socket = socket.create_connection = socket.getaddrinfo = refused
from relaymark.sources.vocabulary import count, encoding
print(count(encoding(), "hello world"))
"""


def counted_by_a_fresh_process(**environ):
    return subprocess.run(
        [sys.executable, "-c", OFFLINE], env={**os.environ, **environ}, check=True, capture_output=True, text=True
    )


def test_a_fresh_home_and_no_network_are_enough(isolated_home):
    unpacked = cache_folder() / "tiktoken"
    assert not unpacked.exists()
    assert counted_by_a_fresh_process().stdout == "2\n"
    [file] = unpacked.iterdir()
    assert str(file).startswith(str(isolated_home))
    written = file.stat().st_mtime_ns
    assert counted_by_a_fresh_process().stdout == "2\n"
    assert file.stat().st_mtime_ns == written


@pytest.mark.parametrize("content", [b"", b"cut sh", b"x" * 3_000_000])
def test_a_damaged_copy_is_replaced(content):
    file = cache_folder() / "tiktoken" / vocabulary._NAME
    file.parent.mkdir(parents=True)
    file.write_bytes(content)
    assert vocabulary._unpacked() == file.parent
    assert hashlib.sha256(file.read_bytes()).hexdigest() == vocabulary._DIGEST


def test_without_a_cache_folder_the_temporary_one_serves(isolated_home, tmp_path, monkeypatch):
    cache_folder().parent.mkdir(parents=True)
    cache_folder().write_text("a file in the way")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    folder = vocabulary._unpacked()
    assert folder.parent == tmp_path
    assert (folder / vocabulary._NAME).stat().st_size > 3_000_000


def test_when_nothing_can_be_written_that_is_an_error_of_the_system(tmp_path, monkeypatch):
    cache_folder().parent.mkdir(parents=True)
    cache_folder().write_text("a file in the way")
    blocked = tmp_path / "file"
    blocked.write_text("too")
    monkeypatch.setattr(tempfile, "tempdir", str(blocked))
    with pytest.raises(OSError, match="neither the cache folder"):
        vocabulary._unpacked()
