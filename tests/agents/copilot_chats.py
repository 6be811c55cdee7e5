"""Chats of Copilot Chat, made by hand after the documented facts: no recordings exist.

The shapes are those of `chatModel.ts`, `chatService.ts` and `objectMutationLog.ts` of `microsoft/vscode`.
"""

import json

from relaymark.agents.copilot_vscode.decode import decode
from relaymark.core.fold import SessionFold

ID = "5b1f7a52-9a30-4c52-8f0e-3a1d2c4b5e6f"
CWD = "/home/dev/shop"
MODEL = "copilot/claude-sonnet-4.5"
START, ASKED, DONE = 1_763_650_000_000, 1_763_650_010_000, 1_763_650_050_000
PENDING, COMPLETE, CANCELLED, FAILED, NEEDS_INPUT = range(5)


def uri(path, scheme="file", **more):
    return {"$mid": 1, "fsPath": path, "external": f"{scheme}://{path}", "path": path, "scheme": scheme, **more}


def chat(*requests, **more):
    told = {"version": 3, "responderUsername": "GitHub Copilot", "sessionId": ID, "creationDate": START}
    return {**told, "requests": list(requests), **more}


def request(text="Go", key="r1", state=COMPLETE, prompt_tokens=None, **more):
    made = {"requestId": key, "timestamp": ASKED, "message": {"text": text, "parts": []}, "modelId": MODEL}
    made |= {"variableData": {"variables": []}, "response": [{"value": "Done."}]}
    if state is not None:
        made["modelState"] = {"value": state, "completedAt": DONE}
    metadata = more.pop("metadata", {})
    if prompt_tokens is not None:
        metadata = {**metadata, "promptTokens": prompt_tokens, "outputTokens": 150}
    return {**made, "result": {"metadata": metadata}, **more}


def running(**more):
    return request(**{"state": PENDING, "result": None, "response": [], **more})


def selected(limit=111_000, output=16_000, model=MODEL):
    figures = {"id": "claude-sonnet-4.5", "maxInputTokens": limit, "maxOutputTokens": output}
    return {"selectedModel": {"identifier": model, "metadata": figures}}


def calls(*made, results=None, **more):
    listed = [
        {"id": f"c{at}", "name": name, "arguments": json.dumps(given)} for at, (name, given) in enumerate(made, 1)
    ]
    told = {call["id"]: {"content": [{"$mid": 21, "value": "ok"}]} for call in listed} if results is None else results
    rounds = [{"id": "round-1", "response": "I look.", "toolInputRetry": 0, "toolCalls": listed}]
    return request(metadata={"toolCallRounds": rounds, "toolCallResults": told}, **more)


def part(key="c1", tool="copilot_readFile", **more):
    shown = {"kind": "toolInvocationSerialized", "toolCallId": key, "toolId": tool, "isComplete": True}
    return {**shown, "isConfirmed": {"type": 1}, **more}


def terminal(command="make", code=0, output="ok", **more):
    ran = {"kind": "terminal", "commandLine": {"original": command}, "language": "sh"}
    ran["terminalCommandOutput"] = {"text": output}
    if code is not None:
        ran["terminalCommandState"] = {"exitCode": code, "duration": 12}
    return part(tool="run_in_terminal", toolSpecificData=ran, **more)


def told(value, name=f"{ID}.json", window=None, **contents):
    given = {name: value, "../workspace.json": window or {"folder": f"file://{CWD}"}, **contents}
    return decode(f"/home/dev/.config/Code/User/workspaceStorage/0a1b/chatSessions/{name}", given)


def fold(*requests, window=None, **more):
    [one] = told(chat(*requests, **more), window=window)
    folding = SessionFold("copilot-vscode", one.session)
    for at, record in enumerate(one.records):
        folding.add(at, record)
    return folding.session()


def of_kind(kind, *requests, **more):
    [one] = told(chat(*requests, **more))
    return [event for record in one.records for event in record.events if isinstance(event, kind)]
