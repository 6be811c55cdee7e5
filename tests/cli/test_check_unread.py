"""`relaymark check` on plans that cannot be read, or only in part: no form of output passes them silently."""

import json

import pytest
from tests.cli.moved import check, commit, moved_shop

PLAN = """# Café

## Phase 1: Parser

- [x] Read lines in `src/parser.py`
- [ ] Print the sum
"""
LARGE = "PLAN.md has 4.1 MB; more than 4 MB are not read"


@pytest.fixture
def shop(world):
    """A plan that names a file which git knows to be elsewhere."""
    return moved_shop(world, PLAN)


@pytest.fixture
def large(shop):
    with (shop / "PLAN.md").open("wb") as file:
        file.truncate(4 * 1024 * 1024 + 1)
    return shop


@pytest.mark.parametrize("arguments", [[], ["PLAN.md"], ["."]], ids=" ".join)
def test_a_plan_that_is_too_large_is_told_of_as_text(world, large, arguments):
    done = check(world, large, *arguments)
    assert done.stdout == "Nothing checked: 1 plan could not be read.\n"
    assert done.stderr == f"not judged: {LARGE}\n"


def test_beside_others_it_is_counted(world, large):
    (large / "TODO.md").write_text("- [ ] Sell\n")
    commit(world, large, "more")
    assert check(world, large).stdout == "1 plan checked, 1 plan could not be read, no findings.\n"
    assert "could not be read" not in check(world, large, "TODO.md").stdout


def test_a_plan_that_is_too_large_is_told_of_in_json_sarif_and_on_github(world, large):
    told = json.loads(check(world, large, "--format", "json").stdout)
    assert told["unjudged"] == [LARGE]
    assert told["summary"] == {"plans": 0, "findings": 0, "unread": 1}
    [run] = json.loads(check(world, large, "--format", "sarif").stdout)["runs"]
    assert run["invocations"][0]["toolExecutionNotifications"] == [{"level": "note", "message": {"text": LARGE}}]
    first, last = check(world, large, "--format", "github").stdout.splitlines()
    assert first == f"::notice title=Relaymark::Not judged: {LARGE}"
    assert last == "Nothing checked: 1 plan could not be read."


@pytest.mark.slow
@pytest.mark.parametrize("arguments", [[], ["PLAN.md"]], ids=["all", "named"])
def test_a_link_to_nothing_is_told_of(world, shop, arguments):
    (shop / "PLAN.md").unlink()
    (shop / "PLAN.md").symlink_to("nowhere.md")
    done = check(world, shop, *arguments)
    assert done.stderr == "not judged: PLAN.md is a link to a file that is not there\n"
    assert done.stdout == "Nothing checked: 1 plan could not be read.\n"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be"])
def test_utf16_is_judged_with_its_history_and_mended_as_utf16(world, shop, encoding):
    def written(text):
        return (b"" if encoding == "utf-16" else b"\xfe\xff") + text.encode(encoding)

    base = world.git(shop, "rev-parse", "HEAD").strip()
    (shop / "PLAN.md").write_bytes(written(PLAN))
    commit(world, shop, "as UTF-16")
    done = check(world, shop)
    assert done.stdout.splitlines() == [
        "PLAN.md:5:22: warning path-moved: Ticked, but `src/parser.py` was moved to `src/read/parser.py`.",
        "1 plan checked, 1 finding; 1 can be mended by --fix.",
    ]
    assert done.stderr == ""
    assert "1 finding;" in check(world, shop, "--since", base).stdout
    (shop / "PLAN.md").write_bytes(written(PLAN.replace("Read lines", "Read all lines")))
    assert "1 finding;" in check(world, shop, "--since", "HEAD").stdout
    assert check(world, shop, "--fix").stdout == "1 plan checked, no findings.\n"
    mended = PLAN.replace("src/parser.py", "src/read/parser.py").replace("Read lines", "Read all lines")
    assert (shop / "PLAN.md").read_bytes() == written(mended)


def test_what_is_not_utf8_is_told_of_once_and_judged_as_far_as_it_can_be_read(world, shop):
    (shop / "PLAN.md").write_bytes(PLAN.encode("latin-1"))
    commit(world, shop, "as Latin-1")
    done = check(world, shop)
    assert done.stderr == "not judged: PLAN.md is not UTF-8; what can be read of it is judged\n"
    assert done.stdout.splitlines()[-1] == "1 plan checked, 1 finding."  # --fix would leave it alone


NOTE = ".relaymark/handovers/20261120T101500Z-plan-1-x.md"
NOTED = "---\nsession: null\n---\n\n## STATE\n\n- Café: `src/none.py` is written\n"


def test_notes_and_rules_files_are_read_by_their_mark_too(world, shop):
    (shop / NOTE).parent.mkdir(parents=True)
    (shop / NOTE).write_bytes(NOTED.encode("utf-16"))
    (shop / "AGENTS.md").write_bytes("# Café\n\nRead `src/never.py`.\n".encode("utf-16"))
    done = check(world, shop)
    assert done.stderr == ""
    assert f"{NOTE}:7:10: warning handover-path-missing: " in done.stdout
    assert "AGENTS.md:3:7: information rules-path-missing: " in done.stdout


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (NOTED.encode("latin-1"), "is not UTF-8; what can be read of it is judged"),
        (
            NOTED.encode("utf-16-le"),
            "holds NUL bytes, as UTF-16 without its mark does; what can be read of it is judged",
        ),
        (NOTED.encode() * 40_000, "has more than {} kB; the rest is not judged"),
    ],
    ids=["latin-1", "UTF-16 without its mark", "too large"],
)
def test_a_note_and_a_rules_file_that_are_judged_in_part_are_told_of(world, shop, data, why):
    (shop / NOTE).parent.mkdir(parents=True)
    (shop / NOTE).write_bytes(data)
    (shop / "AGENTS.md").write_bytes(data)
    told = check(world, shop).stderr.splitlines()
    assert told == [f"not judged: {NOTE} {why.format(256)}", f"not judged: AGENTS.md {why.format('1,024')}"]


def test_a_work_tree_that_git_refuses_to_read_is_told_in_its_words(world, shop):
    (shop / ".git").rename(world.root / "elsewhere.git")
    (shop / ".git").write_text(f"gitdir: {world.root}/gone.git\n")
    why = f"not a git repository: {world.root}/gone.git\n"
    told = "not judged: git tells nothing of this work tree, so little of it can be judged: "
    assert check(world, shop).stderr == told + why
    done = check(world, shop, "--since", "HEAD")
    assert (done.returncode, done.stderr) == (2, f"git tells nothing of {shop}: {why}")


def test_without_git_it_is_said_that_it_is_not_installed(world, shop):
    done = world.run("check", cwd=shop, env={"PATH": str(world.root / "nothing")})
    assert done.stderr.endswith("so little of it can be judged: git is not installed\n")
    assert "Traceback" not in done.stderr
