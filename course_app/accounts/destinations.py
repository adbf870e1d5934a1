"""Where a person may be sent after signing in: a path of this site, nothing else (security.md S49).

Pure. The check refuses what it does not recognise: CTFd's was bypassed twice by cleverness.
"""

from urllib.parse import unquote

PATH_LIMIT = 1000
_PRINTABLE = frozenset(chr(code) for code in range(0x21, 0x7F)) - {"\\"}


def local_path(raw: str | None) -> str | None:
    """Return `raw` when it is plainly a path of this site (ASCII, percent-encoded), else None."""
    if not raw or len(raw) > PATH_LIMIT or not _is_plain(raw):
        return None
    path = raw.partition("?")[0].partition("#")[0]
    seen = path
    for _round in range(3):  # a proxy may decode once, a browser once more
        decoded = unquote(seen, errors="replace")
        if not _is_plain_path(decoded):
            return None
        seen = decoded
    return raw


def _is_plain(text: str) -> bool:
    return text.startswith("/") and all(character in _PRINTABLE for character in text)


def _is_plain_path(path: str) -> bool:
    """Refuse empty, dot and control-bearing segments: each is read differently by some browser or proxy."""
    if "\\" in path or any(ord(character) < 0x20 or ord(character) == 0x7F for character in path):
        return False
    segments = path.split("/")[1:]
    return not any(segment.strip() in (".", "..") for segment in segments) and "" not in segments[:-1]
