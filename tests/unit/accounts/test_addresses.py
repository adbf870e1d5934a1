"""One form for an address, everywhere (S37)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_app.accounts.rules import EMAIL_LIMIT, account_name, device_family, normalised_email


@pytest.mark.parametrize(
    "written",
    [
        "samira@bocage.fr",
        "  samira@bocage.fr\t",
        "SAMIRA@BOCAGE.FR",
        "Samira@Bocage.Fr\r\n",
        "\u00a0samira@bocage.fr\u202f",
    ],
)
def test_s37_case_and_padding_change_nothing(written):
    """An address typed with capitals or spaces around is the same account."""
    assert normalised_email(written) == "samira@bocage.fr"


def test_s37_accented_domains_have_one_form():
    """A domain with accents and its ASCII form are the same account."""
    assert normalised_email("samira@é.fr") == normalised_email("samira@xn--9ca.fr") == "samira@xn--9ca.fr"


@pytest.mark.parametrize(
    "written",
    [
        "", "samira", "samira@", "@bocage.fr", "samira@bocage", "samira bocage@x.fr", "samira@bocage.fr, karim@bocage.fr",
        "samira@bocage.fr\r\nBcc: tous@bocage.fr", "sam\x00ira@bocage.fr", "\u200bsamira@bocage.fr", "ſamira@bocage.fr",
        "ｓamira@bocage.fr", "samıra@bocage.fr", '"samira"@bocage.fr', "Samira <samira@bocage.fr>", "samira@[127.0.0.1]",
        "a@" + "b." * 130 + "fr",
    ],
)  # fmt: skip
def test_s37_s59_what_is_not_one_plain_address_is_refused(written):
    """Look-alike letters, several addresses, header lines and unfinished addresses are not accounts."""
    assert normalised_email(written) is None


@given(st.text(max_size=300))
def test_s37_normalising_twice_changes_nothing(written):
    """Whatever is typed, the stored form is stable and short enough for its column."""
    once = normalised_email(written)
    assert once is None or (normalised_email(once) == once and len(once) <= EMAIL_LIMIT)
    assert account_name(account_name(written)) == account_name(written)


@pytest.mark.parametrize(
    ("user_agent", "family"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36", "Chrome sur Windows"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36 Edg/156.0", "Edge sur Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 26_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Mobile/15E148 Safari/604.1", "Safari sur iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0", "Firefox sur Linux"),
        ("Mozilla/5.0 (Linux; Android 16; K) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/30.0 Chrome/150.0 Mobile Safari/537.36", "Samsung Internet sur Android"),
        ("curl/8.0", "Appareil inconnu"),
        ("", "Appareil inconnu"),
    ],
)  # fmt: skip
def test_a_device_is_named_without_fingerprint(user_agent, family):
    """A person recognises their devices; no version and no model is kept."""
    assert device_family(user_agent) == family
