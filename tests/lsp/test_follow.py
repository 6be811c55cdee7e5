"""`relaymark/follow`: the status bar shows the session of the terminal that the user looks at."""

import contextlib
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="start times are compared on Linux only"),
]


@contextlib.contextmanager
def program(*arguments):
    """Runs a program until the end of the block."""
    child = subprocess.Popen(arguments or ("sleep", "60"))
    try:
        yield child
    finally:
        child.kill()
        child.wait()


def start_time(pid):
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]


def below(pid):
    """Returns the first child of a process, once it has one."""
    until = time.monotonic() + 5
    while time.monotonic() < until:
        if children := Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
            return int(children[0])
        time.sleep(0.02)
    raise AssertionError("no child was started")


async def two_sessions(editor, world, shop):
    """Opens a calm session and a full one, which is shown by itself."""
    calm = world.claude(shop).prompt("Calm").reply(20_000, ends=False)
    full = world.claude(shop).prompt("Full").reply(70_000, ends=False)
    await editor.holds(calm, 20_000)
    await editor.holds(full, 70_000)
    await editor.wait_until(lambda payload: payload["shown"] == full.id)
    return calm, full


async def test_a_followed_session_is_shown_until_it_is_let_go(editor, world, shop):
    calm, full = await two_sessions(editor, world, shop)
    assert await editor.ask("relaymark/follow", session=calm.id) == {"session": calm.id}
    status = await editor.wait_until(lambda payload: payload["shown"] == calm.id)
    assert status["text"] == "◔ 20k/60k +1 !1"
    assert status["level"] == "clear"
    assert await editor.ask("relaymark/follow") == {}
    await editor.wait_until(lambda payload: payload["shown"] == full.id)


async def test_following_works_as_a_notification_too(editor, world, shop):
    calm, full = await two_sessions(editor, world, shop)
    editor.client.protocol.notify("relaymark/follow", {"session": calm.id})
    await editor.wait_until(lambda payload: payload["shown"] == calm.id)
    editor.client.protocol.notify("relaymark/follow", {"session": None})
    await editor.wait_until(lambda payload: payload["shown"] == full.id)


async def test_the_session_of_a_process_is_followed(editor, world, shop):
    calm, _ = await two_sessions(editor, world, shop)
    with program() as agent:
        world.registered(calm.id, agent.pid, start_time(agent.pid), status="busy")
        await editor.sees(calm, stateSource="registry", state="working")
        assert await editor.ask("relaymark/follow", pid=agent.pid) == {"session": calm.id}
        await editor.wait_until(lambda payload: payload["shown"] == calm.id)


async def test_the_shell_of_a_terminal_stands_for_the_agent_that_runs_in_it(editor, world, shop):
    calm, _ = await two_sessions(editor, world, shop)
    with program("sh", "-c", "sleep 60; :") as shell:
        agent = below(shell.pid)
        world.registered(calm.id, agent, start_time(agent), status="waiting")
        await editor.sees(calm, stateSource="registry", state="waiting")
        assert await editor.ask("relaymark/follow", pid=shell.pid) == {"session": calm.id}
        await editor.wait_until(lambda payload: payload["shown"] == calm.id)


async def test_a_process_without_a_session_follows_nobody(editor, world, shop):
    calm, full = await two_sessions(editor, world, shop)
    await editor.ask("relaymark/follow", session=calm.id)
    await editor.wait_until(lambda payload: payload["shown"] == calm.id)
    with program() as other:
        assert await editor.ask("relaymark/follow", pid=other.pid) == {}
    await editor.wait_until(lambda payload: payload["shown"] == full.id)


@pytest.mark.parametrize(
    "params",
    [{"session": 7}, {"pid": "1"}, {"pid": -1}, {"pid": 10**30}, {"session": ""}, {"session": None, "pid": None}],
)
async def test_a_call_of_the_wrong_shape_follows_nobody(editor, params):
    assert await editor.ask("relaymark/follow", **params) == {}


async def test_a_session_that_is_not_here_changes_nothing_in_the_status(editor, world, shop):
    _, full = await two_sessions(editor, world, shop)
    await editor.ask("relaymark/follow", session="no-such-session")
    assert (await editor.ask())["shown"] == full.id
