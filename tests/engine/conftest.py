"""Fixtures of the engine's tests: a world on disk that this very process looks at."""

import runpy
from pathlib import Path

import pytest

World = runpy.run_path(str(Path(__file__).parent / "world.py"))["World"]


@pytest.fixture
def world(tmp_path, tmp_path_factory, monkeypatch):
    made = World(tmp_path, tmp_path_factory.getbasetemp() / "relaymark-cache")
    for name, value in made.env.items():
        monkeypatch.setenv(name, value)
    return made


@pytest.fixture
def machine(world):
    from relaymark.engine.machine import Machine

    return Machine(environ=world.env, home=str(world.home))
