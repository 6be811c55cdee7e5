"""aider: recorded histories, and what its Markdown tells; words that no recording has are after its public source."""

import json
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relaymark.agents.aider import AGENT, FILES
from relaymark.core import paths
from relaymark.core.agent import Home
from relaymark.core.fold import SessionFold
from relaymark.core.observed import Observed
from relaymark.core.session import Context, Ran
from relaymark.core.status import iso
from relaymark.sources.whole import Whole

CASES = Path(__file__).resolve().parents[1] / "transcripts/aider"
ROOT = "/home/dev/shop"
NAME = ".aider.chat.history.md"
UNKNOWN = Context()


@pytest.fixture(autouse=True)
def in_utc(monkeypatch):
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def folded(text, path=f"{ROOT}/{NAME}"):
    """Return the sessions of a history, in the order of the file."""
    found = []
    for told in FILES.decode(path, {paths.name(path): text}):
        folding = SessionFold(AGENT.name, told.session)
        for at, record in enumerate(told.records):
            folding.add(at, record)
        found.append(folding.session(path))
    return found


def only(*lines, **more):
    (session,) = folded(chat(*lines), **more)
    return session


def own(*texts):
    """Return words of aider as it writes them."""
    return "".join(f"> {text}  \n" for text in texts)


def typed(text):
    return "\n#### " + "  \n#### ".join(text.split("\n")) + "  \n"


def answer(text="Done."):
    return f"\n{text.strip()}\n\n"


def sent(figure="2.7k"):
    return own(f"Tokens: {figure} sent, 38 received. Cost: $0.0072 message, $0.0072 session.")


def chat(*pieces, at="2026-11-20 18:18:47", command="/usr/bin/aider", model="openai/gpt-4o"):
    head = own(command, "Aider v0.86.2", f"Main model: {model} with diff edit format", "Weak model: gpt-4o-mini")
    return f"\n# aider chat started at {at}\n\n{head}{''.join(pieces)}"


PROMPT, REPLY = typed("Fix it"), answer() + sent()
BLOCK = "Here:\n\na.py\n```python\n{}\n```"


# Recorded histories


def recorded():
    for file in sorted(CASES.glob("*/expected.json")):
        case = json.loads(file.read_bytes())
        for at, session in enumerate(case["sessions"]):
            yield pytest.param(file.parent, case, at, session, id=f"{file.parent.name}/{at}")


EVERY_SESSION = pytest.mark.parametrize(("folder", "case", "at", "expected"), list(recorded()))


def test_the_recorded_cases_are_all_there():
    assert len(list(recorded())) == 3


@EVERY_SESSION
def test_a_recorded_session_is_read_exactly(folder, case, at, expected):
    text = (folder / expected["file"]).read_text()
    found = folded(text, f"{case['workspace']}/{NAME}")
    assert len(found) == len(case["sessions"])
    session = found[at]
    assert (session.cwd, session.parent, session.agent) == (expected["cwd"], None, "aider")
    assert (session.context.tokens, session.context.source) == (expected["context_tokens"], expected["context_source"])
    assert (session.window, session.model) == (expected["window_recorded"], expected["model"])
    assert (session.version, session.provider) == (case["version"], "openai")
    assert (session.compactions, session.prompt_count) == (expected["compactions"], expected["prompts"])
    assert session.prompts[0].text == expected["first_prompt"]
    assert (session.turn, session.turn_open) == ("ended", expected["turn_open"])
    assert [paths.relative(path, case["workspace"]) for path in session.files_edited] == sorted(
        expected["files_edited"]
    )
    assert session.files_read == ()
    attached = {paths.relative(file.path, case["workspace"]) for file in session.attachments}
    assert attached == set(expected["files_attached"])
    assert session.commands == tuple(Ran(ran["cmd"]) for ran in expected["commands"])
    assert (session.title, session.bad_records) == (expected["title"], 0)
    assert iso(session.started_at)[:19] == expected["started_at"]


@EVERY_SESSION
def test_the_reader_of_whole_files_gives_the_same(folder, case, at, expected):
    unit = Whole(AGENT, str(folder / expected["file"]), FILES)
    unit.refresh()
    session = unit.sessions()[at]
    assert (session.context.tokens, session.prompt_count) == (expected["context_tokens"], expected["prompts"])
    assert session.cwd == paths.normal(str(folder / "workspace"))


def test_a_recorded_session_that_restored_its_history_is_a_fork():
    text = (CASES / "0.86.2-two-chats/workspace" / NAME).read_text()
    first, second = folded(text)
    assert (first.forked_from, second.forked_from) == (None, first.id)
    assert second.ended
    assert not first.ended


# Where it is


@pytest.mark.parametrize(
    ("environ", "home", "expected"),
    [
        ({}, "/home/dev", ()),
        ({"AIDER_CHAT_HISTORY_FILE": ""}, "/home/dev", ()),
        ({"AIDER_CHAT_HISTORY_FILE": "notes/aider.md"}, "/home/dev", ()),
        ({"AIDER_CHAT_HISTORY_FILE": "/home/dev/notes.md"}, "/home/dev", ()),
        ({"AIDER_CHAT_HISTORY_FILE": "/var/log/aider.md"}, "/home/dev", ("/var/log",)),
        ({"AIDER_CHAT_HISTORY_FILE": f"/Users/dev/{NAME}"}, "/Users/dev", ("/Users/dev",)),
        ({"AIDER_CHAT_HISTORY_FILE": "C:\\Users\\dev\\Aider.md"}, "C:\\Users\\dev", ("c:/Users/dev",)),
    ],
)
def test_it_has_a_folder_only_where_one_file_is_named_for_all_projects(environ, home, expected):
    assert AGENT.homes(environ, home) == tuple(Home(path, "AIDER_CHAT_HISTORY_FILE") for path in expected)


@pytest.mark.parametrize(
    ("path", "owned"),
    [
        (NAME, True),
        ("aider.md", True),
        ("notes.md", False),
        (f"shop/{NAME}", False),
        (".aider.input.history", False),
        (".aider.conf.yml", False),
        (".env", False),
        ("oauth-keys.env", False),
        ("README.md", False),
    ],
)
def test_only_chat_histories_are_its_own(path, owned):
    assert AGENT.owns(path) == owned
    assert AGENT.in_project == (NAME,)


@pytest.mark.parametrize(
    ("value", "known"),
    [(chat(), True), ("# aider chat started at 2026-11-20 18:18:47", True), ("# Notes\n" + chat(), False),
     ("", False), ({}, False), (None, False)],
)  # fmt: skip
def test_a_history_is_recognised_by_its_first_line(value, known):
    assert FILES.recognises(value) == known


def test_a_file_for_all_projects_tells_no_directory():
    assert only(path="/var/log/aider.md").cwd is None
    assert only(path=f"C:\\Users\\dev\\shop\\{NAME}").cwd == "c:/Users/dev/shop"


def test_ids_are_the_same_at_each_reading_and_differ_between_folders_and_chats():
    text = chat(PROMPT) + chat() + chat(at="2026-11-20 19:00:00")
    ids = [session.id for session in folded(text)]
    assert len(set(ids)) == 3
    assert [session.id for session in folded(text + REPLY + chat(at="2026-11-21 08:00:00"))][:3] == ids
    assert [one[8:] for one in ids] == [f"-aider-20261120T{start}" for start in ("181847", "181847", "190000")]
    assert len({one[:8] for one in ids}) == 3, "the characters that people are shown"
    assert not {session.id for session in folded(text, f"/home/dev/other/{NAME}")} & set(ids)


# Times


def test_times_are_local_ones_of_this_machine(monkeypatch):
    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    assert only().started_at == datetime(2026, 11, 20, 23, 18, 47, tzinfo=UTC).timestamp()


def test_an_earlier_chat_was_active_when_it_began_and_the_newest_one_when_the_file_was_written():
    first, last = folded(chat(PROMPT) + chat(PROMPT, at="2026-11-20 19:00:00"))
    assert [iso(Observed(session=one, agent_title="", modified=2e9).active_at) for one in (first, last)] == [
        "2026-11-20T18:18:47Z",
        iso(2e9),
    ]


@pytest.mark.parametrize("at", ["2026-13-40 18:18:47", "0001-01-01 00:00:00", "9999-12-31 23:59:59"])
def test_impossible_times_do_no_harm(at):
    assert all(session.prompt_count == 1 for session in folded(chat(PROMPT, at=at)))


# The context


@pytest.mark.parametrize(
    ("figure", "tokens"), [("999", 999), ("2.7k", 2_700), ("9.9k", 9_900), ("58k", 58_000), ("1000k", 1_000_000)]
)
def test_figures_are_read_as_they_are_rounded(figure, tokens):
    assert only(PROMPT, answer(), sent(figure)).context == Context(tokens, "estimated")


@pytest.mark.parametrize(
    ("command", "source"),
    [
        ("/usr/bin/aider --no-stream a.py", "measured"),
        ("/usr/bin/aider a.py", "estimated"),
        ("/usr/bin/aider --no-stream --stream", "estimated"),
        ("/usr/bin/aider --message explain --no-stream", "estimated"),
        ("/usr/bin/aider --message=explain --no-stream", "estimated"),
        ("/srv/aider/__main__.py --no-stream --message Hello", "measured"),
        ("/usr/bin/aider --no-stream --message Hello\n\nmore\n\n> quoted\nlast", "measured"),
    ],
)
def test_the_figure_is_the_provider_s_only_without_streaming(command, source):
    (session,) = folded(chat(PROMPT, REPLY, command=command))
    assert session.context == Context(2_700, source)
    assert session.model == "openai/gpt-4o"


@pytest.mark.parametrize(
    "line",
    [
        "> Tokens: 12k sent, 3.1k cache write, 9.0k cache hit, 200 received.\nCost: $0.01 message, $0.02 session.  \n",
        "> Tokens: 12k sent, 9.0k cache hit, 200 received. Cost: $0.01 message, $0.02 session.  \n",
        "> Tokens: 12k sent, 200 received.  \n",
    ],
)
def test_the_forms_of_the_figures(line):
    session = only(PROMPT, answer(), line, own("Applied edit to a.py"))
    assert session.context.tokens == 12_000
    assert session.files_edited == (f"{ROOT}/a.py",)


def test_a_reply_of_no_tokens_leaves_the_last_figure():
    assert only(PROMPT, REPLY, typed("More"), answer(), sent("0")).context.tokens == 2_700


def test_the_report_of_tokens_gives_the_context_and_the_window():
    report = own(
        "Approximate context window usage for openai/gpt-4o, in tokens:",
        "$ 0.0051    2,024 system messages",
        "==================",
        "$ 0.0062   12,474 tokens total",
        "115,526 tokens remaining in context window",
        "128,000 tokens max context window size",
    )
    session = folded(chat(PROMPT, REPLY, typed("/tokens"), report, command="aider --no-stream"))[0]
    assert (session.context, session.window) == (Context(12_474, "estimated"), 128_000)
    switched = own("Main model: deepseek/deepseek-chat with diff edit format")
    session = only(typed("/tokens"), report, typed("/model deepseek/deepseek-chat"), switched)
    assert (session.window, session.model, session.provider) == (None, "deepseek/deepseek-chat", "deepseek")


def test_a_context_that_is_too_large_for_the_model_is_told_before_it_is_sent():
    warning = own(
        "Your estimated chat context of 131,072 tokens exceeds the 128,000 token limit for gpt-4o!",
        "Try to proceed anyway? (Y)es/(N)o [Yes]: n",
    )
    session = only(PROMPT, warning)
    assert (session.context, session.window) == (Context(131_072, "estimated"), 128_000)
    assert session.turn == "ended"


@pytest.mark.parametrize("words", ["All chat history cleared.", "All files dropped and chat history cleared."])
def test_after_a_fresh_start_in_the_same_session_nothing_is_known(words):
    session = only(PROMPT, REPLY, typed("/clear"), own(words))
    assert (session.context, session.compactions) == (UNKNOWN, 0)
    session = only(PROMPT, REPLY, typed("/clear"), own(words), typed("Next"), answer(), sent("1.1k"))
    assert session.context.tokens == 1_100


def test_the_second_model_of_the_architect_has_a_context_of_its_own():
    """After the public source: the architect's answer is written like an input and goes to an editor's model."""
    plan = "Change a.py:\n\nuse `items`"
    edit = own("Edit the files? (Y)es/(N)o [Yes]: y") + typed(plan)
    session = only(
        PROMPT, answer(plan), sent("30k"), edit, answer("Edited."), sent("4.0k"), own("Applied edit to a.py")
    )
    assert (session.context.tokens, session.prompt_count, session.turn) == (30_000, 1, "ended")
    assert session.files_edited == (f"{ROOT}/a.py",)
    assert only(PROMPT, answer(plan), sent("30k"), edit).turn == "open"


# Inputs


def test_inputs_of_several_lines_are_one_and_commands_are_none():
    session = only(typed("one\n\ntwo"), REPLY, typed("/add b.py"), own("Added b.py to the chat"), typed("<blank>"),
                   typed("/ask why?"), typed("why?"), REPLY, typed("!ls"))  # fmt: skip
    assert [prompt.text for prompt in session.prompts] == ["one\n\ntwo", "why?"]


@pytest.mark.parametrize(
    "inside",
    [
        "# aider chat started at 2026-11-19 10:00:00",
        "\n#### Heading",
        "\n> quoted  ",
        "\n#### Not typed  ",
        "\n> Applied edit to b.py  ",
    ],
)
def test_an_answer_may_hold_lines_like_those_of_aider(inside):
    for text in (BLOCK.format(inside), f"~~~\n{inside}\n~~~", f"````\n```\n```\n{inside}\n````"):
        session = only(PROMPT, answer(text), sent(), own("Applied edit to a.py"))
        assert (session.prompt_count, session.files_edited) == (1, (f"{ROOT}/a.py",))


def test_headings_and_quotes_outside_of_a_fence_are_the_answer_s():
    session = only(PROMPT, answer("Two ways:\n\n#### First\n\n> Applied edit to b.py\n\n#### Second\ntext"), sent())
    assert (session.prompt_count, session.files_edited) == (1, ())


def test_what_follows_an_answer_that_broke_off_within_a_fence_is_read():
    open_fence = answer("```python\nprint(")
    stopped = only(PROMPT, own("", "", "^C again to exit"), open_fence, typed("Go on"), REPLY)
    assert (stopped.prompt_count, stopped.context.tokens, stopped.turn) == (2, 2_700, "ended")
    died = only(PROMPT, open_fence, own("litellm.APIConnectionError: gone"), typed("Go on"), REPLY)
    assert (died.prompt_count, died.turn) == (2, "ended")
    told = only(PROMPT, open_fence, sent("5.0k"), typed("Go on"))
    assert (told.prompt_count, told.context.tokens) == (2, 5_000)
    first, second = folded(chat(PROMPT, open_fence) + chat(PROMPT, REPLY, at="2026-11-20 18:30:00"))
    assert (first.turn, second.context.tokens) == ("open", 2_700)


def test_lines_of_a_file_from_windows_are_read():
    session = folded(chat(PROMPT, REPLY, own("Applied edit to src\\a.py")).replace("\n", "\r\n"), f"C:\\shop\\{NAME}")[
        0
    ]
    assert (session.context.tokens, session.files_edited) == (2_700, ("c:/shop/src/a.py",))


# Files and commands


def test_files_that_come_and_go():
    session = only(
        own("Added a.py to the chat.", "Added docs/x.md to the chat (read-only)."),
        typed("/read-only /srv/notes.md"),
        own("Added /srv/notes.md to read-only files."),
        PROMPT,
        answer(),
        sent(),
        own("c.py", "Add file to the chat? (Y)es/(N)o/(A)ll/(S)kip all/(D)on't ask again [Yes]: y"),
        own("d.py", "Add file to the chat? (Y)es/(N)o/(D)on't ask again [Yes]: n"),
        typed("/run ls"),
        own("Add 0.1k tokens of command output to the chat? (Y)es/(N)o [Yes]: y"),
        own("Added 12 lines of output to the chat."),
        typed("/drop a.py"),
        own("Removed a.py from the chat"),
        typed("/add a.py"),
        own("Added a.py to the chat", "Added a.py to the chat."),
    )
    reads = {file.path: file.reads for file in session.attachments}
    assert reads == {f"{ROOT}/a.py": 2, f"{ROOT}/docs/x.md": 1, "/srv/notes.md": 1, f"{ROOT}/c.py": 1}


def test_edits_that_were_not_applied_do_not_count():
    session = only(PROMPT, answer(), sent(), own("Did not apply edit to a.py (--dry-run)", "Skipping edits to b.py"))
    assert session.files_edited == ()


def test_only_commands_that_ran_count():
    shell = "Run shell command? (Y)es/(N)o/(D)on't ask again [Yes]: {}"
    both = "> make lint   \nmake tests  \n> Run shell commands? (Y)es/(N)o/(D)on't ask again [Yes]: y  \n"
    session = only(
        PROMPT, REPLY, own("rm -r x", shell.format("n")), typed("More"), REPLY, own("ls", shell.format("y")),
        own("Running ls"), typed("Both"), REPLY, both, own("Running make lint", "Running make tests"),
        typed("/test pytest -q"), own("Added 3 lines of output to the chat."), answer(), sent(),
        typed("!git status"), own("Add 0.0k tokens of command output to the chat? (Y)es/(N)o [Yes]: n"), typed("/run"),
    )  # fmt: skip
    assert session.commands == (
        Ran("ls"), Ran("make lint"), Ran("make tests"), Ran("pytest -q", ok=False), Ran("git status"),
    )  # fmt: skip
    assert (session.prompt_count, session.turn) == (3, "ended")


# Turns


@pytest.mark.parametrize(
    ("pieces", "turn"),
    [
        ((), "none"),
        ((typed("/add a.py"), own("Added a.py to the chat")), "none"),
        ((PROMPT,), "open"),
        ((PROMPT, answer()), "open"),
        ((PROMPT, REPLY), "ended"),
        ((PROMPT, REPLY, own("Applied edit to a.py", "Commit 23fb6e9 fix: it")), "ended"),
        ((PROMPT, REPLY, own("The LLM did not conform to the edit format.")), "open"),
        ((PROMPT, REPLY, own("Attempt to fix lint errors? (Y)es/(N)o [Yes]: y")), "open"),
        ((PROMPT, REPLY, own("Attempt to fix lint errors? (Y)es/(N)o [Yes]: y"), REPLY), "ended"),
        ((PROMPT, REPLY, own("c.py", "Add file to the chat? (Y)es/(N)o [Yes]: y")), "open"),
        ((PROMPT, REPLY, own("The LLM did not conform to the edit format."),
          own("Only 3 reflections allowed, stopping.")), "ended"),
        ((PROMPT, own("", "", "^C again to exit"), answer("Half")), "interrupted"),
        ((PROMPT, own("", "", "^C again to exit"), answer("Half"), typed("/undo")), "interrupted"),
        ((PROMPT, REPLY, own("", "", "^C again to exit", "^C KeyboardInterrupt")), "ended"),
        ((PROMPT, own("litellm.RateLimitError: slow", "Retrying in 0.2 seconds...")), "open"),
        ((PROMPT, own("litellm.AuthenticationError: no", "The API provider is not able to.")), "failed"),
        ((PROMPT, own("litellm.AuthenticationError: no"), typed("/exit")), "failed"),
        ((PROMPT, typed("/add a.py")), "ended"),
        ((typed("/run make"),), "open"),
        ((typed("/run make"), own("Add 0.1k tokens of command output to the chat? (Y)es/(N)o [Yes]: n")), "ended"),
        ((typed("/test make"), own("Added 1 line of output to the chat.")), "open"),
    ],
)  # fmt: skip
def test_how_the_last_turn_ended(pieces, turn):
    assert only(*pieces).turn == turn


@pytest.mark.parametrize("word", ["/exit", "/quit"])
def test_a_session_that_was_left_by_a_command_is_over(word):
    assert only(PROMPT, REPLY, typed(word)).ended
    assert not only(PROMPT, REPLY).ended


# Whatever a file holds


@pytest.mark.parametrize("value", [None, {}, [], 7, "", "# Notes\n\n#### x  \n"])
def test_what_is_no_history_has_no_session(value):
    assert FILES.decode(f"{ROOT}/{NAME}", {NAME: value}) == ()
    assert FILES.decode(f"{ROOT}/{NAME}", {}) == ()


lines = st.sampled_from(
    ["", "#### a  ", "####   ", "#### /run x  ", "> ^C again to exit  ", "> Tokens: 1k sent, 2 received.", "```", "~~~",
     "> Tokens: ..k sent, 2 received.  ", "> $ 0.1  9,9,,9 tokens total  ", "> Added  to the chat  ", "text", "> x",
     "# aider chat started at 2026-11-20 18:18:47", "> Running x  ", ">  ", ">  a  ",
     "> Main model: x with y  ", "> ,,, tokens max context window size  ", "\x00", "\ud800"]
)  # fmt: skip


@settings(deadline=None)
@given(st.lists(lines | st.text(max_size=12), max_size=40))
def test_any_lines_become_sessions(given_lines):
    for session in folded("\n" + "\n".join(given_lines)):
        assert session.agent == "aider"
        assert session.context.tokens is None or session.context.tokens >= 0


@pytest.mark.parametrize("part", ["> ", "x (Y)es/(N)o", " to the chat", "`", "Added a to", "\n> x  ", "\n#### y  "])
def test_long_runs_take_little_time(part):
    text = chat(PROMPT, "\n> " + part * 20_000 + "  \n", REPLY)
    before = time.process_time()
    assert folded(text)
    assert time.process_time() - before < 5
