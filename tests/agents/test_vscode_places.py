"""Where VS Code and the editors made from it keep a user's data, told by home folder and environment alone."""

import pytest

from relaymark.agents.vscode_places import PRODUCTS, SERVERS, storages, user_folders
from relaymark.core.agent import Home

LINUX, MAC, WINDOWS = "/home/dev", "/Users/dev", r"C:\Users\dev"


def of(product, environ, home):
    return [(one.path, one.variable) for one in user_folders(environ, home) if one.product == product]


def paths_of(environ, home):
    return [one.path for one in user_folders(environ, home)]


@pytest.mark.parametrize(
    ("home", "environ", "expected"),
    [
        (LINUX, {}, "/home/dev/.config/Code - Insiders/User"),
        (MAC, {}, "/Users/dev/Library/Application Support/Code - Insiders/User"),
        (WINDOWS, {}, "c:/Users/dev/AppData/Roaming/Code - Insiders/User"),
        (WINDOWS, {"APPDATA": r"C:\Users\dev\AppData\Roaming"}, "c:/Users/dev/AppData/Roaming/Code - Insiders/User"),
        (r"\\nas\homes\dev", {}, "//nas/homes/dev/AppData/Roaming/Code - Insiders/User"),
        ("/Volumes/big/dev", {"__CF_USER_TEXT_ENCODING": "0x1F5:0x0:0x0"}, None),
    ],
)
def test_a_product_keeps_its_data_where_its_system_does(home, environ, expected):
    expected = expected or "/Volumes/big/dev/Library/Application Support/Code - Insiders/User"
    assert of("Code - Insiders", environ, home) == [(expected, None)]


@pytest.mark.parametrize(
    ("home", "variable", "value", "expected"),
    [
        (LINUX, "XDG_CONFIG_HOME", "/data/config/", "/data/config/Cursor/User"),
        (LINUX, "VSCODE_APPDATA", "/data/apps", "/data/apps/Cursor/User"),
        (MAC, "VSCODE_APPDATA", "/data/apps", "/data/apps/Cursor/User"),
        (WINDOWS, "APPDATA", "D:\\Roaming\\", "d:/Roaming/Cursor/User"),
        (WINDOWS, "VSCODE_APPDATA", r"D:\apps", "d:/apps/Cursor/User"),
    ],
)
def test_a_variable_moves_the_products(home, variable, value, expected):
    assert of("Cursor", {variable: value}, home) == [(expected, variable)]


@pytest.mark.parametrize(
    ("home", "environ"),
    [
        (LINUX, {"APPDATA": "/elsewhere", "XDG_CONFIG_HOME": " "}),
        (MAC, {"APPDATA": "/elsewhere", "XDG_CONFIG_HOME": "/elsewhere"}),
        (WINDOWS, {"XDG_CONFIG_HOME": "/elsewhere", "XDG_DATA_HOME": "/elsewhere"}),
    ],
)
def test_variables_of_other_systems_and_empty_ones_move_nothing(home, environ):
    assert paths_of(environ, home) == paths_of({}, home)


def test_the_editors_own_variable_is_stronger_than_the_systems():
    environ = {"VSCODE_APPDATA": "/data/apps", "XDG_CONFIG_HOME": "/data/config"}
    assert of("Windsurf", environ, LINUX) == [("/data/apps/Windsurf/User", "VSCODE_APPDATA")]


def test_a_portable_editor_stands_beside_the_installed_ones():
    assert of("Code", {"VSCODE_PORTABLE": "/opt/code/data"}, MAC) == [
        ("/opt/code/data/user-data/User", "VSCODE_PORTABLE"),
        ("/Users/dev/Library/Application Support/Code/User", None),
    ]


@pytest.mark.parametrize(("home", "below"), [(LINUX, "/home/dev"), (MAC, "/Users/dev"), (WINDOWS, "c:/Users/dev")])
def test_every_product_and_every_server_is_there_on_every_system(home, below):
    products = {one.product for one in user_folders({}, home)}
    assert products >= {*PRODUCTS, *SERVERS}
    assert of(".vscode-server", {}, home) == [(f"{below}/.vscode-server/data/User", None)]


def test_a_servers_folder_may_be_named_by_the_environment():
    moved = {"VSCODE_AGENT_FOLDER": "/data/.vscode-server-x/"}
    assert of(".vscode-server-x", moved, LINUX) == [("/data/.vscode-server-x/data/User", "VSCODE_AGENT_FOLDER")]
    assert paths_of({"VSCODE_AGENT_FOLDER": "/home/dev/.vscode-server"}, LINUX) == paths_of({}, LINUX)


def test_code_server_keeps_its_data_with_programs_of_the_user():
    assert of("code-server", {}, LINUX) == [("/home/dev/.local/share/code-server/User", None)]
    moved = of("code-server", {"XDG_DATA_HOME": "/data/share"}, LINUX)
    assert moved == [("/data/share/code-server/User", "XDG_DATA_HOME")]
    assert of("code-server", {}, WINDOWS) == []


def test_sandboxed_editors_are_looked_for_on_linux_only():
    sandboxed = "/home/dev/.var/app/com.vscodium.codium/config/VSCodium/User"
    assert sandboxed in paths_of({}, LINUX)
    assert not any("/.var/" in path for home in (MAC, WINDOWS) for path in paths_of({}, home))


@pytest.mark.parametrize("home", [LINUX, MAC, WINDOWS])
def test_no_folder_is_given_twice(home):
    everything = {
        "VSCODE_APPDATA": f"{home}/.config",
        "XDG_CONFIG_HOME": f"{home}/.config",
        "APPDATA": home,
        "VSCODE_AGENT_FOLDER": f"{home}/.cursor-server",
    }
    found = paths_of(everything, home)
    assert len(found) == len(set(found))


def test_every_product_has_a_storage_of_extensions():
    homes = storages({"XDG_CONFIG_HOME": "/data"}, LINUX)
    assert homes[0] == Home("/data/Code/User/globalStorage", "XDG_CONFIG_HOME")
    assert len(homes) == len(user_folders({}, LINUX))
