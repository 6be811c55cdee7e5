"""The GitHub Action: its scripts are run as GitHub runs them, in a real repository, and what they put out is read."""

import json
import os
import re
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
import yaml
from tests.cli.moved import moved_shop

ROOT = Path(__file__).resolve().parents[2]
ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
STEPS = {step["id"]: step for step in ACTION["runs"]["steps"]}
DOCS = (ROOT / "docs/ci.md").read_text(encoding="utf-8")

PLAN = """# Shop

## Phase 1: Parser

- [x] Read lines in `src/parser.py`
- [x] Cache them in `src/keys.py`

## Phase 2: Report

- [ ] Print the sum in `src/report.py`
"""
CLOSED = "# Old\n\n> **Status:** Superseded\n\n## Phase 1: Keys\n\n- [x] Cache all in `src/lost.py`\n"


class Runner:
    """A machine of GitHub's: fills the expressions of a step, runs its script, and reads what it puts out."""

    def __init__(self, world, workspace, **inputs):
        assert inputs.keys() <= ACTION["inputs"].keys()
        self.world, self.workspace = world, workspace
        self.temp = world.root / "runner"
        self.temp.mkdir(exist_ok=True)
        self.known = {f"inputs.{name}": given.get("default", "") for name, given in ACTION["inputs"].items()}
        self.known |= {f"inputs.{name}": value for name, value in inputs.items()}
        self.known |= {
            "github.action_path": str(ROOT),
            "steps.python.outputs.python-path": sys.executable,
            "steps.install.outputs.bin": str(Path(sys.executable).parent),
        }

    def filled(self, text):
        return re.sub(r"\$\{\{ (\S+) \}\}", lambda found: self.known[found[1]], text)

    def run(self, name, **env):
        """Runs a step, as `shell: bash` does, and keeps its outputs."""
        step = STEPS[name]
        assert step["shell"] == "bash"
        script, output = self.temp / f"{name}.sh", self.temp / f"{name}.out"
        script.write_text(step["run"])
        output.write_text("")
        own = {key: self.filled(value) for key, value in step["env"].items()}
        given = {"GITHUB_OUTPUT": str(output), "RUNNER_TEMP": str(self.temp), "GITHUB_WORKSPACE": str(self.workspace)}
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", str(script)],
            cwd=self.workspace / self.filled(step.get("working-directory", ".")),
            env=self.world.env | given | {"GITHUB_ACTIONS": "true", "CI": "true"} | own | env,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert "Traceback" not in done.stderr
        outputs = dict(line.split("=", 1) for line in output.read_text().splitlines())
        self.known |= {f"steps.{name}.outputs.{key}": value for key, value in outputs.items()}
        return done, outputs


@pytest.fixture
def shop(world):
    """A plan with a file that git knows to be elsewhere, and one that never was."""
    return moved_shop(world, PLAN)


def check(world, folder, **inputs):
    return Runner(world, folder, **inputs).run("check")


def results(outputs):
    log = json.loads(Path(outputs["sarif"]).read_text())
    return sorted(each["ruleId"] for each in log["runs"][0]["results"])


def test_findings_stand_beside_the_lines_and_fail_the_step(world, shop):
    done, outputs = check(world, shop)
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    assert [line.partition(" ")[0] for line in lines[:-1]] == ["::warning", "::warning"]
    assert "file=PLAN.md,line=5,endLine=5" in lines[0]
    assert lines[0].endswith(
        "title=Relaymark path-moved::Ticked, but `src/parser.py` was moved to `src/read/parser.py`."
    )
    assert outputs == {"findings": "2", "sarif": str(world.root / "runner/relaymark.sarif")}
    assert results(outputs) == ["path-missing", "path-moved"]


def test_outputs_are_those_that_the_action_declares(world, shop):
    runner = Runner(world, shop)
    _, outputs = runner.run("check")
    declared = {name: runner.filled(given["value"]) for name, given in ACTION["outputs"].items()}
    assert declared == outputs


def test_a_plan_that_is_right_passes_with_no_findings(world):
    folder = world.repository("right", plan="# Plan\n\n## Phase 1: Words\n\n- [x] Write `README.md`\n")
    done, outputs = check(world, folder)
    assert (done.returncode, outputs["findings"], results(outputs)) == (0, "0", [])


def test_the_log_alone_is_written_where_it_is_wanted_from_a_folder_below(world, shop):
    wishes = {"format": "sarif", "sarif-file": "logs/of plans.sarif", "fail-on": "never", "working-directory": "src"}
    done, outputs = check(world, shop, **wishes)
    assert (done.returncode, done.stdout) == (0, "")
    assert outputs == {"findings": "2", "sarif": str(shop / "src/logs/of plans.sarif")}
    assert results(outputs) == ["path-missing", "path-moved"]


@pytest.mark.slow
def test_paths_since_baseline_and_closed_plans_choose_what_is_reported(world, shop):
    base = world.git(shop, "rev-parse", "HEAD").strip()
    (shop / "OLD_PLAN.md").write_text(CLOSED)
    (shop / "two words.md").write_text(PLAN.replace("src/keys.py", "src/locks.py"))
    assert check(world, shop, since=base)[1]["findings"] == "0"
    _, outputs = check(world, shop, paths="two words.md\n")
    assert outputs["findings"] == "2"
    _, outputs = check(world, shop, paths="PLAN.md\r\n\ntwo words.md", since=base)
    assert outputs["findings"] == "2"
    (shop / "docs").mkdir()
    (shop / "two words.md").rename(shop / "docs/PLAN.md")
    assert check(world, shop, paths="docs")[1]["findings"] == "2"
    _, outputs = check(world, shop, paths="OLD_PLAN.md", **{"include-closed": "true"})
    assert results(outputs) == ["path-missing"]
    world.run("check", "--baseline", "known.json", "--write-baseline", cwd=shop)
    done, outputs = check(world, shop, baseline="known.json")
    assert (done.returncode, outputs["findings"]) == (0, "0")


@pytest.mark.slow
@pytest.mark.parametrize(
    "wrong",
    [{"paths": "--fix"}, {"since": "nowhere"}, {"format": "xml"}, {"baseline": "none.json"}, {"fail-on": "bad"}],
)
def test_bad_usage_fails_with_two_and_puts_nothing_out(world, shop, wrong):
    (world.root / "runner").mkdir()
    (world.root / "runner/relaymark.sarif").write_text("of the step before")
    before = (shop / "PLAN.md").read_text()
    done, outputs = check(world, shop, **wrong)
    assert (done.returncode, outputs) == (2, {})
    assert done.stderr
    assert (shop / "PLAN.md").read_text() == before


@pytest.mark.slow
@pytest.mark.parametrize("name", ["paths", "since", "baseline", "sarif-file", "format", "fail-on", "include-closed"])
def test_what_an_input_holds_is_never_run(world, shop, name):
    marked = world.root / "marked"
    check(world, shop, **{name: f"$(touch {marked}); touch {marked} `touch {marked}` \" ' && touch {marked}"})
    assert not marked.exists()


def test_scripts_take_inputs_by_their_environment_alone():
    for step in STEPS.values():
        assert "${{" not in step.get("run", "")
    taken = [found for step in STEPS.values() for value in step.get("env", {}).values() for found in _inputs(value)]
    taken += _inputs(STEPS["check"]["working-directory"]) + _inputs(STEPS["python"]["with"]["python-version"])
    assert sorted(taken) == sorted(ACTION["inputs"])


def _inputs(text):
    return re.findall(r"\$\{\{ inputs\.([\w-]+) \}\}", text)


@pytest.fixture
def shallow(world, shop):
    """A copy of the repository as `actions/checkout` makes it when nothing is said."""
    folder = world.work / "shallow"
    world.git(world.work, "clone", "-q", "--depth", "1", shop.as_uri(), str(folder))
    return folder


@pytest.mark.slow
def test_a_shallow_checkout_is_told_and_what_can_be_judged_is(world, shallow):
    done, outputs = check(world, shallow)
    first = done.stdout.splitlines()[0]
    assert first.startswith("::warning title=Relaymark::The checkout is shallow")
    assert "fetch-depth: 0" in first
    assert outputs["findings"] == str(done.stdout.count("title=Relaymark path-"))
    assert done.returncode == 1


def test_a_commit_that_a_shallow_checkout_lacks_is_told_with_what_helps(world, shallow):
    done, outputs = check(world, shallow, since="origin/next")
    assert (done.returncode, outputs) == (2, {})
    [line] = done.stdout.splitlines()
    assert line.startswith("::error title=Relaymark::")
    assert "fetch-depth: 0" in line


@pytest.mark.slow
def test_the_action_installs_its_own_checkout_beside_the_python_of_the_job(world, shop):
    (shop / "pip.py").write_text("raise SystemExit('a module of the checked repository was run')\n")
    runner = Runner(world, shop)
    installed = sysconfig.get_paths()["purelib"]
    # Without a network what is needed comes from where these tests run; Relaymark is built and put in place anew.
    offline = {"PIP_NO_INDEX": "1", "PIP_NO_DEPS": "1", "PIP_NO_BUILD_ISOLATION": "0", "PYTHONPATH": installed}
    done, outputs = runner.run("install", **offline)
    assert done.returncode == 0, done.stderr
    home = world.root / "runner/relaymark-python"
    assert Path(outputs["bin"]).parent == home
    [package] = home.glob("lib/*/site-packages/relaymark")
    assert (package / "data").is_dir()
    env = runner.world.env | {"PYTHONPATH": installed}
    told = [f"{outputs['bin']}/python", "-c", "import relaymark; print(relaymark.__file__)"]
    where = subprocess.run(told, env=env, cwd=shop, capture_output=True, text=True, check=True)
    assert Path(where.stdout.strip()).parent == package
    done, outputs = runner.run("check", PYTHONPATH=installed)
    assert (done.returncode, outputs["findings"]) == (1, "2")


def examples():
    """Yield the uses of the action in the documentation, with what they give it."""
    for text in re.findall(r"^```yaml\n(.*?)^```", DOCS, re.MULTILINE | re.DOTALL):
        workflow = yaml.safe_load(text)
        jobs = workflow.get("jobs") if isinstance(workflow, dict) else None
        for job in (jobs or {}).values():
            yield from (step for step in job["steps"] if step.get("uses", "").startswith("relaymark/"))


def test_the_documentation_gives_inputs_and_reads_outputs_that_exist():
    found = list(examples())
    assert found
    for step in found:
        assert step.get("with", {}).keys() <= ACTION["inputs"].keys()
        assert step["uses"].startswith("relaymark/relaymark@")
        read = re.findall(rf"steps\.{step.get('id', 'relaymark')}\.outputs\.([\w-]+)", DOCS)
        assert set(read) <= ACTION["outputs"].keys()
    for name in (*ACTION["inputs"], *ACTION["outputs"]):
        assert f"`{name}`" in DOCS, f"docs/ci.md does not tell of `{name}`"


def test_every_input_says_what_it_does_and_has_a_default():
    for name, given in ACTION["inputs"].items():
        assert given["description"], name
        assert isinstance(given["default"], str), name
    assert os.access(ROOT / "action.yml", os.R_OK)
