"""Offsets and lines of a text, so that every part of the program counts lines in the same way."""

import re
from bisect import bisect_right

_END = re.compile(r"\r\n?|\n")


class LineTable:
    r"""The lines of one text; a line ends only at `\n`, `\r\n` or `\r`, never at a form feed or U+2028.

    Lines, columns and offsets are 0-based; columns and offsets count characters of a Python string. A text
    that ends with a line end has an empty last line; the empty text has one line.
    """

    __slots__ = ("_ends", "_length", "_starts")

    def __init__(self, text: str) -> None:
        """Find the lines of `text`; the text itself is not kept."""
        self._starts = [0]
        self._ends = []
        for found in _END.finditer(text):
            self._ends.append(found.start())
            self._starts.append(found.end())
        self._ends.append(len(text))
        self._length = len(text)

    def __len__(self) -> int:
        """Return the number of lines, at least 1."""
        return len(self._starts)

    def start(self, line: int) -> int:
        """Return the offset at which `line` starts; the length of the text for a line behind the last one."""
        return self._starts[max(line, 0)] if line < len(self._starts) else self._length

    def end(self, line: int) -> int:
        """Return the offset at which the content of `line` ends, before its line end."""
        return self._ends[max(line, 0)] if line < len(self._ends) else self._length

    def line_at(self, offset: int) -> int:
        """Return the line that holds `offset`; a line end belongs to the line that it closes."""
        return max(bisect_right(self._starts, offset) - 1, 0)

    def position(self, offset: int) -> tuple[int, int]:
        r"""Return (line, column) of `offset`, which is moved into the text first.

        Between the two characters of `\r\n` stands the end of the line before them.
        """
        line = self.line_at(offset)
        return line, max(min(offset, self._ends[line]) - self._starts[line], 0)

    def offset(self, line: int, column: int) -> int:
        """Return the offset of `column` in `line`; a column behind the content is the end of that content."""
        if line < 0:
            return 0
        return min(self.start(line) + max(column, 0), self.end(line))
