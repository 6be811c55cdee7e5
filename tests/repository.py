"""A real git repository that a test fills commit by commit."""

import os
import subprocess

IDENTITY = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
    "GIT_AUTHOR_NAME": "Dev",
    "GIT_AUTHOR_EMAIL": "dev@example.org",
    "GIT_COMMITTER_NAME": "Dev",
    "GIT_COMMITTER_EMAIL": "dev@example.org",
}
NOON = 1_763_640_000
"""When the clock of a repository starts, in seconds since the epoch."""


class Repository:
    """A repository in a folder that is made where it is missing; each call of git is `step` seconds later."""

    def __init__(self, folder, step=60):
        self.folder = os.path.realpath(folder)
        os.makedirs(self.folder, exist_ok=True)
        self.clock, self.step = NOON, step
        self.git("init", "-q", "-b", "main")

    def git(self, *arguments, at=None):
        """Runs git at its next time, or at the time `at`; returns what it printed."""
        self.clock += self.step
        date = f"@{self.clock if at is None else at} +0000"
        done = subprocess.run(
            ["git", *arguments],
            cwd=self.folder,
            env=os.environ | IDENTITY | {"GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date},
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout.strip()

    def write(self, files):
        """Writes files, by their paths, without touching their line ends."""
        for path, text in files.items():
            whole = os.path.join(self.folder, path)
            os.makedirs(os.path.dirname(whole), exist_ok=True)
            with open(whole, "w", encoding="utf-8", newline="") as file:
                file.write(text)

    def commit(self, message="work", files=None, *, at=None):
        """Commits all that changed, with some files written before; returns the commit's name."""
        self.write(files or {})
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", message, at=at)
        return self.git("rev-parse", "HEAD")
