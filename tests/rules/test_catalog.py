"""The catalogue of rules: every one documented, and as loud as the settings want it."""

import re
from pathlib import Path

import pytest

from relaymark.core.finding import Finding
from relaymark.core.pages import page
from relaymark.rules.catalog import BY_CODE, RULES, set_severities

ROOT = Path(__file__).resolve().parents[2]
PAGES = ROOT / "docs" / "rules"
CODES = [rule.code for rule in RULES]


def finding(code="context-over-ceiling", severity="warning"):
    return Finding(code=code, path="/home/dev/shop/PLAN.md", span=None, severity=severity, message="Too full.")


@pytest.mark.parametrize("code", CODES)
def test_every_rule_has_a_page_that_tells_its_default_and_how_to_silence_it(code):
    page = (PAGES / f"{code}.md").read_text(encoding="utf-8")
    assert page.startswith(f"# {code}\n")
    assert f"Default: {BY_CODE[code].default}." in page
    assert f"<!-- relaymark: ignore {code} -->" in page
    for heading in ("What it says", "What to do", "Settings"):
        assert f"**{heading}.**" in page


def test_every_page_belongs_to_a_rule():
    assert {page.stem for page in PAGES.glob("*.md")} - {"README"} == set(CODES)


def test_the_table_of_rules_lists_each_with_its_default():
    rows = re.findall(r"^\| \[([\w-]+)\]\(([\w.-]+)\) \| (\w+) \|", (PAGES / "README.md").read_text(), re.MULTILINE)
    assert rows == [(rule.code, f"{rule.code}.md", rule.default) for rule in RULES]


def test_diagnostics_link_to_the_pages():
    _, _, path = page("path-missing").partition("/blob/main/")
    assert (ROOT / path).is_file()


def test_no_rule_is_an_error_and_no_code_stands_twice():
    assert {rule.default for rule in RULES} <= {"warning", "information", "hint", "off"}
    assert len(BY_CODE) == len(RULES)


def test_without_a_setting_a_finding_is_as_loud_as_its_rule_made_it():
    assert set_severities([finding(severity="information")], {}) == (finding(severity="information"),)


@pytest.mark.parametrize("severity", ["warning", "information", "hint"])
def test_a_setting_makes_findings_of_its_rule_louder_or_quieter(severity):
    quiet, other = finding(severity="information"), finding("path-missing")
    kept = set_severities([quiet, other], {"context-over-ceiling": severity})
    assert [each.severity for each in kept] == [severity, "warning"]
    assert kept[0].message == quiet.message


def test_a_rule_that_is_set_off_says_nothing():
    other = finding("path-missing")
    assert set_severities([finding(), other], {"context-over-ceiling": "off"}) == (other,)


def test_a_rule_that_is_off_by_default_speaks_once_it_is_set():
    heavy = finding("attachment-heavy", "hint")
    assert set_severities([heavy], {}) == ()
    assert set_severities([heavy], {"context-over-ceiling": "hint"}) == ()
    assert set_severities([heavy], {"attachment-heavy": "warning"}) == (finding("attachment-heavy", "warning"),)


def test_settings_of_unknown_codes_change_nothing():
    assert set_severities([finding()], {"no-such-rule": "off"}) == (finding(),)
