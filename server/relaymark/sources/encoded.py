"""Reads the bytes of a text by the mark at their beginning: editors on Windows still write UTF-16."""

import codecs
from typing import BinaryIO

from msgspec import Struct

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # begins like the mark of UTF-16, so it is looked for first
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


class Decoded(Struct, frozen=True):
    """A text, its mark included, so that encoding it again gives the same bytes.

    Attributes:
        text: What could be read; what could not stands as U+FFFD.
        whole: All of it could be read, and it holds no NUL, as UTF-16 without its mark would.
        cut: There is more of it than was to be read.
    """

    text: str
    whole: bool
    cut: bool = False


def encoding_of(data: bytes) -> str:
    """Return the encoding that the mark at the beginning tells, else UTF-8."""
    return next((encoding for mark, encoding in _MARKS if data.startswith(mark)), "utf-8")


def decoded(data: bytes) -> Decoded:
    """Return the text of a file's bytes."""
    encoding = encoding_of(data)
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return Decoded(data.decode(encoding, "replace"), whole=False)
    return Decoded(text, whole="\0" not in text)


def read(file: BinaryIO, most: int) -> Decoded:
    """Return the text of a file's next `most` bytes; a sign that they cut is left out."""
    data = file.read(most + 1)
    if len(data) <= most:
        return decoded(data)
    decoder = codecs.getincrementaldecoder(encoding_of(data))
    try:
        text = decoder().decode(data[:most])
    except UnicodeDecodeError:
        return Decoded(decoder("replace").decode(data[:most]), whole=False, cut=True)
    return Decoded(text, "\0" not in text, cut=True)
