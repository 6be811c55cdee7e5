"""Fixtures of the commands' tests: a world on disk in which real processes are run."""

import runpy
from pathlib import Path

import pytest

World = runpy.run_path(str(Path(__file__).parents[1] / "engine" / "world.py"))["World"]


@pytest.fixture
def world(tmp_path, tmp_path_factory):
    return World(tmp_path, tmp_path_factory.getbasetemp() / "relaymark-cache")


@pytest.fixture
def bare(tmp_path, tmp_path_factory):
    """A machine on which no agent has ever run."""
    return World(tmp_path, tmp_path_factory.getbasetemp() / "relaymark-cache", bare=True)
