"""Relaymark in a real VS Code: the extension is built, packaged and driven in code-server and headless Chromium."""

import hashlib
import importlib.util
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from relaymark.core.config import Config, LimitOverride

ROOT = Path(__file__).resolve().parents[2]
EXTENSION = ROOT / "editor-clients" / "vscode"
DRIVER = Path(__file__).resolve().parent / "vscode"
EDITOR = ROOT / ".editors" / "vscode"
SCREENSHOTS = Path(__file__).resolve().parent / "screenshots"
OF_THE_CLIENT = {"statusBar.enabled", "server.command"}
PATIENCE = 300  # seconds for one drive; it takes a tenth of that on a machine that does nothing else
KEPT = ("LANG", "TZ", "LD_LIBRARY_PATH", "COVERAGE_PROCESS_START")


def manifest():
    return json.loads((EXTENSION / "package.json").read_text(encoding="utf-8"))


def test_settings_are_those_of_the_server():
    """Every setting of the server can be set in VS Code, and is not set there by default."""
    offered = {
        name.removeprefix("relaymark."): about
        for name, about in manifest()["contributes"]["configuration"]["properties"].items()
    }
    known = {field.encode_name for field in msgspec.structs.fields(Config)}

    assert offered.keys() - OF_THE_CLIENT == known
    assert all(offered[name]["default"] is None and "null" in offered[name]["type"] for name in known)
    assert all(about["markdownDescription"] for about in offered.values())
    limits = {field.encode_name for field in msgspec.structs.fields(LimitOverride)}
    assert offered["limits"]["additionalProperties"]["properties"].keys() == limits


def test_readme_names_every_setting():
    """The extension's README has a row for each of its settings."""
    rows = re.findall(
        r"^\| `(relaymark\.[\w.]+)` \|", (EXTENSION / "README.md").read_text(encoding="utf-8"), re.MULTILINE
    )

    assert set(rows) == set(manifest()["contributes"]["configuration"]["properties"])


def test_programs_and_folders_of_an_untrusted_workspace_are_not_taken():
    """What names programs or folders is read from the user's own settings until the workspace is trusted."""
    trust = manifest()["capabilities"]["untrustedWorkspaces"]

    assert trust["supported"] == "limited"
    assert set(trust["restrictedConfigurations"]) == {
        "relaymark.server.command",
        "relaymark.pathMap",
        "relaymark.agentFolders",
        "relaymark.writer",
        "relaymark.writerCommand",
        "relaymark.nextAgent",
        "relaymark.agentCommands",
    }


@pytest.fixture(scope="module")
def editor():
    """The workbench that scripts/get-vscode.sh puts beside the clone; it is only fetched where that is wanted."""
    required = os.environ.get("CI") == "true"
    if required or os.environ.get("RELAYMARK_EDITORS") == "1":
        subprocess.run([ROOT / "scripts" / "get-vscode.sh", EDITOR], check=True, timeout=900)
    elif not (EDITOR / ".installed").exists():
        pytest.skip("VS Code is not here: run scripts/get-vscode.sh (800 MB), or set RELAYMARK_EDITORS=1")
    return EDITOR


@pytest.fixture(scope="module")
def vsix(editor):
    """The packaged extension."""
    for folder in (EXTENSION, DRIVER):
        install(folder, editor)
    npm(editor, EXTENSION, "run", "--silent", "package")
    return EXTENSION / "dist" / "relaymark.vsix"


def npm(editor, folder, *arguments):
    path = os.pathsep.join((str(editor / "node" / "bin"), os.environ["PATH"]))
    done = subprocess.run(
        ["npm", *arguments],
        cwd=folder,
        env=os.environ | {"PATH": path},
        check=False,
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, f"npm {' '.join(arguments)} in {folder}:\n{done.stdout}{done.stderr}"


def install(folder, editor):
    """Installs what the lock file names, unless that was done."""
    wanted = hashlib.sha256((folder / "package-lock.json").read_bytes()).hexdigest()
    stamp = folder / "node_modules" / ".relaymark-lock"
    if not stamp.exists() or stamp.read_text() != wanted:
        npm(editor, folder, "ci", "--loglevel=error")
        stamp.write_text(wanted)


@pytest.fixture
def stage(editor, vsix):
    """A repository with a plan, a home of its own, and a recorded session that waits to be written into it."""
    # Not pytest's folder: the path of a socket lies below it, and must be short.
    root = Path(tempfile.mkdtemp(prefix="rm-", dir="/tmp")).resolve()
    try:
        yield set_up(root, editor, vsix)
    finally:
        with suppress(FileNotFoundError, ProcessLookupError):
            os.killpg(int((root / "server.pid").read_text()), signal.SIGKILL)
        shutil.rmtree(root, ignore_errors=True)


def set_up(root, editor, vsix):
    workspace, home = root / "shop", root / "home"
    example("project").make_project(workspace)
    (workspace / ".git" / "info").mkdir(exist_ok=True)
    (workspace / ".git" / "info" / "exclude").write_text(".vscode/\n")
    for folder in (root / "tmp", home / ".claude" / "projects", home / ".codex" / "sessions"):
        folder.mkdir(parents=True, exist_ok=True)
    (root / "recording.json").write_text(json.dumps(recording(workspace, home)))
    stand_in(root / "bin" / "claude", root / "launched.json")
    path = (str(root / "bin"), str(Path(sys.executable).parent), str(editor / "node" / "bin"), os.environ["PATH"])
    env = {name: os.environ[name] for name in KEPT if name in os.environ} | {
        "PATH": os.pathsep.join(path),
        "HOME": str(home),
        "TMPDIR": str(root / "tmp"),
        "XDG_CONFIG_HOME": str(home / ".config"),
        "XDG_CACHE_HOME": str(home / ".cache"),
        "XDG_STATE_HOME": str(home / ".local" / "state"),
        "XDG_DATA_HOME": str(home / ".local" / "share"),
        "CLAUDE_CONFIG_DIR": str(home / ".claude"),
        "CODEX_HOME": str(home / ".codex"),
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "EXTENSIONS_GALLERY": "{}",
        "VSCODE_CLI": "1",  # else it asks a login shell for the PATH
        "SHELL": "/bin/bash",
    }
    made = {
        "node": str(editor / "node" / "bin" / "node"),
        "entry": str(editor / "server" / "node_modules" / "code-server" / "out" / "node" / "entry.js"),
        "vsix": str(vsix),
        "root": str(root),
        "workspace": str(workspace),
        "env": env,
        "recording": str(root / "recording.json"),
        "screenshots": str(SCREENSHOTS),
        "launched": str(root / "launched.json"),
    }
    (root / "stage.json").write_text(json.dumps(made))
    return made


def stand_in(program, note):
    """Puts a program in the place of an agent: it notes how it was started, and waits for its end."""
    program.parent.mkdir()
    program.write_text(
        f"#!{sys.executable}\n"
        "import json, os, sys, time\n"
        f"with open({str(note)!r} + '.new', 'w') as file:\n"
        "    json.dump({'argv': sys.argv[1:], 'cwd': os.getcwd(), 'pid': os.getpid()}, file)\n"
        f"os.replace({str(note)!r} + '.new', {str(note)!r})\n"
        "print('An agent would work here.', flush=True)\n"
        "time.sleep(600)\n"
    )
    program.chmod(0o755)


def recording(workspace, home):
    """The lines of the recorded Claude session, moved to this place and to the last few minutes."""
    replay = example("replay")
    start = datetime.now(UTC) - timedelta(minutes=2)
    claude = home / ".claude"
    played = replay.schedule(replay.Stage(project=workspace, claude=claude, codex=home / ".codex", start=start))
    return [{"path": str(line.path), "text": line.text} for line in played if line.path.is_relative_to(claude)]


def example(name):
    """A module of the example, under a name that is nobody else's."""
    full = f"relaymark_example_{name}"
    if full not in sys.modules:
        spec = importlib.util.spec_from_file_location(full, ROOT / "examples" / "relay" / f"{name}.py")
        sys.modules[full] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[full])
    return sys.modules[full]


def drive(script, stage):
    """Runs a script of tests/clients/vscode on the stage; what it printed is shown when it fails."""
    command = [stage["node"], DRIVER / script, Path(stage["root"]) / "stage.json"]
    with subprocess.Popen(
        command, env=stage["env"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as driver:
        try:
            printed, _ = driver.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            driver.terminate()  # it ends what it started
            with suppress(subprocess.TimeoutExpired):
                driver.wait(20)
            driver.kill()
            printed = f"{driver.communicate()[0]}\nnot done within {PATIENCE} s"
    sys.stdout.write(printed)
    assert driver.returncode == 0, printed


@pytest.mark.slow
@pytest.mark.editors
@pytest.mark.xdist_group("vscode")
def test_smoke(stage):
    """A whole relay: gauge, warnings, hover, tick, handover, the next phase in a terminal, the gauge at its start."""
    drive("smoke.mjs", stage)
