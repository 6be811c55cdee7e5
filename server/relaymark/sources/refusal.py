"""Asks git why it tells nothing of a work tree: it may be another user's, as in a container, or its link be broken."""

import shutil
import subprocess

from relaymark.sources.git import environment
from relaymark.sources.git_files import top_folder

_FATAL = "fatal: "


def refusal(top: str) -> str:
    """Return in git's own words why it refuses to read a work tree; empty where it reads it, and outside of git."""
    if top_folder(top) is None:
        return ""
    if not has_git():
        return "git is not installed"
    try:
        done = subprocess.run(
            ["git", "rev-parse", "--git-dir"],  # noqa: S607
            cwd=top,
            env=environment() | {"LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=20,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    said = done.stderr.decode("utf-8", "replace").splitlines()
    if not done.returncode or not said:
        return ""
    # What git advises stands indented below.
    advice = next((line.strip() for line in said[1:] if line.startswith("\t")), "")
    return said[0].removeprefix(_FATAL) + (f" ({advice})" if advice else "")


def has_git() -> bool:
    """Tell whether git is installed."""
    return shutil.which("git") is not None
