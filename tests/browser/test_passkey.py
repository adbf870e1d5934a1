"""A passkey in a real browser: made once, then nothing to type."""

import pytest

from tests.support import walks
from tests.support.site import Site

AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def named_site(tmp_path):
    """A site under a name: browsers make no passkey for a bare number."""
    site = Site(tmp_path)
    site.url = site.environment["BASE_URL"] = f"http://localhost:{site.port}"
    site.prepare()
    site.start()
    yield site
    site.stop()


def test_s39_a_passkey_is_made_then_enters_alone(named_site, newcomer):
    """Claire adds a passkey, gets her recovery codes, and another day enters in one press, axe silent all along (S39)."""
    visitor = newcomer(named_site)
    page = visitor.open("/demonstration")
    device = visitor.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    walks.enter_as(page, "Claire")
    visitor.open("/reglages/securite/cle")
    assert not visitor.axe()
    page.get_by_role("button", name="Créer la clé d").click()
    page.wait_for_selector(".recovery-codes")
    assert page.locator(".recovery-codes li").count() == 10
    assert not visitor.axe()
    visitor.open("/reglages/securite")
    assert not visitor.axe()
    visitor.context.clear_cookies()
    visitor.open("/connexion")
    page.get_by_role("button", name="Entrer avec une clé d").press("Enter")
    page.wait_for_url("**/parcours")
    assert page.get_by_role("heading", level=1).is_visible()
