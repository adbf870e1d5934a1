"""What the server makes of the bytes of a request, before it gives it a thread (S74)."""

import time

import pytest

from course_app.web.receiving import HEAD_BYTES, ORDINARY_BYTES, Incoming, Received

HEAD = b"POST /connexion HTTP/1.1\r\nHost: exemple.fr\r\n"


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (b"", Received.IN_PART),
        (HEAD, Received.IN_PART),
        (HEAD + b"\r", Received.IN_PART),
        (HEAD + b"\r\n", Received.WHOLE),
        (HEAD + b"Content-Length: 3\r\n\r\nab", Received.IN_PART),
        (HEAD + b"content-length:\t3 \r\n\r\nab", Received.IN_PART),
        (HEAD + b"Content-Length: 3\r\n\r\nabc", Received.WHOLE),
        (HEAD + b"Content-Length: 3\r\n\r\nabcGET / HT", Received.WHOLE),
        (HEAD + b"\r\nContent-Length: 3\r\n\r\n", Received.WHOLE),
        (HEAD + b"Content-Length: beaucoup\r\n\r\n", Received.WHOLE),
        (HEAD + b"Content-Length: %d\r\n\r\n" % ORDINARY_BYTES, Received.LARGE),
        (HEAD + b"Content-Length: 0000000000000000000003\r\n\r\nab", Received.IN_PART),
        (HEAD + b"Content-Length: 1" + b"0" * 5000 + b"\r\n\r\nab", Received.LARGE),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", Received.LARGE),
        (b"x" * (HEAD_BYTES - 1), Received.IN_PART),
        (b"x" * HEAD_BYTES, Received.ENDLESS),
    ],
)
def test_s74_half_a_request_gets_no_thread(sent, expected):
    """Head and body must be there, or the request be refused as it is; a head that does not end, and a large body, are told."""
    assert Incoming(sent).state() is expected


def test_s74_a_body_that_comes_byte_by_byte_does_not_have_its_head_read_each_time():
    """Two thousand bytes behind a head of sixty thousand: the loop that serves everybody loses no second over them (S74)."""
    incoming = Incoming(HEAD + b"A: b\r\n" * 10_000 + b"Content-Length: 2001\r\n\r\n")
    started = time.perf_counter()
    for _byte in range(2000):
        incoming.sent += b"x"
        assert incoming.state() is Received.IN_PART
    assert time.perf_counter() - started < 0.5
    incoming.sent += b"x"
    assert incoming.state() is Received.WHOLE
