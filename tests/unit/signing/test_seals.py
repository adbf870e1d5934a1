"""A sealed PDF: proved whole, or refused."""

from datetime import date
from io import BytesIO

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from course_app.printing.pdf import pdf
from course_app.signing import seals
from course_app.signing.rules import NotGenuine, SigningKey
from course_app.signing.seals import NoSeal

SOURCE = b'#let data = json(bytes(sys.inputs.data))\n#set document(title: "Essai")\n#set text(lang: "fr")\n= #data.name'
KEY = SigningKey(Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
KEYS = {KEY.public.key_id: KEY.public}
PDF = pdf(SOURCE, {"name": "Zoé"}, date(2026, 12, 8))
FACTS = {"name": "Zoé", "code": "ABC"}
FILE, SIGNATURE = seals.seal(PDF, "attestation", FACTS, KEY)


def test_a_sealed_file_says_what_it_holds():
    """Opened with the public key alone, it gives its purpose and facts; it stays a PDF that readers open."""
    opened = seals.open_sealed(FILE, KEYS)
    assert (opened.purpose, opened.facts, opened.key) == ("attestation", FACTS, KEY.public)
    assert "Zoé" in PdfReader(BytesIO(FILE), strict=True).pages[0].extract_text()
    assert FILE.startswith(PDF.removesuffix(b"\n"))
    assert FILE.endswith(b"%%EOF\n")


def test_the_same_file_comes_back_from_the_kept_signature():
    """Signed again, or put together again without the key, the bytes are the same."""
    assert seals.seal(PDF, "attestation", FACTS, KEY)[0] == FILE
    assert seals.sealed(PDF, "attestation", FACTS, SIGNATURE) == FILE


@settings(max_examples=150)
@given(at=st.integers(0, len(FILE) - 1), flip=st.integers(1, 255))
def test_s28_whichever_byte_changes_the_file_is_refused(at, flip):
    """Any byte, in the page, in the facts, in the signature or after it, changed in any way."""
    changed = bytearray(FILE)
    changed[at] ^= flip
    with pytest.raises(NotGenuine):
        seals.open_sealed(bytes(changed), KEYS)


def test_s28_every_byte_of_the_seal_counts():
    """Each of the last thousand bytes in turn, capital letters included: the seal has one spelling."""
    for at in range(len(FILE) - 1000, len(FILE)):
        for flip in (0x20, 0x01, 0x80):
            changed = bytearray(FILE)
            changed[at] ^= flip
            with pytest.raises(NotGenuine):
                seals.open_sealed(bytes(changed), KEYS)


@pytest.mark.parametrize(
    "change",
    [
        lambda file: file + b"\n",
        lambda file: file[:-1],
        lambda file: b" " + file,
        lambda file: file + FILE,
        lambda file: file[: len(PDF)],
        lambda file: b"",
        lambda file: b"\n%Reglo-Sceau \n%Reglo-Signature ",
        lambda file: file.replace(b"attestation", b"attestatiom", 1),
        lambda file: file.replace(b'"alg":"Ed25519"', b'"alg":"none"'),
        lambda file: file.replace(b'{"alg"', b'{ "alg"'),
        lambda file: file.replace(b'"facts":{', b'"facts":['),
    ],
)
def test_what_is_added_cut_or_respelled_is_refused(change):
    """A longer, shorter, doubled or differently written file is not the one that was signed."""
    with pytest.raises(NotGenuine):
        seals.open_sealed(change(FILE), KEYS)


def test_a_pdf_of_others_has_no_seal():
    """A PDF that we did not seal is told so, rather than forged."""
    with pytest.raises(NoSeal):
        seals.open_sealed(PDF, KEYS)
