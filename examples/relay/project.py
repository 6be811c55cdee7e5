"""Makes the example's small git repository: a plan of three phases, and the sources it speaks of."""

import os
import shutil
import subprocess
from pathlib import Path

FILES = Path(__file__).resolve().parent / "repo"

# Each commit: its date, its subject, and the paths that it adds. The last one holds whatever is left.
COMMITS = (
    ("2025-11-03T09:00:00+00:00", "Add a parser and a greeter", ("src", "docs")),
    ("2025-11-03T10:30:00+00:00", "Test both", ("tests",)),
    ("2025-11-04T08:15:00+00:00", "Plan three phases", (".",)),
)
AUTHOR = ("Dev", "dev@example.org")
ISOLATED = {
    "core.hooksPath": os.devnull,
    "core.excludesFile": os.devnull,
    "core.attributesFile": os.devnull,
    "core.autocrlf": "false",
    "commit.gpgsign": "false",
}


def make_project(folder: Path) -> None:
    """Makes the repository.

    Args:
        folder: Where it shall lie; it must not exist yet.

    Raises:
        subprocess.CalledProcessError: If git fails.
        OSError: If the folder cannot be written, or there is no git.
    """
    shutil.copytree(FILES, folder, ignore=shutil.ignore_patterns("__pycache__"))
    _git(folder, "init", "--quiet", "--template=", "--initial-branch=main")
    for date, subject, paths in COMMITS:
        _git(folder, "add", "--", *paths)
        _git(folder, "commit", "--quiet", f"--message={subject}", date=date)


def _git(folder: Path, *arguments: str, date: str = "") -> None:
    settings = [part for key, value in ISOLATED.items() for part in ("-c", f"{key}={value}")]
    command = ["git", *settings, *arguments]
    subprocess.run(command, cwd=folder, env=_git_environment(date), check=True)


def _git_environment(date: str) -> dict[str, str]:
    """Keeps the user's own git settings, and a repository that encloses this one, out of the example."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    name, address = AUTHOR
    return environment | {
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_AUTHOR_NAME": name,
        "GIT_AUTHOR_EMAIL": address,
        "GIT_AUTHOR_DATE": date,
        "GIT_COMMITTER_NAME": name,
        "GIT_COMMITTER_EMAIL": address,
        "GIT_COMMITTER_DATE": date,
    }
