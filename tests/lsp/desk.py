"""An editor's desk: a plan that is open in it, and places in its text as clients of either encoding count them."""

import asyncio
import time

from lsprotocol import types

SIZES = {"visual_studio_code": ("utf-16-le", 2), "neovim": ("utf-8", 1)}


class PlanDesk:
    """A plan of the editor's first folder, on disk and, while `open`, in the editor."""

    def __init__(self, editor, name="PLAN.md"):
        self.editor, self.client, self.world = editor, editor.client, editor.world
        self.folder = editor.world.work / "Mein Laden_ä"
        self.path = self.folder / name
        self.uri = self.path.as_uri()
        self.text, self.version = "", 0

    @property
    def document(self):
        return types.TextDocumentIdentifier(self.uri)

    def open(self, text):
        """Open the plan with this text, or give it this text."""
        self.text, self.version = text, self.version + 1
        if self.version == 1:
            document = types.TextDocumentItem(self.uri, "markdown", self.version, text)
            self.client.text_document_did_open(types.DidOpenTextDocumentParams(document))
        else:
            document = types.VersionedTextDocumentIdentifier(self.version, self.uri)
            whole = types.TextDocumentContentChangeWholeDocument(text)
            self.client.text_document_did_change(types.DidChangeTextDocumentParams(document, [whole]))

    def close(self):
        if self.version:
            self.client.text_document_did_close(types.DidCloseTextDocumentParams(self.document))
            self.version = 0

    def place(self, needle, behind=False):
        """Return the position before (or behind) the first place that holds some words."""
        at = self.text.index(needle) + (len(needle) if behind else 0)
        before = self.text[:at].replace("\r\n", "\n").split("\n")
        coding, size = SIZES[self.editor.kind]
        return types.Position(len(before) - 1, len(before[-1].encode(coding)) // size)

    def under(self, span, text=None):
        """Return the text under a range."""
        lines = (self.text if text is None else text).replace("\r\n", "\n").split("\n")
        coding, size = SIZES[self.editor.kind]

        def cut(line, first, last):
            return lines[line].encode(coding)[first * size : None if last is None else last * size].decode(coding)

        start, end = span.start, span.end
        if start.line == end.line:
            return cut(start.line, start.character, end.character)
        middle = lines[start.line + 1 : end.line]
        return "\n".join([cut(start.line, start.character, None), *middle, cut(end.line, 0, end.character)])

    def edited(self, edits):
        """Return the text with some edits, which must not overlap."""
        lines = self.text.split("\n")
        coding, size = SIZES[self.editor.kind]
        for edit in sorted(edits, key=lambda one: (one.range.start.line, one.range.start.character), reverse=True):
            start, end = edit.range.start, edit.range.end
            assert start.line == end.line
            line = lines[start.line].encode(coding)
            made = line[: start.character * size] + edit.new_text.encode(coding) + line[end.character * size :]
            lines[start.line] = made.decode(coding)
        return "\n".join(lines)

    async def until(self, ask, holds, within=8):
        """Ask again until the answer is as wanted: files are listed and counted in their time."""
        end = time.monotonic() + within
        while True:
            found = await ask()
            if holds(found):
                return found
            assert time.monotonic() < end, found
            await asyncio.sleep(0.1)
