"""Paths as text: those of this machine and of all others."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from relaymark.core import paths


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/home/dev/shop", "/home/dev/shop"),
        ("/home//dev/./shop/", "/home/dev/shop"),
        ("/home/dev/../lib/a.ts", "/home/lib/a.ts"),
        ("/../..", "/"),
        ("/", "/"),
        ("", "."),
        (".", "."),
        ("src/./a.ts", "src/a.ts"),
        ("src/..", "."),
        ("../../a.ts", "../../a.ts"),
        ("src/../../a.ts", "../a.ts"),
        ("/home/dev/my shop/grün.ts", "/home/dev/my shop/grün.ts"),
        ("/home/dev/a\\b.ts", "/home/dev/a\\b.ts"),
        (r"C:\Users\dev\shop", "c:/Users/dev/shop"),
        ("C:/Users//dev/./shop/", "c:/Users/dev/shop"),
        ("/C:/Users/dev", "c:/Users/dev"),
        ("C:\\", "c:/"),
        ("c:", "c:/"),
        (r"C:\..\..\x", "c:/x"),
        (r"C:\Users\dev/src\Übung\a b.ts", "c:/Users/dev/src/Übung/a b.ts"),
        (r"\\server\share\shop", "//server/share/shop"),
        ("\\\\server\\share\\x\\..\\y\\", "//server/share/y"),
        ("c:file", "c:file"),
        ("/Users/dev/Library/Mobile Documents", "/Users/dev/Library/Mobile Documents"),
    ],
)
def test_normal_form(path, expected):
    assert paths.normal(path) == expected


SEGMENTS = st.sampled_from(["a", "B", "..", ".", "", " ", "ü", "c:", "C:", "a\\b", "\\", "x.ts", "~"])
ROOTS = st.sampled_from(["", "/", "//", "C:", "C:\\", "/d:/", "\\\\", "\\\\server\\share\\", "./"])
PATHS = st.builds(
    lambda root, parts, joint: root + joint.join(parts), ROOTS, st.lists(SEGMENTS, max_size=6), st.sampled_from("/\\")
)


@given(PATHS | st.text(st.sampled_from("/\\.:cC a~"), max_size=12))
@example("\\\\server\\share\\x")
@example("//c:/x")
@example("/../c:")
@example("./\\\\a")
@example("a/../C:/x")
def test_normal_is_idempotent(path):
    assert paths.normal(paths.normal(path)) == paths.normal(path)


@given(PATHS)
def test_a_path_and_its_normal_form_are_the_same_place(path):
    assert paths.same(path, paths.normal(path))
    assert paths.inside(path, path)


@given(PATHS, st.lists(st.sampled_from(["a", "B", "ü", "x y"]), min_size=1, max_size=3))
def test_what_lies_below_a_folder_is_found_again_from_it(folder, parts):
    inner = "/".join(parts)
    below = paths.join(folder, inner)
    if paths.absolute(folder):
        assert paths.inside(below, folder)
        assert paths.relative(below, folder) == inner
        assert paths.same(paths.join(folder, paths.relative(below, folder)), below)


@pytest.mark.parametrize("path", ["/", "/a", "C:/", "C:\\a", "c:", "/c:/a", r"\\server\share"])
def test_absolute(path):
    assert paths.absolute(path)


@pytest.mark.parametrize("path", ["", ".", "a/b", "..", "c:a", "~/a", "ab:/c", "\\a"])
def test_not_absolute(path):
    assert not paths.absolute(path)


@pytest.mark.parametrize(
    ("base", "path", "expected"),
    [
        ("/home/dev", "src/a.ts", "/home/dev/src/a.ts"),
        ("/home/dev", "../a.ts", "/home/a.ts"),
        ("/home/dev", "/etc/./hosts", "/etc/hosts"),
        (None, "src//a.ts", "src/a.ts"),
        ("", "a", "a"),
        (r"C:\shop", r"src\a.ts", "c:/shop/src/a.ts"),
        (r"C:\shop", r"D:\a.ts", "d:/a.ts"),
        (r"\\server\share", r"src\a.ts", "//server/share/src/a.ts"),
        ("/home/dev", "file:///home/dev/my%20shop/a.ts", "/home/dev/my shop/a.ts"),
        ("/home/dev", "file:///c%3A/shop/a.ts", "c:/shop/a.ts"),
    ],
)
def test_join(base, path, expected):
    assert paths.join(base, path) == expected


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("/home/dev", "/home/dev/", True),
        ("/home/dev", "/home/Dev", False),
        (r"C:\Users\Dev", "c:/users/dev", True),
        ("/C:/Users", "C:\\users\\", True),
        (r"C:\Übung", "c:/übung", True),
        (r"C:\a", r"D:\a", False),
        (r"\\server\share\a", "//server/share/a", True),
        ("/home/dev", "C:/home/dev", False),
    ],
)
def test_same(one, other, expected):
    assert paths.same(one, other) is expected


@pytest.mark.parametrize(
    ("path", "folder", "expected"),
    [
        ("/home/dev/app", "/home/dev/app", True),
        ("/home/dev/app/src", "/home/dev/app/", True),
        ("/home/dev/app2", "/home/dev/app", False),
        ("/home/dev", "/home/dev/app", False),
        ("/home/dev/app/../app2", "/home/dev/app", False),
        ("/home", "/", True),
        ("C:/x", "c:\\", True),
        (r"C:\Users\dev\x", "c:/users/DEV", True),
        (r"\\server\share\x", r"\\server\share", True),
        (r"\\server\share2\x", r"\\server\share", False),
        ("c:/x", "/", False),
    ],
)
def test_inside(path, folder, expected):
    assert paths.inside(path, folder) is expected


@pytest.mark.parametrize(
    ("path", "folder", "expected"),
    [
        ("/home/dev/shop/src/a.ts", "/home/dev/shop", "src/a.ts"),
        ("/home/dev/shop/", "/home/dev/shop", "."),
        ("/home/dev/shop2/a.ts", "/home/dev/shop", "/home/dev/shop2/a.ts"),
        ("/home/dev/a.ts", None, "/home/dev/a.ts"),
        ("/a.ts", "/", "a.ts"),
        (r"C:\Shop\src\A.ts", "c:/shop", "src/A.ts"),
        (r"\\server\share\src\a.ts", r"\\server\share", "src/a.ts"),
    ],
)
def test_relative(path, folder, expected):
    assert paths.relative(path, folder) == expected


@pytest.mark.parametrize(
    ("path", "expected"), [("/home/dev/a.ts", "a.ts"), (r"C:\x\b.ts", "b.ts"), ("/home/dev/", "dev"), ("a", "a")]
)
def test_name(path, expected):
    assert paths.name(path) == expected


@pytest.mark.parametrize(
    ("uri", "expected"),
    [
        ("file:///home/dev/shop", "/home/dev/shop"),
        ("file://localhost/home/dev", "/home/dev"),
        ("file:///home/dev/my%20shop/gr%C3%BCn", "/home/dev/my shop/grün"),
        ("file:///home/dev/c%23%3F", "/home/dev/c#?"),
        ("file:///c%3A/Users/dev", "c:/Users/dev"),
        ("file:///C:/Users/dev", "c:/Users/dev"),
        ("file:///C:/", "c:/"),
        ("file://server/share/shop", "//server/share/shop"),
        ("vscode-remote://ssh-remote%2Bbox/home/dev/shop", "/home/dev/shop"),
        ("vscode-remote://dev-container%2Babc/workspaces/shop", "/workspaces/shop"),
        ("vscode-remote://wsl%2Bubuntu/home/dev/shop", "/home/dev/shop"),
        ("file://wsl.localhost/Ubuntu/home/dev", "//wsl.localhost/Ubuntu/home/dev"),
        ("/home/dev/shop", "/home/dev/shop"),
        (r"C:\shop", r"C:\shop"),
        ("untitled:Untitled-1", None),
        ("git:/home/dev/a.ts", None),
        ("vscode-remote://box", None),
        ("", None),
    ],
)
def test_the_path_of_a_uri(uri, expected):
    assert paths.from_uri(uri) == expected


@pytest.mark.parametrize("uri", ["file://[", "file://[::1/home/dev", "file://\u2100/home"])
def test_what_is_no_uri_names_no_path(uri):
    assert paths.from_uri(uri) is None


@pytest.mark.parametrize(
    ("uri", "recorded"),
    [
        ("file:///c%3A/Users/dev/shop", r"C:\Users\dev\shop"),
        ("file://server/share/shop", r"\\server\share\shop"),
        ("file:///home/dev/%C3%BCbung", "/home/dev/übung"),
    ],
)
def test_a_clients_folder_is_the_one_that_an_agent_recorded(uri, recorded):
    assert paths.same(paths.from_uri(uri), recorded)


@given(st.text(max_size=20), st.text(max_size=20))
def test_no_text_is_too_strange(base, path):
    paths.join(base, path)
    paths.inside(path, base)
    paths.relative(path, base)
    paths.from_uri(f"file://{path}")


@pytest.mark.parametrize(
    ("path", "path_map", "expected"),
    [
        ("/workspaces/shop/src", {"/workspaces/shop": "/home/dev/shop"}, "/home/dev/shop/src"),
        ("/workspaces/shop", {"/workspaces/shop/": "/home/dev/shop/"}, "/home/dev/shop"),
        ("/workspaces/shop2", {"/workspaces/shop": "/home/dev/shop"}, "/workspaces/shop2"),
        ("/w/shop/a", {"/w": "/home/a", "/w/shop": "/home/b"}, "/home/b/a"),
        ("/app/x", {"/": "/mnt/box"}, "/mnt/box/app/x"),
        ("/home/dev/x", {"/home/dev": r"C:\Users\dev"}, "c:/Users/dev/x"),
        (r"C:\Users\dev\x", {"c:/users/dev": "/mnt/c/Users/dev"}, "/mnt/c/Users/dev/x"),
        ("/x", {}, "/x"),
    ],
)
def test_the_longest_folder_that_fits_is_mapped(path, path_map, expected):
    assert paths.mapped(path, path_map) == expected
