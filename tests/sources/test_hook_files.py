"""The files that hooks are put into: replaced whole or not at all; and where hooks keep what they remember."""

import os
import sys

import platformdirs
import pytest

from relaymark.sources import folders, hook_files, hook_programs, places


@pytest.fixture
def path(tmp_path):
    found = tmp_path / "settings.json"
    found.write_bytes(b"old")
    return found


def test_a_file_that_was_changed_meanwhile_is_not_replaced(path):
    with pytest.raises(OSError, match="changed meanwhile"):
        hook_files.replace(path, b"older", b"new")
    assert path.read_bytes() == b"old"


@pytest.mark.parametrize("step", ["fsync", "replace", "chmod"])
def test_a_fault_at_any_step_leaves_the_file_as_it_was_and_nothing_beside_it(path, step, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, step, full)
    with pytest.raises(OSError, match="No space"):
        hook_files.replace(path, b"old", b"new")
    assert path.read_bytes() == b"old"
    assert [each.name for each in path.parent.iterdir()] == ["settings.json"]


def test_what_is_no_file_or_too_large_is_not_read(tmp_path):
    with pytest.raises(OSError, match="is no file"):
        hook_files.read(tmp_path)
    large = tmp_path / "large"
    with large.open("wb") as file:
        file.truncate(hook_files.MOST + 1)
    with pytest.raises(OSError, match="more than 4 MB"):
        hook_files.read(large)
    assert hook_files.read(tmp_path / "none") is None


@pytest.mark.parametrize("value", [None, "", "  ", "/var/lib/dev"])
def test_own_folders_are_where_the_platform_has_them(monkeypatch, value):
    for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name) if value is None else monkeypatch.setenv(name, value)
    for quick in (True, False) if sys.platform == "linux" else (False,):
        monkeypatch.setattr(places, "_XDG", quick)
        assert folders.config_file().parent == platformdirs.user_config_path("relaymark", appauthor=False)
        assert folders.state_folder() == platformdirs.user_state_path("relaymark", appauthor=False)
        assert folders.cache_folder() == platformdirs.user_cache_path("relaymark", appauthor=False)
    assert folders.log_folder() == platformdirs.user_log_path("relaymark", appauthor=False)


@pytest.mark.parametrize("spawn", [True, False])
def test_a_program_is_asked_without_a_shell_and_not_for_long(tmp_path, monkeypatch, spawn):
    if not spawn:
        monkeypatch.delattr(os, "posix_spawnp")
    monkeypatch.setattr(hook_programs, "_PATIENCE", 0.2)
    assert hook_programs.succeeds(["test", "$(echo x)", "=", "$(echo x)"], os.environ)
    assert not hook_programs.succeeds(["false"], os.environ)
    assert not hook_programs.succeeds(["sleep", "5"], os.environ)
    assert not hook_programs.succeeds(["no-such-program-at-all"], os.environ)


@pytest.mark.parametrize("spawn", [True, False])
def test_a_program_for_which_nobody_waits_runs_apart(tmp_path, monkeypatch, spawn):
    if not spawn:
        monkeypatch.delattr(os, "posix_spawnp")
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    said = f"import os; open({str(pipe)!r}, 'w').write(f'{{os.getpid()}} {{os.getsid(0)}}'); print('seen')"
    hook_programs.detached([sys.executable, "-c", said])
    pid, session = pipe.read_text().split()
    assert pid == session != str(os.getsid(0))
