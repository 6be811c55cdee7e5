"""A model on loopback that says what a test scripted: the protocols of Anthropic's messages and OpenAI's responses."""

import json
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

TOKEN = 4
"""Bytes of a request per token: what it reports to hold grows with what it is sent."""


class Model:
    """What was asked of it, and what it says next.

    Args:
        steps: In order, for the main conversation: `("tool", name, input)` or `("text", words)`; then it says "Done.".
        pause: Seconds that it thinks.
        main: Tells whether the body of a request is one of the main conversation.
    """

    def __init__(self, steps, *, pause=0.0, main=lambda _: True):
        self.steps, self.pause, self.main = list(steps), pause, main
        self.asked = []
        self.given = 0
        self.url = ""

    @property
    def texts(self):
        """The bodies of the requests of the main conversation, as text."""
        return [text for text in self.asked if self.main(json.loads(text))]

    def next(self, body):
        self.given += 1
        if not self.main(body):
            return ("text", "ok")
        time.sleep(self.pause)
        return self.steps.pop(0) if self.steps else ("text", "Done.")


@contextmanager
def running(model):
    """Runs the model's server; its address is `model.url`."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"model": model}))
    server.daemon_threads = True
    model.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield model
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    model: Model

    def log_message(self, *_):
        pass

    def do_HEAD(self):
        self._send(200, "text/plain", b"")

    def do_GET(self):
        self._send(404, "application/json", b"{}")

    def do_POST(self):
        data = self.rfile.read(int(self.headers.get("content-length", 0)))
        path = self.path.partition("?")[0]
        if path == "/v1/messages":
            self._answer(data, _messages)
        elif path == "/v1/responses":
            self._answer(data, _responses)
        else:
            self._send(200, "application/json", b'{"input_tokens": 10}')

    def _answer(self, data, shape):
        text = data.decode()
        body = json.loads(text)
        self.model.asked.append(text)
        events = shape(body, self.model.next(body), len(data) // TOKEN, self.model.given)
        if not body.get("stream"):
            self._send(200, "application/json", json.dumps(_whole(events)).encode())
            return
        sent = "".join(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n" for event in events)
        self._send(200, "text/event-stream", sent.encode())

    def _send(self, status, kind, data):
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


def _messages(body, step, tokens, number):
    usage = {
        "input_tokens": 4,
        "cache_creation_input_tokens": 0,
        "cache_read_input_tokens": tokens,
        "output_tokens": 20,
    }
    message = {"id": f"msg_{number:020}", "type": "message", "role": "assistant", "model": body.get("model"),
               "content": [], "stop_reason": None, "stop_sequence": None, "usage": usage}  # fmt: skip
    if step[0] == "text":
        block, delta = {"type": "text", "text": ""}, {"type": "text_delta", "text": step[1]}
    else:
        block = {"type": "tool_use", "id": f"toolu_{number:020}", "name": step[1], "input": {}}
        delta = {"type": "input_json_delta", "partial_json": json.dumps(step[2])}
    stop = "end_turn" if step[0] == "text" else "tool_use"
    return [
        {"type": "message_start", "message": message},
        {"type": "content_block_start", "index": 0, "content_block": block},
        {"type": "content_block_delta", "index": 0, "delta": delta},
        {"type": "content_block_stop", "index": 0},
        {"type": "message_delta", "delta": {"stop_reason": stop, "stop_sequence": None}, "usage": usage},
        {"type": "message_stop"},
    ]


def _whole(events):
    """Returns the events of a message as the one that is sent where nobody asked for a stream."""
    block, delta = events[1]["content_block"], events[2]["delta"]
    full = block | ({"text": delta["text"]} if "text" in delta else {"input": json.loads(delta["partial_json"])})
    return events[0]["message"] | {"content": [full], "stop_reason": events[4]["delta"]["stop_reason"]}


def _responses(body, step, tokens, number):
    usage = {"input_tokens": tokens, "input_tokens_details": {"cached_tokens": 0}, "output_tokens": 20,
             "output_tokens_details": {"reasoning_tokens": 0}, "total_tokens": tokens + 20}  # fmt: skip
    response = {"id": f"resp_{number}", "object": "response", "model": body.get("model"), "output": []}
    if step[0] == "text":
        content = [{"type": "output_text", "text": step[1], "annotations": []}]
        item = {
            "type": "message",
            "id": f"msg_{number}",
            "role": "assistant",
            "status": "completed",
            "content": content,
        }
    else:
        item = {"type": "function_call", "id": f"fc_{number}", "call_id": f"call_{number}", "name": step[1],
                "arguments": json.dumps(step[2]), "status": "completed"}  # fmt: skip
    return [
        {"type": "response.created", "response": response},
        {"type": "response.output_item.done", "output_index": 0, "item": item},
        {"type": "response.completed", "response": response | {"output": [item], "usage": usage}},
    ]
