"""Renamed files and folders in plans: which paths are written anew, in which form, and by which edit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relaymark.core.edits import Edit
from relaymark.core.lookup import FileIndex, Found, look_up
from relaymark.core.plan import parse_plan
from relaymark.core.plan_renames import Move, concerned, question, rename_edits
from relaymark.core.plan_targets import mentions
from relaymark.core.sheet import Sheet
from relaymark.core.span import Span

FILES = (
    "PLAN.md",
    "docs/plans/shop.md",
    "docs/notes/idea.md",
    "src/auth/keys.ts",
    "src/auth/login.ts",
    "src/main.ts",
    "src/report/keys_test.ts",
    "lib/util.py",
    "pkg/a/util.py",
)


def edits(text, *moves, plan="PLAN.md", files=FILES):
    sheet = Sheet(f"/home/dev/shop/{plan}", text, parse_plan(text))
    index = FileIndex(files)
    moves = [Move(*move) for move in moves]
    asked = {question(each.path) for each in concerned(sheet, moves, plan)}
    found = {path: verdict for path in asked if isinstance(verdict := look_up(index, path, plan), Found)}
    return list(rename_edits(sheet, plan, index, found, moves))


def renamed(written, *moves, plan="PLAN.md", files=FILES):
    """Return what becomes of an item's words."""
    text = f"# Plan\n\n- [ ] {written} now\n"
    for edit in sorted(edits(text, *moves, plan=plan, files=files), key=lambda each: each.span.start, reverse=True):
        text = text[: edit.span.start] + edit.text + text[edit.span.end :]
    return text.removeprefix("# Plan\n\n- [ ] ").removesuffix(" now\n")


@pytest.mark.parametrize(
    ("written", "then"),
    [
        ("`src/auth/keys.ts`", "`src/auth/secrets.ts`"),
        ("src/auth/keys.ts", "src/auth/secrets.ts"),
        ("@src/auth/keys.ts", "@src/auth/secrets.ts"),
        ("`./src/auth/keys.ts`", "`./src/auth/secrets.ts`"),
        ("`/home/dev/shop/src/auth/keys.ts`", "`/home/dev/shop/src/auth/secrets.ts`"),
        ("`auth/keys.ts:10-40`", "`auth/secrets.ts:10-40`"),
        ("`keys.ts`", "`secrets.ts`"),
        ("[keys](src/auth/keys.ts#L3)", "[keys](src/auth/secrets.ts#L3)"),
        (r"`src\auth\keys.ts`", r"`src\auth\secrets.ts`"),
        ("`src/auth/keys.ts` and `keys.ts`", "`src/auth/secrets.ts` and `secrets.ts`"),
    ],
)
def test_a_renamed_file_keeps_the_form_in_which_it_was_written(written, then):
    assert renamed(written, ("src/auth/keys.ts", "src/auth/secrets.ts")) == then


@pytest.mark.parametrize(
    ("written", "then"),
    [
        ("`src/auth/keys.ts`", "`src/core/keys.ts`"),
        ("`auth/keys.ts`", "`core/keys.ts`"),
        ("`keys.ts`", "`keys.ts`"),
        ("`src/auth/`", "`src/core/`"),
        ("`src/auth/*.ts`", "`src/core/*.ts`"),
        ("`src/auth/**/x_*.ts`", "`src/core/**/x_*.ts`"),
        ("`src/authors.ts`", "`src/authors.ts`"),
        ("`src/report/keys_test.ts`", "`src/report/keys_test.ts`"),
    ],
)
def test_a_renamed_folder_is_renamed_in_what_lies_below_it(written, then):
    assert renamed(written, ("src/auth", "src/core")) == then


@pytest.mark.parametrize(
    ("written", "then"),
    [
        ("`packages/web/new.ts`", "`packages/site/new.ts`"),
        ("packages/web/src/new.ts, then", "packages/site/src/new.ts, then"),
        ("`packages/web/new/deep/er.ts:3`", "`packages/site/new/deep/er.ts:3`"),
        ("`packages/web/new/`", "`packages/site/new/`"),
        ("`packages/web/new/*.ts`", "`packages/site/new/*.ts`"),
        ("`packages/web/{new,other}.ts`", "`packages/site/{new,other}.ts`"),
        ("`packages/web/src/{app,new}.ts`", "`packages/site/src/{app,new}.ts`"),
        ("`./packages/web/new.ts`", "`./packages/site/new.ts`"),
        (r"`packages\web\new.ts`", r"`packages\site\new.ts`"),
        ("`web/src/new.ts`", "`site/src/new.ts`"),
        ("`web/new.ts`", "`web/new.ts`"),  # may be a new folder of the top
        ("`packages/webs/new.ts`", "`packages/webs/new.ts`"),
        ("`packages/api/web/new.ts`", "`packages/api/web/new.ts`"),
        ("`web.ts`", "`web.ts`"),
    ],
)
def test_what_is_yet_to_be_created_in_a_renamed_folder_is_renamed_too(written, then):
    files = ("PLAN.md", "packages/web/src/app.ts", "packages/api/main.ts")
    assert renamed(written, ("packages/web", "packages/site"), files=files) == then


@pytest.mark.parametrize(
    ("plan", "written", "then"),
    [
        ("packages/PLAN.md", "`web/new.ts`", "`site/new.ts`"),
        ("packages/api/PLAN.md", "`../web/new.ts`", "`../site/new.ts`"),
        ("docs/PLAN.md", "`../packages/web/new.ts`", "`../packages/site/new.ts`"),
        ("packages/web/PLAN.md", "`src/new.ts`", "`src/new.ts`"),  # the plan moves along
        ("packages/web/PLAN.md", "`packages/web/new.ts`", "`packages/site/new.ts`"),
    ],
)
def test_what_is_yet_to_be_created_is_found_from_the_folder_of_the_plan(plan, written, then):
    files = (plan, "packages/web/src/app.ts", "packages/api/main.ts")
    assert renamed(written, ("packages/web", "packages/site"), plan=plan, files=files) == then


@pytest.mark.parametrize(
    ("text", "renames"),
    [
        ("- [ ] Write `src/auth/new.ts`\n", True),
        ("- [x] Deleted `src/auth/new.ts`\n", False),
        ("- [ ] ~~Write `src/auth/new.ts`~~\n", False),
        ("## Phase 1\n\nFiles: `src/auth/new.ts`\n\n- [ ] a\n", True),
        ("## Phase 1\n\nFiles: `src/auth/new.ts`\n\n- [x] a\n", False),
        ("Told in `src/auth/new.ts`.\n", True),
    ],
)
def test_what_the_tree_lacks_is_renamed_only_where_it_is_still_to_come(text, renames):
    assert bool(edits(text, ("src/auth", "src/core"))) is renames


def test_a_renamed_file_renames_nothing_beside_it():
    assert renamed("`src/auth/keys.ts.bak`", ("src/auth/keys.ts", "src/auth/x.ts")) == "`src/auth/keys.ts.bak`"


@pytest.mark.parametrize(
    ("written", "then"),
    [
        ("`src/main.ts`", "`app/start/main.ts`"),
        ("`main.ts`", "`main.ts`"),
    ],
)
def test_a_file_that_moves_to_another_folder_gets_its_whole_path_unless_its_name_will_do(written, then):
    assert renamed(written, ("src/main.ts", "app/start/main.ts")) == then


def test_a_bare_name_that_would_mean_another_file_as_well_gets_its_whole_path():
    assert renamed("`main.ts`", ("src/main.ts", "src/login.ts")) == "`src/login.ts`"


def test_a_path_relative_to_the_plan_stays_so():
    plan, move = "docs/plans/shop.md", ("docs/notes/idea.md", "docs/notes/plain.md")
    assert renamed("`../notes/idea.md`", move, plan=plan) == "`../notes/plain.md`"
    assert renamed("`../notes/idea.md`", ("docs/notes/idea.md", "docs/idea.md"), plan=plan) == "`../idea.md`"
    assert renamed("`../notes/idea.md`", ("docs/notes/idea.md", "docs/plans/x/idea.md"), plan=plan) == "`x/idea.md`"
    assert renamed("`notes/idea.md`", move, plan=plan) == "`notes/plain.md`"


def test_a_plan_that_moves_together_with_what_it_names_needs_no_edit():
    assert renamed("`../notes/idea.md`", ("docs", "papers"), plan="docs/plans/shop.md") == "`../notes/idea.md`"
    assert renamed("`docs/notes/idea.md`", ("docs", "papers"), plan="docs/plans/shop.md") == "`papers/notes/idea.md`"


@pytest.mark.parametrize(
    ("written", "top", "deeper"),
    [
        ("[idea](../notes/idea.md)", "[idea](docs/notes/idea.md)", "[idea](../../notes/idea.md)"),
        ("`../../src/main.ts`", "`src/main.ts`", "`../../../src/main.ts`"),
        ("`../../src/new.ts`", "`src/new.ts`", "`../../../src/new.ts`"),
        ("`shop.md`", "`shop.md`", "`shop.md`"),
        (
            "`./shop.md` and `docs/plans/shop.md`",
            "`./shop.md` and `shop.md`",
            "`./shop.md` and `docs/plans/old/shop.md`",
        ),
        ("`src/main.ts` and `keys.ts`", "`src/main.ts` and `keys.ts`", "`src/main.ts` and `keys.ts`"),
        ("`notes/idea.md`", "`docs/notes/idea.md`", "`notes/idea.md`"),
    ],
)
def test_a_plan_that_goes_to_another_folder_takes_its_relative_paths_along(written, top, deeper):
    plan = "docs/plans/shop.md"
    assert renamed(written, (plan, "shop.md"), plan=plan) == top
    assert renamed(written, (plan, "docs/plans/old/shop.md"), plan=plan) == deeper
    assert renamed(written, (plan, "docs/plans/other.md"), plan=plan) == written.replace("shop.md", "other.md")


def test_relative_paths_follow_a_folder_that_moves_with_the_plan():
    plan = "docs/plans/shop.md"
    written = "`../../src/main.ts`, `shop.md`, `../notes/idea.md`"
    then = "`../src/main.ts`, `shop.md`, `../docs/notes/idea.md`"
    assert renamed(written, ("docs/plans", "plans"), plan=plan) == then


@pytest.mark.parametrize(
    "written",
    [
        "`util.py`",  # there are two
        "`src/report/{keys,login}.ts`",  # of a list, one is not there
        "`src/other/keys.ts`",
        "`*.ts`",
        "src/auth of keys",
    ],
)
def test_what_may_mean_something_else_is_left(written):
    moves = [("src/auth/keys.ts", "src/auth/x.ts"), ("lib/util.py", "lib/x.py")]
    assert renamed(written, *moves) == written


@pytest.mark.parametrize("new", ["src/a`b.ts", "src/a\nb.ts", "src/a b.ts", "src/<b>.ts", "src/plain"])
def test_a_name_that_would_not_be_read_as_a_path_is_not_written(new):
    assert renamed("src/main.ts", ("src/main.ts", new)) == "src/main.ts"


def test_several_moves_at_once_are_all_written():
    moves = [("src/auth/keys.ts", "src/keys.ts"), ("src/main.ts", "src/start.ts")]
    assert renamed("`src/auth/keys.ts` and `src/main.ts`", *moves) == "`src/keys.ts` and `src/start.ts`"


@pytest.mark.parametrize(
    ("move", "cut", "text"),
    [
        (("src/auth/keys.ts", "src/auth/kits.ts"), "ey", "it"),
        (("src/auth/keys.ts", "src/core/keys.ts"), "auth", "core"),
        (("src/auth/keys.ts", "src/keys.ts"), "auth/", ""),
        (("src/auth/keys.ts", "src/auth/old/keys.ts"), "", "old/"),
    ],
)
def test_an_edit_touches_the_fewest_characters(move, cut, text):
    plan = "- [ ] in `src/auth/keys.ts`\n"
    [edit] = edits(plan, move)
    # What stays at both ends may be shared out in two ways.
    assert (len(edit.span.of(plan)), len(edit.text)) == (len(cut), len(text))


@pytest.mark.parametrize(
    ("written", "then"),
    [
        ("`src/auth/{keys,login}.ts`", "`src/auth/{secrets,login}.ts`"),
        ("src/auth/{login,keys}.ts,", "src/auth/{login,secrets}.ts,"),
        ("`auth/{keys,login}.ts`", "`auth/{secrets,login}.ts`"),
        (
            "`src/auth/{keys,login}.ts` and `src/auth/keys.ts`",
            "`src/auth/{secrets,login}.ts` and `src/auth/secrets.ts`",
        ),
        ("`src/auth/{keys,gone}.ts`", "`src/auth/{secrets,gone}.ts`"),
        ("`src/auth/{keys.ts,login.ts}`", "`src/auth/{secrets.ts,login.ts}`"),
    ],
)
def test_a_file_of_a_list_in_braces_is_renamed_in_the_list(written, then):
    assert renamed(written, ("src/auth/keys.ts", "src/auth/secrets.ts")) == then


@pytest.mark.parametrize(
    ("moves", "then"),
    [
        ([("src/auth", "src/core")], "`src/core/{keys,login}.ts`"),
        ([("src/auth/keys.ts", "lib/keys.ts"), ("src/auth/login.ts", "lib/login.ts")], "`lib/{keys,login}.ts`"),
        ([("src/auth/keys.ts", "lib/keys.ts")], "`src/auth/{keys,login}.ts`"),  # no list says both
        ([("src/auth/keys.ts", "src/auth/keys.js")], "`src/auth/{keys,login}.ts`"),
        ([("src/auth/keys.ts", "src/auth/old/keys.ts")], "`src/auth/{keys,login}.ts`"),
        ([("src/auth/keys.ts", "src/auth/a,b.ts")], "`src/auth/{keys,login}.ts`"),
    ],
)
def test_a_list_in_braces_stays_one_or_is_left(moves, then):
    assert renamed("`src/auth/{keys,login}.ts`", *moves) == then


EVERYWHERE = """# Shop in `src/main.ts`

Begin at src/main.ts, see [it](src/main.ts#L3).

> Quoted `src/main.ts`

| `src/main.ts` | a |
|---|---|

## Phase 1: Of `src/main.ts` ✅

Words on `src/{main,other}.ts`.

- [ ] Item in `src/main.ts`
  goes on in `src/main.ts`

### Notes on `src/main.ts`

"""


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_every_line_outside_of_code_blocks_is_written(end):
    text = EVERYWHERE.replace("\n", end)
    code = "```sh\nrun src/main.ts\n```\n\n~~~~\n```\n`src/main.ts`\n~~~\n~~~~\n\n- ```\n  src/main.ts\n  ```\n"
    found = edits(text + code.replace("\n", end), ("src/main.ts", "src/start.ts"), files=(*FILES, "src/other.ts"))
    new = text + code.replace("\n", end)
    for edit in sorted(found, key=lambda each: each.span.start, reverse=True):
        new = new[: edit.span.start] + edit.text + new[edit.span.end :]
    assert new == text.replace("main", "start") + code.replace("\n", end)


def test_paths_outside_of_items_are_written_too():
    text = "## Phase 1: A\n\nFiles: `src/main.ts`\n\n- [ ] a\n"
    [edit] = edits(text, ("src/main.ts", "src/start.ts"))
    assert text[: edit.span.start] + edit.text + text[edit.span.end :] == text.replace("main", "start")


SEGMENTS = st.sampled_from(["src", "auth", "keys.ts", "main.ts", "a", "b.py", "x"])
PATHS = st.lists(SEGMENTS, min_size=1, max_size=3).map("/".join)
LISTS = st.lists(SEGMENTS, min_size=2, max_size=3).map(lambda names: f"src/{{{','.join(names)}}}")


@given(st.lists(PATHS, min_size=1, max_size=6), st.lists(PATHS | LISTS, min_size=1, max_size=4), PATHS, PATHS)
def test_an_edit_never_touches_text_outside_of_the_paths(files, written, old, new):
    text = f"Of `{written[0]}`\n\n## Phase 1\n\n" + "".join(f"- [ ] in `{path}` so\n" for path in written)
    first = Span(4, 4 + len(written[0]))
    spans = [first, *(each.span for each in mentions(parse_plan(text)))]
    for edit in edits(text, (old, new), files=files):
        assert isinstance(edit, Edit)
        assert any(span.start <= edit.span.start <= edit.span.end <= span.end for span in spans)
        assert edit.span.of(text) != edit.text
