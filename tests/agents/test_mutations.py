"""Whatever becomes of an agent's files, reading them never raises, counts what is bad and names it once.

Each broken state is drawn from its number: a failure comes again with the same one.
"""

import json
import logging
import os
import random
from pathlib import Path

import msgspec
import pytest
from tests.agents.mutations import break_database, broken, locked, remove, replace_file
from tests.agents.specimens import MADE, PROJECT, UNCOVERED, machine, specimens, wanted

from relaymark.agents.known import AGENTS
from relaymark.core.config import Config
from relaymark.core.observed import view
from relaymark.core.status import inspected_payload
from relaymark.core.store import Database, Files, Lines
from relaymark.engine.reader import Reader
from relaymark.sources.lines import parsed
from relaymark.sources.passing import record_of
from relaymark.sources.stores import records, records_at

TOTAL = 2_000
QUICK = 5
"""Broken states per agent in the inner loop; the others are slow together."""
EACH = -(-TOTAL // len(AGENTS))
NAMES = [agent.name for agent in AGENTS if agent.name not in UNCOVERED]
NOW = 1_795_201_000.0


class Home:
    """One specimen on disk, and a reader that follows it through all that becomes of it."""

    def __init__(self, agent, specimen, root):
        self.agent, self.specimen, self.root = agent, specimen, root
        (root / PROJECT).mkdir(parents=True)
        specimen.put(root)
        self.written = NOW - 600
        self.follower = self.reader()
        read(self.follower)
        self.good = told(self.follower)
        assert any(self.good.values()), "nothing was read of it when it was whole"

    def reader(self):
        return Reader(machine(self.agent, self.root), wanted(self.root))

    def path(self, inner):
        return str(self.root / inner)

    def touched(self, path):
        """Give a file a time of its own: clocks of file systems may stand still for some milliseconds."""
        self.written += 0.01
        if os.path.exists(path):
            os.utime(path, (self.written, self.written))

    def restore(self, inner):
        """Put the file back as programs do: another file takes its place."""
        for name in (inner, f"{inner}-wal") if inner in self.specimen.databases else (inner,):
            path = self.path(name)
            if name not in self.specimen.files:
                remove(path)
                continue
            with open(f"{path}.new", "wb") as file:
                file.write(self.specimen.files[name])
            if os.path.isdir(path) and not os.path.islink(path):
                remove(path)
            os.replace(f"{path}.new", path)
            self.touched(path)
        remove(self.path(f"{inner}-shm"))


def read(reader):
    """Look at everything as the live engine does, and make of it what is shown."""
    reader.read_running()
    for item in reader.scan(newest_since=0.0):
        reader.look_if_new(item)
    reader.drop_missing()
    while reader.history_step():
        pass
    for observed in reader.observed():
        json.loads(msgspec.json.encode(inspected_payload(view(observed, Config(), NOW))))
    for kept in reader._kept.values():
        unit = kept.unit
        for name in kept.sessions:
            keys = unit.fold(name).wanted[:3]
            try:
                list(records_at(unit.agent, unit.path, unit.store, name, keys))
                list(records(unit.agent, unit.path, unit.store, name, 1 << 16))
            except OSError:
                continue


def told(reader):
    return {path: kept.unit.sessions() for path, kept in reader._kept.items()}


@pytest.fixture(scope="module")
def homes(tmp_path_factory):
    """Gives the home of a specimen; one is kept for all its broken states."""
    made = {}

    def of(agent, specimen):
        key = agent.name, specimen.name
        if key not in made:
            made[key] = Home(agent, specimen, tmp_path_factory.mktemp("home"))
        return made[key]

    return of


@pytest.fixture(autouse=True)
def _no_rest(monkeypatch):
    monkeypatch.setattr("relaymark.engine.kept._REST", 0.0)


@pytest.fixture
def log():
    """The messages of Relaymark's own log."""
    kept = []
    handler = logging.Handler(logging.WARNING)
    handler.emit = kept.append
    logger = logging.getLogger("relaymark")
    logger.addHandler(handler)
    yield kept
    logger.removeHandler(handler)


def broken_home(home, draw):
    """Break one file of a home; return which one and how."""
    specimen = home.specimen
    own = [*specimen.stores, *specimen.databases]
    beside = [name for name in specimen.files if not name.endswith((".db", ".db-wal", ".vscdb", ".vscdb-wal"))]
    inner = draw.choice(beside) if beside and draw.random() < 0.2 else draw.choice(own)
    path = home.path(inner)
    if draw.random() < 0.04:
        return inner, replace_file(draw, path)
    if inner in specimen.databases:
        read = next(store.tables for store in home.agent.stores if isinstance(store, Database))
        how = break_database(draw, path, read)
        home.touched(path)
        return inner, how
    data, how = broken(draw, specimen.files[inner])
    if draw.random() < 0.5:
        remove(path)
    with open(path, "r+b" if os.path.exists(path) else "wb") as file:
        file.write(data)
        file.truncate()
    home.touched(path)
    return inner, how


def complaints_about(path, log):
    return [record for record in log if record.args and record.args[0] == path]


def check_units(home, reader, log):
    """Hold what was counted and named against what lies on disk."""
    for path, kept in reader._kept.items():
        unit, counted = kept.unit, sum(session.bad_records for session in kept.unit.sessions())
        if isinstance(unit.store, Lines):
            decode = unit.store.decoder(path)
            with open(path, "rb") as file:
                lines = [line.rstrip(b"\r") for line in file.read().split(b"\n")[:-1]]
            found = [record_of(unit.store, decode, line) for line in lines if line]
            assert counted == sum(bool(record and record.bad) for record in found)
        elif isinstance(unit.store, Files) and path.endswith(".jsonl") and unit.sessions():
            assert counted >= unreadable_lines(path)
        said = complaints_about(path, log)
        assert len(said) == bool(counted or unit.first_bad), [record.getMessage() for record in said]
        assert bool(counted) == bool(unit.first_bad and unit.sessions()), "counted and named are one"
    for problem in reader.unreadable:
        assert len(complaints_about(problem.path, log)) == 1
    assert len({record.args[0] for record in log}) == len(log), "each is named once"


def unreadable_lines(path):
    with open(path, "rb") as file:
        return sum(not is_json(line) for line in file.read().split(b"\n")[:-1] if line.strip())


def is_json(line):
    try:
        parsed(line)
    except ValueError:
        return False
    return True


def survives(agent, number, homes, log):
    draw = random.Random(f"{agent.name} {number}")
    home = homes(agent, draw.choice(specimens(agent.name)))
    inner, how = broken_home(home, draw)
    log.clear()
    try:
        fresh = home.reader()
        read(fresh)
        check_units(home, fresh, log)
        log.clear()
        home.follower.look(home.path(inner))
        read(home.follower)
        kept = told(home.follower)
        for problem in home.follower.unreadable:
            assert kept.get(problem.path) in (home.good.get(problem.path), None), "the last good state stays"
    except BaseException as error:
        error.add_note(f"number {number}: {home.specimen.name}, {inner}: {how}")
        raise
    finally:
        home.restore(inner)
    home.follower.look(home.path(inner))
    read(home.follower)
    assert told(home.follower) == home.good, f"whole again: number {number}, {home.specimen.name}, {inner}: {how}"


def agent_of(name):
    return next(agent for agent in AGENTS if agent.name == name)


def test_every_agent_has_a_specimen_or_a_reason():
    """A new agent comes with one in `specimens.py`."""
    lacking = {agent.name for agent in AGENTS if not specimens(agent.name)}
    assert lacking == UNCOVERED.keys()
    assert all(UNCOVERED.values())
    assert MADE.keys() <= {agent.name for agent in AGENTS}


@pytest.mark.parametrize("name", NAMES)
def test_every_store_of_an_agent_is_among_its_specimens(name):
    agent = agent_of(name)
    kinds = {Database: any(one.databases for one in specimens(name)), Files: True, Lines: True}
    assert all(kinds[type(store)] for store in agent.stores)
    assert all(one.stores or one.databases for one in specimens(name))


@pytest.mark.parametrize("name", NAMES)
def test_some_broken_states_are_survived(name, homes, log):
    for number in range(QUICK):
        survives(agent_of(name), number, homes, log)


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_many_broken_states_are_survived(name, homes, log):
    for number in range(QUICK, EACH):
        survives(agent_of(name), number, homes, log)


WITH_DATABASE = [name for name in NAMES if any(one.databases for one in specimens(name))]


@pytest.mark.parametrize("name", WITH_DATABASE)
def test_a_locked_database_is_named_once_and_its_sessions_stay(name, tmp_path, log):
    specimen = next(one for one in specimens(name) if one.databases)
    home = Home(agent_of(name), specimen, tmp_path)
    path = home.path(specimen.databases[0])
    with locked(path):
        for _ in range(2):
            home.follower.look(path)
        assert [problem.path for problem in home.follower.unreadable] == [path]
        assert told(home.follower) == home.good
    assert len(complaints_about(path, log)) == 1
    home.follower.look(path)
    assert not home.follower.unreadable
    assert told(home.follower) == home.good


@pytest.mark.parametrize("name", NAMES)
def test_what_lies_in_a_folder_whose_name_is_no_utf_8_is_named_and_not_read(name, tmp_path, log):
    specimen = specimens(name)[-1]
    root = Path(os.fsdecode(os.fsencode(tmp_path) + b"/home \xff"))
    (root / PROJECT).mkdir(parents=True)
    specimen.put(root)
    reader = Reader(machine(agent_of(name), root), wanted(root))
    for _ in range(2):
        read(reader)
    assert not told(reader)
    in_a_home = [path for path in (*specimen.stores, *specimen.databases) if not path.startswith(PROJECT)]
    assert len(log) == len(in_a_home)
    for path in (*specimen.stores, *specimen.databases):
        assert reader.look(str(root / path)) is False


@pytest.mark.parametrize("name", NAMES)
def test_a_pipe_in_the_place_of_a_file_holds_nobody(name, tmp_path):
    specimen = specimens(name)[-1]
    home = Home(agent_of(name), specimen, tmp_path)
    for inner in (*specimen.stores, *specimen.databases):
        path = home.path(inner)
        remove(path)
        os.mkfifo(path)
        home.follower.look(path)
        assert told(home.follower).get(path) == home.good.get(path)
