"""`relaymark check` for CI: SARIF, workflow commands, --since, baselines, certain fixes, and the exit codes of each."""

import json
import os
import stat

import pytest
from tests.cli.moved import check, commit, moved_shop

PLAN = """# Shop

## Phase 1: Parser

- [x] 🧾 Read lines in `src/parser.py`
- [x] Cache them in `src/keys.py`

## Phase 2: Report

- [ ] Print the sum in `src/report.py`
"""


@pytest.fixture
def shop(world):
    """A plan with a file that git knows to be elsewhere, and one that never was."""
    return moved_shop(world, PLAN, other="other = 1\n")


def codes(world, folder, *arguments):
    done = check(world, folder, "--format", "json", *arguments)
    return done.returncode, [each["code"] for each in json.loads(done.stdout)["findings"]]


def test_sarif_has_what_the_standard_requires(world, shop):
    done = check(world, shop, "--format", "sarif")
    log = json.loads(done.stdout)
    assert (done.returncode, log["version"]) == (1, "2.1.0")
    assert log["$schema"].endswith("sarif-2.1.0.json")
    [run] = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert run["tool"]["driver"]["name"] == "Relaymark"
    assert len({rule["id"] for rule in rules}) == len(rules)
    for rule in rules:
        assert rule["helpUri"].endswith(f"/docs/rules/{rule['id']}.md")
        assert rule["help"]["text"]
        assert rule["shortDescription"]["text"]
        assert rule["defaultConfiguration"]["level"] in {"warning", "note"}
    assert len(run["results"]) == 2
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] == "warning"
        [where] = result["locations"]
        place = where["physicalLocation"]
        assert place["artifactLocation"] == {"uri": "PLAN.md", "uriBaseId": "%SRCROOT%"}
        assert set(place["region"]) == {"startLine", "startColumn", "endLine", "endColumn"}
        assert len(result["partialFingerprints"]["relaymark/v1"]) == 32
    moved = next(result for result in run["results"] if result["ruleId"] == "path-moved")
    assert moved["locations"][0]["physicalLocation"]["region"]["startColumn"] == 24  # characters, as columnKind says
    assert run["columnKind"] == "unicodeCodePoints"
    [change] = moved["fixes"][0]["artifactChanges"]
    assert change["replacements"][0]["insertedContent"] == {"text": "read/"}


@pytest.mark.slow
def test_fingerprints_stay_when_lines_move_and_change_with_the_words(world, shop):
    def prints():
        log = json.loads(check(world, shop, "--format", "sarif").stdout)
        return {each["ruleId"]: each["partialFingerprints"]["relaymark/v1"] for each in log["runs"][0]["results"]}

    before = prints()
    (shop / "PLAN.md").write_text(PLAN.replace("## Phase 1", "Some words.\n\n## Phase 1"))
    assert prints() == before
    (shop / "PLAN.md").write_text(PLAN.replace("Read lines", "Read all lines"))
    after = prints()
    assert after["path-missing"] == before["path-missing"]
    assert after["path-moved"] != before["path-moved"]


@pytest.mark.slow
def test_workflow_commands_are_escaped(world, shop):
    (shop / "PLAN.md").rename(shop / "IMPLEMENTATION_PLAN.md")
    folder = shop / "plans" / "50%, a:b"
    folder.mkdir(parents=True)
    (folder / "PLAN.md").write_text(PLAN)
    done = check(world, shop, "--format", "github", "plans/50%, a:b/PLAN.md")
    first = done.stdout.splitlines()[0]
    assert first.startswith("::warning file=plans/50%25%2C a%3Ab/PLAN.md,line=5,endLine=5,col=24,endColumn=37,")
    assert first.endswith("title=Relaymark path-moved::Ticked, but `src/parser.py` was moved to `src/read/parser.py`.")
    assert done.stdout.splitlines()[-1] == "1 plan checked, 2 findings."


def test_since_reports_what_lines_or_named_files_changed(world, shop):
    base = world.git(shop, "rev-parse", "HEAD").strip()
    assert codes(world, shop, "--since", base) == (0, [])
    (shop / "PLAN.md").write_text(PLAN.replace("Cache them", "Cache all"))
    assert codes(world, shop, "--since", base) == (1, ["path-missing"])
    commit(world, shop, "words")
    assert codes(world, shop, "--since", "HEAD") == (0, [])
    assert codes(world, shop, "--since", base) == (1, ["path-missing"])
    assert codes(world, shop, "--since", f"{base}~1") == (1, ["path-moved", "path-missing"])


@pytest.mark.slow
def test_since_counts_from_where_the_branch_left_and_takes_new_plans_whole(world, shop):
    world.git(shop, "checkout", "-q", "-b", "topic")
    world.git(shop, "checkout", "-q", "main")
    (shop / "PLAN.md").write_text(PLAN.replace("Cache them", "Cache all"))
    commit(world, shop, "on main")
    world.git(shop, "checkout", "-q", "topic")
    assert codes(world, shop, "--since", "main") == (0, [])
    (shop / "IMPLEMENTATION_PLAN.md").write_text(PLAN)
    assert codes(world, shop, "--since", "main") == (1, ["path-moved", "path-missing"])


@pytest.mark.slow
@pytest.mark.parametrize("ref", ["nowhere", "--output=x", ""])
def test_what_git_does_not_know_is_bad_usage(world, shop, ref):
    done = check(world, shop, f"--since={ref}")
    assert done.returncode == (2 if ref else 1)
    assert not (shop / "x").exists()


def test_a_baseline_leaves_only_what_is_new(world, shop):
    done = check(world, shop, "--baseline", "known.json", "--write-baseline")
    assert (done.returncode, done.stdout) == (0, "known.json: 2 findings are known from now on\n")
    assert codes(world, shop, "--baseline", "known.json") == (0, [])
    moved = PLAN.replace("## Phase 1", "Words.\n\n## Phase 1") + "- [x] Ship it in `src/ship.py`\n- [ ] Rest\n"
    (shop / "PLAN.md").write_text(moved)
    assert codes(world, shop, "--baseline", "known.json") == (1, ["path-missing"])
    (shop / "PLAN.md").write_text(moved.replace("src/keys.py", "src/locks.py"))
    assert codes(world, shop, "--baseline", "known.json")[1] == ["path-missing", "path-missing"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--write-baseline"], "--write-baseline needs --baseline FILE"),
        (["--baseline", "none.json"], "the baseline none.json cannot be read: No such file or directory"),
        (["--baseline", "PLAN.md"], "the baseline PLAN.md cannot be read: it is not JSON"),
        (["--baseline", "list.json"], "the baseline list.json cannot be read: it holds no list of findings"),
        (["--baseline", "new.json"], "the baseline new.json cannot be read: its version is not 1"),
    ],
)
def test_a_baseline_that_is_none_is_bad_usage(world, shop, arguments, says):
    (shop / "list.json").write_text("[]")
    (shop / "new.json").write_text('{"version": 2, "findings": []}')
    done = check(world, shop, *arguments)
    assert done.returncode == 2
    assert done.stderr.startswith(says)
    assert done.stdout == ""


def test_fix_writes_what_is_certain_and_never_ticks(world, shop):
    plan = PLAN.replace("- [ ] Print", "- [x] All of it\n  - [ ] a part of it\n- [ ] Print")
    (shop / "PLAN.md").write_bytes(plan.replace("\n", "\r\n").encode())
    os.chmod(shop / "PLAN.md", 0o640)
    done = check(world, shop, "--fix", "--format", "json")
    assert done.stderr == "PLAN.md: 1 fix made\n"
    assert sorted(each["code"] for each in json.loads(done.stdout)["findings"]) == ["path-missing", "tick-contradicted"]
    written = plan.replace("src/parser.py", "src/read/parser.py").replace("\n", "\r\n")
    assert (shop / "PLAN.md").read_bytes() == written.encode()
    assert stat.S_IMODE((shop / "PLAN.md").stat().st_mode) == 0o640
    assert check(world, shop, "--fix").stderr == ""


def test_diff_prints_a_patch_and_changes_nothing(world, shop):
    done = check(world, shop, "--fix", "--diff")
    assert (shop / "PLAN.md").read_text() == PLAN
    assert done.returncode == 1
    (world.root / "patch").write_text(done.stdout)
    world.git(shop, "apply", str(world.root / "patch"))
    assert (shop / "PLAN.md").read_text() == PLAN.replace("src/parser.py", "src/read/parser.py")


@pytest.mark.slow
def test_a_file_that_is_not_utf8_is_left_as_it_is(world, shop):
    text = PLAN.encode() + b"\nCaf\xe9\n"
    (shop / "PLAN.md").write_bytes(text)
    done = check(world, shop, "--fix")
    assert "not fixed: PLAN.md changed meanwhile, or is not UTF-8" in done.stderr
    assert (shop / "PLAN.md").read_bytes() == text


@pytest.mark.slow
def test_rules_files_are_checked_beside_an_open_plan_only(world, shop):
    (shop / "CLAUDE.md").write_text("# Rules\n\nParsing is in `src/parser.py`. " + "Words. " * 4_000)
    commit(world, shop, "rules")
    assert codes(world, shop)[1][:3] == ["rules-heavy", "rules-without-relay", "rules-path-missing"]
    (shop / "CLAUDE.md").write_text("# Rules\n\nWork by PLAN.md.\n")
    assert codes(world, shop)[1] == ["path-moved", "path-missing"]
    (shop / "PLAN.md").write_text(PLAN.replace("[ ]", "[x]"))
    (shop / "CLAUDE.md").write_text("# Rules\n\nParsing is in `src/parser.py`.\n")
    assert codes(world, shop) == (0, [])


@pytest.mark.slow
def test_a_phase_whose_files_do_not_fit_is_too_big(world, shop):
    files = [f"src/big{number}.py" for number in range(4)]
    for file in files:
        (shop / file).write_text("x" * 80_000)
    items = "".join(f"- [ ] Change `{file}`\n" for file in files)
    (shop / "PLAN.md").write_text(f"# Plan\n\n## Phase 1: Big\n\n{items}")
    commit(world, shop, "big")
    done = check(world, shop, "--format", "json")
    [found] = json.loads(done.stdout)["findings"]
    assert (found["code"], found["severity"], found["line"]) == ("phase-too-big", "information", 3)
    assert "about 80,000 tokens" in found["message"]
    assert found["fixes"] == [{"title": "Split it: Phase 1b from item 3 on"}]
