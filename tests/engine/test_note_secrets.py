"""Secrets that were planted anywhere in a session, its plan or its repository stand in no note of it."""

import string

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.core.builders import NOW, session

from relaymark.core.note import draft, note_text
from relaymark.core.plan import parse_plan
from relaymark.core.relay.facts import Addition, Commit, Decided, Head, NoteFacts, Retreat
from relaymark.core.relay.work import Files, phase_work
from relaymark.core.session import Ran
from relaymark.sources.secrets import scanned, secrets_of, without_secrets

SHA = "8153584e531374087842dc3fb0d88124e67e118e"
ALNUM = string.ascii_letters + string.digits
WORD = f"{ALNUM}_-"
UPPER = string.ascii_uppercase + string.digits
HEX = "0123456789abcdef"
PEM = "-----BEGIN {} PRIVATE KEY-----\n{}\n-----END {} PRIVATE KEY-----"


def text(alphabet, size, most=None):
    return st.text(alphabet, min_size=size, max_size=most or size)


def after(head, alphabet, size, most=None):
    return text(alphabet, size, most).map(lambda rest: head + rest)


# Heads and tails in pieces, so that no scanner takes this file for a leak.
SHAPES = {
    "aws": after("AKI" + "A", UPPER, 16),
    "aws session": after("ASI" + "A", UPPER, 16),
    "github": after("gh" + "p_", ALNUM, 36),
    "github app": after("gh" + "s_", ALNUM, 36),
    "github fine": after("github_" + "pat_", ALNUM, 40, 80),
    "gitlab": after("glp" + "at-", ALNUM, 20),
    "slack": st.builds("xox{}-{}-{}".format, st.sampled_from("bpars"), text("123456789", 12), text(ALNUM, 24)),
    "stripe": after("sk_" + "live_", ALNUM, 24, 40),
    "openai": st.builds("sk-{}{}{}".format, text(ALNUM, 20), st.just("T3BlbkFJ"), text(ALNUM, 20)),
    "anthropic": after("sk-" + "ant-api03-9", WORD, 40, 60),
    "google": after("AIza" + "Sy", WORD, 33),
    "google oauth": after("ya29" + ".", WORD, 40),
    "npm": after("npm" + "_", ALNUM, 36),
    "pypi": after("pypi-" + "AgEIcHlwaS5vcmc", WORD, 80),
    "docker": after("dckr_" + "pat_", ALNUM, 27),
    "hugging face": after("h" + "f_1", ALNUM, 34),
    "sendgrid": st.builds("SG.{}.{}".format, text(WORD, 22), text(WORD, 43)),
    "twilio": after("S" + "K", HEX, 32),
    "mailchimp": text(HEX, 32).map(lambda key: key + "-us12"),
    "square": after("sq0" + "csp-", ALNUM, 43),
    "telegram": st.builds("{}:AA{}".format, text("123456789", 10), text(ALNUM, 33)),
    "discord": st.builds("M{}.{}.{}".format, text(ALNUM, 23), text(ALNUM, 6), text(ALNUM, 27)),
    "digital ocean": after("dop_" + "v1_", HEX, 64),
    "shopify": after("shp" + "at_", HEX, 32),
    "age": after("AGE-SECRET-" + "KEY-1", UPPER, 58),
    "jwt": st.builds("eyJhbGciOiJIUzI1NiJ9.eyJ{}.{}".format, text(ALNUM, 20), text(ALNUM, 40)),
    "azure": st.builds("AccountKey={}==".format, text(ALNUM, 86)),
    "artifactory": after("AKC" + "p1", ALNUM, 64),
    "password in a URL": st.builds("https://bob:{}@example.org/x".format, text(ALNUM, 8, 20)),
    "password of a database": st.builds("postgres://shop:{}@db:5432/shop".format, text(ALNUM, 8, 20)),
    "named": st.builds("DB_PASSWORD={}".format, text(ALNUM, 9, 20)),
    "header": st.builds("Authorization: Bearer {}".format, text(ALNUM, 24, 40)),
    "rsa": text(ALNUM, 64).map(lambda body: PEM.format("RSA", body, "RSA")),
    "openssh": text(ALNUM, 64).map(lambda body: PEM.format("OPENSSH", body, "OPENSSH")),
}
PARTS = {
    "password in a URL": lambda found: found[len("https://bob:") :].partition("@")[0],
    "password of a database": lambda found: found[len("postgres://shop:") :].partition("@")[0],
    "named": lambda found: found.partition("=")[2],
    "header": lambda found: found.rpartition(" ")[2],
    "rsa": lambda found: found.split("\n")[1],
    "openssh": lambda found: found.split("\n")[1],
    "azure": lambda found: found.partition("=")[2],
}
PLACES = (
    "prompt",
    "order",
    "command",
    "failing",
    "test",
    "path",
    "plan",
    "subject",
    "branch",
    "try",
    "decision",
    "name",
    "id",
)


def facts(secret, place, around):
    """Return facts with a secret in one place, between other words."""
    said = around.format(secret)

    def put(where, plain=""):
        return said if place == where else plain

    line = " ".join(put("plan", "Load the keys").split())
    plan = f"# Plan\n\n## Phase 1: {line}\n\n- [ ] {line} in `src/a.py`\n- [x] {line}\n"
    path = put("path", "src/a.py")
    commands = (
        Ran(f"curl {put('command', 'x')}", 0, ok=True),
        Ran(f"deploy {put('failing', 'x')}", 1, ok=False),
        Ran(f"pytest {put('test', 'x')}", 0, ok=True),
    )
    return NoteFacts(
        session=session(
            id=put("id", "0f3c"), commands=commands, prompts=[put("prompt", "Go on"), f"Always use {put('order', 'x')}"]
        ),
        now=NOW,
        head=Head(put("branch", "main"), SHA),
        commits=(Commit(SHA, NOW, put("subject", "Load"), (path,)),),
        uncommitted=(path,),
        edited=(path, f"{put('path', 'src/b')}.gone"),
        existing=frozenset((path,)),
        phase=phase_work(plan, parse_plan(plan), "PLAN.md", 0, Files("/r", "PLAN.md", lambda _: True)),
        additions=(Addition("name", put("name", "load"), path, 3),),
        retreats=(Retreat(path, put("try", "x = 1"), put("try")),),
        decisions=(Decided(".relaymark/decisions/1.md", "decision", put("decision", "Use it"), 1),),
    )


@pytest.mark.parametrize("shape", SHAPES)
@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(data=st.data())
def test_a_planted_secret_stands_in_no_note(shape, data):
    secret = data.draw(SHAPES[shape])
    place = data.draw(st.sampled_from(PLACES))
    around = data.draw(
        st.sampled_from(["{}", "use {} for it", "k={}", "'{}'", 'a "{}" b', "({})", "x,{},y", "{}\n", "--k {}"])
    )
    note = without_secrets(note_text(draft(facts(secret, place, around))))
    assert PARTS.get(shape, lambda found: found)(secret) not in note
    assert secrets_of(note) == ()
    assert note.count("## ") == 3


@pytest.mark.parametrize("secret", ["AKIA" + "IOSFODNN7EXAMPLE", "0123456789abcdef" * 2 + "-us12"])
def test_detect_secrets_finds_what_it_knows_and_where(secret):
    line = f"a\nkey: {secret} and {secret}\n"
    assert [line[each.start : each.end] for each in scanned(line)] == [secret, secret]


@given(st.text())
def test_any_text_can_be_looked_through_and_what_is_taken_out_stays_out(text):
    clean = without_secrets(text)
    assert without_secrets(clean) == clean
    assert all(0 <= each.start < each.end <= len(text) for each in secrets_of(text))


def test_a_note_without_secrets_stays_as_it_is():
    note = note_text(draft(facts("nothing", "prompt", "{}")))
    assert without_secrets(note) == note
