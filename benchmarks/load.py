"""A small load generator: keep-alive connections in one thread, each sending its next request when answered.

Closed loop: the rate is what the server sustains at that many connections, not what a client imposes. Written for
this because a general client costs more than the pages measured, on the machine they share.
"""

import selectors
import socket
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

REQUEST_TIMEOUT_SECONDS = 30


class BenchmarkVoidError(Exception):
    """A benchmark that returns errors or the wrong page measures nothing."""


@dataclass(frozen=True)
class Request:
    """One request as bytes, and the status that makes it count."""

    data: bytes
    status: int


@dataclass(frozen=True)
class Load:
    """What came out: requests answered, seconds elapsed, latencies in seconds in order of arrival."""

    answered: int
    seconds: float
    latencies: tuple[float, ...]

    @property
    def rate(self) -> float:
        """Requests per second."""
        return self.answered / self.seconds

    def percentile(self, percent: float) -> float:
        """Return the latency in seconds under which this share of the requests was answered."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]


def request(method: str, path: str, headers: dict[str, str], body: str = "", *, status: int = 200) -> Request:
    """Return a request ready to send; a body is a URL-encoded form."""
    if body:
        headers = {**headers, "Content-Type": "application/x-www-form-urlencoded", "Content-Length": str(len(body))}
    head = "".join(f"{name}: {value}\r\n" for name, value in {"Host": "127.0.0.1", **headers}.items())
    return Request(f"{method} {path} HTTP/1.1\r\n{head}\r\n{body}".encode(), status)


class _Connection:
    """One keep-alive connection and the answer it is waiting for."""

    def __init__(self, port: int, requests: Iterator[Request]) -> None:
        self._requests = requests
        self._expected = 0
        self._received = bytearray()
        self.sent_at = 0.0
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=REQUEST_TIMEOUT_SECONDS)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send_next(self) -> bool:
        """Send the next request; False when there is none left."""
        following = next(self._requests, None)
        if following is None:
            return False
        self._expected = following.status
        self._received.clear()
        self.sent_at = time.perf_counter()
        self.socket.sendall(following.data)
        return True

    def receive(self) -> bool:
        """Read what came; True when the answer is whole. Raises `BenchmarkVoidError` on another status."""
        chunk = self.socket.recv(262_144)
        if not chunk:
            raise BenchmarkVoidError("the server closed the connection")
        self._received += chunk
        end = self._received.find(b"\r\n\r\n")
        if end < 0:
            return False
        head = bytes(self._received[:end]).lower()
        status = int(head[9:12])
        if status != self._expected:
            raise BenchmarkVoidError(f"status {status} instead of {self._expected}")
        found = head.find(b"content-length:")
        length = int(head[found + 15 :].split(b"\r\n", 1)[0]) if found >= 0 else 0
        return len(self._received) >= end + 4 + length


def run(port: int, streams: Iterable[Iterator[Request]], seconds: float) -> Load:
    """Send each stream over its own connection for so many seconds, or until all are used up."""
    selector = selectors.DefaultSelector()
    waiting = 0
    for stream in streams:
        connection = _Connection(port, stream)
        if connection.send_next():
            selector.register(connection.socket, selectors.EVENT_READ, connection)
            waiting += 1
    latencies: list[float] = []
    started = time.perf_counter()
    while waiting:
        for key, _events in selector.select(timeout=REQUEST_TIMEOUT_SECONDS):
            connection = key.data
            if not connection.receive():
                continue
            now = time.perf_counter()
            latencies.append(now - connection.sent_at)
            if now - started >= seconds or not connection.send_next():
                selector.unregister(connection.socket)
                connection.socket.close()
                waiting -= 1
    elapsed = time.perf_counter() - started
    selector.close()
    return Load(len(latencies), elapsed, tuple(latencies))
