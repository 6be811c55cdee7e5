"""`relaymark inspect`: everything that transcripts tell, wherever they lie."""

import json
import shutil
from urllib.parse import quote

import pytest

SESSION = "0199c2f4-1c5b-7c3a-9d2e-3f4a5b6c7d8e"
CASES = [
    ("claude-code", "1.0.100-tui"),
    ("claude-code", "2.1.329-just-compacted"),
    ("claude-code", "2.1.329-resume-subagent-compact"),
    ("codex", "0.50.0-resume"),
    ("codex", "0.169.0-several-sessions"),
]


@pytest.mark.parametrize(("agent", "case"), CASES, ids=[case for _, case in CASES])
def test_recorded_sessions_have_the_expected_context_and_prompts(world, agent, case):
    expected = {item["id"]: item for item in world.recorded(agent, case)["sessions"]}
    home = {"claude-code": world.claude_home, "codex": world.codex_home}[agent]
    folder = {"claude-code": "projects", "codex": "sessions"}[agent]
    files = sorted(map(str, (home / folder).rglob("*.jsonl")))
    done = world.run("inspect", "--json", *files)
    assert (done.returncode, done.stderr) == (0, "")
    found = {item["id"]: item for item in json.loads(done.stdout)}
    assert set(found) == set(expected)
    for session, item in expected.items():
        assert found[session]["context"].get("tokens") == item["context_tokens"]
        assert found[session]["context"]["source"] == item["context_source"]
        if item["prompts"] is not None:
            assert found[session]["prompts"] == item["prompts"]
        assert found[session]["compactions"] == item["compactions"]
        assert found[session].get("cwd") == item["cwd"]


def test_the_text_tells_files_and_commands(world):
    shop = world.folder("shop")
    session = world.claude(shop).prompt("Fix it").read(14_000, "src/a.py", "a = 1\n")
    session.tool(15_000, "Bash", {"command": "pytest -q\n  tests"}, "1 passed").reply(16_000)
    done = world.run("inspect", str(session.path))
    assert (done.returncode, done.stderr) == (0, "")
    assert "read: src/a.py" in done.stdout
    assert "$ pytest -q tests" in done.stdout
    assert "1 prompt, 0 compactions" in done.stdout
    assert "context 16,000 measured" in done.stdout


def test_a_copy_under_another_name_is_read_as_well(world, tmp_path):
    session = world.codex(world.folder("shop")).prompt("Count").usage(9_000)
    copy = tmp_path / "a copy.txt"
    shutil.copy(session.path, copy)
    done = world.run("inspect", "--json", "a copy.txt", cwd=tmp_path)
    [item] = json.loads(done.stdout)
    assert item["context"] == {"tokens": 9_000, "source": "measured"}
    assert item["agent"] == "codex"


def test_garbage_ends_with_1_and_one_message_per_file(world, tmp_path):
    garbage = [b"", b"\0" * 400, b"\xff\xfe{}", b"Hello\nworld\n", b"[" * 9_000, b"{}\n"]
    names = [f"{number}.bin" for number in range(len(garbage))]
    for name, data in zip(names, garbage, strict=True):
        (tmp_path / name).write_bytes(data)
    done = world.run("inspect", *names, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.splitlines() == [f"{name}: no transcript of an agent that Relaymark knows" for name in names]


def test_a_missing_file_and_a_folder_end_with_1_and_one_message_each(world, tmp_path):
    done = world.run("inspect", "--json", "gone.jsonl", str(tmp_path), cwd=tmp_path)
    assert done.returncode == 1
    assert json.loads(done.stdout) == []
    first, second = done.stderr.splitlines()
    assert first == "gone.jsonl: not read: No such file or directory"
    assert second == f"{tmp_path}: not read: Is a directory"


def test_the_good_ones_are_shown_beside_a_bad_one(world, tmp_path):
    session = world.claude(world.folder("shop")).prompt().reply(16_000)
    done = world.run("inspect", "--json", str(session.path), "gone.jsonl")
    assert done.returncode == 1
    assert [item["id"] for item in json.loads(done.stdout)] == [session.id]
    assert len(done.stderr.splitlines()) == 1


def test_what_a_record_does_not_tell_is_not_counted_as_none(world):
    update = {"method": "session/update", "params": {"update": {}, "_meta": {"totalTokens": 17_400}}}
    log = world.home / f".grok/sessions/{quote(str(world.folder('shop')), safe='')}" / SESSION / "updates.jsonl"
    log.parent.mkdir(parents=True)
    log.write_text(json.dumps(update) + "\n")
    told = world.run("inspect", str(log)).stdout
    assert "context 17,400" in told
    assert "prompt" not in told
    assert "compaction" not in told
    [found] = json.loads(world.run("inspect", "--json", str(log)).stdout)
    assert found["context"] == {"tokens": 17_400, "source": "estimated"}
    unknown = {"prompts", "turns", "compactions", "turnOpen", "attachments", "filesRead", "filesEdited", "commands"}
    assert unknown.isdisjoint(found)
