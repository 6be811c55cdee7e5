"""Told windows are kept per session, and a session's id never names another file."""

import os

import pytest

from relaymark.sources import told
from relaymark.sources.told import Told, recall, remember

SESSION = "06b2a57d-3af1-4693-98d7-0a1ca30b2e6e"


def test_what_was_told_is_recalled():
    assert recall(SESSION) is None
    assert remember(Told(SESSION, 1_000_000, "claude-opus-5-5"))
    assert recall(SESSION) == Told(SESSION, 1_000_000, "claude-opus-5-5")
    assert recall("another") is None


def test_the_same_word_again_is_not_new_and_another_one_replaces_it():
    assert remember(Told(SESSION, 200_000))
    assert not remember(Told(SESSION, 200_000))
    assert remember(Told(SESSION, 200_000, "claude-sonnet-4-5"))
    assert remember(Told(SESSION, 1_000_000, "claude-opus-5-5"))
    assert recall(SESSION) == Told(SESSION, 1_000_000, "claude-opus-5-5")
    assert os.listdir(told.folder()) == [f"{SESSION}.json"]


def test_it_lies_in_the_users_state_for_the_user_alone(isolated_home):
    remember(Told(SESSION, 200_000))
    assert str(told.folder()).startswith(str(isolated_home))
    assert os.stat(told.folder()).st_mode & 0o077 == 0
    assert os.stat(told.folder() / f"{SESSION}.json").st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "session", ["", ".", "..", "../escape", "a/b", "a\\b", "a\x00b", "a b", "ä", "x" * 129, "a\n", "/etc/passwd"]
)
def test_an_id_that_cannot_be_a_file_name_is_not_kept(session, isolated_home):
    assert not remember(Told(session, 200_000))
    assert recall(session) is None
    assert not list(isolated_home.rglob("*.json"))


@pytest.mark.parametrize("session", ["x" * 128, "a.b_c-D9", "..a"])
def test_any_plain_id_is_kept(session):
    assert remember(Told(session, 200_000))
    assert recall(session) == Told(session, 200_000)


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b'{"session":"x"}', b'{"session":"x","window":"200000"}', b"\xff"]
)
def test_a_broken_file_tells_nothing_and_is_replaced(content):
    remember(Told(SESSION, 200_000))
    (told.folder() / f"{SESSION}.json").write_bytes(content)
    assert recall(SESSION) is None
    assert remember(Told(SESSION, 200_000))
    assert recall(SESSION) == Told(SESSION, 200_000)


def test_a_state_folder_that_cannot_be_written_is_an_error_of_the_system(isolated_home):
    told.folder().parent.mkdir(parents=True)
    told.folder().write_text("a file")
    with pytest.raises(OSError, match=r"."):
        remember(Told(SESSION, 200_000))
    assert recall(SESSION) is None
