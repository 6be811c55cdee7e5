"""A client of the language server, as small as it can be, so that the times are those of the server."""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

import common
import msgspec

Payload = dict[str, Any]
STATUS = "relaymark/status"


class Arrived(msgspec.Struct, frozen=True):
    """A status notification and when its last byte had come (`time.perf_counter`)."""

    at: float
    payload: Payload


class Client:
    """A server process with a client on its standard input and output.

    Args:
        env: The server's environment.
        folder: The workspace folder to open.
        watch: Called with each status notification, on the receiving thread.
        others: Called with the method, the parameters and the time of every other notification, there too.
    """

    def __init__(
        self,
        env: dict[str, str],
        folder: Path,
        watch: Callable[[Arrived], None] | None = None,
        others: Callable[[str, Any, float], None] | None = None,
    ) -> None:
        self.arrived: list[Arrived] = []
        self._watch = watch
        self._others = others
        self._change = threading.Condition()
        self._answers: dict[int, Any] = {}
        self._next = 0
        self._closed = False
        self._errors = (common.work() / "server.log").open("wb")
        self.started = time.perf_counter()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "relaymark", "serve"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            env=env,
            cwd=folder,
        )
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self._in, self._out = self.process.stdin, self.process.stdout
        self._sending = threading.Lock()
        self._thread = threading.Thread(target=self._receive, daemon=True)
        self._thread.start()
        capabilities = {
            "workspace": {"configuration": True, "workspaceFolders": True},
            "general": {"positionEncodings": ["utf-16"]},
            "experimental": {"relaymark": {"version": 1, "status": True}},
        }
        folders = [{"uri": folder.as_uri(), "name": folder.name}]
        self.request(
            "initialize",
            {"processId": None, "rootUri": folder.as_uri(), "capabilities": capabilities, "workspaceFolders": folders},
        )
        self.notify("initialized", {})

    @property
    def pid(self) -> int:
        """The server's process."""
        return self.process.pid

    @property
    def latest(self) -> Payload:
        """The newest payload, empty before the first."""
        return self.arrived[-1].payload if self.arrived else {}

    def notify(self, method: str, params: Any) -> None:
        """Send a notification."""
        self._send({"method": method, "params": params})

    def request(self, method: str, params: Any, timeout: float = 60.0) -> Any:
        """Send a request and return its result."""
        with self._change:
            self._next += 1
            number = self._next
        self._send({"id": number, "method": method, "params": params})
        with self._change:
            if not self._change.wait_for(lambda: number in self._answers or self._closed, timeout):
                raise TimeoutError(f"no answer to {method}")
            if number not in self._answers:
                raise common.NotRunError(f"the server ended: {self._log()}")
            return self._answers.pop(number)

    def wait(self, fits: Callable[[Payload], bool], timeout: float, since: int = 0) -> Arrived:
        """Return the first notification, of those from number `since` on, that fits.

        Raises:
            TimeoutError: None came in time.
        """
        end = time.perf_counter() + timeout
        at = since
        while True:
            with self._change:
                while at >= len(self.arrived):
                    if self._closed:
                        raise common.NotRunError(f"the server ended: {self._log()}")
                    if not self._change.wait(max(end - time.perf_counter(), 0)):
                        raise TimeoutError(f"no such status within {timeout:g} s")
                found = self.arrived[at]
            at += 1
            if fits(found.payload):
                return found

    def quiet(self, seconds: float, timeout: float = 120.0) -> None:
        """Wait until no status came for so long."""
        end = time.perf_counter() + timeout
        while time.perf_counter() < end:
            count = len(self.arrived)
            time.sleep(seconds)
            if len(self.arrived) == count:
                return
        raise TimeoutError(f"the server was never quiet for {seconds:g} s")

    def close(self) -> None:
        """End the server, politely first."""
        try:
            self.request("shutdown", None, 15.0)
            self.notify("exit", None)
            self.process.wait(10)
        except (OSError, TimeoutError, common.NotRunError, subprocess.TimeoutExpired):
            pass
        finally:
            if self.process.poll() is None:
                self.process.kill()
            self.process.wait(10)
            self._thread.join(5)
            for pipe in (self._in, self._out, self._errors):
                try:
                    pipe.close()
                except OSError:
                    continue

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _log(self) -> str:
        self._errors.flush()
        return Path(self._errors.name).read_text(encoding="utf-8", errors="replace")[-2000:]

    def _send(self, message: Payload) -> None:
        body = json.dumps({"jsonrpc": "2.0"} | message).encode()
        with self._sending:
            self._in.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
            self._in.flush()

    def _receive(self) -> None:
        try:
            while True:
                length = 0
                while (line := self._out.readline()) not in (b"\r\n", b""):
                    name, _, value = line.partition(b":")
                    if name.lower() == b"content-length":
                        length = int(value)
                if not length:
                    return
                body = self._out.read(length)
                self._take(msgspec.json.decode(body), time.perf_counter())
        except (OSError, ValueError):
            return
        finally:
            with self._change:
                self._closed = True
                self._change.notify_all()

    def _take(self, message: Payload, at: float) -> None:
        method = message.get("method")
        if method is None:
            with self._change:
                self._answers[message["id"]] = message.get("result")
                self._change.notify_all()
        elif "id" in message:
            asked = message.get("params") or {}
            self._send({"id": message["id"], "result": [None] * len(asked.get("items", ())) or None})
        elif method == STATUS:
            found = Arrived(at, message["params"])
            with self._change:
                self.arrived.append(found)
                self._change.notify_all()
            if self._watch:
                self._watch(found)
        elif self._others:
            self._others(method, message.get("params"), at)


def session_of(payload: Payload, session: str) -> Payload:
    """Return a session of a payload, empty if it is not there."""
    return next((item for item in payload.get("sessions", ()) if item["id"] == session), {})


def context_of(payload: Payload, session: str) -> int | None:
    """Return the context of a session of a payload in tokens, None if it has none."""
    tokens: int | None = session_of(payload, session).get("context", {}).get("tokens")
    return tokens


def has(session: str) -> Callable[[Payload], bool]:
    """Return a test for whether a payload tells of a session."""
    return lambda payload: bool(session_of(payload, session))


def whole(payload: Payload, sessions: tuple[str, ...]) -> bool:
    """Tell whether the history of these sessions is read."""
    found = [session_of(payload, session) for session in sessions]
    return all(item and not item["partial"] for item in found)


def counted(payload: Payload, sessions: tuple[str, ...]) -> bool:
    """Tell whether the history of these sessions is read and their tokens are counted."""
    return whole(payload, sessions) and all("breakdown" in session_of(payload, item) for item in sessions)
