"""Passkeys (WebAuthn level 2): what is asked of a browser, and whether its answer is right.

Knows neither the web framework nor the database; `webauthn` reads and verifies the answers.
"""

import ipaddress
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit

if TYPE_CHECKING:  # webauthn, with its readers of certificates, is loaded by the first passkey: no page needs it
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor

CHALLENGE_BYTES = 32
ANSWER_LIMIT = 16_384  # characters; an answer with the longest key and certificate is under half of that


class Refused(Exception):
    """An answer that is not right: forged, stale, for another site, or no answer at all."""


class KnownKey(Protocol):
    """What is kept of a passkey."""

    credential_id: str
    public_key: bytes
    sign_count: int
    transports: list[Any]


@dataclass(frozen=True)
class Site:
    """For whom passkeys are made: the host and the origin of the public address."""

    host: str
    origin: str


@dataclass(frozen=True)
class Registered:
    """A new passkey, found right."""

    credential_id: str
    public_key: bytes
    sign_count: int
    transports: Sequence[str]


def site_of(base_url: str) -> Site | None:
    """Return the site of a public address; None where browsers make no passkey: bare IP addresses, plain http."""
    parts = urlsplit(base_url)
    host = parts.hostname or ""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        is_named = bool(host)
    else:
        is_named = False
    if not is_named or (parts.scheme != "https" and host != "localhost"):
        return None
    return Site(host, f"{parts.scheme}://{parts.netloc}")


def to_create(site: Site, *, user_id: bytes, name: str, challenge: bytes, known: Sequence[KnownKey]) -> dict[str, Any]:
    """Return what a browser needs to make a passkey that its owner can also choose without typing their address."""
    import webauthn  # noqa: PLC0415 - see above
    from webauthn.helpers import options_to_json_dict  # noqa: PLC0415 - see above
    from webauthn.helpers.structs import (  # noqa: PLC0415 - see above
        AuthenticatorSelectionCriteria,
        ResidentKeyRequirement,
        UserVerificationRequirement,
    )

    options = webauthn.generate_registration_options(
        rp_id=site.host,
        rp_name="Réglo",
        user_id=user_id,
        user_name=name,
        challenge=challenge,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED, user_verification=UserVerificationRequirement.PREFERRED
        ),
        exclude_credentials=[_descriptor(key) for key in known],
    )
    return options_to_json_dict(options)


def to_show(site: Site, *, challenge: bytes, known: Sequence[KnownKey]) -> dict[str, Any]:
    """Return what a browser needs to show a passkey: one of `known`, or, when empty, any it holds for this site.

    Alone, a passkey replaces the password too: its device must then check its owner by finger, face or code.
    """
    import webauthn  # noqa: PLC0415 - see above
    from webauthn.helpers import options_to_json_dict  # noqa: PLC0415 - see above
    from webauthn.helpers.structs import UserVerificationRequirement  # noqa: PLC0415 - see above

    options = webauthn.generate_authentication_options(
        rp_id=site.host,
        challenge=challenge,
        allow_credentials=[_descriptor(key) for key in known],
        user_verification=UserVerificationRequirement.PREFERRED if known else UserVerificationRequirement.REQUIRED,
    )
    return options_to_json_dict(options)


def registered(site: Site, answer: str, challenge: bytes) -> Registered:
    """Return the passkey that a browser has just made; raise `Refused`."""
    import webauthn  # noqa: PLC0415 - see above
    from webauthn.helpers import bytes_to_base64url  # noqa: PLC0415 - see above

    credential = _read(answer)
    try:
        found = webauthn.verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
        )
    except Exception as error:  # whatever the parser meets in it, a bad answer is refused, never a failure of ours
        raise Refused from error
    transports = credential["response"].get("transports")
    return Registered(
        bytes_to_base64url(found.credential_id),
        found.credential_public_key,
        found.sign_count,
        [each for each in transports if each in _transports()] if isinstance(transports, list) else [],
    )


def shown_key(answer: str) -> str:
    """Return which passkey an answer claims to be of, unverified; raise `Refused`."""
    credential_id = _read(answer).get("id")
    if not isinstance(credential_id, str) or not credential_id.isascii():
        raise Refused
    return credential_id


def shown(site: Site, answer: str, challenge: bytes, key: KnownKey, *, alone: bool) -> int:
    """Return the new count of a passkey whose answer is right; raise `Refused`.

    `alone`: no password came before, so the device must have checked its owner.
    """
    import webauthn  # noqa: PLC0415 - see above

    try:
        found = webauthn.verify_authentication_response(
            credential=_read(answer),
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=key.public_key,
            credential_current_sign_count=key.sign_count,
            require_user_verification=alone,
        )
    except Exception as error:  # as above
        raise Refused from error
    return found.new_sign_count


def _read(answer: str) -> dict[str, Any]:
    if len(answer) > ANSWER_LIMIT:
        raise Refused
    try:
        credential = json.loads(answer)
    except (ValueError, RecursionError) as error:
        raise Refused from error
    if not isinstance(credential, dict) or not isinstance(credential.get("response"), dict):
        raise Refused
    return credential


def _transports() -> set[str]:
    from webauthn.helpers.structs import AuthenticatorTransport  # noqa: PLC0415 - see above

    return {transport.value for transport in AuthenticatorTransport}


def _descriptor(key: KnownKey) -> "PublicKeyCredentialDescriptor":
    from webauthn.helpers import base64url_to_bytes  # noqa: PLC0415 - see above
    from webauthn.helpers.structs import AuthenticatorTransport, PublicKeyCredentialDescriptor  # noqa: PLC0415 - see above

    known = _transports()
    transports = [AuthenticatorTransport(each) for each in key.transports if each in known]
    return PublicKeyCredentialDescriptor(id=base64url_to_bytes(key.credential_id), transports=transports or None)
