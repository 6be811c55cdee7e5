"""Commits that somebody else made, by git's log of some files."""

import os
from collections.abc import Sequence

from relaymark.core.brief import Foreign
from relaymark.core.relay.facts import SHA_SHOWN
from relaymark.sources.commits import OWN_FOLDER, output

_MOST = 40
_MOST_FILES = 400


def me(top: str) -> str:
    """Return the user's address for commits, empty where git knows none."""
    own = os.environ.get("GIT_AUTHOR_EMAIL")
    return own or (output(top, "config", "--get", "user.email", quiet=True) or "").strip()


def foreign_commits(top: str, since: str, files: Sequence[str]) -> tuple[Foreign, ...]:
    """Return the commits of others behind a commit that touch one of some files, the newest first.

    Args:
        top: The top of the work tree.
        since: The commit.
        files: Relative to the work tree's top; none: nothing is looked for.
    """
    if not files:
        return ()
    told = output(
        top, "--literal-pathspecs", "log", "-z", "--no-show-signature", "--no-merges", "--name-only",
        f"--max-count={_MOST}", "--no-renames", "--format=%x00%H%x00%ae%x00%an%x00%s%x00", f"{since}..HEAD", "--",
        *files[:_MOST_FILES],
    )  # fmt: skip
    own = me(top).casefold()
    return tuple(each for address, each in _read(told or "") if address.casefold() != own)


def _read(told: str) -> list[tuple[str, Foreign]]:
    fields = told.split("\0")
    found: list[tuple[str, Foreign]] = []
    at = 0
    while at + 4 < len(fields) and len(fields[at + 1]) in (40, 64):
        sha, address, author, subject = fields[at + 1 : at + 5]
        at += 6
        names: list[str] = []
        while at < len(fields) and fields[at]:
            names.append(fields[at].removeprefix("\n"))
            at += 1
        own = tuple(name for name in names if not name.startswith(OWN_FOLDER))
        found.append((address, Foreign(sha[:SHA_SHOWN], author, subject, own)))
    return found
