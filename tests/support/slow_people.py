"""People on a bad line, or of ill will: they send a byte now and then, or never read what they asked."""

import socket
import statistics
import time
from contextlib import ExitStack

HEAD = b"GET /programme HTTP/1.1\r\nHost: 127.0.0.1\r\n"
PAGE = HEAD + b"\r\n"
_POST = b"POST /connexion HTTP/1.1\r\nHost: 127.0.0.1\r\n"
_BODY = _POST + b"Content-Type: text/plain\r\nContent-Length: 9000\r\n\r\n"
WAYS = {  # how they begin, and what they add now and then
    "heads": (HEAD, b"X: y\r\n"),
    "bodies": (_BODY, b"a"),
    "chunks": (_POST + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\na\r\n"),
    "files": (_BODY.replace(b"9000", b"9000000"), b"a"),
    "nothing": (b"", b""),
    "second requests": (PAGE + HEAD, b"X: y\r\n"),
    "readers": (PAGE * 40, b""),
}
SLOW_PEOPLE, PAGES = 20, 20


def seconds_of_a_page(port: int) -> float:
    """Return what somebody on a good line waits for a page; raises TimeoutError after ten seconds."""
    began = time.monotonic()
    with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
        line.sendall(HEAD + b"Connection: close\r\n\r\n")
        assert line.recv(15).startswith(b"HTTP/1.1 200")
        while line.recv(65536):
            pass
    return time.monotonic() - began


def p95_beside(port: int, way: str) -> float:
    """Return the 95th percentile of what the others wait for a page, in seconds, beside twenty slow people of a kind."""
    begins, adds = WAYS[way]
    with ExitStack() as open_lines:
        slow = [open_lines.enter_context(socket.socket()) for _each in range(SLOW_PEOPLE)]
        for line in slow:
            line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
            line.connect(("127.0.0.1", port))
            line.sendall(begins)
        spent = []
        for _turn in range(PAGES):
            for line in slow:
                line.sendall(adds)
            spent.append(seconds_of_a_page(port))
    return statistics.quantiles(spent, n=20)[-1]
