"""Windows that files of this machine give, for folders as sessions record them."""

import json

import pytest

from relaymark.agents.opencode import AGENT
from relaymark.core.session import Session
from relaymark.sources.window_lists import WindowLists


def asked(home, cwd):
    session = Session(id="s", agent="opencode", path="/x", cwd=cwd, model="big-1", provider="acme")
    return WindowLists({}, str(home)).ask(AGENT, session)


def test_a_list_gives_the_window_of_a_model_of_a_provider(tmp_path):
    (tmp_path / "opencode.json").write_text(
        json.dumps({"provider": {"acme": {"models": {"big-1": {"limit": {"context": 250_000}}}}}})
    )
    assert asked(tmp_path / "home", str(tmp_path)) == {"settings": 250_000}


@pytest.mark.parametrize("cwd", ["/home/dev/\x00", "\x00", "/home/" + "x" * 9_000, "..", ""])
def test_a_recorded_folder_that_is_no_path_gives_no_window(tmp_path, cwd):
    assert asked(tmp_path / "home", cwd) == {}
