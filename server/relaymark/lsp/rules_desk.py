"""Rules files (AGENTS.md and the like) that are open in the editor: there the editor's text counts, not the disk's."""

import os

from msgspec import Struct
from msgspec.structs import replace

from relaymark.core import paths
from relaymark.core.paths import from_uri
from relaymark.core.plan import Plan
from relaymark.core.sheet import Sheet
from relaymark.engine.around import Around
from relaymark.engine.shelf import root_of
from relaymark.lsp.folders import Tree
from relaymark.lsp.server import RelaymarkServer
from relaymark.sources.agent_files import NAMES


class OpenedRules(Struct, frozen=True):
    """A rules file that is open in the editor, under the editor's own URI."""

    uri: str
    sheet: Sheet


def opened(ls: RelaymarkServer, uri: str, text: str, version: int) -> bool:
    """Take over a document's text; False for one that is no rules file."""
    path = rules_path(ls, uri)
    if path:
        ls.opened_rules[path] = OpenedRules(uri, Sheet(path, text, Plan(), version))
    return path is not None


def closed(ls: RelaymarkServer, uri: str) -> bool:
    """Go back to the text on disk; False for what was no open rules file."""
    return ls.opened_rules.pop(rules_path(ls, uri) or "", None) is not None


def rules_path(ls: RelaymarkServer, uri: str) -> str | None:
    """Return the path of a rules file at the top of a workspace folder's work tree; None for any other document."""
    named = from_uri(uri)
    if named is None or os.path.basename(named) not in {name.rpartition("/")[2] for name in NAMES}:
        return None
    path = os.path.join(os.path.realpath(os.path.dirname(named)), os.path.basename(named))
    for folder in ls.folders.values():
        root = root_of(folder.place) if folder.place else os.path.realpath(folder.path or "")
        if paths.relative(path, root) in NAMES:
            return path
    return None


def around_of(ls: RelaymarkServer, root: str) -> Around:
    """Return what lies around the plans of a work tree, as the editor has it."""
    around = ls.trees.get(root, Tree()).around
    edited = {
        path: kept.sheet
        for path, sheet in around.rules.items()
        if (kept := ls.opened_rules.get(sheet.path)) is not None
    }
    return replace(around, rules={**around.rules, **edited}) if edited else around
