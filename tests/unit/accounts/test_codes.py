"""Six-digit codes and recovery codes, as computed."""

import base64
from datetime import UTC, datetime

import pytest

from course_app.accounts.factors import rules, sealing
from course_app.accounts.factors.drawing import square_code
from course_app.accounts.rules import typed_digits

RFC_SECRET = base64.b32encode(b"12345678901234567890").decode()
MOMENT = datetime(2026, 12, 8, 9, 0, 10, tzinfo=UTC)
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_codes_are_those_of_the_standard(seconds, code):
    """The test values of RFC 6238, appendix B (SHA-1), shortened to six digits, come out."""
    assert rules.code_at(RFC_SECRET, rules.step_at(datetime.fromtimestamp(seconds, UTC))) == code


@pytest.mark.parametrize(("shift", "is_right"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_one_half_minute_around_is_tolerated(shift, is_right):
    """A code of the half-minute before or after passes; one further away does not."""
    step = rules.step_at(MOMENT) + shift
    found = rules.matching_step(SECRET, rules.code_at(SECRET, step), MOMENT, used=None)
    assert found == (step if is_right else None)


def test_s39_a_code_at_or_before_the_last_used_is_worth_nothing():
    """Once a half-minute has opened something, its code and earlier ones are used up (S39)."""
    here = rules.step_at(MOMENT)
    for step in (here - 1, here):
        assert rules.matching_step(SECRET, rules.code_at(SECRET, step), MOMENT, used=here) is None
    assert rules.matching_step(SECRET, rules.code_at(SECRET, here + 1), MOMENT, used=here) == here + 1


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "12345a", "١٢٣٤٥٦", "12 34 5x"])
def test_what_is_no_code(typed):
    """Only six ASCII digits are a code; letters and other scripts are not."""
    assert typed_digits(typed) is None


def test_spaces_in_codes_do_not_count():
    """« 123 456 » and a recovery code in small letters, with spaces, are read."""
    assert typed_digits(" 123 456 ") == "123456"
    code = rules.new_recovery_codes()[0]
    assert rules.typed_recovery_code(f" {code.lower().replace('-', '  ')}") == code.replace("-", "")
    assert rules.typed_recovery_code("K7QD-M2XH") is None
    assert rules.typed_recovery_code("IIII-OOOO-1111") is None


def test_recovery_codes_are_ten_and_differ():
    """Ten codes are drawn, all different, in three groups that read without doubt."""
    codes = rules.new_recovery_codes()
    assert len(set(codes)) == rules.RECOVERY_CODES
    assert all(len(code) == 14 and not set(code) & set("ILOU01") for code in codes)


def test_s14_secrets_are_long_and_their_copies_silent():
    """A secret holds 160 random bits; sealed, it shows nothing, opens with its key alone, and fails when altered (S14)."""
    secret = rules.new_secret()
    assert len(base64.b32decode(secret)) == 20
    assert rules.new_secret() != secret
    sealed = sealing.seal(["k" * 40], secret)
    assert secret not in sealed
    assert len(sealed) <= 200
    assert sealing.unseal(["k" * 40], sealed) == secret
    assert sealing.unseal(["autre" * 8], sealed) is None
    assert sealing.unseal(["k" * 40], sealed[:-4] + "AAAA") is None


def test_s71_a_new_key_still_opens_what_an_older_one_sealed():
    """After a change of key, secrets sealed under the older one are read while it is still believed (S71)."""
    sealed = sealing.seal(["ancienne" * 5], SECRET)
    assert sealing.unseal(["nouvelle" * 5, "ancienne" * 5], sealed) == SECRET


def test_slow_hashes_depend_on_code_and_salt():
    """The same code under the same salt gives the same hash; another code or salt gives another."""
    salt = sealing.new_salt()
    assert sealing.slow_hash("K7QDM2XHP4TR", salt) == sealing.slow_hash("K7QDM2XHP4TR", salt)
    assert sealing.slow_hash("K7QDM2XHP4TS", salt) != sealing.slow_hash("K7QDM2XHP4TR", salt)
    assert sealing.slow_hash("K7QDM2XHP4TR", sealing.new_salt()) != sealing.slow_hash("K7QDM2XHP4TR", salt)


def test_the_square_code_follows_the_content_policy():
    """The square holds no style and no script, has a title, and names person, site and secret to the application."""
    address = rules.application_address(SECRET, "samira@bocage.fr")
    assert address.startswith("otpauth://totp/R%C3%A9glo:samira@bocage.fr?")
    assert f"secret={SECRET}" in address
    drawn = square_code(address)
    assert "style=" not in drawn
    assert "<title>" in drawn
