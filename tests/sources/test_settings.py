"""Settings files: each layer is read or named as unread, and none of them stops anything."""

import pytest

from relaymark.core.config import Layer
from relaymark.sources.folders import config_file
from relaymark.sources.settings import REPOSITORY_FILE, layers

GOOD = "ceiling-percent = 40\n[models]\nx = 1\n"
VALUES = {"ceiling-percent": 40, "models": {"x": 1}}


@pytest.fixture
def shop(tmp_path):
    folder = tmp_path.resolve() / "shop"
    (folder / ".git").mkdir(parents=True)
    (folder / "src" / "deep").mkdir(parents=True)
    return folder


def write(path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return str(path)


def test_without_files_there_are_no_layers(shop):
    assert layers(str(shop)) == ((), ())
    assert layers(None) == ((), ())


def test_the_users_file_is_weaker_than_that_of_the_repository(shop, isolated_home):
    user = write(config_file(), GOOD)
    own = write(shop / REPOSITORY_FILE, "ceiling-percent = 20\n")
    assert user.startswith(str(isolated_home))
    found, problems = layers(str(shop))
    assert found == (Layer(user, VALUES, False), Layer(own, {"ceiling-percent": 20}, True))
    assert problems == ()
    assert layers(None) == ((Layer(user, VALUES, False),), ())


def test_in_a_subfolder_the_file_at_the_top_of_the_work_tree_counts(shop):
    own = write(shop / REPOSITORY_FILE, GOOD)
    write(shop / "src" / "deep" / REPOSITORY_FILE, "ceiling-percent = 1\n")
    assert layers(str(shop / "src" / "deep")) == ((Layer(own, VALUES, True),), ())


def test_outside_of_git_the_file_of_the_folder_itself_counts(tmp_path):
    own = write(tmp_path / REPOSITORY_FILE, GOOD)
    assert layers(str(tmp_path)) == ((Layer(own, VALUES, True),), ())
    (tmp_path / "below").mkdir()
    assert layers(str(tmp_path / "below")) == ((), ())


def test_an_empty_file_is_an_empty_layer(shop):
    own = write(shop / REPOSITORY_FILE, "\n# nothing\n")
    assert layers(str(shop)) == ((Layer(own, {}, True),), ())


@pytest.mark.parametrize(
    "content",
    [
        "ceiling-percent = = 40",
        "[unclosed",
        "a = 1\na = 2\n",
        b"a = '\xff'\n",
        b"\x00" * 50,
        "a = 1\n".encode("utf-16"),
        "a = " + "[" * 5_000,
        "a = " + "[" * 2_000 + "]" * 2_000,
        "a = " + "{b = " * 3_000,
    ],
    ids=["syntax", "section", "twice", "utf-8", "nul", "utf-16", "deep", "deep and closed", "deep tables"],
)
def test_a_bad_file_is_named_once_and_the_other_layer_stays(shop, content):
    user = write(config_file(), GOOD)
    bad = write(shop / REPOSITORY_FILE, content)
    found, problems = layers(str(shop))
    assert found == (Layer(user, VALUES, False),)
    assert len(problems) == 1
    assert problems[0].startswith(f"{bad}: not read: ")


def test_a_bad_file_of_the_user_leaves_that_of_the_repository(shop):
    bad = write(config_file(), "nonsense")
    own = write(shop / REPOSITORY_FILE, GOOD)
    found, problems = layers(str(shop))
    assert found == (Layer(own, VALUES, True),)
    assert [problem.split(":")[0] for problem in problems] == [bad]


def test_a_folder_where_the_file_is_expected_is_named(shop):
    (shop / REPOSITORY_FILE).mkdir()
    found, problems = layers(str(shop))
    assert found == ()
    assert len(problems) == 1
    assert REPOSITORY_FILE in problems[0]
