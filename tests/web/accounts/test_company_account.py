"""Signing in with the company's account, against a real provider."""

import urllib.error
import urllib.request
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from joserfc.jwk import RSAKey

from course_app.accounts import service
from course_app.accounts.federation.provider import Provider
from course_app.accounts.federation.rules import client_of
from course_app.accounts.rules import Role
from course_app.config import SettingsError, load_settings
from course_app.web.clock import now
from tests.support import people
from tests.support.browsers import copied, user_of
from tests.support.company import CLIENT_ID, CLIENT_SECRET, Company
from tests.support.mails import sent_to

START, BACK = "/connexion/entreprise", "/connexion/entreprise/retour"


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_arguments):
        return None


@pytest.fixture
def company(app, settings, monkeypatch):
    """The company's provider, which the site's settings name, and nobody yet at its browser."""
    monkeypatch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")
    running = Company(f"{settings.base_url}{BACK}")
    running.start()
    pair = f"{quote(CLIENT_ID, safe='')}:{quote(CLIENT_SECRET, safe='')}"
    url = running.issuer.replace("://", f"://{pair}@")
    kept = app.extensions["reglo.accounts"]
    monkeypatch.setitem(app.extensions, "reglo.accounts", replace(kept, settings=replace(settings, oidc_url=url)))
    monkeypatch.setitem(app.extensions, "reglo.federation", Provider(client_of(url)))
    yield running
    running.stop()


def _at_company(address):
    """Follow the browser to the provider; return the path it is sent back to."""
    try:
        urllib.request.build_opener(_NoRedirect).open(address)
    except urllib.error.HTTPError as answer:
        back = urlsplit(answer.headers["Location"])
    return f"{back.path}?{back.query}"


def _return(client, **query):
    """Go to the provider and come back; return the page with the button."""
    address = client.get(START, query_string=query).location
    return client.get(_at_company(address))


def _press(client, page, **changes):
    asked = parse_qs(urlsplit(page.request.url).query)
    form = {"code": asked["code"][0], "state": asked["state"][0], "csrf_token": people.csrf(page), **changes}
    return client.post(BACK, data=form)


def _is_in(client):
    return client.get("/reglages").status_code == 200


def _samira(company, person, **claims):
    company.user = {"sub": "u-42", "email": person.email.upper(), "email_verified": True, **claims}
    return person


def test_a_verified_address_of_a_known_person_lets_in(client, company, make_person):
    """Code, PKCE, state and nonce pass at a provider that requires them, and lead where the person was going."""
    _samira(company, make_person())
    assert "compte de mon entreprise" in client.get("/connexion").get_data(as_text=True)
    page = _return(client, next="/programme")
    assert not _is_in(client)
    answer = _press(client, page)
    assert (answer.status_code, answer.location) == (303, "/programme")
    assert _is_in(client)


def test_the_provider_s_id_is_what_counts_afterwards(client, company, make_person, session):
    """Once tied, the account follows the provider's id: a new address changes nothing, the old one opens nobody else's."""
    person = _samira(company, make_person())
    _press(client, _return(client))
    other = make_person()
    company.user["email"] = other.email
    client.post("/deconnexion", data={"csrf_token": people.csrf(client.get("/reglages"))})
    _press(client, _return(client))
    with client.session_transaction() as cookie:
        assert service.sessions.recognise(session, cookie["_user_id"], now()).actor.user_id == person.actor.user_id
    company.user = {"sub": "u-43", "email": person.email, "email_verified": True}
    stranger = client.application.test_client()
    stranger.shared_session = session
    assert _press(stranger, _return(stranger)).location == "/connexion"
    assert not _is_in(stranger)


def test_tying_puts_whoever_was_there_before_out(client, company, make_person, session):
    """The first sign-in ends sessions and password of an account that somebody else may have opened, and says so."""
    person = make_person()
    people.sign_in(client, person)
    squatter = copied(client.application, client)
    _samira(company, person)
    visitor = client.application.test_client()
    visitor.shared_session = session
    _press(visitor, _return(visitor))
    assert _is_in(visitor)
    assert not _is_in(squatter)
    assert user_of(session, person.actor).password_hash is None
    assert "ancien mot de passe ne sert plus" in sent_to(client.application, person.email)[-1].body


@pytest.mark.parametrize("case", ["unknown", "unverified", "silent", "former", "no subject"])
def test_nobody_else_comes_in(client, company, make_person, session, case):
    """An address nobody has, not verified, not told, of a former person, or no id: the sign-in page says what to do."""
    person = _samira(company, make_person())
    match case:
        case "unknown":
            company.user["email"] = "inconnue@exemple.fr"
        case "unverified":
            company.user["email_verified"] = False
        case "silent":
            del company.user["email"], company.user["email_verified"]
        case "former":
            service.deactivate(session, person.actor.organisation_id, person.actor.user_id, now())
        case "no subject":
            company.user["sub"] = ""
    answer = _press(client, _return(client))
    assert (answer.status_code, answer.location) == (303, "/connexion")
    assert not _is_in(client)
    assert 'class="notice notice-warning"' in client.get("/connexion").get_data(as_text=True)


@pytest.mark.parametrize(
    "lie",
    [
        {"iss": "https://ailleurs.exemple.fr"},
        {"aud": "another"},
        {"aud": [CLIENT_ID, "another"]},
        {"nonce": "another"},
        {"exp": 1_000_000_000},
        {"iat": 4_000_000_000},
    ],
    ids=["issuer", "audience", "two audiences", "nonce", "expired", "future"],
)
def test_tokens_that_lie_are_refused(client, company, make_person, lie):
    """Issuer, audience, nonce and moments of the token must be ours and of now."""
    _samira(company, make_person())
    company.lies = lie
    assert _press(client, _return(client)).location == "/connexion"
    assert not _is_in(client)


def test_a_key_that_is_not_published_signs_nothing(client, company, make_person):
    """A token signed by another key is refused; once that key is published, it passes without a restart."""
    _samira(company, make_person())
    company.published = RSAKey.generate_key(2048, {"kid": "un", "use": "sig", "alg": "RS256"})
    assert _press(client, _return(client)).location == "/connexion"
    company.published = None
    assert _press(client, _return(client)).location == "/parcours"


def test_a_code_works_once_and_in_one_browser(client, company, make_person):
    """State, code and cookie belong together: not twice, not in another browser, not with another state."""
    _samira(company, make_person())
    page = _return(client)
    other = client.application.test_client()
    assert other.get(page.request.full_path).location == "/connexion"
    assert _press(client, page, state="another").location == "/connexion"
    page = _return(client)
    assert _press(client, page).location == "/parcours"
    again = parse_qs(urlsplit(page.request.url).query)
    form = {"code": again["code"][0], "state": again["state"][0], "csrf_token": people.csrf(client.get("/reglages"))}
    assert client.post(BACK, data=form).location == "/connexion"


@pytest.mark.parametrize(("claims", "status"), [({}, 302), ({"amr": ["pwd", "mfa"]}, 200)], ids=["one", "several"])
def test_s39_several_factors_at_the_company_are_enough(client, company, make_person, claims, status):
    """A manager whose company asked for several factors is not asked again; one whose company did not, is (S39)."""
    _samira(company, make_person(Role.MANAGER), **claims)
    _press(client, _return(client))
    assert client.get("/laboratoire").status_code == status


def test_s68_a_provider_that_is_away_or_another_is_no_failure(client, company, make_person):
    """Away, or naming another issuer: the sign-in page comes back with a message, no 5xx, nothing else asked (S68)."""
    company.port += 1
    answer = client.get(START)
    assert (answer.status_code, answer.location) == (302, "/connexion")
    company.port -= 1
    company.stop()
    assert client.get(START).location == "/connexion"
    company.start()


def test_s43_the_journey_does_not_last(clock, client, company, make_person):
    """Eleven minutes at the provider are too long: one starts again (S43)."""
    _samira(company, make_person())
    address = client.get(START).location
    clock.shift(timedelta(minutes=11))
    assert client.get(_at_company(address)).location == "/connexion"


@pytest.mark.parametrize(
    "url", ["https://exemple.fr", "http://a:b@exemple.fr", "a:b@exemple.fr", "https://a@exemple.fr"]
)
def test_a_half_written_address_stops_the_start(url):
    """Without client, secret or https, the site refuses to start and names the key; whole, its secret is masked."""
    with pytest.raises(SettingsError, match="OIDC_URL"):
        load_settings({"OIDC_URL": url})
    assert "secret" not in load_settings({"OIDC_URL": "https://a:secret@exemple.fr/x"}).masked()["OIDC_URL"]
