"""What git says of a folder: its repository's work trees and their branches."""

import logging
import os
import re
import shutil
import subprocess
from collections.abc import Sequence

from msgspec import Struct

from relaymark.core.place import Place, Worktree
from relaymark.sources.git_files import top_folder

_log = logging.getLogger(__name__)

QUIET = {
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_CONFIG_COUNT": "1",
    "GIT_CONFIG_KEY_0": "core.fsmonitor",
    "GIT_CONFIG_VALUE_0": "false",
}
"""Environment of every git call: no locks that would break an agent's rebase, no prompts, no monitor started."""

_COMMIT = re.compile(r"[0-9a-f]{7,64}")


class Commit(Struct, frozen=True):
    """A commit: its full name, when it was made (seconds since the epoch), and its subject line."""

    name: str
    time: float
    subject: str


def last_commits(top: str, files: Sequence[str]) -> dict[str, Commit]:
    """Return the newest commit that touched each of some files (relative to `top`); none for untouched ones."""
    if shutil.which("git") is None or top_folder(top) is None:
        return {}
    import git  # noqa: PLC0415  (as in place_of)

    found: dict[str, Commit] = {}
    # Names are names here, never patterns.
    literal = {**environment(), "GIT_LITERAL_PATHSPECS": "1"}
    try:
        opened = git.Repo(top)
    except (git.GitError, OSError, ValueError):
        return {}
    with opened as repository:
        for file in files:
            try:
                line = repository.git.log(
                    "-1", "--format=%H%x09%ct%x09%s", "--no-show-signature", "--", file, env=literal
                )
            except (git.GitError, OSError, ValueError) as error:
                _log.info("git tells no commit of %s: %s", file, str(error).strip().splitlines()[-1:])
                continue
            name, _, rest = line.partition("\t")
            seconds, _, subject = rest.partition("\t")
            if name and seconds.isdigit():
                found[file] = Commit(name, float(seconds), subject)
    return found


def remotes(top: str) -> tuple[str, ...]:
    """Return the URLs of a repository's remotes."""
    return tuple(line.partition(" ")[2] for line in _asked(top, "config", "--get-regexp", r"^remote\..*\.url$"))


def known_commits(top: str, commits: Sequence[str]) -> frozenset[str]:
    """Return those of some commits (full names) that a repository has."""
    asked = [commit for commit in commits if _COMMIT.fullmatch(commit)]
    return frozenset(commit for commit in asked if _asked(top, "cat_file", "-t", commit) == ["commit"])


def _asked(top: str, command: str, *arguments: str) -> list[str]:
    if shutil.which("git") is None:
        return []
    import git  # noqa: PLC0415  (as in place_of)

    try:
        with git.Repo(top) as repository:
            return str(getattr(repository.git, command)(*arguments, env=environment())).splitlines()
    except (git.GitError, OSError, ValueError):
        return []


def told(folder: str, *arguments: str) -> str | None:
    """Return what one call of git printed, None where git is not installed or fails, which is logged.

    Without GitPython, which takes 30 ms of processor time to load: every command begins with such a call.
    """
    program = shutil.which("git")
    if program is None:
        return None
    try:
        done = subprocess.run(  # noqa: S603  (git, by fixed words)
            [program, "--no-pager", "-c", "core.quotePath=false", *arguments],
            cwd=folder, env=environment(), stdin=subprocess.DEVNULL, capture_output=True, check=False,
        )  # fmt: skip
    except OSError as error:
        _log.warning("git tells nothing of %s: %s", folder, error)
        return None
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()[-1:]
        _log.warning("git %s tells nothing of %s: %s", arguments[0], folder, said)
        return None
    return done.stdout.decode("utf-8", "surrogateescape")


def environment() -> dict[str, str]:
    """Return the environment for a quiet call of git."""
    # An editor that git itself started carries names that would point every call at its repository.
    foreign = {"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR"}
    return {**{key: value for key, value in os.environ.items() if key not in foreign}, **QUIET}


def place_of(folder: str) -> Place:
    """Return a workspace folder with the work trees of its repository; without git, or if git fails, none.

    Links are resolved, as agents record real paths.
    """
    real = os.path.realpath(folder)
    top = top_folder(real)
    if top is None:
        return Place(real)
    found = worktrees(told(top, "worktree", "list", "--porcelain") or "") or (Worktree(top),)
    if top not in {tree.path for tree in found}:
        # In a submodule git names its own folder below .git in place of the work tree.
        found = (Worktree(top, found[0].branch), *found[1:])
    return Place(real, found)


def worktrees(listed: str) -> tuple[Worktree, ...]:
    """Return the work trees that `git worktree list --porcelain` printed; bare repositories are none."""
    found = []
    for block in listed.split("\n\n"):
        lines = dict(line.partition(" ")[::2] for line in block.splitlines())
        if "worktree" in lines and "bare" not in lines:
            branch = lines.get("branch", "").removeprefix("refs/heads/")
            found.append(Worktree(os.path.realpath(lines["worktree"]), branch or None))
    return tuple(found)
