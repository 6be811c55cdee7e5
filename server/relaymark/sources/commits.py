"""What git says of a work tree for a handover: where HEAD stands, what was committed, what is not."""

import logging
import re
import shutil

from relaymark.core.relay.facts import Commit, Head
from relaymark.sources.git import environment
from relaymark.sources.git_files import top_folder

_log = logging.getLogger(__name__)

OWN_FOLDER = ".relaymark/"
"""Relaymark's own folder in a work tree: never uncommitted work."""

_MOST_BYTES = 4 * 1024 * 1024
_MOST_FILES = 100
_SHA = re.compile(r"[0-9a-f]{4,64}")
_WHOLE_SHA = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_PLAIN = ("--no-ext-diff", "--no-textconv", "--no-renames", "--no-color", "--ignore-submodules=all")


def head_of(folder: str) -> Head | None:
    """Return where the work tree of `folder` stands, None outside of git or where git tells nothing."""
    top = top_folder(folder)
    if top is None or output(top, "rev-parse", "--is-inside-work-tree") is None:
        return None
    branch = output(top, "symbolic-ref", "--quiet", "--short", "HEAD", quiet=True)
    sha = output(top, "rev-parse", "--verify", "--quiet", "HEAD^{commit}", quiet=True)
    return Head((branch or "").strip() or None, (sha or "").strip() or None)


def commits_since(folder: str, since: float | None = None, most: int = 50) -> tuple[Commit, ...] | None:
    """Return the commits that HEAD holds, the newest first; none before the first one, None outside of git.

    Args:
        folder: A folder in the work tree.
        since: Leaves out what was committed before, in seconds since the epoch.
        most: The most commits to return.
    """
    head = head_of(folder)
    top = top_folder(folder)
    if head is None or top is None:
        return None
    if head.sha is None:
        return ()
    after = [] if since is None else [f"--since=@{int(since)}"]
    told = output(
        top, "log", "-z", "--no-show-signature", "--name-only", f"--max-count={most}", *after, *_PLAIN,
        "--format=%x00%H%x00%ct%x00%s%x00", head.sha, "--",
    )  # fmt: skip
    found = _commits(told or "")
    # git looks at the dates of whole seconds; a commit in the second of `since` counts.
    return tuple(commit for commit in found if since is None or commit.time >= int(since))


def uncommitted(folder: str) -> tuple[str, ...] | None:
    """Return the files that differ from HEAD or that git does not know, sorted; None outside of git.

    Ignored files and `.relaymark/` do not count. Paths are relative to the work tree's top.
    """
    top = top_folder(folder)
    if top is None:
        return None
    told = output(
        top, "status", "--porcelain=v1", "-z", "--untracked-files=all", "--no-renames", "--ignore-submodules=dirty"
    )
    if told is None:
        return None
    # Every entry ends in a NUL; what stands behind the last one was cut.
    names = {entry[3:] for entry in told.split("\0")[:-1] if len(entry) > 3 and entry[2] == " "}
    return tuple(sorted(name for name in names if not name.startswith(OWN_FOLDER)))


def is_ancestor(folder: str, sha: str) -> bool | None:
    """Tell whether a commit is HEAD or behind it; False for an unknown one, None outside of git."""
    head = head_of(folder)
    top = top_folder(folder)
    if head is None or top is None:
        return None
    if head.sha is None or not _SHA.fullmatch(sha):
        return False
    return output(top, "merge-base", "--is-ancestor", sha, head.sha, quiet=True) is not None


def has_commit(folder: str, sha: str) -> bool | None:
    """Tell whether the repository has a commit, by its whole name or how that begins; None outside of git."""
    top = top_folder(folder)
    if top is None:
        return None
    if not _SHA.fullmatch(sha):
        return False
    return output(top, "rev-parse", "--verify", "--quiet", f"{sha}^{{commit}}", quiet=True) is not None


def commit_of(folder: str, sha: str) -> Commit | None:
    """Return a commit by its whole name or how that begins; None for an unknown one."""
    top = top_folder(folder)
    if top is None or not _SHA.fullmatch(sha) or not has_commit(folder, sha):
        return None
    told = output(
        top, "log", "-z", "--no-show-signature", "--name-only", "--max-count=1", *_PLAIN,
        "--format=%x00%H%x00%ct%x00%s%x00", sha, "--", quiet=True,
    )  # fmt: skip
    return next(iter(_commits(told or "")), None)


def has_tracked(folder: str, path: str) -> bool:
    """Tell whether the index holds a file, or anything below a folder."""
    top = top_folder(folder)
    return bool(top and output(top, "ls-files", "-z", "--", f":(top,literal){path}", quiet=True))


def moved_since(folder: str, sha: str) -> tuple[int, tuple[str, ...]] | None:
    """Return how many commits HEAD has that a commit behind it has not, and the files in which the two differ.

    None outside of git, and for a commit that HEAD does not hold.
    """
    top = top_folder(folder)
    head = head_of(folder)
    if top is None or head is None or head.sha is None or not is_ancestor(folder, sha):
        return None
    count = (output(top, "rev-list", "--count", f"{sha}..{head.sha}", "--") or "").strip()
    told = output(top, "diff", "--name-only", "-z", *_PLAIN, sha, head.sha, "--")
    names = tuple(name for name in (told or "").split("\0")[:-1] if not name.startswith(OWN_FOLDER))
    return (int(count) if count.isdigit() else 0, names)


def changes_since(folder: str, commits: tuple[Commit, ...], paths: tuple[str, ...]) -> str:
    """Return the diff, without context lines, from before the oldest of `commits` (else HEAD) to the files on disk.

    Args:
        folder: A folder in the work tree.
        commits: As `commits_since` gave them.
        paths: Which files, relative to the work tree's top.
    """
    top = top_folder(folder)
    head = head_of(folder)
    if top is None or head is None or head.sha is None or not paths:
        return ""
    base = head.sha
    if commits:
        parent = output(top, "rev-parse", "--verify", "--quiet", f"{commits[-1].sha}^{{commit}}~1", quiet=True)
        base = (parent or "").strip() or base
    told = output(
        top, "diff", "--unified=0", "--src-prefix=a/", "--dst-prefix=b/", *_PLAIN, base, "--",
        *(f":(top,literal){path}" for path in paths),
    )  # fmt: skip
    return told or ""


def text_before(folder: str, commits: tuple[Commit, ...], path: str) -> str | None:
    """Return a file as it was before the oldest of some commits (else at HEAD); None where there was none.

    Args:
        folder: A folder in the work tree.
        commits: As `commits_since` gave them.
        path: The file, relative to the work tree's top.
    """
    top = top_folder(folder)
    if top is None:
        return None
    base = f"{commits[-1].sha}~1" if commits else "HEAD"
    return output(top, "cat-file", "blob", f"{base}:{path}", quiet=True)


def _commits(told: str) -> list[Commit]:
    """Read what `log` printed: an empty field, three of the head, an empty one, then the names of the files."""
    fields = told.split("\0")
    found: list[Commit] = []
    at = 0
    while at + 3 < len(fields) and _WHOLE_SHA.fullmatch(fields[at + 1]) and fields[at + 2].isdigit():
        sha, time, subject = fields[at + 1 : at + 4]
        at += 5
        names: list[str] = []
        while at < len(fields) and fields[at]:
            names.append(fields[at] if names else fields[at].removeprefix("\n"))
            at += 1
        own = [name for name in names if not name.startswith(OWN_FOLDER)]
        found.append(Commit(sha, float(time), subject, tuple(own[:_MOST_FILES])))
    return found


def output(top: str, *arguments: str, quiet: bool = False) -> str | None:
    """Return what git printed, at most 4 MB of it; None if it failed, which is logged unless `quiet`."""
    if shutil.which("git") is None:
        return None
    import git  # noqa: PLC0415  (GitPython takes 80 ms to load; folders outside of git need none of it)

    command = ["git", "--no-pager", "-c", "core.quotePath=false", "-c", "core.hooksPath=/dev/null", *arguments]
    try:
        process = git.cmd.Git(top).execute(command, as_process=True, env=environment())
        stream = process.stdout
        data = stream.read(_MOST_BYTES) if stream else b""
        if stream:
            cut = bool(stream.read(1))
            stream.close()
            if not cut:
                process.wait()
    except (git.GitError, OSError, ValueError) as error:
        if not quiet:
            _log.warning("git tells nothing of %s: %s", top, str(error).strip().splitlines()[-1:])
        return None
    text: str = data.decode("utf-8", "replace")
    return text
