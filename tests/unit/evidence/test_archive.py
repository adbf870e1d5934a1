"""A dossier as anybody can check it: every byte counts."""

import csv
import io
import zipfile
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from course_app.evidence import rendering, rules
from course_app.evidence.archive import Archive
from course_app.progress.evidence import Sheet
from course_app.signing.rules import NotGenuine, SigningKey, UnknownKey

KEY = SigningKey(Ed25519PrivateKey.generate())
KEYS = {KEY.public.key_id: KEY.public}
MADE_AT = datetime(2026, 12, 8, 9, tzinfo=UTC)


def _dossier(files=(("a.html", b"<p>lu</p>"), ("b/c.csv", b"x;y"))):
    made = io.BytesIO()
    archive = Archive(made.write, KEY, MADE_AT)
    for name, content in files:
        archive.add(name, content, name)
    archive.close({"format": "reglo-dossier-1", "parcours": "Équipe"})
    return made.getvalue()


DOSSIER = _dossier()


def _check(data, keys=KEYS):
    return rules.check(io.BytesIO(data), keys)


@given(st.lists(st.binary(max_size=4_000), max_size=6))
def test_what_is_written_is_found_again(contents):
    """Whatever its files hold, a dossier is genuine, opens as a plain ZIP, and gives its files back."""
    files = [(f"dossier/{rank}.bin", content) for rank, content in enumerate(contents)]
    data = _dossier(files)
    assert [each["nom"] for each in _check(data)["fichiers"]] == [name for name, _content in files]
    with zipfile.ZipFile(io.BytesIO(data)) as opened:
        assert opened.testzip() is None
        assert [opened.read(name) for name, _content in files] == contents


@given(st.integers(0, len(DOSSIER) - 1), st.integers(1, 255))
def test_one_changed_byte_is_refused(at, change):
    """No byte of the file may change: contents, names, dates, directory, comment or signature."""
    changed = bytearray(DOSSIER)
    changed[at] ^= change
    with pytest.raises(NotGenuine):
        _check(bytes(changed))


@pytest.mark.parametrize(
    "spoil", [lambda d: d[:-1], lambda d: d + b"0", lambda d: b"PK" + d, lambda _d: b"", lambda d: d[:200]]
)
def test_cut_or_prolonged_is_refused(spoil):
    """A file cut, prolonged, prefixed or emptied is refused in words, never by a crash."""
    with pytest.raises(NotGenuine):
        _check(spoil(DOSSIER))


def test_another_installation_s_key_is_refused():
    """A dossier signed by a key that the reader does not hold is not genuine."""
    other = SigningKey(Ed25519PrivateKey.generate()).public
    with pytest.raises(UnknownKey):
        _check(DOSSIER, {other.key_id: other})


def test_the_bytes_go_out_as_they_come():
    """Nothing is kept until the end: the writer never holds more than one file's bytes."""
    sizes = []
    archive = Archive(lambda data: sizes.append(len(data)), KEY, MADE_AT)
    for rank in range(50):
        before = sum(sizes)
        archive.add(f"{rank}.bin", bytes(range(256)) * 40, "")
        assert sum(sizes) > before or rank == 0
    with pytest.raises(ValueError, match=r"named 3\.bin"):
        archive.add("3.bin", b"", "")


@given(st.lists(st.integers(0, 5_000), max_size=30))
def test_observed_time_counts_short_pauses_only(seconds):
    """Observed time is never more than from first to last act, ignores order, and skips what exceeds ten minutes."""
    moments = [MADE_AT + timedelta(seconds=each) for each in seconds]
    observed = rules.active_time(moments)
    assert timedelta() <= observed <= (max(moments) - min(moments) if moments else timedelta())
    assert observed == rules.active_time(reversed(moments))
    assert rules.active_time([MADE_AT, MADE_AT + timedelta(minutes=11)]) == timedelta()
    assert rules.active_time([MADE_AT, MADE_AT + timedelta(minutes=9)]) == timedelta(minutes=9)


@pytest.mark.parametrize("name", ["Éloïse", "../../etc/passwd", "", "💥", "a" * 300, "CON:\\x"])
def test_s61_names_of_files_are_made_never_copied(name):
    """A first name, however odd, gives a plain file name."""
    made = rules.slug(name)
    assert made.isascii()
    assert made.replace("-", "").isalnum()
    assert len(made) <= 40


def test_s60_no_cell_is_a_formula():
    """A cell that a spreadsheet would compute is made inert, and the rest reads back as it was."""
    hostile = ("=1+1", "+33", "-2", "@x", "\tx", "normal ; virgule", 'guillemet "')
    written = rendering.table(Sheet("s", "S", "", ("a",), tuple((cell,) for cell in hostile))).decode("utf-8-sig")
    cells = [row[0] for row in csv.reader(io.StringIO(written, newline=""), delimiter=";")][1:]
    assert cells == [f"'{cell}" for cell in hostile[:5]] + list(hostile[5:])
