"""The right session: by the folder that it recorded, and never another project's."""

import pytest

from relaymark.core.place import Place, Worktree, belongs

MAIN = Worktree("/home/dev/shop", "main")
FIX = Worktree("/home/dev/shop-fix", "fix")
NESTED = Worktree("/home/dev/shop/.trees/fix", "fix")
SHOP = Place("/home/dev/shop", (MAIN, FIX))
PART = Place("/home/dev/shop/packages/web", (MAIN, FIX))
PLAIN = Place("/home/dev/notes")
AROUND = Place("/home/dev/shop", (MAIN, NESTED))
INNER = Place("/home/dev/shop/.trees/fix", (MAIN, NESTED))


@pytest.mark.parametrize(
    ("cwd", "place", "expected"),
    [
        pytest.param("/home/dev/shop", SHOP, ("here", MAIN), id="the folder itself"),
        pytest.param("/home/dev/shop/", SHOP, ("here", MAIN), id="with a slash at its end"),
        pytest.param("/home/dev/shop/src/lib", SHOP, ("here", MAIN), id="a subfolder"),
        pytest.param("/home/dev/shop", PART, ("here", MAIN), id="an enclosing folder within the repository"),
        pytest.param("/home/dev/shop/packages", PART, ("here", MAIN), id="a folder between"),
        pytest.param("/home/dev/shop/packages/api", PART, ("no", None), id="a folder beside, within the repository"),
        pytest.param("/home/dev", SHOP, ("no", None), id="a folder around the repository"),
        pytest.param("/", SHOP, ("no", None), id="the root"),
        pytest.param("/home/dev/shop2", SHOP, ("no", None), id="a name that begins alike"),
        pytest.param("/home/dev/shop-fix", SHOP, ("worktree", FIX), id="another work tree"),
        pytest.param("/home/dev/shop-fix/src", SHOP, ("worktree", FIX), id="inside another work tree"),
        pytest.param("/home/dev/shop-fix", PART, ("worktree", FIX), id="another work tree, seen from a part"),
        pytest.param("/home/dev/shop", Place("/home/dev/shop-fix", (MAIN, FIX)), ("worktree", MAIN), id="from there"),
        pytest.param("/home/dev/shop/.trees/fix", AROUND, ("worktree", NESTED), id="a work tree inside the workspace"),
        pytest.param("/home/dev/shop/.trees/fix/src", AROUND, ("worktree", NESTED), id="and below it"),
        pytest.param("/home/dev/shop/.trees", AROUND, ("here", MAIN), id="the folder that holds it"),
        pytest.param("/home/dev/shop", INNER, ("worktree", MAIN), id="the repository around a work tree"),
        pytest.param("/home/dev/notes", PLAIN, ("here", None), id="without git: the folder itself"),
        pytest.param("/home/dev/notes/a", PLAIN, ("here", None), id="without git: below"),
        pytest.param("/home/dev", PLAIN, ("no", None), id="without git: above"),
        pytest.param("/home/dev/notes2", PLAIN, ("no", None), id="without git: a name that begins alike"),
        pytest.param(
            "/home/dev",
            Place("/home/dev/shop/lib", (Worktree("/home/dev/shop/lib"),)),
            ("no", None),
            id="an enclosing folder of another repository",
        ),
        pytest.param(None, SHOP, ("no", None), id="none was recorded"),
        pytest.param("", SHOP, ("no", None), id="an empty one"),
        pytest.param("src", SHOP, ("no", None), id="a relative one"),
        pytest.param("/home/dev/shop/../notes", SHOP, ("no", None), id="dots that lead out"),
    ],
)
def test_a_session_belongs_by_its_folder(cwd, place, expected):
    assert belongs(cwd, place, {}) == expected


def test_names_that_begin_alike_are_other_projects():
    app = Place("/home/dev/app", (Worktree("/home/dev/app"), Worktree("/home/dev/app2", "two")))
    assert belongs("/home/dev/app2", app, {})[0] == "worktree"
    assert belongs("/home/dev/app3", app, {})[0] == "no"
    assert belongs("/home/dev/app2", Place("/home/dev/app"), {})[0] == "no"


@pytest.mark.parametrize(
    ("cwd", "path_map", "expected"),
    [
        ("/workspaces/shop", {"/workspaces/shop": "/home/dev/shop"}, "here"),
        ("/workspaces/shop/src", {"/workspaces/shop": "/home/dev/shop"}, "here"),
        ("/workspaces/shop/src", {"/workspaces": "/home/dev"}, "here"),
        ("/workspaces/shop2", {"/workspaces/shop": "/home/dev/shop"}, "no"),
        ("/workspaces/shop", {"/workspaces": "/srv", "/workspaces/shop": "/home/dev/shop"}, "here"),
        ("/workspaces/shop", {}, "no"),
        ("/home/dev/shop", {"/home/dev/shop": "/srv/other"}, "no"),
        (r"C:\Users\dev\shop\src", {r"c:\users\dev": "/home/dev"}, "here"),
    ],
)
def test_folders_of_containers_are_mapped(cwd, path_map, expected):
    assert belongs(cwd, SHOP, path_map)[0] == expected


@pytest.mark.parametrize(
    ("cwd", "expected"),
    [
        (r"C:\Users\Dev\Shop", "here"),
        (r"c:\users\dev\shop\src", "here"),
        ("C:/Users/Dev/Shop/src", "here"),
        (r"C:\Users\Dev\Shop2", "no"),
        (r"D:\Users\Dev\Shop", "no"),
    ],
)
def test_windows_folders_are_compared_without_case(cwd, expected):
    folder = "c:/Users/dev/Shop"
    assert belongs(cwd, Place(folder, (Worktree(folder),)), {})[0] == expected


def test_the_work_tree_of_a_folder_is_the_deepest_that_holds_it():
    assert SHOP.worktree == PART.worktree == AROUND.worktree == MAIN
    assert INNER.worktree == NESTED
    assert PLAIN.worktree is None
