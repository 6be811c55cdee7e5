"""`relaymark check`: the rules of the editor in a terminal, as text and as JSON, with its exit codes."""

import json
import subprocess

import pytest

PLAN = """# Shop

## Phase 1: Parser

- [x] 🧾 Read lines in `src/parser.py`
- [x] Cache them in `private/lines.bin` and `src/keys.py`

## Phase 2: Report

- [ ] Print the sum in `src/report.py`
"""
DONE = PLAN.replace("[ ]", "[x]")
TEXT = "PLAN.md:{}: warning path-missing: Ticked, but there is no `{}` in this work tree.\n"


@pytest.fixture
def shop(world):
    folder = world.repository("shop", plan=PLAN)
    (folder / ".gitignore").write_text("private/\n")
    return folder


def create(folder, *files):
    """Make files, and commit everything where there is a repository."""
    for file in files:
        path = folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x = 1\n")
    if (folder / ".git").exists():
        subprocess.run(["git", "add", "-A"], cwd=folder, check=True)
        identity = ["-c", "user.name=Dev", "-c", "user.email=dev@example.org"]
        subprocess.run(["git", *identity, "commit", "-q", "-m", "work"], cwd=folder, check=True)


def checked(world, folder, *arguments):
    done = world.run("check", "--format", "json", *arguments, cwd=folder)
    assert "Traceback" not in done.stderr
    return done.returncode, json.loads(done.stdout)


def test_findings_are_printed_by_file_line_and_column(world, shop):
    done = world.run("check", cwd=shop)
    assert (done.returncode, done.stderr) == (1, "")
    first, second = TEXT.format("5:24", "src/parser.py"), TEXT.format("6:46", "src/keys.py")
    assert done.stdout == f"{first}{second}1 plan checked, 2 findings.\n"


def test_a_plan_that_holds_true_passes(world, shop):
    create(shop, "src/parser.py", "src/keys.py")
    done = world.run("check", cwd=shop)
    assert (done.returncode, done.stdout, done.stderr) == (0, "1 plan checked, no findings.\n", "")


@pytest.mark.slow
def test_without_a_plan_it_says_what_it_looked_for_and_passes(world):
    folder = world.repository("bakery", plan=None)
    done = world.run("check", cwd=folder)
    assert done.returncode == 0
    assert done.stdout.startswith("No plan here: no PLAN.md, TODO.md, docs/plans/*.md")
    assert done.stdout.endswith(" `relaymark plan new` makes one.\n")
    status, told = checked(world, folder)
    assert (status, told) == (0, {"version": 1, "findings": [], "summary": {"plans": 0, "findings": 0}})


def test_json_tells_the_whole_of_each_finding(world, shop):
    create(shop, "src/keys.py")
    status, told = checked(world, shop)
    assert status == 1
    assert told == {
        "version": 1,
        "findings": [
            {
                "path": "PLAN.md",
                "line": 5,
                "column": 24,
                "endLine": 5,
                "endColumn": 37,
                "code": "path-missing",
                "severity": "warning",
                "message": "Ticked, but there is no `src/parser.py` in this work tree.",
                "items": [5],
                "fixes": [],
            }
        ],
        "summary": {"plans": 1, "findings": 1, "warning": 1},
    }


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fail_on", "severity", "code"),
    [
        ("never", "warning", 0),
        ("warning", "warning", 1),
        ("warning", "information", 0),
        ("information", "information", 1),
        ("information", "hint", 0),
        ("hint", "hint", 1),
        ("hint", "off", 0),
    ],
)
def test_the_exit_code_follows_the_loudest_finding(world, shop, fail_on, severity, code):
    settings = world.home / ".config/relaymark/config.toml"
    settings.parent.mkdir(parents=True)
    settings.write_text(f'rules = {{ "path-missing" = "{severity}" }}\n')
    status, told = checked(world, shop, "--fail-on", fail_on)
    assert status == code
    assert {each["severity"] for each in told["findings"]} == ({severity} - {"off"})


@pytest.mark.slow
def test_a_bad_setting_is_named_beside_the_findings(world, shop):
    settings = world.home / ".config/relaymark/config.toml"
    settings.parent.mkdir(parents=True)
    settings.write_text('rules = { "path-missing" = "error" }\n')
    done = world.run("check", "--format", "json", cwd=shop)
    assert "`rules`" in done.stderr
    assert len(json.loads(done.stdout)["findings"]) == 2


def test_a_rule_that_there_is_not_is_named_beside_the_findings(world, shop):
    (shop / ".relaymark.toml").write_text('planFile = ["x"]\nrules = { "path-mising" = "off" }\n')
    done = world.run("check", "--format", "json", cwd=shop)
    assert "there is no setting `planFile`; did you mean `planFiles`?" in done.stderr
    assert "`rules.path-mising` is about nothing known; did you mean `path-missing`?" in done.stderr
    assert len(json.loads(done.stdout)["findings"]) == 2


@pytest.mark.slow
def test_closed_plans_are_reported_only_when_asked_for(world, shop):
    (shop / "PLAN.md").write_text(DONE)
    assert checked(world, shop)[1]["findings"] == []
    status, told = checked(world, shop, "--include-closed")
    assert status == 1
    assert [each["line"] for each in told["findings"]] == [5, 6, 10]


@pytest.mark.slow
def test_sessions_are_reported_only_when_asked_for(world, shop):
    create(shop, "src/parser.py", "src/keys.py")
    session = world.claude(shop).prompt("Complete Phase 2 of @PLAN.md").reply(9_000).reply(70_000)
    assert checked(world, shop)[1]["findings"] == []
    status, told = checked(world, shop, "--sessions")
    [finding] = told["findings"]
    assert status == 1
    assert (finding["code"], finding["severity"]) == ("context-over-ceiling", "warning")
    assert (finding["line"], finding["column"], finding["endColumn"]) == (8, 1, 19)
    assert finding["items"] == []
    session.reply(50_000)
    status, told = checked(world, shop, "--sessions")
    assert (status, told["findings"][0]["severity"]) == (0, "information")


@pytest.mark.slow
def test_a_finding_without_a_phase_is_told_of_the_first_line(world, shop):
    create(shop, "src/parser.py", "src/keys.py")
    world.claude(shop).prompt("Look around").reply(9_000).reply(70_000)
    done = world.run("check", "--sessions", cwd=shop)
    assert done.stdout.startswith("PLAN.md:1:1: information context-over-ceiling: Claude Code holds 70,000 tokens")
    assert done.returncode == 0


@pytest.mark.slow
def test_named_plans_are_checked_wherever_they_lie(world, shop):
    create(shop, "src/parser.py", "src/keys.py")
    below = shop / "docs" / "later"
    below.mkdir(parents=True)
    (below / "ROADMAP.md").write_text(PLAN.replace("src/keys.py", "src/gone.py"))
    status, told = checked(world, shop, "docs/later/ROADMAP.md")
    assert status == 1
    assert [(each["path"], each["line"]) for each in told["findings"]] == [("docs/later/ROADMAP.md", 6)]
    assert told["summary"]["plans"] == 1
    assert checked(world, world.work, "shop/PLAN.md", "--workspace", "shop") == (
        0,
        {"version": 1, "findings": [], "summary": {"plans": 1, "findings": 0}},
    )


@pytest.mark.slow
def test_findings_come_by_file_and_place(world, shop):
    (shop / "IMPLEMENTATION_PLAN.md").write_text(PLAN)
    _, told = checked(world, shop)
    assert [(each["path"], each["line"]) for each in told["findings"]] == [
        ("IMPLEMENTATION_PLAN.md", 5),
        ("IMPLEMENTATION_PLAN.md", 6),
        ("PLAN.md", 5),
        ("PLAN.md", 6),
    ]


@pytest.mark.slow
@pytest.mark.parametrize(
    "arguments",
    [
        ["nowhere/PLAN.md"],
        ["PLAN.md", "nowhere/PLAN.md"],
        ["--workspace", "nowhere"],
        ["--fail-on", "error"],
        ["--format", "yaml"],
    ],
    ids=" ".join,
)
def test_bad_usage_ends_with_2_and_one_clear_message(world, shop, arguments):
    done = world.run("check", *arguments, cwd=shop)
    assert (done.returncode, done.stdout) == (2, "")
    assert arguments[-1] in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_what_is_no_text_is_checked_without_a_fault(world, shop):
    (shop / "PLAN.md").write_bytes(b"\x80\x81## Phase 1\n\0\n- [x] `src/gone.py`\n- [ ] rest\n")
    done = world.run("check", cwd=shop)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_outside_of_git_plans_are_checked_against_the_files_below(world):
    folder = world.folder("notes")
    (folder / "PLAN.md").write_text(PLAN)
    create(folder, "src/parser.py", "private/lines.bin")
    _, told = checked(world, folder)
    assert [each["message"] for each in told["findings"]] == [
        "Ticked, but there is no `src/keys.py` in this work tree."
    ]


@pytest.mark.slow
def test_more_ignored_paths_than_git_is_asked_about_at_once_are_not_reported(world, shop):
    items = "".join(f"- [x] Make `private/part{number}/lines.py`\n" for number in range(620))
    (shop / "PLAN.md").write_text(f"# Shop\n\n{items}- [ ] the rest\n")
    assert checked(world, shop)[1]["findings"] == []


def test_outside_of_git_it_says_once_that_history_was_not_judged(world):
    folder = world.folder("notes")
    for name in ("PLAN.md", "TODO.md"):
        (folder / name).write_text("- [ ] Sell\n")
    done = world.run("check", cwd=folder)
    assert done.stderr == "not judged: this folder is not in git, so nothing is compared with history\n"
    assert done.stdout == "2 plans checked, no findings.\n"
