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
        (r"\\?\C:\Users\dev", "c:/Users/dev"),
        (r"\\?\c:", "c:/"),
        ("//?/C:/Users/dev", "c:/Users/dev"),
        (r"\\?\UNC\server\share\a", "//server/share/a"),
        (r"\\?\unc\server\share", "//server/share"),
        (r"\\?\UNC", "/"),
        (r"\\?\Volume{1}\a", "//?/Volume{1}/a"),
        ("/?/C:/a", "/?/C:/a"),
        (r"\\wsl$\Ubuntu\home\dev", "//wsl$/Ubuntu/home/dev"),
        ("/Users/dev/Library/Mobile Documents", "/Users/dev/Library/Mobile Documents"),
    ],
)
def test_normal_form(path, expected):
    assert paths.normal(path) == expected


SEGMENTS = st.sampled_from(
    ["a", "B", "..", ".", "", " ", "ü", "u\u0308", "c:", "C:", "a\\b", "\\", "x.ts", "~", "?", "UNC", "wsl$", "Users"]
)
ROOTS = st.sampled_from(
    ["", "/", "//", "C:", "C:\\", "/d:/", "\\\\", "\\\\server\\share\\", "./", "\\\\?\\", "\\\\?\\UNC\\", "/Users/"]
)
PATHS = st.builds(
    lambda root, parts, joint: root + joint.join(parts), ROOTS, st.lists(SEGMENTS, max_size=6), st.sampled_from("/\\")
)


@given(PATHS | st.text(st.sampled_from("/\\.:cC a~?UN"), max_size=14))
@example("\\\\server\\share\\x")
@example("//c:/x")
@example("/../c:")
@example("./\\\\a")
@example("a/../C:/x")
@example("//a/../?/C:/x")
@example("\\\\?\\UNC\\?\\C:\\x")
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
        ("/home/dev", "file:/srv/a.ts", "/srv/a.ts"),
        ("/home/dev", "vscode-remote://wsl%2Bubuntu/srv/a.ts", "/srv/a.ts"),
        ("/home/dev", "file:notes", "/home/dev/file:notes"),
        ("/home/dev", "https://example.com/a.ts", "/home/dev/https:/example.com/a.ts"),
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
        (r"\\?\C:\shop", "c:/shop", True),
        (r"\\Server\Share\A", "//server/share/a", True),
        (r"\\wsl$\Ubuntu\home\dev", "//wsl.localhost/ubuntu/home/dev", True),
        (r"\\wsl$\Ubuntu\home\dev", r"\\wsl$\Ubuntu\home\Dev", False),
        (r"\\wsl$\Ubuntu", r"\\wsl.localhost\ubuntu\\", True),
        ("/Users/dev/Shop", "/users/dev/shop", True),
        ("/Users", "/users", True),
        ("/Volumes/Data/Shop", "/volumes/data/shop", True),
        ("/usersx/Dev", "/usersx/dev", False),
        ("/srv/Users/Dev", "/srv/Users/dev", False),
        ("/home/dev/gr\u00fcn.md", "/home/dev/gru\u0308n.md", True),
        ("/Users/dev/\u00dcbung", "/users/dev/u\u0308bung", True),
        ("/home/dev/grün.md", "/home/dev/grun.md", False),
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
        ("/Users/dev/shop/src", "/users/Dev/Shop", True),
        ("/home/dev/u\u0308bung/a", "/home/dev/\u00fcbung", True),
        ("/home/dev/\u00fcbungen", "/home/dev/u\u0308bung", False),
        (r"\\?\C:\shop\src", "c:/shop", True),
        (r"\\wsl$\Ubuntu\home\dev\src", r"\\wsl.localhost\Ubuntu\home\dev", True),
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
        ("/home/dev/u\u0308bung/A.ts", "/home/dev/\u00fcbung", "A.ts"),
        ("/home/dev/\u00fcbung/A.ts", "/home/dev/u\u0308bung/", "A.ts"),
        ("/Users/dev/shop/Src/A.ts", "/users/DEV/Shop", "Src/A.ts"),
        ("c:/straße/a.ts", "C:/STRASSE", "a.ts"),
        (r"\\wsl$\Ubuntu\home\dev\a.ts", "//wsl.localhost/Ubuntu/home/dev", "a.ts"),
        ("c:/a.ts", "C:\\", "a.ts"),
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
        (r"\\server\share", r"\\server\share"),
        ("file:/home/dev/shop", "/home/dev/shop"),
        ("FILE:///home/dev", "/home/dev"),
        ("file:/C:/shop", "c:/shop"),
        ("file://C:/shop", "c:/shop"),
        ("file://c%3A/shop", "c:/shop"),
        ("file:////server/share", "//server/share"),
        ("file://wsl%24/Ubuntu/home/dev", "//wsl$/Ubuntu/home/dev"),
        ("vscode-remote://wsl+ubuntu/mnt/c/shop", "/mnt/c/shop"),
        ("vscode-remote://ssh-remote%2Bdev%40box/C%3A/shop", "c:/shop"),
        ("vscode-remote://dev-container%2B7b22686f7374227d/workspaces/my%20shop", "/workspaces/my shop"),
        ("https://example.com/home/dev", None),
        ("vscode-vfs://github/dev/shop", None),
        ("file://server", "//server"),
        ("file://localhost", None),
        ("file:notes", None),
        ("file://", None),
        ("src/a.ts", None),
        ("c:file", None),
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
        ("file:///Users/dev/u%CC%88bung", "/Users/dev/\u00fcbung"),
        ("file:///c%3A/Users/dev/shop", r"\\?\C:\Users\dev\shop"),
        ("file://wsl.localhost/Ubuntu/home/dev", r"\\wsl$\Ubuntu\home\dev"),
    ],
)
def test_a_clients_folder_is_the_one_that_an_agent_recorded(uri, recorded):
    assert paths.same(paths.from_uri(uri), recorded)


@pytest.mark.parametrize("path", ["/home/dev/my shop/a#b?c%20.ts", "c:/Users/dev/gr\u00fcn", "//server/share/a", "/"])
def test_a_path_comes_back_from_its_uri(path):
    assert paths.from_uri(paths.to_uri(path)) == path


@given(PATHS)
def test_the_uri_of_a_path_names_the_same_place(path):
    if paths.absolute(path):
        assert paths.same(paths.from_uri(paths.to_uri(path)), path)


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
        (r"\\wsl.localhost\Ubuntu\home\dev\x", {r"\\wsl$\Ubuntu": "/"}, "/home/dev/x"),
        ("/home/dev/u\u0308bung/x", {"/home/dev/\u00fcbung": "/srv/b"}, "/srv/b/x"),
        ("/x", {}, "/x"),
    ],
)
def test_the_longest_folder_that_fits_is_mapped(path, path_map, expected):
    assert paths.mapped(path, path_map) == expected
