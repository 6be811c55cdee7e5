"""Writing a note: killed at every step, on a full disk, in a folder that cannot be written, by many writers at once."""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from relaymark.sources import handovers
from relaymark.sources.handovers import notes, write_new, write_new_file
from relaymark.sources.places import NOTES

TEXT = "---\nsession: a\n---\n" + "- a line of the note\n" * 500
STEM = "20261120T101500Z-PLAN-1-a"

WRITER = """
import os, signal, sys
from relaymark.sources import handovers
from relaymark.sources.handovers import write_new
from relaymark.sources.places import NOTES

top, at, links = sys.argv[1], int(sys.argv[2]), sys.argv[3] == "links"
if not links:
    def refuse(*_):
        raise OSError("not supported")
    os.link = refuse
steps = 0
watched = False

def step(event, args):
    global steps
    if watched and event in ("open", "os.link", "os.rename", "os.remove", "os.mkdir", "os.scandir"):
        steps += 1
        if steps == at:
            os.kill(os.getpid(), signal.SIGKILL)

def between(frame, event, arg):
    global steps
    if watched and event in ("line", "return"):
        steps += 1
        if steps == at:
            os.kill(os.getpid(), signal.SIGKILL)
    return between

text = sys.stdin.read()
if sys.argv[4] == "calls":
    sys.addaudithook(step)
else:
    def outer(frame, event, arg):
        return between if frame.f_code.co_filename == handovers.__file__ else None
    sys.settrace(outer)
watched = True
write_new(top, NOTES, "20261120T101500Z-PLAN-1-a", text)
watched = False
print("written")
"""


def write_killed(top, at, links, how):
    command = [sys.executable, "-c", WRITER, str(top), str(at), "links" if links else "none", how]
    return subprocess.run(command, input=TEXT, text=True, capture_output=True, timeout=30, check=False)


@pytest.mark.slow
@pytest.mark.parametrize("links", [True, False])
@pytest.mark.parametrize("how", ["calls", "lines"])
def test_killed_at_any_step_there_is_a_whole_note_or_none_and_earlier_ones_stay(tmp_path, links, how):
    killed = 0
    for at in range(1, 200, 1 if how == "calls" else 3):
        top = tmp_path / str(at)
        earlier = write_new(str(top), NOTES, STEM, "the note of before\n")
        done = write_killed(top, at, links, how)
        found = dict(notes(str(top)))
        assert found.pop(f"{NOTES}/{earlier.name}") == "the note of before\n"
        assert set(found.values()) <= {TEXT}
        assert all(
            name.startswith(".")
            for name in os.listdir(earlier.parent)
            if f"{NOTES}/{name}" not in dict(notes(str(top)))
        )
        if done.returncode == 0:
            assert done.stdout == "written\n"
            break
        killed += 1
        assert write_new(str(top), NOTES, STEM, TEXT).read_text() == TEXT, "the next writer is not held up"
    else:
        pytest.fail("it never came to its end")
    assert killed > 4


def test_what_a_killed_writer_left_is_swept_away_an_hour_later(tmp_path):
    folder = tmp_path / NOTES
    folder.mkdir(parents=True)
    old, new = folder / f".{'a' * 32}.tmp", folder / f".{'b' * 32}.tmp"
    for path in (old, new, folder / ".mine.tmp"):
        path.write_text("half")
    past = time.time() - 2 * 3_600
    os.utime(old, (past, past))
    os.utime(folder / ".mine.tmp", (past, past))
    write_new(str(tmp_path), NOTES, STEM, "x\n")
    assert sorted(os.listdir(folder)) == sorted([".mine.tmp", new.name, f"{STEM}.md"])


LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (8192, 8192))
from relaymark.sources.handovers import write_new
from relaymark.sources.places import NOTES
try:
    write_new(sys.argv[1], NOTES, "a", "x" * 100_000)
except OSError as error:
    print(error.strerror)
"""


def test_where_a_file_may_not_grow_nothing_half_written_stays(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(tmp_path)], capture_output=True, text=True, timeout=30, check=False
    )
    assert done.stdout == "File too large\n", done.stderr
    assert os.listdir(tmp_path / NOTES) == []


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 64 kB, nearly full; skipped where none can be mounted."""
    where = tmp_path / "disk"
    where.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "none", str(where)], capture_output=True, check=False
    )
    if made.returncode != 0:
        pytest.skip("no file system can be mounted here")
    try:
        yield where
    finally:
        subprocess.run(["umount", str(where)], capture_output=True, check=False)


def test_on_a_full_disk_the_error_is_clear_and_nothing_half_written_stays(small_disk):
    kept = write_new(str(small_disk), NOTES, STEM, TEXT)
    with pytest.raises(OSError, match="No space left on device"):
        write_new(str(small_disk), NOTES, STEM, "x" * 100_000)
    assert os.listdir(small_disk / NOTES) == [kept.name]
    assert kept.read_text() == TEXT
    assert write_new(str(small_disk), NOTES, STEM, "short\n").read_text() == "short\n"


def _refuses(folder):
    folder.chmod(0o500)
    if os.access(folder, os.W_OK):  # root may write anywhere
        made = subprocess.run(
            ["mount", "--bind", "-o", "ro", str(folder), str(folder)], capture_output=True, check=False
        )
        again = subprocess.run(["mount", "-o", "remount,bind,ro", str(folder)], capture_output=True, check=False)
        return made.returncode == again.returncode == 0
    return True


def test_in_a_folder_that_cannot_be_written_the_error_is_clear(tmp_path):
    folder = tmp_path / NOTES
    folder.mkdir(parents=True)
    (folder / f"{STEM}.md").write_text("kept\n")
    if not _refuses(folder):
        pytest.skip("nothing keeps this user from writing")
    try:
        with pytest.raises(OSError, match=r"Read-only|Permission denied"):
            write_new(str(tmp_path), NOTES, STEM, TEXT)
        assert os.listdir(folder) == [f"{STEM}.md"]
    finally:
        subprocess.run(["umount", str(folder)], capture_output=True, check=False)
        folder.chmod(0o700)


@pytest.mark.parametrize("links", [True, False])
def test_many_writers_of_one_name_all_keep_their_notes(tmp_path, monkeypatch, links):
    if not links:

        def refuse(*_):
            raise OSError("not supported")

        monkeypatch.setattr(handovers.os, "link", refuse)
    texts = [f"note {number}\n" for number in range(60)]
    with ThreadPoolExecutor(12) as pool:
        paths = list(pool.map(lambda text: write_new(str(tmp_path), NOTES, STEM, text), texts))
    assert len(set(paths)) == len(texts)
    assert [path.read_text() for path in paths] == texts
    assert sorted(text for _, text in notes(str(tmp_path))) == sorted(texts)
    assert not [name for name in os.listdir(tmp_path / NOTES) if name.startswith(".")]


def test_a_note_is_never_put_over_one_that_came_in_between(tmp_path, monkeypatch):
    real = Path.exists
    monkeypatch.setattr(Path, "exists", lambda path: False if path.name == "a.md" else real(path))
    (tmp_path / "a.md").write_text("theirs\n")
    with pytest.raises(FileExistsError):
        write_new_file(tmp_path / "a.md", "mine\n")
    assert (tmp_path / "a.md").read_text() == "theirs\n"
