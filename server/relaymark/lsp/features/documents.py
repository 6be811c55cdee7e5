"""Plans that are open in the editor: their text is the editor's, and only what was edited is parsed again."""

import os

from lsprotocol import types

from relaymark.core import paths
from relaymark.core.paths import from_uri
from relaymark.core.plan import read_plan, reread_plan
from relaymark.core.plan.kinds import NAMES, plan_kind
from relaymark.core.sheet import Sheet
from relaymark.engine.shelf import root_of
from relaymark.lsp import note_desk, rules_desk
from relaymark.lsp.files import freshen
from relaymark.lsp.folders import Opened
from relaymark.lsp.refresh import refresh_now
from relaymark.lsp.server import RelaymarkServer


def did_open(ls: RelaymarkServer, params: types.DidOpenTextDocumentParams) -> None:
    """Take over a plan's text."""
    document = params.text_document
    note_desk.opened(ls, document.uri, document.text, document.version)
    path = _plan_path(ls, document.uri)
    if rules_desk.opened(ls, document.uri, document.text, document.version):
        refresh_now(ls)
        freshen(ls)
    elif path:
        read = read_plan(document.text)
        ls.opened[path] = Opened(document.uri, Sheet(path, read.text, read.plan, document.version), read)
        refresh_now(ls)
        freshen(ls)


def did_change(ls: RelaymarkServer, params: types.DidChangeTextDocumentParams) -> None:
    """Take over an edit."""
    named = params.text_document
    if note_desk.note_path(named.uri):
        note_desk.opened(ls, named.uri, ls.workspace.get_text_document(named.uri).source, named.version)
        return
    if rules_desk.rules_path(ls, named.uri):
        rules_desk.opened(ls, named.uri, ls.workspace.get_text_document(named.uri).source, named.version)
        refresh_now(ls)
        return
    path = _plan_path(ls, named.uri)
    opened = ls.opened.get(path or "")
    if opened is None or path is None:
        return
    text = ls.workspace.get_text_document(params.text_document.uri).source
    opened.read = reread_plan(opened.read, text)
    opened.sheet = Sheet(path, text, opened.read.plan, params.text_document.version)
    refresh_now(ls)
    freshen(ls)


def did_close(ls: RelaymarkServer, params: types.DidCloseTextDocumentParams) -> None:
    """Go back to the text on disk."""
    note_desk.closed(ls, params.text_document.uri)
    if rules_desk.closed(ls, params.text_document.uri):
        refresh_now(ls)
        freshen(ls)
    elif ls.opened.pop(_plan_path(ls, params.text_document.uri) or "", None):
        refresh_now(ls)


def _plan_path(ls: RelaymarkServer, uri: str) -> str | None:
    named = from_uri(uri)
    if named is None:
        return None
    # As the plans on disk are named: links are resolved above the file, never the file itself.
    path = os.path.join(os.path.realpath(os.path.dirname(named)), os.path.basename(named))
    if path in ls.opened or os.path.basename(path) in NAMES:
        return path
    for folder in ls.folders.values():
        root = root_of(folder.place) if folder.place else os.path.realpath(folder.path or "")
        if paths.inside(path, root) and plan_kind(paths.relative(path, root), folder.config.plan_files):
            return path
    return None


def register(server: RelaymarkServer) -> None:
    """Register the feature."""
    server.feature(types.TEXT_DOCUMENT_DID_OPEN)(did_open)
    server.feature(types.TEXT_DOCUMENT_DID_CHANGE)(did_change)
    server.feature(types.TEXT_DOCUMENT_DID_CLOSE)(did_close)
