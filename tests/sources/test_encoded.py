"""Texts by the mark at their beginning, and mended files that keep it."""

import codecs
import io

import pytest

from relaymark.sources.encoded import decoded, encoding_of, read
from relaymark.sources.exchange import ChangedError, exchange

TEXT = "# Café\n\n- [ ] 🧾 one\r\n"
MARKED = {
    "utf-8": b"",
    "utf-8 with its mark": codecs.BOM_UTF8,
    "utf-16-le": codecs.BOM_UTF16_LE,
    "utf-16-be": codecs.BOM_UTF16_BE,
    "utf-32-le": codecs.BOM_UTF32_LE,
    "utf-32-be": codecs.BOM_UTF32_BE,
}


def written(name, text=TEXT):
    return MARKED[name] + text.encode(name.partition(" ")[0])


@pytest.mark.parametrize("name", MARKED)
def test_a_text_is_read_by_its_mark_and_gives_the_same_bytes_again(name):
    data = written(name)
    found = decoded(data)
    assert found.whole
    assert found.text.removeprefix("\ufeff") == TEXT
    assert found.text.encode(encoding_of(data)) == data


@pytest.mark.parametrize("name", MARKED)
def test_the_beginning_of_a_text_ends_between_two_signs(name):
    data = written(name)
    for most in range(len(MARKED[name]), len(data)):
        found = read(io.BytesIO(data), most)
        assert (found.whole, found.cut) == (True, True)
        assert TEXT.startswith(found.text.removeprefix("\ufeff"))
    assert read(io.BytesIO(data), len(data)) == decoded(data)
    assert not read(io.BytesIO(b"Caf\xe9 and more"), 8).whole


@pytest.mark.parametrize(
    "data",
    [TEXT.encode("latin-1", "replace"), TEXT.encode("utf-16-le"), written("utf-16-le")[:-1], b"# a\n\0\n"],
    ids=["latin-1", "UTF-16 without its mark", "UTF-16 cut in a letter", "a NUL"],
)
def test_what_can_be_read_only_in_part_says_so(data):
    assert not decoded(data).whole


@pytest.mark.parametrize("name", MARKED)
def test_a_mended_file_keeps_its_encoding_and_mark(tmp_path, name):
    path = tmp_path / "PLAN.md"
    path.write_bytes(written(name))
    before = decoded(path.read_bytes()).text
    exchange(str(path), before, before.replace("one", "all ✓"))
    assert path.read_bytes() == written(name, TEXT.replace("one", "all ✓"))


@pytest.mark.parametrize("data", [b"Caf\xe9\n", written("utf-16-be")[:-1]], ids=["latin-1", "cut UTF-16"])
def test_a_file_of_which_a_part_cannot_be_read_is_left_alone(tmp_path, data):
    path = tmp_path / "PLAN.md"
    path.write_bytes(data)
    with pytest.raises(ChangedError):
        exchange(str(path), decoded(data).text, "new")
    assert path.read_bytes() == data
