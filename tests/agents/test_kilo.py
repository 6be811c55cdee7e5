"""Kilo: recorded sessions of its database, and what differs from opencode: its places."""

import json
import shutil
from datetime import datetime
from pathlib import Path

import pytest

from relaymark.agents.kilo import AGENT, PLACES
from relaymark.core import paths
from relaymark.core.agent import Home
from relaymark.sources.database import OpenDatabase

CASES = Path(__file__).resolve().parents[1] / "transcripts/kilo"
[DATABASE] = AGENT.stores
USUAL = ("/home/dev/.local/share/kilo", None)


def recorded():
    for file in sorted(CASES.glob("*/expected.json")):
        case = json.loads(file.read_bytes())
        for session in case["sessions"]:
            yield pytest.param(file.parent, case, session, id=f"{file.parent.name}/{session['id'][4:12]}")


EVERY_SESSION = pytest.mark.parametrize(("folder", "case", "expected"), list(recorded()))


@pytest.fixture
def read(tmp_path):
    def reading(folder, expected):
        """Read a copy of a recorded database with its WAL; opening it changes that."""
        for file in folder.glob("home/.local/share/kilo/kilo.db*"):
            shutil.copy(file, tmp_path / file.name)
        reader = OpenDatabase(AGENT, str(tmp_path / "kilo.db"), DATABASE)
        reader.refresh()
        assert reader.first_bad is None
        [session] = [one for one in reader.sessions() if one.id == expected["id"]]
        return session

    return reading


def test_the_recorded_cases_are_all_there():
    assert len(list(recorded())) == 3


@EVERY_SESSION
def test_a_recorded_session_is_read_exactly(folder, case, expected, read):
    session = read(folder, expected)
    assert (session.agent, session.version, session.provider) == ("kilo", case["version"], "mock")
    for name in ("parent", "cwd", "model", "title", "compactions", "turn_open"):
        assert getattr(session, name) == expected[name], name
    assert (session.context.tokens, session.context.source) == (expected["context_tokens"], expected["context_source"])
    assert session.prompts[0].text == expected["first_prompt"]
    if expected["prompts"] is not None:
        assert session.prompt_count == expected["prompts"]
    assert (session.turn, session.window, session.ended, session.bad_records) == ("ended", None, False, 0)


@EVERY_SESSION
def test_the_work_of_a_recorded_session(folder, case, expected, read):
    session = read(folder, expected)
    for found, told in ((session.files_read, "files_read"), (session.files_edited, "files_edited")):
        assert sorted(paths.relative(path, case["workspace"]) for path in found) == expected[told]
    assert [(ran.command, ran.exit) for ran in session.commands] == [
        (ran["cmd"], ran["exit"]) for ran in expected["commands"]
    ]


@EVERY_SESSION
def test_the_times_of_a_recorded_session(folder, case, expected, read):
    session = read(folder, expected)
    begun, updated = (datetime.fromisoformat(expected[name]).timestamp() for name in ("started_at", "updated_at"))
    assert session.started_at == pytest.approx(begun, abs=0.002)
    # The session's row lags behind those of its messages by some tenths of a second.
    assert updated - 0.002 <= session.updated_at < updated + 0.5


@pytest.mark.parametrize(
    ("environ", "home", "found"),
    [
        ({}, "/home/dev", [USUAL]),
        ({}, "/Users/dev", [("/Users/dev/.local/share/kilo", None)]),
        ({"APPDATA": "C:\\Users\\dev\\AppData\\Roaming"}, "C:\\Users\\dev", [("c:/Users/dev/.local/share/kilo", None)]),
        ({"XDG_DATA_HOME": "/data"}, "/home/dev", [("/data/kilo", "XDG_DATA_HOME")]),
        ({"KILO_DB": "/var/db/kilo-ci.db"}, "/home/dev", [("/var/db", "KILO_DB"), USUAL]),
        ({"KILO_DB": ":memory:"}, "/home/dev", [USUAL]),
        ({"OPENCODE_DB": "/var/db/opencode.db"}, "/home/dev", [USUAL]),
    ],
)
def test_its_homes(environ, home, found):
    assert AGENT.homes(environ, home) == tuple(Home(*one) for one in found)


@pytest.mark.parametrize(
    ("path", "owned"),
    [
        ("kilo.db", True),
        ("kilo-dev.db", True),
        ("opencode.db", False),
        ("auth.json", False),
        ("mcp-auth.json", False),
        ("kilo.json", False),
        ("kilo.db-wal", False),
        ("sub/kilo.db", False),
        ("storage/session/p/ses_1.json", False),
        ("", False),
    ],
)
def test_what_it_owns(path, owned):
    assert AGENT.owns(path) is owned


def test_windows_come_from_its_own_settings_and_list():
    settings, models = AGENT.window_files
    recorded_settings = json.loads((CASES / "7.7.9-one-prompt/home/.config/kilo/kilo.json").read_bytes())
    assert settings.window(recorded_settings, "mock", "mock-model") == 200_000
    assert settings.window(recorded_settings, "mock", "other") is None
    assert (settings.source, models.source) == ("settings", "agent")
    assert models.files({}, "/home/dev", None) == ("/home/dev/.cache/kilo/models.json",)
    found = PLACES.settings({"KILO_CONFIG": "/c/own.json"}, "/home/dev", "/home/dev/shop")
    assert found == (
        "/home/dev/shop/.kilo/kilo.jsonc",
        "/home/dev/shop/.kilo/kilo.json",
        "/home/dev/shop/.kilocode/kilo.jsonc",
        "/home/dev/shop/.kilocode/kilo.json",
        "/home/dev/shop/kilo.jsonc",
        "/home/dev/shop/kilo.json",
        "/c/own.json",
        "/home/dev/.config/kilo/kilo.jsonc",
        "/home/dev/.config/kilo/kilo.json",
        "/home/dev/.config/kilo/config.json",
    )
