"""What a text holds of the words that rules ask for: names, phrases, whole lines, definitions, names in one line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relaymark.core.symbols import BEGINNING, BESIDE, DEFINED, LINE, held_words

CODE = """import os\r
\r
def read_lines(path):\r
\treturn  open(path).\r
class LineCutter:
    MAX_LINES = 3  # the class for LineKeeper
use MAX_LINES here; keep-alive --dry-run
The quick Brown
fox."""


@pytest.mark.parametrize(
    ("word", "held"),
    [
        ("read_lines", True),
        ("read_line", False),
        ("LineCutter", True),
        ("Cutter", False),
        ("--dry-run", True),
        ("quick brown fox", True),
        ("brown quick fox", False),
        (LINE + "return open(path).", True),
        (LINE + "return open", False),
        (LINE + "fox.", True),
        (LINE + "use MAX_LINES here; keep-alive --dry-run", True),
        (DEFINED + "read_lines", True),
        (DEFINED + "LineCutter", True),
        (DEFINED + "MAX_LINES", True),
        (DEFINED + "LineKeeper", False),
        (DEFINED + "path", False),
        (DEFINED + "lines", False),
        ("keep-alive" + BESIDE + "MAX_LINES", True),
        ("MAX_LINES" + BESIDE + "here", True),
        ("LineCutter" + BESIDE + "MAX_LINES", False),
        ("none" + BESIDE + "MAX_LINES", False),
    ],
)
def test_a_word_is_held_as_it_is_meant(word, held):
    assert held_words(CODE, [word]) == (frozenset({word}) if held else frozenset())


@given(st.text(alphabet="ab_ \n\r", max_size=60), st.lists(st.text(alphabet="ab_", min_size=1, max_size=3), max_size=4))
def test_words_asked_together_are_held_as_each_by_itself(text, words):
    asked = [*words, *(DEFINED + word for word in words), *(LINE + word for word in words)]
    assert held_words(text, asked) == frozenset(word for word in asked if held_words(text, [word]))


@pytest.mark.parametrize("text", ["class PaginatedList:", "use_pagination()", "Show PAGINATION"])
def test_the_beginning_of_a_word_is_found_in_longer_names_and_whatever_its_case(text):
    wanted = (f"{BEGINNING}pagina", f"{BEGINNING}search")
    assert held_words(text, wanted) == {f"{BEGINNING}pagina"}
