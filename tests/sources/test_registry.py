"""The price registry is asked once per model and host, and its answers outlive the process."""

import json
import subprocess
import sys

import pytest

from relaymark.sources import registry
from relaymark.sources.folders import cache_folder
from relaymark.sources.registry import Known, ModelRegistry

HAIKU = Known(window=1_000_000, price_step=100_000)


@pytest.fixture
def asked(monkeypatch):
    """Collect what the registry itself is asked for."""
    found = []
    real = registry._asked

    def noted(host, model):
        found.append((host, model))
        return real(host, model)

    monkeypatch.setattr(registry, "_asked", noted)
    return found


@pytest.mark.parametrize(
    ("host", "model", "known"),
    [
        ("anthropic", "claude-haiku-5-5", HAIKU),
        ("anthropic", "claude-sonnet-4-5", Known(200_000, 200_000)),
        ("anthropic", "claude-sonnet-4-5-20250929", Known(200_000, 200_000)),
        ("openai", "gpt-5-codex", Known(400_000, None)),
        ("anthropic", "no-such-model", Known()),
        ("no-such-host", "claude-haiku-5-5", Known()),
        ("", "", Known()),
        ("anthropic", "../../etc/passwd\x00\n", Known()),
    ],
)
def test_what_is_known_of_a_model_at_a_host(tmp_path, host, model, known):
    assert ModelRegistry(tmp_path / "models.json").ask(host, model) == known


def test_an_answer_is_remembered_on_disk(tmp_path, asked):
    path = tmp_path / "cache" / "models.json"
    first = ModelRegistry(path)
    assert (first.ask("anthropic", "claude-haiku-5-5"), first.ask("anthropic", "claude-haiku-5-5")) == (HAIKU, HAIKU)
    assert asked == [("anthropic", "claude-haiku-5-5")]
    assert ModelRegistry(path).ask("anthropic", "claude-haiku-5-5") == HAIKU
    assert len(asked) == 1


def test_that_nothing_is_known_is_remembered_too(tmp_path, asked):
    path = tmp_path / "models.json"
    for _ in range(2):
        assert ModelRegistry(path).ask("mock", "gpt-5.5-codex") == Known()
    assert len(asked) == 1


def test_hosts_are_told_apart(tmp_path):
    known = ModelRegistry(tmp_path / "models.json")
    assert known.ask("anthropic", "claude-haiku-5-5") == HAIKU
    assert known.ask("mock", "claude-haiku-5-5") == Known()


def test_it_lies_in_the_users_cache(isolated_home):
    ModelRegistry().ask("anthropic", "claude-haiku-5-5")
    assert (cache_folder() / "models.json").exists()
    assert str(cache_folder()).startswith(str(isolated_home))


def test_a_new_edition_of_the_registry_is_asked_anew(tmp_path, asked, monkeypatch):
    path = tmp_path / "models.json"
    ModelRegistry(path).ask("anthropic", "claude-haiku-5-5")
    monkeypatch.setattr(registry, "_edition", lambda: "another")
    assert ModelRegistry(path).ask("anthropic", "claude-haiku-5-5") == HAIKU
    assert len(asked) == 2
    assert len(json.loads(path.read_bytes())) == 1


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"a":7}', b'{"a":{"window":"x"}}', b"\xff\x00", b"[" * 5_000])
def test_a_broken_cache_is_asked_anew_and_replaced(tmp_path, content, asked):
    path = tmp_path / "models.json"
    path.write_bytes(content)
    assert ModelRegistry(path).ask("anthropic", "claude-haiku-5-5") == HAIKU
    assert ModelRegistry(path).ask("anthropic", "claude-haiku-5-5") == HAIKU
    assert len(asked) == 1


def test_a_cache_that_cannot_be_written_is_done_without(tmp_path):
    (tmp_path / "file").write_text("in the way")
    known = ModelRegistry(tmp_path / "file" / "models.json")
    assert known.ask("anthropic", "claude-haiku-5-5") == HAIKU


def test_who_finds_the_answer_on_disk_does_not_load_the_registry(tmp_path):
    path = tmp_path / "models.json"
    program = (
        "import sys; from pathlib import Path; from relaymark.sources.registry import ModelRegistry\n"
        f"known = ModelRegistry(Path({str(path)!r})).ask('anthropic', 'claude-haiku-5-5')\n"
        "print(known.window, known.price_step, any(name.startswith('genai_prices') for name in sys.modules))"
    )
    said = [
        subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout.split()
        for _ in range(2)
    ]
    assert said == [["1000000", "100000", "True"], ["1000000", "100000", "False"]]
