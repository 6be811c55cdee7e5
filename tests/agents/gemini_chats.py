"""Gemini CLI chats by hand, written after the observed format: records, and what reading them gives."""

from hashlib import sha256

from relaymark.agents.gemini_cli.decode import decode
from relaymark.core.fold import SessionFold
from relaymark.core.session import Context

ID = "a616450c-dbe7-44b8-8505-dc6284e1f0f6"
CWD = "/home/dev/shop"
HASH = sha256(CWD.encode()).hexdigest()
FILE = f"session-2026-11-20T18-27-{ID[:8]}.jsonl"
PLACE = f"/home/dev/.gemini/tmp/shop/chats/{FILE}"
UNKNOWN = Context()


def at(second):
    return f"2026-11-20T18:27:{second:02}.000Z"


def head(session=ID, **more):
    told = {"sessionId": session, "projectHash": HASH, "startTime": at(0), "lastUpdated": at(0), "kind": "main"}
    return told | more


def user(key, content="Go", second=1, **more):
    content = [{"text": content}] if isinstance(content, str) else content
    return {"id": key, "timestamp": at(second), "type": "user", "content": content} | more


def model(key, tokens=None, content="Done.", second=2, calls=None, **more):
    made = {"id": key, "timestamp": at(second), "type": "gemini", "content": content, "model": "gemini-2.5-pro"}
    if tokens is not None:
        count = {"input": tokens, "output": 80, "cached": 500, "thoughts": 20, "tool": 0}
        made["tokens"] = count | {"total": tokens + 100} if isinstance(tokens, int) else tokens
    return made | ({"toolCalls": calls} if calls else {}) | more


def notice(kind, content, second=3):
    return {"id": f"{kind} {second}", "timestamp": at(second), "type": kind, "content": content}


def changed(**values):
    return {"$set": values}


def history(*messages, second=4):
    return changed(messages=list(messages), lastUpdated=at(second))


def response(call, output="ok", **more):
    told = {"output": output} | more
    return {"functionResponse": {"id": call, "name": "tool", "response": told}}


def call(name, args, output="ok", status="success", key="c1", **more):
    return {"id": key, "name": name, "args": args, "status": status, "result": [response(key, output)]} | more


CONTEXT = user("ctx", f"<session_context>\nThis is the Gemini CLI.\n- **Workspace Directories:**\n  - {CWD}\n"
               "- **Directory Structure:**\n</session_context>", second=0)  # fmt: skip
SUMMARY = user("sum", "<state_snapshot>\nFinish phase 2\n</state_snapshot>", second=4)
UNDERSTOOD = model("ok", content=[{"text": "Got it. Thanks for the additional context!"}], second=4)
FIRST = [head(), history(CONTEXT, second=0), user("p1", "One"), model("r1", 12_000)]


def told(*records, place=PLACE, **around):
    name = place.replace("\\", "/").rsplit("/", 1)[-1]
    [one] = decode(place, {name: list(records), **around})
    return one


def fold(*records, place=PLACE, **around):
    one = told(*records, place=place, **around)
    folding = SessionFold("gemini-cli", one.session)
    for number, record in enumerate(one.records):
        folding.add(number, record)
    return folding.session(place)


def events(*records):
    return [event for record in told(*records).records for event in record.events]


def typed(session):
    return [one.text for one in session.prompts]
