"""Secrets are found in whatever shape people and programs paste them, and running text is left alone."""

import itertools
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from relaymark.core.redact import MARK, redacted, secrets_in

ALNUM = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

# Made up, and in pieces so that no scanner takes this file for a leak.
SHAPES = {
    "openai": "sk-" + "proj-9aB3kd82LmQp0ZxT41",
    "anthropic": "sk-ant-" + "api03-Zx9_k-20aB7qLm",
    "stripe": "sk_live_" + "51Habcdef0123456789",
    "github": "ghp_" + "A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8",
    "github fine": "github_pat_" + "11ABCDEFG0aBcDeFgHiJkL_mnop",
    "gitlab": "glpat-" + "a1B2c3D4e5F6g7H8i9J0",
    "aws": "AKIA" + "IOSFODNN7EXAMPLE",
    "google": "AIza" + "SyD-9tSrke72PouQMnMX-a7eZSW0jkFMBWY",
    "slack": "xoxb-" + "123456789012-abcdefABCDEF",
    "npm": "npm_" + "a1b2c3d4e5f6a1b2c3d4e5f6a1b2c3d4e5f6",
    "hugging face": "hf_" + "abcdEFGH1234ijklMNOP5678qrst",
    "jwt": "eyJ" + "hbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.s5bYx",
}


@pytest.mark.parametrize("secret", SHAPES.values(), ids=SHAPES)
@pytest.mark.parametrize("around", ["{}", "use {} for it", "X={}", "'{}'", "a:{},b", "({})", "https://x.org/?k={}&v=1"])
def test_known_shapes_are_redacted_wherever_they_stand(secret, around):
    text = redacted(around.format(secret))
    assert secret not in text
    assert MARK in text


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("password=hunter2", "hunter2"),
        ("export DB_PASSWORD='correct horse battery'", "correct horse battery"),
        ('{"api_key": "abcdefgh"}', "abcdefgh"),
        ("API-KEY: k3yk3yk3y", "k3yk3yk3y"),
        ("password: correcthorse", "correcthorse"),
        ("SECRET_TOKEN := zq8w", "zq8w"),
        ("client_secret => 'zq8w'", "zq8w"),
        ("mysql --password hunter2 shop", "hunter2"),
        ("tool --api-key=k3y run", "k3y"),
        ("curl -u bob:hunter2 https://x.org", "hunter2"),
        ("curl -H 'Authorization: Bearer abc.def-123456'", "abc.def-123456"),
        ("Authorization: Basic Ym9iOmh1bnRlcjI=", "Ym9iOmh1bnRlcjI"),
        ("git clone https://bob:hunter2@example.org/x.git", "hunter2"),
        ("postgres://shop:s3cret@db:5432/shop", "s3cret"),
        ("PASSPHRASE=12345678", "12345678"),
    ],
)
def test_values_of_secret_names_are_redacted(text, secret):
    assert secret not in redacted(text)


@pytest.mark.parametrize("end", ["-----END OPENSSH PRIVATE KEY-----", ""])
def test_a_private_key_goes_whole_even_when_it_is_cut(end):
    key = "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXk\nAAAA\n" + end
    assert redacted(f"here: {key}") == f"here: {MARK}"


@pytest.mark.parametrize(
    "text",
    [
        "Fix the off-by-one in parser: `src/parser.py`",
        "One line with the number of tokens: new `src/report.py`",
        "max_tokens=4096",
        "token: the smallest unit of a text",
        "Password: add the reset form in `src/reset.py`",
        "PASSWORD=$DB_PASSWORD ./run",
        'api_key = os.environ["API_KEY"]',
        "token=<your token>",
        "use bearer authentication",
        "task-force-for-the-whole-parser",
        "0f198cd7-dd16-459f-94c5-972cd2c6773f",
        "8153584e531374087842dc3fb0d88124e67e118e",
        "git@github.com:shop/shop.git and dev@example.org",
        "https://example.org/a@b",
        "pytest -u tests/test_token.py",
        "the secrets module",
        "docs/secret-handling.md",
    ],
)
def test_running_text_paths_and_references_stay(text):
    assert redacted(text) == text


@given(
    st.text(),
    st.sampled_from(["ghp_", "npm_", "glpat-", "AKIA"]),
    st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=36, max_size=36),
    st.text(),
)
def test_a_planted_token_never_stays(before, prefix, rest, after):
    token = prefix + rest
    assert token not in redacted(f"{before}{token}{after}")


@given(st.text(), st.text(ALNUM, min_size=8, max_size=40), st.sampled_from(["PASSWORD", "API_KEY", "my_secret"]))
def test_a_named_secret_never_stays(before, value, name):
    line = f"{before} {name}={value}x9"
    assert f"{value}x9" not in redacted(line)


@given(st.text() | st.lists(st.sampled_from([*SHAPES.values(), "password", "=", ":", " ", "x9", MARK])).map("".join))
@example("tokens: [redacted] x")
@example(f"password={MARK}")
def test_redacting_again_changes_nothing_and_spans_are_in_order(text):
    once = redacted(text)
    assert redacted(once) == once
    found = secrets_in(text)
    assert all(0 <= each.start < each.end <= len(text) for each in found)
    assert all(one.end <= other.start for one, other in itertools.pairwise(found))


def test_a_long_hostile_text_is_read_in_time():
    begin = time.process_time()
    for part in ("password", "a", "token = ", "://", "-----BEGIN PRIVATE KEY-----", "sk-", "eyJ", "$(", "password:a "):
        redacted((part * 20_000)[:20_000])
    assert time.process_time() - begin < 5
