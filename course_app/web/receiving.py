"""Whoever sends slowly holds no thread: a request gets one of the few threads once it is all there (security.md S74).

gunicorn's threaded worker hands a connection to a thread before its request has come, so that eight visitors on a bad
line, or one ill-willed one, would stop the site. Here the loop that accepts connections also receives: heads and bodies
of ordinary size into memory, within `RECEIVE_SECONDS`. Bodies that are larger, or of unknown length, are read by a thread,
but by two at once at most. Nobody keeps a thread longer than `THREAD_SECONDS`, readers included.

What is received is only looked at to know whether it is whole; gunicorn parses it, and refuses what is wrong.
"""

import re
import select
import selectors
import socket
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from enum import Enum, auto
from functools import partial
from typing import Any

from gunicorn import util
from gunicorn.workers.gthread import TConn, ThreadWorker

HEAD_BYTES = 64 * 1024
ORDINARY_BYTES = 320 * 1024
"""A head and a body of the size that most pages accept (`security.MAX_BODY_BYTES`)."""
RECEIVE_SECONDS = 30.0
THREAD_SECONDS = 60.0
LINGER_SECONDS = 2.0
"""After the last byte, so that a visitor reads the answer before the connection is cut (RFC 9112, section 9.6)."""
SEND_BYTES = 512 * 1024
"""What the system keeps of an answer for a slow reader, at most: the thread goes on to somebody else."""
LARGE_AT_ONCE = 2
CONNECTIONS = 500

_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d+)[ \t]*\r\n", re.IGNORECASE)
LENGTH_DIGITS = 18
_CHUNKED = re.compile(rb"\r\ntransfer-encoding:", re.IGNORECASE)


class Received(Enum):
    """What has come of a request."""

    IN_PART = auto()
    WHOLE = auto()
    """All of it, or enough to refuse it."""
    LARGE = auto()
    """The head; the body is too large to be kept here, or does not say its length."""
    ENDLESS = auto()
    """A head that does not end."""


class Incoming:
    """The bytes that came of one request, its head first. Read once: a body that comes byte by byte costs nobody a head each."""

    def __init__(self, sent: bytes | bytearray = b"") -> None:
        """Begin with what came already."""
        self.sent = bytearray(sent)
        self._awaited = 0

    def state(self) -> Received:
        """Say what the bytes amount to."""
        if len(self.sent) < self._awaited:
            return Received.IN_PART
        end = self.sent.find(b"\r\n\r\n", 0, HEAD_BYTES)
        if end < 0:
            return Received.IN_PART if len(self.sent) < HEAD_BYTES else Received.ENDLESS
        length = _told_length(bytes(self.sent[: end + 2]))
        if length is None:
            return Received.LARGE
        self._awaited = end + 4 + length
        if self._awaited <= len(self.sent):
            return Received.WHOLE
        return Received.IN_PART if self._awaited <= ORDINARY_BYTES else Received.LARGE


def _told_length(head: bytes) -> int | None:
    """Return the length of a body, none being nothing; None when it is not told, or too long to be read as a number.

    As gunicorn reads it: noughts before a length do not count, or they would buy a thread before the body has come.
    """
    if _CHUNKED.search(head):
        return None
    told = _LENGTH.search(head)
    digits = told[1].lstrip(b"0") if told else b""
    return int(digits or 0) if len(digits) <= LENGTH_DIGITS else None


def _reads(sock: socket.socket) -> bool:
    """Tell whether there is room for an answer: most of what was sent before has been read."""
    return _is_ready(sock, select.POLLOUT)


def _speaks(sock: socket.socket) -> bool:
    """Tell whether something came that the loop has not taken yet."""
    return _is_ready(sock, select.POLLIN)


def _is_ready(sock: socket.socket, event: int) -> bool:
    asked = select.poll()
    asked.register(sock, event)
    return bool(asked.poll(0))


class _Connection(TConn):
    """A connection, what came of its next request, and who closes it gently."""

    def __init__(self, *arguments: Any, linger: Callable[[socket.socket], None]) -> None:
        super().__init__(*arguments)
        self.incoming = Incoming()
        self.is_watched = False
        self._linger = linger

    def close(self, graceful: bool = False) -> None:
        """Close; `graceful` lets the visitor read to the end, without anybody waiting for it."""
        if graceful:
            self._linger(self.sock)
        else:
            util.close(self.sock)


class ReceivingWorker(ThreadWorker):
    """gunicorn's threaded worker, whose loop receives requests before it gives them a thread.

    All its own methods run in the loop, but `handle` and what it calls. `on_stop` is called once, as a stop is asked.
    """

    on_stop: Callable[[], None] | None = None

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._receiving: dict[_Connection, float] = {}
        self._working: dict[_Connection, float] = {}
        self._lingering: dict[socket.socket, float] = {}
        self._large: set[_Connection] = set()
        self._large_waiting: deque[_Connection] = deque()
        self._swept = 0.0

    def accept(self, listener: socket.socket) -> None:
        """Take a new connection; when there is no more place, the one that has been sending for longest leaves."""
        try:
            client, address = listener.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return
        if self.nr_conns + 1 >= self.worker_connections and self._receiving:
            self._drop(next(iter(self._receiving)))
        self.nr_conns += 1
        client.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BYTES)
        self.enqueue_req(_Connection(self.cfg, client, address, listener.getsockname(), linger=self._linger))

    def enqueue_req(self, conn: _Connection) -> None:
        """Receive the next request of a connection, new or kept, then give it a thread."""
        conn.init()
        conn.sock.setblocking(False)
        conn.incoming = Incoming(conn.parser.unreader.take_buffered())
        self._receiving[conn] = time.monotonic() + RECEIVE_SECONDS
        self._receive(conn, conn.sock)

    def _receive(self, conn: _Connection, _socket: object) -> None:
        try:
            news = conn.sock.recv(HEAD_BYTES)
        except BlockingIOError:
            news = None
        except OSError:
            news = b""
        conn.incoming.sent += news or b""
        state = conn.incoming.state()
        if state is Received.WHOLE:
            self._give_thread_to_reader(conn)
        elif news == b"":
            self._drop(conn)
        elif state is Received.ENDLESS:
            self._drop(conn, "431 Request Header Fields Too Large")
        elif state is Received.LARGE:
            self._give_large(conn)
        elif not conn.is_watched:
            self._watch(conn, selectors.EVENT_READ, partial(self._receive, conn))

    def _give_thread_to_reader(self, conn: _Connection) -> None:
        """Give a thread, but to somebody who leaves the former answers unread: they wait until they have read them."""
        if _reads(conn.sock):
            self._give_thread(conn)
        else:
            self._unwatch(conn)
            self._watch(conn, selectors.EVENT_WRITE, lambda _socket: self._give_thread(conn))

    def _give_large(self, conn: _Connection) -> None:
        """Give a large body one of the threads kept for such, or let it wait unread."""
        self._unwatch(conn)
        if len(self._large) < LARGE_AT_ONCE:
            self._large.add(conn)
            self._give_thread(conn)
        else:
            self._large_waiting.append(conn)

    def _give_thread(self, conn: _Connection) -> None:
        self._unwatch(conn)
        self._receiving.pop(conn, None)
        self._working[conn] = time.monotonic() + THREAD_SECONDS
        conn.parser.unreader.unread(bytes(conn.incoming.sent))
        conn.incoming = Incoming()
        super().enqueue_req(conn)

    def finish_request(self, conn: _Connection, fs: object) -> None:
        """Take back the thread of a request that is answered."""
        self._working.pop(conn, None)
        self._large.discard(conn)
        if self._large_waiting and len(self._large) < LARGE_AT_ONCE:
            self._give_large(self._large_waiting.popleft())
        super().finish_request(conn, fs)

    def _watch(self, conn: _Connection, event: int, then: Callable[[object], None]) -> None:
        conn.is_watched = True
        self.poller.register(conn.sock, event, then)

    def _unwatch(self, conn: _Connection) -> None:
        if conn.is_watched:
            conn.is_watched = False
            self.poller.unregister(conn.sock)

    def _drop(self, conn: _Connection, why: str = "") -> None:
        """Close a connection whose request did not come, saying `why` when that may be of use."""
        self._unwatch(conn)
        del self._receiving[conn]
        if conn in self._large_waiting:
            self._large_waiting.remove(conn)
        self.nr_conns -= 1
        if why:
            status, _space, reason = why.partition(" ")
            util.write_error(conn.sock, status, reason, "")
        conn.close(graceful=bool(why))

    def _linger(self, closing: socket.socket) -> None:
        try:
            closing.shutdown(socket.SHUT_WR)
            closing.setblocking(False)
            self.poller.register(closing, selectors.EVENT_READ, self._discard)
        except OSError:
            util.close(closing)
        else:
            self._lingering[closing] = time.monotonic() + LINGER_SECONDS

    def _discard(self, closing: socket.socket) -> None:
        try:
            over = not closing.recv(HEAD_BYTES)
        except BlockingIOError:
            over = False
        except OSError:
            over = True
        if over:
            self._let_go(closing)

    def _let_go(self, closing: socket.socket) -> None:
        del self._lingering[closing]
        self.poller.unregister(closing)
        util.close(closing)

    def murder_pending(self) -> None:
        """Once a second, end what lasts too long; when stopping, also the connections that have asked nothing yet."""
        now = time.monotonic()
        if self.alive and now < self._swept + 1.0:
            return
        self._swept = now
        for conn, until in list(self._receiving.items()):
            if now > until:
                self._drop(conn, "408 Request Timeout" if conn.incoming.sent else "")
            elif not self.alive and not conn.incoming.sent and not _speaks(conn.sock):
                self._drop(conn)
        for conn, until in self._working.items():
            if now > until:
                with suppress(OSError):
                    conn.sock.shutdown(socket.SHUT_RDWR)
        for closing, until in list(self._lingering.items()):
            if now > until:
                self._let_go(closing)

    def handle_exit(self, sig: int, frame: object) -> None:
        """Begin to stop: requests in hand are finished, and work that nobody waits for ends."""
        if self.alive and self.on_stop is not None:
            self.on_stop()
        super().handle_exit(sig, frame)
