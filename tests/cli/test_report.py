"""`relaymark report`, as a whole program: one call, JSON lines, pinned files, and what it refuses."""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from relaymark.agents.reported import AGENT
from relaymark.core.session import Context, Ran
from relaymark.sources.transcript import Transcript

WHO = ("--agent", "wrap", "--session", "chat-1")


def drop(world, agent="wrap", session="chat-1"):
    return world.state / f"relaymark/reported/{agent}/{session}.jsonl"


def tell(world, *words, who=WHO, **more):
    done = world.run("report", *who, *words, **more)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    return done.stdout


def refused(world, *words, who=WHO, **more):
    before = drop(world).read_bytes() if drop(world).exists() else None
    done = world.run("report", *who, *words, **more)
    assert done.returncode == 2
    assert done.stdout == ""
    assert (drop(world).read_bytes() if drop(world).exists() else None) == before, "nothing is written"
    return done.stderr


def written(path):
    lines = [json.loads(line) for line in path.read_bytes().splitlines()]
    assert all(line.pop("time") for line in lines)
    return lines


def read(world, session="chat-1"):
    return Transcript(AGENT, str(drop(world, session=session))).read_all()


def test_the_first_report_says_where_the_session_works(bare):
    folder = bare.folder("shop")
    assert tell(bare, "prompt", "text=Add = signs", cwd=folder) == ""
    assert written(drop(bare)) == [
        {"event": "started", "cwd": str(folder)},
        {"event": "prompt", "text": "Add = signs"},
    ]
    tell(bare, "reply", "tokens=41211", cwd=bare.folder("elsewhere"))
    tell(bare, "command", "command=make test", "exit=2", "ok=false")
    session = read(bare)
    assert (session.id, session.cwd, session.prompt_count) == ("chat-1", str(folder), 1)
    assert session.context == Context(41_211, "reported")
    assert session.commands == (Ran("make test", 2, ok=False),)
    assert session.started_at
    assert session.updated_at >= session.started_at


def test_a_named_folder_counts_at_every_report(bare):
    one, two = bare.folder("one"), bare.folder("two")
    tell(bare, "started", "version=2", "--cwd", str(one))
    assert written(drop(bare)) == [{"event": "started", "cwd": str(one), "version": "2"}]
    tell(bare, "--cwd", "two", "waiting")
    assert written(drop(bare))[1:] == [{"event": "cwd", "cwd": str(two)}, {"event": "waiting"}]
    assert (read(bare).cwd, read(bare).version) == (str(two), "2")


def test_the_drop_file_is_the_user_s_alone(bare):
    tell(bare, "waiting")
    assert drop(bare).stat().st_mode & 0o777 == 0o600
    assert drop(bare).parent.stat().st_mode & 0o777 == 0o700


def test_json_lines_are_taken_as_they_are(bare):
    lines = [
        {"event": "started", "cwd": "/home/dev/shop", "time": "2026-11-20T09:00:00Z"},
        {"event": "prompt", "text": "Löse „es“\nnow", "time": 1_795_165_260},
        {"event": "reply", "tokens": None},
    ]
    tell(bare, stdin="\n".join(map(json.dumps, lines)) + "\n\n")
    found = [json.loads(line) for line in drop(bare).read_bytes().splitlines()]
    assert found[:2] == lines[:2]
    assert found[2] | {"time": ""} == lines[2] | {"time": ""}
    assert read(bare).started_at == 1_795_165_200.0
    assert read(bare).prompts[0].text == "Löse „es“\nnow"


@pytest.mark.parametrize(
    ("words", "names"),
    [
        (["tokens", "tokens=1"], ["tokens", "reply", "turnEnded"]),
        (["reply"], ["reply", "`tokens`"]),
        (["reply", "tokens=many"], ["reply", "`tokens`"]),
        (["reply", "41211"], ["41211", "KEY=VALUE"]),
        (["reply", "tokens=1", "tokens=2"], ["tokens", "twice"]),
        (["reply", "tokens=1", "token=2"], ["reply", "`token`"]),
        (["prompt", "txt=Go", "text=x"], ["prompt", "`txt`"]),
        (["cwd", "cwd=shop"], ["cwd", "absolute"]),
        (["waiting", "time=tomorrow"], ["waiting", "`time`"]),
        (["waiting", "event=ended"], ["event", "twice"]),
        (["--text", "x", "reply", "tokens=1"], ["reply", "--text"]),
        (["--pin", "nowhere.py"], ["nowhere.py", "No such file"]),
        ([], ["standard input"]),
    ],
)
def test_bad_input_is_refused_with_one_message_that_names_it(bare, words, names):
    message = refused(bare, *words)
    assert message.count("\n") == 1
    assert all(name in message for name in names), message


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ('{"event": "reply"}', ["line 3", "reply", "`tokens`"]),
        ('{"event": "reply", "tokens": "1"}', ["line 3", "`tokens`"]),
        ('{"event": "reply", "tokens": 1, "cost": 2}', ["line 3", "`cost`"]),
        ("[1]", ["line 3", "object"]),
        ('{"event"', ["line 3", "JSON"]),
        ("\udcff", ["line 3", "JSON"]),
        ('{"event":"said","text":"' + "x" * 1_100_000 + '"}', ["line 3", "1024 kB"]),
    ],
)
def test_of_json_lines_all_are_taken_or_none(bare, line, names):
    tell(bare, "waiting")
    given = b'{"event":"waiting"}\n\n' + line.encode("utf-8", "surrogateescape") + b"\n"
    before = drop(bare).read_bytes()
    done = bare.run("report", *WHO, stdin=given)
    assert (done.returncode, drop(bare).read_bytes()) == (2, before)
    assert all(name in done.stderr.decode() for name in names), done.stderr


@pytest.mark.parametrize(
    "who",
    [("--agent", "../etc", "--session", "a"), ("--agent", "wrap", "--session", "a/b"), ("--agent", "wrap"),
     ("--session", "a"), ("--agent", "", "--session", "a"), ("--agent", "wrap", "--session", "..")],
)  # fmt: skip
def test_names_that_are_no_file_names_are_refused(bare, who):
    refused(bare, "waiting", who=who)
    assert not list(bare.state.rglob("*.jsonl"))


def test_what_one_call_hands_in_has_a_limit(bare):
    done = bare.run("report", *WHO, stdin=b'{"event":"waiting"}\n' * 900_000)
    assert (done.returncode, done.stderr) == (2, b"standard input: more than 16 MB\n")
    assert not drop(bare).exists()


def test_a_drop_file_has_a_limit(bare):
    tell(bare, "waiting")
    with drop(bare).open("r+b") as file:
        file.truncate(256 * 1024 * 1024)
    done = bare.run("report", *WHO, "waiting")
    assert done.returncode == 2
    assert "256 MB" in done.stderr
    assert drop(bare).stat().st_size == 256 * 1024 * 1024


def test_a_line_that_another_program_left_unfinished_spoils_only_itself(bare):
    tell(bare, "reply", "tokens=7")
    with drop(bare).open("ab") as file:
        file.write(b'{"event":"rep')
    tell(bare, "reply", "tokens=9")
    session = read(bare)
    assert (session.context.tokens, session.bad_records) == (9, 1)


def test_a_state_folder_that_cannot_be_written_is_said(bare):
    (bare.state / "relaymark").mkdir(parents=True)
    (bare.state / "relaymark/reported").write_text("in the way")
    done = bare.run("report", *WHO, "waiting")
    assert done.returncode == 1
    assert "not written" in done.stderr
    assert "Traceback" not in done.stderr


# Chats in a browser


def test_pinned_files_and_text_add_up(bare):
    folder = bare.folder("shop")
    (folder / "a.py").write_text("one two three four")
    (folder / "b.md").write_text("five six")
    assert tell(bare, "--pin", "a.py", "b.md", cwd=folder) == "6 tokens added, 6 in wrap/chat-1\n"
    assert written(drop(bare)) == [
        {"event": "started", "cwd": str(folder)},
        {"event": "mentioned", "path": f"{folder}/a.py"},
        {"event": "mentioned", "path": f"{folder}/b.md"},
        {"event": "reply", "tokens": 6},
    ]
    assert tell(bare, "--text", "-", stdin="seven eight nine", cwd=folder) == "3 tokens added, 9 in wrap/chat-1\n"
    assert tell(bare, "--text", "ten", "--pin", "a.py", cwd=folder) == "5 tokens added, 14 in wrap/chat-1\n"
    assert read(bare).context == Context(14, "reported")
    assert [file.path for file in read(bare).attachments] == [f"{folder}/a.py", f"{folder}/b.md"]


def test_after_a_compaction_the_sum_begins_anew(bare):
    tell(bare, "--text", "one two three")
    tell(bare, "compacted")
    assert tell(bare, "--text", "four") == "1 tokens added, 1 in wrap/chat-1\n"


def test_a_file_that_is_no_text_is_refused(bare):
    folder = bare.folder("shop")
    (folder / "logo.png").write_bytes(b"\x89PNG\0\0")
    assert refused(bare, "--pin", "logo.png", cwd=folder) == "logo.png: is no text\n"
    assert refused(bare, "--pin", ".", cwd=folder).startswith(".: ")


@pytest.mark.slow
def test_reports_at_the_same_time_lose_nothing(bare):
    """Or a session's calls, which hooks make beside each other, would overwrite each other's lines and sums."""

    def one(number):
        words = ["--text", "one"] if number % 2 else ["said", "text=" + "x" * 5_000]
        return subprocess.run(
            [sys.executable, "-m", "relaymark", "report", *WHO, *words],
            env=bare.env, stdin=subprocess.DEVNULL, capture_output=True, cwd=bare.work, check=False, timeout=60,
        )  # fmt: skip

    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(one, range(12)))
    assert [each.returncode for each in done] == [0] * 12
    lines = written(drop(bare))
    assert [line["tokens"] for line in lines if line["event"] == "reply"] == [1, 2, 3, 4, 5, 6]
    assert sum(line["event"] == "said" for line in lines) == 6
    assert [line["event"] for line in lines].count("started") == 1
