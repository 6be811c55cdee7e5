"""Published figures of effective context, and the cap that follows from them."""

import pytest

from relaymark.core.effective import Row, Table, published
from relaymark.core.gauge import Limits
from relaymark.sources.figures import effective_context


def row(models, effective, source="RULER"):
    return Row(models, effective, source, "longest length with at least 85.6", "https://example.org")


TABLE = Table(
    [row(["gpt-4o-mini*"], 1_000, "NoLiMa"), row(["gpt-4o", "gpt-4o-*"], 64_000), row(["a*"], 32_000)], 32_000
)


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        ("gpt-4o", Limits(cap=64_000, cap_reason="cap 64k: RULER")),
        ("GPT-4o-2024-08-06", Limits(cap=64_000, cap_reason="cap 64k: RULER")),
        ("gpt-4o-mini", Limits(cap=32_000, cap_reason="cap 32k: NoLiMa 1k, at least 32k")),
        ("a-model", Limits(cap=32_000, cap_reason="cap 32k: RULER")),
        ("gpt-4", None),
        ("my-gpt-4o", None),
        ("", None),
    ],
)
def test_the_first_row_that_names_a_model_caps_it_and_never_below_the_floor(model, expected):
    assert published(TABLE, model) == expected


def test_every_shipped_row_names_its_source_and_what_was_measured():
    table = effective_context()
    assert table.rows
    for figure in table.rows:
        assert figure.url.startswith("https://")
        assert figure.source
        assert figure.measure
        assert figure.effective > 0
        assert figure.models
        assert [pattern for pattern in figure.models if pattern != pattern.lower()] == []


def test_no_shipped_row_hides_behind_another():
    table = effective_context()
    for figure in table.rows:
        for pattern in figure.models:
            name = pattern.replace("*", "x")
            found = published(table, name)
            assert found is not None
            assert figure.source in found.cap_reason, f"{name} gets the cap of another row"
            assert found.cap == max(figure.effective, table.floor)


def test_no_shipped_cap_lies_above_the_general_one_by_accident():
    assert all(figure.effective <= 128_000 for figure in effective_context().rows)
    assert effective_context().floor < Limits().cap
