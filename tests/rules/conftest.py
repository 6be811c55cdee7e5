"""A git repository that a test fills commit by commit, and what the rules say of its plan then."""

import os
import subprocess

import pytest

from relaymark.core.config import Config
from relaymark.core.plan import parse_plan
from relaymark.core.sheet import Sheet
from relaymark.engine.findings import absent, findings, settle
from relaymark.engine.plans import Joined
from relaymark.sources.history import Histories
from relaymark.sources.tree import file_index, ignored

_IDENTITY = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
    "GIT_AUTHOR_NAME": "Dev",
    "GIT_AUTHOR_EMAIL": "dev@example.org",
    "GIT_COMMITTER_NAME": "Dev",
    "GIT_COMMITTER_EMAIL": "dev@example.org",
}


class Shop:
    """A repository; each commit is a minute later than the one before."""

    def __init__(self, folder):
        self.folder = os.path.realpath(folder)
        self.clock = 1_763_640_000
        self.git("init", "-q", "-b", "main")
        self.commit("start", {"README.md": "# Shop\n", "src/old.py": "def kept():\n    return 1\n"})

    def git(self, *arguments):
        self.clock += 60
        dates = {"GIT_AUTHOR_DATE": f"@{self.clock} +0000", "GIT_COMMITTER_DATE": f"@{self.clock} +0000"}
        done = subprocess.run(
            ["git", *arguments],
            cwd=self.folder,
            env=os.environ | _IDENTITY | dates,
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout.strip()

    def write(self, files):
        for path, text in files.items():
            whole = os.path.join(self.folder, path)
            os.makedirs(os.path.dirname(whole), exist_ok=True)
            with open(whole, "w", encoding="utf-8", newline="") as file:
                file.write(text)

    def commit(self, message, files=None):
        self.write(files or {})
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", message)
        return self.git("rev-parse", "HEAD")

    def findings(self, plan="PLAN.md", *, closed=False):
        with open(os.path.join(self.folder, plan), encoding="utf-8", newline="") as file:
            text = file.read()
        sheet = Sheet(os.path.join(self.folder, plan), text, parse_plan(text))
        index = file_index(self.folder)
        judged = ignored(self.folder, absent(plan, sheet, index, closed_too=closed))
        settled = {plan: settle(Histories(), self.folder, plan, sheet, index, judged, closed_too=closed)}
        return findings(Joined(self.folder, {plan: sheet}, {}), (), Config(), index, judged, settled, closed_too=closed)

    def said(self, code, plan="PLAN.md", *, closed=False):
        """Return the lines (1-based) of the items that findings with a code name."""
        with open(os.path.join(self.folder, plan), encoding="utf-8", newline="") as file:
            text = file.read()
        items = parse_plan(text).items
        found = [at for one in self.findings(plan, closed=closed) if one.code == code for at in one.concerned]
        return sorted(text.count("\n", 0, items[at].span.start) + 1 for at in found)


@pytest.fixture
def shop(tmp_path):
    folder = tmp_path / "shop"
    folder.mkdir()
    return Shop(folder)
