"""What docs/adding-an-agent.md and docs/agents.md say is so: the example is run, and no agent is left out."""

import json
import random
import re
import types
from pathlib import Path

import pytest
from tests.agents.mutations import broken

from relaymark.agents.known import AGENTS
from relaymark.core import events
from relaymark.core.agent import Agent, Home
from relaymark.core.config import Config
from relaymark.core.observed import view
from relaymark.core.session import Context
from relaymark.engine.machine import Machine
from relaymark.engine.reader import Reader
from relaymark.engine.wanted import Wanted
from relaymark.sources.transcript import Transcript

DOCS = Path(__file__).resolve().parents[2] / "docs"
GUIDE = (DOCS / "adding-an-agent.md").read_text(encoding="utf-8")
LIST = (DOCS / "agents.md").read_text(encoding="utf-8")


def block(language):
    [found] = re.findall(rf"```{language}\n(.*?)```", GUIDE, re.DOTALL)
    return found


@pytest.fixture(scope="module")
def scribe():
    made = types.ModuleType("scribe")
    exec(compile(block("python"), "docs/adding-an-agent.md", "exec"), made.__dict__)
    return made


@pytest.fixture
def talk(tmp_path):
    path = tmp_path / ".scribe/talks/7c1e.jsonl"
    path.parent.mkdir(parents=True)
    path.write_text(block("jsonl"), encoding="utf-8")
    return path


def test_the_example_is_an_agent_that_the_engine_reads(scribe, talk, tmp_path):
    machine = Machine(environ={}, home=str(tmp_path), agents=(scribe.AGENT,), now=lambda: 1_795_166_000.0)
    reader = Reader(machine, Wanted(everything=True))
    for item in reader.scan():
        reader.take(item)
    [item] = reader.observed()
    found = item.session
    assert (found.id, found.agent, found.cwd, found.version) == ("7c1e", "scribe", "/home/dev/shop", "2.0")
    assert (found.context, found.model, found.turn) == (Context(41_211, "measured"), "gpt-5", "ended")
    assert [typed.text for typed in found.prompts] == ["Complete Phase 2 of @PLAN.md"]
    assert found.bad_records == 0
    assert view(item, Config(), machine.now()).open


def test_the_example_is_as_careful_as_its_text_asks(scribe, talk):
    usage = {"kind": "answered", "id": "a2", "model": "gpt-5", "usage": {"tokens": 50_000}}
    for value, context in (
        ({"tokens": 0}, 41_211),
        (None, 41_211),
        ({"tokens": "many"}, None),
        ([], None),
        ({"tokens": 50_000}, 50_000),
    ):
        talk.write_text(block("jsonl") + json.dumps(usage | {"usage": value}) + "\n")
        session = Transcript(scribe.AGENT, str(talk)).read_all()
        assert session.context.tokens == context
        assert session.bad_records == (context is None)
    talk.write_text(block("jsonl") + '{"kind": "shortened", "summary": "All of it."}\n')
    assert Transcript(scribe.AGENT, str(talk)).read_all().context == Context()


def test_the_example_survives_what_every_agent_has_to(scribe, talk):
    draw, counted = random.Random(7), 0
    whole = talk.read_bytes()
    for _ in range(150):
        talk.write_bytes(broken(draw, whole)[0])
        counted += Transcript(scribe.AGENT, str(talk)).read_all().bad_records
    assert counted > 30


@pytest.mark.parametrize(
    ("environ", "home", "found"),
    [
        ({}, "/home/dev", Home("/home/dev/.scribe")),
        ({"SCRIBE_HOME": "/data/scribe"}, "/home/dev", Home("/data/scribe", "SCRIBE_HOME")),
        ({"SCRIBE_HOME": "D:\\scribe"}, "C:\\Users\\dev", Home("d:/scribe", "SCRIBE_HOME")),
    ],
)
def test_the_example_finds_its_folder(scribe, environ, home, found):
    assert scribe.homes(environ, home) == (found,)


def test_every_event_and_field_that_the_guide_names_exists():
    section = re.search(r"^## Events\n(.*?)^## ", GUIDE, re.MULTILINE | re.DOTALL)[1]
    names = {name for name in re.findall(r"`([A-Z][A-Za-z]+)", section) if name != "False"}
    assert len(names) > 15
    assert not [name for name in names if not hasattr(events, name)]
    fields = re.findall(
        r"- `(\w+)`(?:, |  )?", re.search(r"^## The value\n(.*?)^`owns", GUIDE, re.MULTILINE | re.DOTALL)[1]
    )
    assert fields
    assert set(fields) <= set(Agent.__struct_fields__)


def test_every_path_that_the_guide_names_is_there():
    named = re.findall(r"`((?:server|tests|docs|agents|core)/[\w./-]+)`", GUIDE)
    assert len(named) > 8
    for path in named:
        assert (DOCS.parent / path).exists() or (DOCS.parent / "server/relaymark" / path).exists(), path


@pytest.mark.parametrize("agent", AGENTS, ids=lambda agent: agent.name)
def test_the_list_of_agents_says_of_each_what_is_exact_and_where_it_is_looked_for(agent):
    exact, looked_for = (
        re.search(rf"^## {title}\n(.*?)^## ", LIST, re.MULTILINE | re.DOTALL)[1]
        for title in ("What is exact", "Where they are looked for")
    )
    assert f"| `{agent.name}` |" in exact
    [row] = re.findall(rf"^\| `{agent.name}` \|.*$", looked_for, re.MULTILINE)
    for path in (*agent.in_project, *(name.split("*")[0].strip("/") for name in agent.folders if name != "*")):
        assert path.split("/")[-1] in row
