"""Text from transcripts is only text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from relaymark.core.markdown import escaped, one_line

HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "[x](https://example.org)",
    "![x](https://example.org/a.png)",
    "<https://example.org>",
    "https://example.org",
    "www.example.org and dev@example.org",
    "**bold** _it_ ~~gone~~ `code` ***x***",
    "# Heading",
    "- item",
    "+ item",
    "1. item",
    "1) item",
    "> quote",
    "```js\nx\n```",
    "~~~",
    "---",
    "===",
    "a\n===",
    "| a | b |\n|---|---|",
    "&lt;b&gt; &#60;b&#62; &amp;",
    "\\<b\\> \\\\",
    "[a]: https://example.org",
    "$(zap) $x^2$",
    "    indented",
    "\ttab",
    "a  \nb",
    "command:workbench.action",
    "<!-- c -->",
    "\u202eabc\u202c \u200b \x00 \x1b[31m \ufeff",
    "\u2028line\u2029line\x85line",
    "a" * 300,
    "*" * 100,
    "",
]
RENDER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
TEXTS = (
    st.sampled_from(HOSTILE)
    | st.text(st.sampled_from("\\`*_{}[]()#+-.!|<>~&$:@ a1\n=/;\"'%^\t"), max_size=90)
    | st.text(max_size=90)
)


@given(TEXTS, st.integers(5, 100))
def test_escaped_text_reads_as_itself_and_is_nothing_else(text, most):
    assert reads_as(escaped(text, most), one_line(text, most))


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_reads_as_itself(text):
    assert reads_as(escaped(text, 400), one_line(text, 400))
    assert reads_as("before " + escaped(text, 400) + " after", f"before {one_line(text, 400)} after")


def reads_as(markdown, text):
    tokens = RENDER.parse(markdown)
    if not text.strip():
        return not tokens or [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    [_, inline, _] = tokens
    assert {child.type for child in inline.children} <= {"text", "text_special"}
    return inline.content and "".join(child.content for child in inline.children) == text


@pytest.mark.parametrize(
    ("text", "most", "expected"),
    [
        ("  a \n\t b  ", 80, "a b"),
        ("abcdef", 6, "abcdef"),
        ("abcdefg", 6, "abcde…"),
        ("abcd efg", 6, "abcd…"),
        ("a\x00b\u202ec\u200bd\x1b[0m", 80, "abcd[0m"),
        ("Übung — grün", 80, "Übung — grün"),
        ("", 80, ""),
    ],
)
def test_one_line(text, most, expected):
    assert one_line(text, most) == expected


@given(st.text(max_size=200), st.integers(1, 90))
def test_one_line_is_short_and_holds_nothing_that_moves_the_text(text, most):
    line = one_line(text, most)
    assert len(line) <= most
    assert not any(sign in line for sign in "\n\r\t\x00\x1b\u2028\u2029\u202e\u2066\u200b\ufeff\x85")
    assert line == line.strip()
