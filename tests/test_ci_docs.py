"""What docs/ci.md and the pre-commit hooks name is there: options, formats and hooks."""

import re
from pathlib import Path

import typer

from relaymark.cli.app import app
from relaymark.cli.check import Format

ROOT = Path(__file__).resolve().parents[1]
TEXT = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
CHECK = typer.main.get_command(app).commands["check"]
OPTIONS = {name for option in CHECK.params for name in (*option.opts, *option.secondary_opts)}


def test_every_option_that_is_named_exists():
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", TEXT))
    assert named - OPTIONS == set()
    assert {"--format", "--since", "--baseline", "--write-baseline", "--fix", "--diff", "--fail-on"} <= named


def test_every_format_is_told():
    assert set(re.findall(r"^\| `--format (\w+)`", TEXT, re.MULTILINE)) == {each.value for each in Format}


def test_hooks_run_commands_that_exist_with_options_that_exist():
    hooks = (ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
    entries = re.findall(r"^  entry: (.+)$", hooks, re.MULTILINE)
    assert len(entries) == len(re.findall(r"^- id: relaymark-", hooks, re.MULTILINE)) == 2
    for entry in entries:
        program, command, *options = entry.split()
        assert (program, command) == ("relaymark", "check")
        assert set(options) <= OPTIONS
    for named in re.findall(r"id: (relaymark-\w+)", TEXT):
        assert f"- id: {named}\n" in hooks
