"""`relaymark check --diff` and `--fix`: byte for byte what a fix says, whatever encoding, lines and name."""

import os
import shutil
import subprocess
import sys

import pytest
from tests.cli.moved import commit, moved_shop

PLAN = """# Café 🧾

## Phase 1: Parser

- [x] Read lines in `src/parser.py`
- [ ] Print ਊ the sum"""  # a sign whose UTF-16 holds the byte of a line end
OLD, NEW = "src/parser.py", "src/read/parser.py"

FORMS = {
    "utf-8": lambda text: (text + "\n").encode(),
    "no-final-newline": lambda text: text.encode(),
    "mark": lambda text: b"\xef\xbb\xbf" + (text + "\n").encode(),
    "crlf": lambda text: (text + "\n").replace("\n", "\r\n").encode(),
    "cr": lambda text: text.replace("\n", "\r").encode(),
    "mixed": lambda text: text.replace("\n", "\r\n", 2).encode(),
    "utf-16-le": lambda text: b"\xff\xfe" + (text + "\n").encode("utf-16-le"),
    "utf-16-be-crlf": lambda text: b"\xfe\xff" + text.replace("\n", "\r\n").encode("utf-16-be"),
    "utf-32": lambda text: b"\xff\xfe\0\0" + (text + "\n").encode("utf-32-le"),
}
NAMES = ["PLAN.md", "docs/plans/two words.md", 'docs/plans/a "quote" ä.md', "docs/plans/back\\slash.md"]


def run(world, folder, *arguments):
    """Runs `relaymark check` and takes what it prints as it is."""
    done = world.run("check", *arguments, cwd=folder, stdin=b"")
    assert b"Traceback" not in done.stderr
    return done


def put(world, shop, name, data):
    """Has the plan lie under another name, with these bytes."""
    (shop / "PLAN.md").unlink()
    path = shop / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    commit(world, shop, "the plan")
    return path


@pytest.fixture
def shop(world):
    """A plan that names a file which git knows to be elsewhere."""
    return moved_shop(world, PLAN + "\n\nThe end\n")


@pytest.mark.parametrize("form", FORMS)
def test_fix_and_patch_change_the_characters_of_the_fix_alone(world, shop, form):
    before, after = FORMS[form](PLAN), FORMS[form](PLAN.replace(OLD, NEW))
    plan = put(world, shop, "PLAN.md", before)
    difference = run(world, shop, "--diff").stdout
    assert plan.read_bytes() == before
    assert b"1 fix made" in run(world, shop, "--fix").stderr
    assert plan.read_bytes() == after
    for program in (["git", "apply", "-"], ["patch", "-s", "-p1", "--binary"]):
        if shutil.which(program[0]):
            plan.write_bytes(before)
            subprocess.run(program, cwd=shop, env=world.env, input=difference, check=True, timeout=30)
            assert plan.read_bytes() == after


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_a_patch_finds_its_file_whatever_it_is_called(world, shop, name):
    plan = put(world, shop, name, FORMS["utf-8"](PLAN))
    difference = run(world, shop, "--diff").stdout
    subprocess.run(["git", "apply", "-"], cwd=shop, env=world.env, input=difference, check=True, timeout=30)
    assert plan.read_bytes() == FORMS["utf-8"](PLAN.replace(OLD, NEW))


@pytest.mark.skipif(os.name == "nt", reason="names are text there")
def test_a_name_that_is_no_text_ends_no_form_of_output(world, shop):
    folder = os.fsencode(shop)
    os.rename(folder + b"/src/read/parser.py", folder + b"/src/read/p\xe4rser.py")
    os.makedirs(folder + b"/docs/plans")
    with open(folder + b"/docs/plans/pl\xe4n.md", "wb") as file:
        file.write(FORMS["utf-8"](PLAN))
    commit(world, shop, "names")
    for form in ("text", "json", "sarif", "github"):
        told = run(world, shop, "--format", form).stdout
        assert b"p?rser.py" in told
        told.decode()
    done = run(world, shop, "--fix")
    assert b"not judged: docs/plans/pl?n.md has a name that is not UTF-8\n" in done.stderr
    assert b"fixes made" not in done.stderr


def test_what_can_be_read_in_part_only_is_in_no_patch_and_that_is_said(world, shop):
    put(world, shop, "PLAN.md", PLAN.encode("utf-8") + b"\nCaf\xe9\n")
    done = run(world, shop, "--diff")
    assert done.stdout == b""
    assert b"not in the patch: PLAN.md changed meanwhile, or is not UTF-8\n" in done.stderr


@pytest.mark.slow
def test_a_patch_is_of_the_file_that_a_link_leads_to(world, shop):
    put(world, shop, "notes/road.md", FORMS["utf-8"](PLAN))
    (shop / "PLAN.md").symlink_to("notes/road.md")
    commit(world, shop, "a link")
    difference = run(world, shop, "--diff").stdout
    subprocess.run(["git", "apply", "-"], cwd=shop, env=world.env, input=difference, check=True, timeout=30)
    assert (shop / "notes/road.md").read_bytes() == FORMS["utf-8"](PLAN.replace(OLD, NEW))
    assert (shop / "PLAN.md").is_symlink()


def test_a_link_that_leads_out_of_the_work_tree_is_never_written_through(world, shop):
    outside = world.folder("elsewhere") / "road.md"
    outside.write_text(PLAN)
    (shop / "PLAN.md").unlink()
    (shop / "PLAN.md").symlink_to(outside)
    commit(world, shop, "a link")
    done = run(world, shop, "--diff")
    assert done.stdout == b""
    assert f"not in the patch: PLAN.md lies outside of {shop}\n".encode() in done.stderr
    done = run(world, shop, "--fix")
    assert f"not fixed: PLAN.md is a link that leads out of {shop}\n".encode() in done.stderr
    assert outside.read_text() == PLAN


FIELDS = ("session", "agent", "author", "phase", "commit", "date", "tokens")
MATTER = "---\n" + "".join(f"{name}: null\n" for name in FIELDS) + "---\n\n"
NOTE = "## STATE\n\n- done\n\n{}## NEXT STEP\n\n- go\n"


@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["", "mark"])
@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["lf", "crlf"])
def test_a_note_is_mended_in_its_own_lines_and_behind_its_mark(world, shop, mark, end):
    place = shop / ".relaymark/handovers/20261120T101500Z-plan-1-x.md"
    place.parent.mkdir(parents=True)
    place.write_bytes((mark + NOTE.format("").replace("\n", end)).encode())
    assert b"2 fixes made" in run(world, shop, "--fix", str(place)).stderr
    mended = MATTER + NOTE.format("## ARCHITECTURE CONTEXT\n\n- None on record.\n\n")
    assert place.read_bytes() == (mark + mended.replace("\n", end)).encode()
    assert b"no findings" in run(world, shop, str(place)).stdout


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no full disk")
def test_findings_that_cannot_be_printed_are_not_taken_for_findings(world, shop):
    with open("/dev/full", "wb") as full:
        command = [sys.executable, "-m", "relaymark", "check"]
        pipes = {"stdout": full, "stderr": subprocess.PIPE}
        done = subprocess.run(command, cwd=shop, env=world.env, timeout=30, check=False, **pipes)
    assert (done.returncode, done.stderr) == (2, b"the findings cannot be printed: No space left on device\n")
