"""A git repository that a test fills commit by commit, and what the rules say of its plan then."""

import os

import pytest
from tests.repository import Repository

from relaymark.core.config import Config
from relaymark.core.plan import parse_plan
from relaymark.core.sheet import Sheet
from relaymark.engine.findings import absent, findings, settle
from relaymark.engine.plans import Joined
from relaymark.rules.facts import PlanFacts
from relaymark.rules.fixes.offers import fixes_of
from relaymark.sources.history import Histories
from relaymark.sources.tree import file_index, ignored


class Shop(Repository):
    """A repository with two files, and what is said of its plan."""

    def __init__(self, folder):
        super().__init__(folder)
        self.commit("start", {"README.md": "# Shop\n", "src/old.py": "def kept():\n    return 1\n"})

    def findings(self, plan="PLAN.md", *, closed=False):
        with open(os.path.join(self.folder, plan), encoding="utf-8", newline="") as file:
            text = file.read()
        sheet = Sheet(os.path.join(self.folder, plan), text, parse_plan(text))
        index = file_index(self.folder)
        judged = ignored(self.folder, absent(plan, sheet, index, closed_too=closed))
        settled = {plan: settle(Histories(), self.folder, plan, sheet, index, judged, closed_too=closed)}
        return findings(Joined(self.folder, {plan: sheet}, {}), (), Config(), index, judged, settled, closed_too=closed)

    def fixes(self, code, plan="PLAN.md"):
        """Return what is offered for the findings with a code."""
        with open(os.path.join(self.folder, plan), encoding="utf-8", newline="") as file:
            text = file.read()
        sheet = Sheet(os.path.join(self.folder, plan), text, parse_plan(text))
        index = file_index(self.folder)
        past = settle(Histories(), self.folder, plan, sheet, index, {}).past
        facts = PlanFacts(plan, sheet, index, {}, past)
        return [fix for one in self.findings(plan) if one.code == code for fix in fixes_of(one, facts)]

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
