"""Names are found in a whole work tree as if each was looked for alone, however many are asked for at once."""

import os
import random
import subprocess

import pytest

from relaymark.sources import symbols
from relaymark.sources.history_state import State, state_of
from relaymark.sources.symbols import Trees, patterns

WORDS = ("run", "run.all", "runner", "Runner::start", "--dry-run", "$scope", "a|b", "x[0]", "save?", "ab_c", "ab")
STATE = State(None, False, frozenset(), ())


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
    found = Trees().where(str(folder), words, STATE)
    assert found == plainly(folder, words)
    assert any(found.values())


def test_a_name_is_found_where_a_longer_one_beginning_with_it_only_seems_to_stand(folder):
    (folder / "one.py").write_text("run.allx()\n")
    (folder / "two.py").write_text("x = run.all\n")
    words = ("run.all", "run")
    assert Trees().where(str(folder), words, STATE) == {"run": ("one.py",), "run.all": ("two.py",)}
    assert patterns(words) == ["run", r"run\.all"]


def test_many_names_take_few_calls(folder, monkeypatch):
    words = [f"some_long_name_of_code_{number}" for number in range(1_500)]
    (folder / "code.py").write_text("\n".join(words[::300]))
    calls = []
    run = subprocess.run
    monkeypatch.setattr(symbols.subprocess, "run", lambda *given, **more: (calls.append(given), run(*given, **more))[1])
    found = Trees().where(str(folder), words, STATE)
    assert len(calls) == 5
    assert len(found) == len(words)
    assert [word for word in words if found[word]] == words[::300]


def test_what_was_found_holds_as_long_as_the_tree_stands_as_it_did(folder):
    trees = Trees()
    (folder / "code.py").write_text("alpha_one\n")
    assert trees.where(str(folder), ["alpha_one"], STATE) == {"alpha_one": ("code.py",)}
    os.unlink(folder / "code.py")
    assert trees.where(str(folder), ["alpha_one"], STATE) == {"alpha_one": ("code.py",)}
    later = State(None, False, frozenset({"code.py"}), (("code.py", 0, 0),))
    assert trees.where(str(folder), ["alpha_one"], later) == {"alpha_one": ()}


@pytest.mark.parametrize("seed", range(4))
def test_after_changes_the_same_is_found_as_by_a_first_look(folder, seed, monkeypatch):
    drawn = random.Random(seed)
    identity = ("-c", "user.name=Dev", "-c", "user.email=dev@example.org", "-c", "commit.gpgsign=false")
    names = ["a.py", "b/c.py", "b.py", "é.py", *(f"many/{number}.py" for number in range(24))]
    (folder / "b").mkdir()
    (folder / "many").mkdir()
    for name in names:
        (folder / name).write_text("run ab_c\n", encoding="utf-8")
    trees, asked = Trees(), []
    run = subprocess.run
    monkeypatch.setattr(symbols.subprocess, "run", lambda *given, **more: (asked.append(given), run(*given, **more))[1])
    for _ in range(14):
        file = folder / drawn.choice(names)
        match drawn.randrange(8):
            case 0:
                file.unlink(missing_ok=True)
            case 1:
                run(["git", "add", "-A"], cwd=folder, check=True)
                run(["git", *identity, "commit", "-q", "--allow-empty", "-m", "work"], cwd=folder, check=True)
            case 2:
                (folder / ".gitignore").write_text(drawn.choice(["b/\n", "*.py\n", "a.py\n"]))
            case _:
                file.write_text(" ".join(drawn.choices(WORDS, k=drawn.randrange(3))), encoding="utf-8")
        state = state_of(str(folder))
        assert trees.where(str(folder), WORDS, state) == Trees().where(str(folder), WORDS, state)
    told = [command[command.index("--") + 1 :] for (command,) in asked]
    assert any(told)
    assert [] in told


def test_an_edit_that_asks_for_a_name_that_may_be_asked_for_calls_git_no_more(folder, monkeypatch):
    (folder / "code.py").write_text("alpha_one beta_two\n")
    trees = Trees()
    assert trees.where(str(folder), ["alpha_one"], STATE, ["beta_two", "gamma.three"]) == {"alpha_one": ("code.py",)}
    monkeypatch.setattr(symbols, "_grep", lambda *_: pytest.fail("git was called"))
    assert trees.where(str(folder), ["beta_two"], STATE) == {"beta_two": ("code.py",)}
