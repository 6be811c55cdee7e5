"""A file that is there by another suffix of its family was not lost: it is told, and written, as it is called now."""

import pytest

from relaymark.core.finding import Finding
from relaymark.core.lookup import FileIndex
from relaymark.core.naming import siblings
from relaymark.core.past import Past, PathPast
from relaymark.core.plan import parse_plan
from relaymark.core.sheet import Sheet
from relaymark.rules.facts import PlanFacts
from relaymark.rules.fixes.offers import fixes_of
from relaymark.rules.path_missing import ticked_paths

OPEN = "- [ ] the rest\n"
SCRIPT = "export function lines(text) {\n  return text.split('\\n')\n}\n"
TYPED = "import { Line } from './types'\n\nconst made = []\n\nexport class Lines extends Map<string, Line> {}\n"


@pytest.mark.parametrize(
    ("path", "among"),
    [("src/x.js", "src/x.ts"), ("x.test.jsx", "x.test.tsx"), ("ci.yml", "ci.yaml"), ("a/index.htm", "a/index.html")],
)
def test_a_file_may_be_called_by_another_suffix_of_its_family(path, among):
    assert among in siblings(path)
    assert path not in siblings(path)


@pytest.mark.parametrize("path", ["x.h", "x.c", "x.py", "js", "src/.js", "Makefile", "src.js/x"])
def test_other_suffixes_have_no_family(path):
    assert siblings(path) == ()


def told(shop):
    found = [one for one in shop.findings() if one.code in {"path-missing", "path-moved"}]
    return [(one.code, one.message.partition(" (")[0]) for one in found]


@pytest.mark.parametrize("word", ["x]", " ]"])
def test_a_file_that_was_written_anew_with_another_suffix_is_named_by_it(shop, tmp_path, word):
    plan = f"# P\n\n- [{word} Read lines in `src/lines.js`\n{OPEN}"
    shop.commit("work", {"src/lines.js": SCRIPT, "PLAN.md": plan})
    (tmp_path / "shop/src/lines.js").unlink()
    shop.commit("typed", {"src/lines.ts": TYPED})
    lead = "Ticked, but" if word == "x]" else "Since this was written,"
    assert told(shop) == [("path-moved", f"{lead} `src/lines.js` is gone, and there is `src/lines.ts`.")]


@pytest.mark.parametrize(
    "files", [["src/lines.py"], ["lib/lines.ts"], ["src/lines.ts", "src/lines.tsx"], ["src/line.ts"]]
)
def test_another_folder_name_or_family_and_one_of_two_is_not_taken_for_it(shop, tmp_path, files):
    shop.commit("work", {"src/lines.js": SCRIPT, "PLAN.md": f"# P\n\n- [x] Read lines in `src/lines.js`\n{OPEN}"})
    (tmp_path / "shop/src/lines.js").unlink()
    shop.commit("anew", dict.fromkeys(files, TYPED))
    assert told(shop) == [("path-missing", "Ticked, but `src/lines.js` was deleted")]


def test_a_file_that_was_made_with_another_suffix_at_once_is_told_so(shop):
    plan = f"# P\n\n- [x] Write `src/lines.js`\n- [x] Write `src/words.js`\n- [ ] Fix `src/lines.js`\n{OPEN}"
    shop.commit("work", {"src/lines.ts": TYPED, "PLAN.md": plan})
    assert told(shop) == [
        ("path-moved", "Ticked, but there is no `src/lines.js`: it is `src/lines.ts`."),
        ("path-missing", "Ticked, but there is no `src/words.js` in this work tree."),
    ]


def test_an_item_is_done_by_a_file_with_another_suffix_that_came_since(shop):
    shop.commit("plan", {"PLAN.md": "# P\n\n- [x] Set up\n- [ ] Create `src/lines.js`\n- [ ] Create `src/words.js`\n"})
    shop.commit("work", {"src/lines.ts": TYPED})
    assert shop.said("done-unticked") == [4]


@pytest.mark.parametrize(
    "known", [PathPast("src/x.js", "src/x.ts", "c" * 40, sure=False), PathPast("src/x.ts", "src/x.ts", sure=False)]
)
def test_the_fix_that_writes_the_other_suffix_is_left_to_a_person(known):
    text = f"- [x] Read `src/x.js`\n{OPEN}"
    sheet = Sheet("/home/dev/shop/PLAN.md", text, parse_plan(text))
    past = Past(paths={"src/x.js": known})
    facts = PlanFacts("PLAN.md", sheet, FileIndex(["src/x.ts"]), {"src/x.js": False}, past)
    found: list[Finding] = [*ticked_paths(facts)]
    assert [one.code for one in found] == ["path-moved"]
    [fix] = fixes_of(found[0], facts)
    assert (fix.title, fix.certain) == ("Write src/x.ts", False)
