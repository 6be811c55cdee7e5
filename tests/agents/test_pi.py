"""Pi: sessions written by hand after the documented facts, since no recordings exist."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relaymark.agents.pi import AGENT, LINES, slug, window
from relaymark.core import events as ev
from relaymark.core.agent import Home
from relaymark.core.fold import SessionFold
from relaymark.core.session import Context, Ran
from relaymark.sources import transcript
from relaymark.sources.transcript import Transcript

ID = "0199d7c1-6a52-7d0c-8e5d-1f1f0c11aa01"
OTHER = "0199d7c1-6a52-7d0c-8e5d-1f1f0c11aa02"
CWD = "/home/dev/shop"
FILE = f"2026-11-20T09-12-44-000Z_{ID}.jsonl"
PATH = f"/home/dev/.pi/agent/sessions/--home-dev-shop--/{FILE}"
UNKNOWN = Context()


def header(**more):
    return {"type": "session", "version": 3, "id": ID, "timestamp": "2026-11-20T09:12:44.000Z", "cwd": CWD, **more}


class File:
    """Writes entries, each below the last one unless told otherwise."""

    def __init__(self):
        self.lines, self.leaf, self.count = [header()], None, 0

    def add(self, kind, parent="", **more):
        self.count += 1
        name, above = f"{self.count:08x}", self.leaf if parent == "" else parent
        at = f"2026-11-20T09:13:{self.count:02d}.000Z"
        self.lines.append({"type": kind, "id": name, "parentId": above, "timestamp": at, **more})
        self.leaf = name
        return name

    def message(self, role, content, parent="", **more):
        return self.add("message", parent, message={"role": role, "content": content, **more})

    def user(self, text="Go", parent=""):
        return self.message("user", [{"type": "text", "text": text}], parent)

    def reply(self, total=12_000, text="Done.", stop="stop", parent="", usage=None, calls=()):
        blocks = [{"type": "text", "text": text}] if text else []
        blocks += [{"type": "toolCall", "id": i, "name": n, "arguments": a} for i, n, a in calls]
        if usage is None:
            usage = {"input": total - 150, "output": 100, "cacheRead": 50, "cacheWrite": 0, "totalTokens": total}
        told = {"provider": "anthropic", "model": "claude-sonnet-4-5", "usage": usage, "stopReason": stop}
        return self.message("assistant", blocks, parent, **told)

    def result(self, text, call="c1", tool="read", *, error=False):
        block = [{"type": "text", "text": text}]
        return self.message("toolResult", block, toolCallId=call, toolName=tool, isError=error)

    def session(self, path=PATH):
        return fold(*self.lines, path=path)


def fold(*lines, path=PATH):
    decode, folding = LINES.decoder(path), SessionFold(AGENT.name, "fallback")
    for at, line in enumerate(lines):
        folding.add(at, decode(line))
    return folding.session(path)


def talk():
    file = File()
    file.user("Add the keys")
    file.reply()
    return file


# Who, where, when


def test_a_session_tells_who_and_where_it_is():
    session = talk().session()
    assert (session.id, session.cwd, session.agent) == (ID, CWD, "pi")
    assert (session.model, session.provider, session.window) == ("claude-sonnet-4-5", "anthropic", None)
    assert [typed.text for typed in session.prompts] == ["Add the keys"]
    assert (session.prompt_count, session.turn, session.bad_records) == (1, "ended", 0)
    assert session.started_at == 1_795_165_964.0
    assert session.updated_at == 1_795_165_982.0


def test_the_last_name_is_the_title_and_stays_after_going_back():
    file = talk()
    file.add("session_info", name="Keys")
    file.add("session_info", name="")
    file.user("More")
    file.user("Other", parent="00000002")
    session = file.session()
    assert session.title == "Keys"
    assert [typed.text for typed in session.prompts] == ["Add the keys", "Other"]


def test_a_fork_tells_whose_history_it_took_over():
    above = f"/home/dev/.pi/agent/sessions/--home-dev-shop--/2026-11-19T09-12-44-000Z_{OTHER}.jsonl"
    session = fold(header(parentSession=above))
    assert (session.forked_from, session.parent) == (OTHER, None)


def test_a_model_change_counts_until_the_next_reply():
    file = talk()
    file.add("model_change", provider="openai", modelId="gpt-5")
    assert (file.session().model, file.session().provider) == ("gpt-5", "openai")


# The context


def test_the_context_is_the_total_of_the_last_reply():
    assert talk().session().context == Context(12_000, "measured")


def test_without_a_total_the_four_buckets_are_added_up():
    file = File()
    file.user()
    file.reply(usage={"input": 900, "output": 100, "cacheRead": 7_000, "cacheWrite": 2_000, "totalTokens": 0})
    assert file.session().context == Context(10_000, "measured")


def test_text_after_the_last_reply_is_added_as_an_estimate():
    file = talk()
    file.user("x" * 401)
    assert file.session().context == Context(12_000 + 101, "estimated")
    file.add("thinking_level_change", thinkingLevel="high")
    assert file.session().context == Context(12_101, "estimated")
    file.reply(total=12_500)
    assert file.session().context == Context(12_500, "measured")


def test_an_estimate_goes_along_the_branch_from_message_to_message():
    file = File()
    file.user()
    file.reply(total=5_000, text="", stop="toolUse", calls=[("c1", "read", {"path": "a.py"})])
    file.result("y" * 4_000)
    file.message("bashExecution", None, command="ls", output="z" * 98, exitCode=0)
    assert file.session().context == Context(5_000 + 1_000 + 25, "estimated")


def test_text_is_measured_as_the_program_does():
    file = talk()
    file.message("user", "\N{PILE OF POO}" * 4)
    assert file.session().context.tokens == 12_002
    file.message("custom", [{"type": "image", "data": "…"}])
    assert file.session().context.tokens == 13_202
    file.add("branch_summary", fromId="00000001", summary="s" * 8)
    assert file.session().context.tokens == 13_204
    calls = [("c9", "ls", {"path": "/srv", "n": 1})]
    file.reply(usage={"input": 0}, text="abcd", stop="aborted", calls=calls)
    assert file.session().context.tokens == 13_204 + -(-(4 + len("ls") + len('{"path":"/srv","n":1}')) // 4)


@pytest.mark.parametrize("stop", ["aborted", "error"])
def test_the_usage_of_an_aborted_or_failed_reply_does_not_count(stop):
    file = talk()
    file.user("again")
    file.reply(total=90_000, text="abcdefgh", stop=stop)
    session = file.session()
    assert session.context == Context(12_000 + 2 + 2, "estimated")
    assert session.turn == {"aborted": "interrupted", "error": "failed"}[stop]


def test_before_the_first_reply_nothing_is_known():
    file = File()
    file.user("x" * 4_000)
    assert file.session().context == UNKNOWN


@pytest.mark.parametrize("usage", [{}, {"input": 0, "output": 0, "cacheRead": 0, "cacheWrite": 0, "totalTokens": 0}])
def test_a_usage_of_zeros_is_no_figure(usage):
    file = talk()
    file.reply(usage=usage, text="abcd")
    assert file.session().context == Context(12_001, "estimated")


@pytest.mark.parametrize("usage", ["12", [], {"totalTokens": "12"}, {"input": -1}, {"totalTokens": 1.5}])
def test_a_usage_that_cannot_be_read_makes_the_context_unknown(usage):
    file = talk()
    file.reply(usage=usage)
    file.user("x" * 400)
    session = file.session()
    assert session.context == UNKNOWN
    assert session.bad_records == 1


def test_after_a_compaction_the_context_is_unknown_until_a_good_reply():
    file = talk()
    kept = file.user("Go on")
    file.add("compaction", summary="What was done", firstKeptEntryId=kept, tokensBefore=12_000)
    assert (file.session().context, file.session().compactions) == (UNKNOWN, 1)
    file.user("x" * 4_000)
    file.reply(total=80_000, stop="error")
    file.reply(usage={"totalTokens": 0})
    assert file.session().context == UNKNOWN
    file.reply(total=4_000)
    assert file.session().context == Context(4_000, "measured")


def test_going_back_behind_a_compaction_brings_the_older_figure_again():
    file = talk()
    leaf = file.leaf
    file.add("compaction", summary="S", firstKeptEntryId=leaf, tokensBefore=12_000)
    file.user("abcd", parent=leaf)
    session = file.session()
    assert (session.context, session.compactions) == (Context(12_001, "estimated"), 0)


# The tree


def test_only_the_branch_of_the_last_entry_counts():
    file = talk()
    file.user("A wrong turn")
    file.reply(total=50_000)
    file.user("Better", parent="00000002")
    session = file.session()
    assert [typed.text for typed in session.prompts] == ["Add the keys", "Better"]
    assert session.context == Context(12_002, "estimated")


def test_going_back_within_a_turn_leaves_what_came_after_it():
    file = File()
    file.user()
    first = file.reply(total=5_000, text="", stop="toolUse", calls=[("c1", "bash", {"command": "make"})])
    file.result("ok", tool="bash")
    file.reply(total=6_000, text="", stop="toolUse", calls=[("c2", "bash", {"command": "make clean"})])
    file.result("ok", call="c2", tool="bash")
    file.add("branch_summary", parent=first, fromId=file.leaf, summary="It cleaned up")
    session = file.session()
    assert [ran.command for ran in session.commands] == ["make"]
    assert session.context == Context(5_000 + 4, "estimated")


def test_a_file_of_version_1_is_a_list():
    file = talk()
    file.user("x" * 40)
    lines = [{key: value for key, value in line.items() if key not in ("id", "parentId")} for line in file.lines[1:]]
    lines.append({"type": "compaction", "summary": "S", "firstKeptEntryIndex": 1, "tokensBefore": 1})
    old = {"type": "session", "id": ID, "timestamp": "2026-11-20T09:12:44.000Z", "cwd": CWD}
    assert fold(old, *lines[:-1]).context == Context(12_010, "estimated")
    assert (fold(old, *lines).context, fold(old, *lines).prompt_count) == (UNKNOWN, 2)


# Files and commands


def test_files_are_read_and_edited_when_the_call_came_back_well():
    file = File()
    file.user()
    calls = [
        ("c1", "read", {"path": "src/keys.py", "offset": 10, "limit": 5}),
        ("c2", "edit", {"path": "@src/keys.py", "oldText": "a", "newText": "b"}),
        ("c3", "write", {"path": "/tmp/new.py", "content": "x"}),
        ("c4", "edit", {"path": "src/gone.py", "edits": [{"oldText": "a", "newText": "b"}]}),
        ("c5", "read", {"path": "~/.ssh/config"}),
    ]
    file.reply(text="", stop="toolUse", calls=calls)
    for call, *_ in calls:
        file.result("…", call=call, tool="x", error=call == "c4")
    session = file.session()
    assert session.files_read == (f"{CWD}/src/keys.py",)
    assert session.files_edited == (f"{CWD}/src/keys.py", "/tmp/new.py")
    assert session.turn == "open"
    decoded = LINES.decoder(PATH)(file.lines[2])
    assert ev.FileRead("c1", "src/keys.py", 10, 5) in decoded.events
    assert [event.count for event in decoded.events if isinstance(event, ev.FileRead)] == [5]


def test_a_failed_command_tells_its_exit_code():
    file = File()
    file.user()
    file.reply(text="", stop="toolUse", calls=[("c1", "bash", {"command": "false"}), ("c2", "bash", {"command": "ls"})])
    file.result("no\n\nCommand exited with code 2", tool="bash", error=True)
    file.result("Command exited with code 3", call="c2", tool="bash")
    assert file.session().commands == (Ran("false", 2, ok=False), Ran("ls", None, ok=True))


def test_shell_lines_and_messages_of_extensions_are_no_prompts():
    file = talk()
    file.message("bashExecution", None, command="git status", output="clean", exitCode=0)
    file.add("custom_message", customType="notes", content="Remember this", display=True)
    file.message("hookMessage", "Old name of it", customType="x")
    file.add("custom", customType="notes", data={"role": "user", "content": "no"})
    assert file.session().prompt_count == 1
    told = [event for line in file.lines[3:] for event in LINES.decoder(PATH)(line).events]
    assert [event.text for event in told if isinstance(event, ev.Fed)] == [
        "git status\nclean",
        "Remember this",
        "Old name of it",
    ]


def test_a_shell_line_kept_out_of_the_context_is_not_fed():
    line = {"role": "bashExecution", "command": "env", "output": "", "excludeFromContext": True}
    assert LINES.decoder(PATH)({"type": "message", "id": "a", "message": line}).events == ()


# Where it lies


@pytest.mark.parametrize(
    ("environ", "home", "found"),
    [
        ({}, "/home/dev", Home("/home/dev/.pi/agent")),
        ({}, "/Users/dev", Home("/Users/dev/.pi/agent")),
        ({}, "C:\\Users\\dev", Home("c:/Users/dev/.pi/agent")),
        ({"PI_CODING_AGENT_DIR": "/data/pi"}, "/home/dev", Home("/data/pi", "PI_CODING_AGENT_DIR")),
        ({"PI_CODING_AGENT_DIR": "~/pi"}, "/home/dev", Home("/home/dev/pi", "PI_CODING_AGENT_DIR")),
        ({"PI_CODING_AGENT_DIR": "~"}, "/home/dev", Home("/home/dev", "PI_CODING_AGENT_DIR")),
        ({"PI_CODING_AGENT_DIR": " "}, "/home/dev", Home("/home/dev/.pi/agent")),
    ],
)
def test_homes(environ, home, found):
    assert AGENT.homes(environ, home) == (found,)


@pytest.mark.parametrize(
    ("path", "owned"),
    [
        (f"sessions/--home-dev-shop--/{FILE}", True),
        ("sessions/--home-dev-shop--/notes.jsonl", False),
        (f"sessions/{FILE}", False),
        (f"sessions/.trash/{FILE}", False),
        (f"sessions/--home-dev-shop--/{ID}/{FILE}", False),
        ("auth.json", False),
        ("models.json", False),
        ("settings.json", False),
    ],
)
def test_owns(path, owned):
    assert AGENT.owns(path) is owned


def test_the_name_of_a_file_gives_the_session():
    assert LINES.session_id(PATH) == ID
    assert LINES.session_id("C:\\Users\\dev\\.pi\\agent\\sessions\\--C--dev--\\" + FILE) == ID
    assert LINES.session_id("/home/dev/notes.jsonl") is None


@pytest.mark.parametrize(
    ("folder", "beginning"), [("/home/dev/shop", "--home-dev-shop"), ("C:\\dev\\shop", "--C--dev-shop")]
)
def test_the_folder_of_a_directory(folder, beginning):
    assert slug(folder) == beginning
    assert AGENT.near("/home/dev/shop") in PATH


def test_lines_are_recognised_and_those_of_others_are_not():
    file = talk()
    assert all(LINES.recognises(line) for line in file.lines)
    for other in ({"type": "message", "uuid": "1"}, {"type": "session", "id": 1}, [], None, {"type": [], "id": ""}):
        assert not LINES.recognises(other)


def test_the_user_may_give_a_model_its_window():
    models = {"providers": {"local": {"apiKey": "…", "models": [{"id": "qwen", "contextWindow": 65_536}]}}}
    assert window(models, "local", "qwen") == 65_536
    assert (window(models, "local", "other"), window(models, None, "qwen"), window([], "local", "qwen")) == (None,) * 3
    [file] = AGENT.window_files
    assert file.files({}, "/home/dev", None) == ("/home/dev/.pi/agent/models.json",)


# From the end of a file


def test_at_every_moment_the_end_of_a_file_gives_the_gauge_of_the_whole(tmp_path, monkeypatch):
    file = File()
    for turn in range(30):
        file.user(f"Prompt {turn}" + "x" * 300)
        file.reply(total=5_000 + turn, text="", stop="toolUse", calls=[("c", "read", {"path": f"f{turn}.py"})])
        file.result("y" * 1_000)
        if turn == 12:
            file.add("compaction", summary="S" * 900, firstKeptEntryId=file.leaf, tokensBefore=1)
        file.reply(total=6_000 + turn, parent="" if turn % 7 else file.leaf)
    path = tmp_path / FILE
    partial = 0
    written = b""
    for line in file.lines:
        written += json.dumps(line).encode() + b"\n"
        path.write_bytes(written)
        monkeypatch.setattr(transcript, "TAIL", 1 << 30)
        whole = Transcript(AGENT, str(path)).refresh()
        monkeypatch.setattr(transcript, "TAIL", 3_000)
        end = Transcript(AGENT, str(path)).refresh()
        for name in ("id", "cwd", "context", "model", "provider", "turn"):
            assert getattr(end, name) == getattr(whole, name), (name, len(written))
        partial += end.partial
    assert partial > 50


# Hostile lines

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)
KEYS = ("type", "id", "parentId", "timestamp", "message", "summary", "name", "modelId", "content", "parentSession")


@settings(deadline=None, max_examples=200)
@given(st.data())
def test_whatever_a_line_holds_it_becomes_a_record(data):
    file = talk()
    file.reply(text="a", calls=[("c1", "bash", {"command": "ls"})], stop="toolUse")
    file.result("ok", tool="bash")
    file.add("compaction", summary="S")
    line = dict(data.draw(st.sampled_from(file.lines)))
    line[data.draw(st.sampled_from(KEYS))] = data.draw(ANYTHING)
    if isinstance(line.get("message"), dict):
        inner = dict(line["message"])
        inner[data.draw(st.sampled_from(("role", "content", "usage", "stopReason", "toolCallId", "isError")))] = (
            data.draw(ANYTHING)
        )
        line["message"] = inner
    LINES.recognises(line)
    assert fold(*file.lines, line, line, *file.lines).agent == "pi"


@pytest.mark.parametrize("line", [None, 1, "x", [], [{}], {}])
def test_a_line_that_is_no_object_is_bad(line):
    assert LINES.decoder(PATH)(line).bad


def test_arguments_nested_very_deeply_are_no_trouble():
    deep = []
    for _ in range(900):
        deep = [deep]
    file = talk()
    file.reply(stop="error", calls=[("c1", "x", {"a": deep})])
    assert file.session().turn == "failed"
