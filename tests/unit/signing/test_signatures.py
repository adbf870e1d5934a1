"""Signing: one algorithm, one purpose, one spelling; keys that anybody can hold."""

import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from course_app.signing import rules
from course_app.signing.rules import NotGenuine, PublicKey, Signature, SigningKey, UnknownKey, UnreadableKey

# RFC 8032 §7.1, test 2; the thumbprint of the key of RFC 8037 §A.3.
RFC_SECRET = "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"
RFC_PUBLIC = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
RFC_X, RFC_THUMBPRINT = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo", "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"
KEY = SigningKey(Ed25519PrivateKey.from_private_bytes(bytes.fromhex(RFC_SECRET)))
KEYS = {KEY.public.key_id: KEY.public}


def test_the_public_half_and_its_name_are_those_of_the_standards():
    """The key pair is that of RFC 8032, the id of a key that of RFC 8037: any library finds the same."""
    assert KEY.public.value.hex() == RFC_PUBLIC
    assert PublicKey(rules.read_base64url(RFC_X)).key_id == RFC_THUMBPRINT


def test_what_was_signed_is_recognised():
    """The same bytes for the same purpose, under a key that the reader holds."""
    assert rules.verify(KEYS, "dossier", b"texte", rules.sign(KEY, "dossier", b"texte")) == KEY.public


@settings(max_examples=60)
@given(data=st.binary(min_size=1, max_size=60), at=st.integers(0), flip=st.integers(1, 255))
def test_s28_one_changed_byte_is_refused(data, at, flip):
    """Whatever byte changes, in the text or in the signature, nothing is genuine any more."""
    signature = rules.sign(KEY, "dossier", data)
    changed = bytearray(data + signature.value)
    changed[at % len(changed)] ^= flip
    other = Signature(signature.algorithm, signature.key_id, bytes(changed[len(data) :]))
    with pytest.raises(NotGenuine):
        rules.verify(KEYS, "dossier", bytes(changed[: len(data)]), other)


def test_a_signature_serves_one_purpose():
    """What was signed as a dossier is not an attestation, nor the other way round."""
    signature = rules.sign(KEY, "dossier", b"texte")
    with pytest.raises(NotGenuine):
        rules.verify(KEYS, "attestation", b"texte", signature)


@pytest.mark.parametrize("algorithm", ["none", "", "HS256", "ed25519", "RS256"])
def test_s28_only_listed_algorithms_are_believed(algorithm):
    """A file does not choose how it is checked: « none » and the like are refused, even with a right signature."""
    signature = rules.sign(KEY, "dossier", b"texte")
    with pytest.raises(NotGenuine):
        rules.verify(KEYS, "dossier", b"texte", Signature(algorithm, signature.key_id, signature.value))


def test_a_key_answers_to_its_own_name_only():
    """An unknown id, and a key filed under another's id, are both an unknown key."""
    signature = rules.sign(KEY, "dossier", b"texte")
    other = SigningKey(Ed25519PrivateKey.generate()).public
    for keys in ({}, {other.key_id: other}, {signature.key_id: other}):
        with pytest.raises(UnknownKey):
            rules.verify(keys, "dossier", b"texte", signature)


def test_published_keys_are_read_back():
    """A JWK Set, or one JWK alone, gives the keys back; an id that lies is corrected; other kinds are passed over."""
    published = rules.key_set(KEYS)
    assert rules.read_keys(json.dumps(published)) == KEYS
    assert rules.read_keys(json.dumps({**KEY.public.jwk, "kid": "autre"})) == KEYS
    mixed = {"keys": [{"kty": "RSA", "n": "AQAB", "e": "AQAB"}, {"kty": "OKP", "crv": "Ed25519"}, *published["keys"]]}
    assert rules.read_keys(json.dumps(mixed)) == KEYS


@pytest.mark.parametrize("text", ["", "{}", "[]", "[" * 100_000, '{"keys": 1}', '{"keys": [1]}', "null", "\x00"])
def test_a_file_without_key_is_told(text):
    """Whatever else a file holds, one French sentence, and no crash."""
    with pytest.raises(UnreadableKey):
        rules.read_keys(text)


def test_one_text_stands_for_bytes():
    """Base64url is read as it is written: a changed last letter that would decode to the same bytes is refused."""
    text = rules.base64url(b"\x01" * 32)
    twin = text[:-1] + "F"
    assert text[-1] == "E"
    assert rules.read_base64url(text) == b"\x01" * 32
    assert rules.read_base64url(twin) is None
    assert rules.read_base64url(text + "=") is None
    assert rules.read_base64url("é") is None
