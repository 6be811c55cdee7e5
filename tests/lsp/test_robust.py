"""What breaks on disk or in the protocol never stops the server, and no gauge is wrong in silence."""

import asyncio
import contextlib
import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
import pytest_asyncio
from lsprotocol import types

pytestmark = pytest.mark.asyncio(loop_scope="module")

BROKEN = {
    "truncated": b'{"type":"assistant","message":{"id":"msg_1","usage":{"input_tok\n',
    "invalid UTF-8": b'{"type":"user","message":{"content":"\xff\xfe\xc3("}}\n',
    "NUL bytes": b"\0\0\0\0\0\0\0\0\n",
    "two objects on a line": b'{"type":"mode"}{"type":"mode"}\n',
    "no object": b'["assistant"]\n42\nnull\n"text"\n',
    "infinite number": b'{"type":"assistant","message":{"id":"m","model":"x","usage":{"input_tokens":1e400}}}\n',
    "numbers as text": b'{"type":"assistant","message":{"id":"m2","usage":{"input_tokens":"12"}}}\n',
    "null usage": b'{"type":"assistant","message":{"id":"m3","usage":null}}\n',
    "null message": b'{"type":"assistant","message":null}\n{"type":"user","message":[]}\n',
    "deep": b"[" * 2_000 + b"]" * 2_000 + b"\n",
    "deep and open": b'{"a":' * 100_000 + b"\n",
    "lone surrogate": b'{"type":"custom-title","customTitle":"\\ud800","sessionId":"x"}\n',
    "long number": b'{"type":"assistant","timestamp":' + b"9" * 5_000 + b"}\n",
    "empty lines": b"\n\r\n\n",
}


def start_time(pid):
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]


def live_pid_and_start():
    return os.getpid(), start_time(os.getpid())


@contextlib.contextmanager
def agent_process():
    """Runs a program until the end of the block; gives its pid and when it started."""
    child = subprocess.Popen(["sleep", "60"])
    try:
        yield child.pid, start_time(child.pid)
    finally:
        child.kill()
        child.wait()


@pytest.mark.parametrize("data", BROKEN.values(), ids=BROKEN.keys())
async def test_after_a_broken_line_the_next_good_one_counts(editor, world, shop, data):
    session = world.claude(shop).prompt("Still here").reply(20_000)
    await editor.holds(session, 20_000)
    session.raw(data)
    session.reply(31_000)
    seen = await editor.holds(session, 31_000)
    assert (await editor.ask())["shown"] == session.id
    assert seen["level"] == "clear"
    assert editor.client.error is None


async def test_a_line_that_arrives_in_pieces_counts_once_it_is_whole(editor, world, shop):
    session = world.claude(shop).prompt().reply(20_000)
    await editor.holds(session, 20_000)
    line = session.payload_line(33_000)
    for at in range(0, len(line), 200):
        session.raw(line[at : at + 200])
        await asyncio.sleep(0.05)
    await editor.holds(session, 33_000)


async def test_a_line_of_twenty_megabytes_is_skipped(editor, world, shop):
    session = world.claude(shop).prompt().reply(20_000)
    await editor.holds(session, 20_000)
    session.raw(b'{"type":"user","message":{"content":"' + b"x" * 20_000_000 + b'"}}\n')
    session.reply(34_000)
    await editor.holds(session, 34_000, within=15)


async def test_a_deleted_transcript_disappears(editor, world, shop):
    session = world.claude(shop).prompt().reply(20_000)
    await editor.holds(session, 20_000)
    session.path.unlink()
    await editor.wait_until(lambda payload: payload["sessions"] == [])


async def test_a_transcript_that_is_replaced_is_read_anew(editor, world, shop):
    session = world.claude(shop).prompt().reply(20_000).reply(70_000)
    await editor.holds(session, 70_000)
    made = world.claude(world.folder("elsewhere"), session=session.id)
    made.folder = shop
    made.prompt("Another one").reply(11_000)
    made.path.replace(session.path)
    seen = await editor.holds(session, 11_000)
    assert seen["title"] == "Another one"


async def test_a_transcript_that_is_emptied_and_grows_again_is_read_anew(editor, world, shop):
    session = world.claude(shop).prompt("Old").reply(20_000).reply(70_000)
    await editor.holds(session, 70_000)
    size = session.path.stat().st_size
    os.truncate(session.path, 0)
    session.last = None
    session.prompt("New " + "x" * size).reply(12_000)
    seen = await editor.holds(session, 12_000)
    assert seen["title"].startswith("New")


async def test_a_folder_with_a_transcripts_name_is_passed_over(editor, world, shop):
    session = world.claude(shop).prompt().reply(20_000)
    (session.path.parent / "0e0e0e0e-0000-4000-8000-000000000000.jsonl").mkdir()
    await editor.holds(session, 20_000)
    session.reply(21_000)
    await editor.holds(session, 21_000)
    assert len(editor.status()["sessions"]) == 1


async def test_a_dangling_link_beside_a_transcript_hides_nothing(editor, world, shop):
    session = world.claude(shop).prompt().reply(20_000)
    (session.path.parent / "0e0e0e0e-0000-4000-8000-000000000001.jsonl").symlink_to("gone.jsonl")
    await editor.holds(session, 20_000)
    editor.configure({})  # everything recent is looked at again
    session.reply(21_000)
    await editor.holds(session, 21_000)


async def test_the_server_survives_messages_that_it_does_not_know(editor, world, shop):
    session = world.claude(shop).prompt().reply(20_000)
    await editor.holds(session, 20_000)
    editor.client.protocol.notify("relaymark/noSuchThing", {"a": [1, {"class": 2}]})
    editor.client.set_trace(types.SetTraceParams(types.TraceValue.Verbose))
    editor.client.protocol.notify("$/somethingOptional", {})
    with pytest.raises(Exception, match=r"(?i)not found|unknown|method"):
        await editor.ask("relaymark/noSuchRequest")
    assert (await editor.ask())["shown"] == session.id


@pytest.mark.parametrize("params", [None, "text", {"workspace": 7}, {"workspace": {"uri": "x"}}])
async def test_a_status_request_of_any_shape_is_answered(editor, shop, params):
    answer = await asyncio.wait_for(editor.client.protocol.send_request_async("relaymark/status", params), 10)
    assert answer.workspace == shop.as_uri()


class Wire:
    """A client that writes its messages byte by byte, as no library would."""

    def __init__(self, process):
        self.process = process
        self.answers = {}

    def send(self, text):
        data = text.encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(data) + data)

    async def answer(self, number):
        """Returns the answer to a request; what else is told is passed over."""
        while number not in self.answers:
            head = await asyncio.wait_for(self.process.stdout.readuntil(b"\r\n\r\n"), 10)
            length = int(re.search(rb"Content-Length: (\d+)", head)[1])
            message = json.loads(await self.process.stdout.readexactly(length))
            if "method" not in message:
                self.answers[message["id"]] = message
        return self.answers[number]


@pytest_asyncio.fixture(loop_scope="module")
async def wire(other_world):
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "relaymark", "serve"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env=other_world.env,
    )
    made = Wire(process)
    made.send(
        '{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"processId":null,"rootUri":null,"capabilities":{}}}'
    )
    await made.answer(1)
    made.send('{"jsonrpc":"2.0","method":"initialized","params":{}}')
    yield made
    process.kill()
    await process.wait()


@pytest.mark.parametrize("params", ['"params":null,', '"params":[],', '"params":{},', ""])
async def test_parameters_may_be_empty_or_left_out(wire, params):
    wire.send('{"jsonrpc":"2.0",' + params + '"method":"relaymark/follow"}')
    wire.send('{"jsonrpc":"2.0",' + params + '"id":7,"method":"relaymark/status"}')
    wire.send('{"jsonrpc":"2.0",' + params + '"id":8,"method":"relaymark/follow"}')
    assert (await wire.answer(7))["result"]["version"] == 1
    assert (await wire.answer(8))["result"] == {}


async def test_a_message_that_is_no_json_does_not_end_the_server(wire):
    wire.send("{")
    wire.send('{"jsonrpc":"2.0","id":7,"method":"relaymark/status","params":{}}')
    assert (await wire.answer(7))["result"]["sessions"] == []


async def test_text_of_a_transcript_is_escaped_in_the_tooltip(editor, world, shop):
    session = world.claude(shop).prompt("![x](https://example.org/x.png) <img src=x> **bold** `tick`").reply(20_000)
    await editor.holds(session, 20_000)
    tooltip = editor.status()["tooltip"]
    for sign in ("[", "<", "`", "*bold"):
        assert not re.search(rf"(?<!\\){re.escape(sign)}", tooltip), sign


async def test_a_process_that_runs_makes_its_session_live(editor, world, shop):
    pid, start = live_pid_and_start()
    session = world.claude(shop).prompt().reply(20_000)
    await editor.sees(session, state="idle", stateSource="turn")
    world.registered(session.id, pid, start, status="busy")
    await editor.sees(session, state="working", stateSource="registry")
    world.registered(session.id, pid, start, status="waiting")
    await editor.sees(session, state="waiting", stateSource="registry")
    world.registered(session.id, pid, start, status="idle")
    await editor.sees(session, state="idle", stateSource="registry")


async def test_a_pid_that_lives_again_as_another_program_is_not_live(editor, world, shop):
    pid, start = live_pid_and_start()
    session = world.claude(shop).prompt().reply(20_000, ends=False)
    await editor.sees(session, state="working", stateSource="turn")
    world.registered(session.id, pid, str(int(start) - 1), status="busy")
    await editor.sees(session, state="idle", stateSource="registry")
    assert await editor.ask("relaymark/follow", pid=pid) == {}


@pytest.mark.slow
async def test_a_process_that_is_killed_leaves_its_session_idle(editor, world, shop):
    session = world.claude(shop).prompt().reply(20_000, ends=False)
    with agent_process() as (pid, start):
        world.registered(session.id, pid, start, status="busy")
        await editor.sees(session, state="working", stateSource="registry")
    await editor.sees(session, within=12, state="idle", stateSource="registry")


async def test_a_registry_entry_that_is_broken_is_passed_over(editor, world, shop):
    for number, text in enumerate(("", "{", "[]", '{"pid":"x"}', '{"pid":1,"sessionId":7}', "\0")):
        (world.claude_home / "sessions" / f"{90_000 + number}.json").write_text(text)
    session = world.claude(shop).prompt().reply(20_000)
    assert (await editor.holds(session, 20_000))["stateSource"] == "turn"


async def test_a_switch_of_the_model_changes_the_window(editor, world, shop):
    session = world.claude(shop).prompt().reply(70_000)
    assert (await editor.holds(session, 70_000))["level"] == "over"
    session.prompt("On with the large one").reply(71_000, model="claude-opus-5-5")
    seen = await editor.holds(session, 71_000)
    assert seen["model"] == "claude-opus-5-5"
    assert seen["window"] == {"tokens": 1_000_000, "source": "agent"}
    assert seen["ceiling"] == {"tokens": 120_000, "reason": "cap 120k"}
    assert seen["level"] == "clear"
    session.prompt("And back").reply(72_000, model="claude-sonnet-4-5")
    assert (await editor.holds(session, 72_000))["window"]["tokens"] == 200_000


async def test_the_mark_of_the_large_variant_changes_the_window(editor, world, shop):
    session = world.claude(shop, requested="claude-sonnet-4-5[1m]").prompt().reply(70_000)
    seen = await editor.holds(session, 70_000)
    assert seen["window"] == {"tokens": 1_000_000, "source": "settings"}
    session.requested = "claude-sonnet-4-5"
    session.reply(71_000)
    assert (await editor.holds(session, 71_000))["window"] == {"tokens": 200_000, "source": "agent"}


async def test_a_window_of_an_unknown_version_is_assumed_and_marked_with_a_question(editor, world, shop):
    session = world.claude(shop, version="3.0.0-next", model="claude-unheard-of-9").prompt().reply(41_000)
    seen = await editor.holds(session, 41_000)
    assert seen["window"] == {"tokens": 200_000, "source": "assumed"}
    assert editor.status()["text"] == "◔ 41k/60k?"
    assert "assumed: nothing tells it" in editor.status()["tooltip"]


async def test_a_context_above_an_assumed_window_shows_a_larger_one(editor, world, shop):
    session = world.claude(shop, version="3.0.0-next", model="claude-unheard-of-9").prompt().reply(230_000)
    seen = await editor.holds(session, 230_000)
    assert seen["window"] == {"tokens": 1_000_000, "source": "observed"}
    assert editor.status()["text"] == "● 230k/120k"


async def test_before_the_first_reply_the_context_is_unknown(editor, world, shop):
    session = world.claude(shop).prompt("Just asked")
    seen = await editor.sees(session, level="unknown")
    assert seen["context"] == {"source": "unknown"}
    assert seen["state"] == "working"
    assert editor.status()["text"].startswith("○ ?/")


def children_of(pid):
    """Returns the processes below a process."""
    found = []
    with contextlib.suppress(FileNotFoundError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            found += [int(child) for child in (task / "children").read_text().split()]
    return found


def runs(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


async def counting(open_editor):
    """Opens an editor whose server has started its counting process."""
    editor = await open_editor("shop")
    session = editor.world.claude(editor.world.work / "shop").prompt().read(14_000, "a.py", "x = 1\n").reply(15_000)
    await editor.wait_until(lambda payload: payload["sessions"][0]["breakdown"])
    assert session.id == editor.status()["shown"]
    children = children_of(editor.process.pid)
    assert children
    return editor, children


async def gone(processes):
    """Tells whether processes end within a few seconds."""
    for _ in range(100):
        if not any(map(runs, processes)):
            return True
        await asyncio.sleep(0.05)
    return False


async def test_shutdown_and_exit_end_the_process_and_its_child(open_editor):
    editor, children = await counting(open_editor)
    began = time.monotonic()
    await asyncio.wait_for(editor.client.shutdown_session(), 10)
    assert editor.process.returncode == 0
    assert time.monotonic() - began < 5
    assert await gone(children)


async def test_a_server_whose_editor_vanished_ends_by_itself_with_its_child(open_editor):
    editor, children = await counting(open_editor)
    editor.process.stdin.close()
    await asyncio.wait_for(editor.process.wait(), 10)
    assert await gone(children)
