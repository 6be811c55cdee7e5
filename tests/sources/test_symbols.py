"""Names are found in a whole work tree as if each was looked for alone, however many are asked for at once."""

import os
import random
import subprocess

import pytest

from relaymark.sources import symbols
from relaymark.sources.symbols import Trees, patterns

WORDS = ("run", "run.all", "runner", "Runner::start", "--dry-run", "$scope", "a|b", "x[0]", "save?", "ab_c", "ab")


@pytest.fixture
def folder(tmp_path):
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    return tmp_path


def plainly(folder, words):
    """The files that hold each word, by git's own search for words in which no letter means anything else."""
    command = ["git", "grep", "-o", "-z", "-F", "-w", "--untracked", *(part for word in words for part in ("-e", word))]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    found = {word: {} for word in words}
    for line in done.stdout.splitlines():
        file, _, word = line.partition("\0")
        found[word][file] = None
    return {word: tuple(files)[:20] for word, files in found.items()}


@pytest.mark.parametrize("seed", range(5))
def test_names_are_found_as_git_finds_plain_words(folder, seed):
    drawn = random.Random(seed)
    pieces = (*WORDS, "x", "_", "é", ".", "::", "-", " ", " ")
    for number in range(60):
        lines = ("".join(drawn.choices(pieces, k=drawn.randrange(1, 6))) for _ in range(2))
        (folder / f"{number}.txt").write_text("\n".join(lines), encoding="utf-8")
    words = drawn.sample(WORDS, k=9)
    found = Trees().where(str(folder), words, ())
    assert found == plainly(folder, words)
    assert any(found.values())


def test_a_name_is_found_where_a_longer_one_beginning_with_it_only_seems_to_stand(folder):
    (folder / "one.py").write_text("run.allx()\n")
    (folder / "two.py").write_text("x = run.all\n")
    words = ("run.all", "run")
    assert Trees().where(str(folder), words, ()) == {"run": ("one.py",), "run.all": ("two.py",)}
    assert patterns(words) == ["run", r"run\.all"]


def test_many_names_take_few_calls(folder, monkeypatch):
    words = [f"some_long_name_of_code_{number}" for number in range(1_500)]
    (folder / "code.py").write_text("\n".join(words[::300]))
    calls = []
    run = subprocess.run
    monkeypatch.setattr(symbols.subprocess, "run", lambda *given, **more: (calls.append(given), run(*given, **more))[1])
    found = Trees().where(str(folder), words, ())
    assert len(calls) == 2
    assert len(found) == len(words)
    assert [word for word in words if found[word]] == words[::300]


def test_what_was_found_holds_as_long_as_the_tree_stands_as_it_did(folder):
    trees = Trees()
    (folder / "code.py").write_text("alpha_one\n")
    assert trees.where(str(folder), ["alpha_one"], (1,)) == {"alpha_one": ("code.py",)}
    os.unlink(folder / "code.py")
    assert trees.where(str(folder), ["alpha_one"], (1,)) == {"alpha_one": ("code.py",)}
    assert trees.where(str(folder), ["alpha_one"], (2,)) == {"alpha_one": ()}
