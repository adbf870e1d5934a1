"""What every answer tells the browser: pages, refusals, static files, JSON."""

import re

import pytest

from tests.support.browsers import browser, enter_as
from tests.web.security.routes_table import EXPECTED
from tests.web.security.test_s01_routes import ROLES, path_of

POLICY = {
    "default-src": "'none'",
    "object-src": "'none'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
    "form-action": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
}
FIXED = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
VERSIONS = re.compile(r"gunicorn|werkzeug|python|flask", re.IGNORECASE)
READ = [route.removeprefix("GET ") for route in EXPECTED if route.startswith("GET ")]


def _policy(answer):
    parts = (part.strip().partition(" ") for part in answer.headers["Content-Security-Policy"].split(";"))
    return {name: value for name, _space, value in parts}


def _answers(app, session):
    """Yield every page as an administrator and as a visitor, and every kind of refusal."""
    held, visitor = enter_as(app, session, ROLES["administrator"]), browser(app, None, session)
    for rule in READ:
        for each in (held, visitor):
            yield each.client.get(path_of(rule))
    yield held.client.post("/reglages/affichage")
    yield held.client.open("/connexion", method="TRACE")
    yield visitor.client.post("/reglages/affichage", headers={"Accept": "application/json"})
    yield visitor.client.get("/", headers={"Host": "exemple.net"})
    yield held.client.post("/reglages/affichage", data={"theme": "x" * 300_000, "csrf_token": held.csrf})


def test_s50_s51_every_answer_carries_its_headers(app, session):
    """Pages, files and refusals: a policy without inline code, the headers browsers heed, no version of anything."""
    nonces = []
    for answer in _answers(app, session):
        policy = _policy(answer)
        scripts = re.fullmatch(r"'self' 'nonce-([\w-]{24})'", policy.pop("script-src"))
        assert scripts, answer.request.path
        nonces.append(scripts[1])
        assert policy == POLICY, answer.request.path
        assert {name: answer.headers.get(name) for name in FIXED} == FIXED, answer.request.path
        assert not VERSIONS.search(" ".join(answer.headers.values())), answer.request.path
        assert "*" not in answer.headers.get("Access-Control-Allow-Origin", "")
    assert len(set(nonces)) == len(nonces) > 100


def test_s51_static_files_are_what_they_say(app):
    """A static file carries its type, and no browser may guess another."""
    with app.test_client().get("/static/css/app.css") as answer:
        assert answer.status_code == 200
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.mimetype == "text/css"


def test_s51_an_https_site_says_so_for_a_year(make_app):
    """Behind https every answer asks for https for a year; on plain http none does."""
    secure = make_app(base_url="https://formation.exemple.fr", trusted_hosts=("formation.exemple.fr",))
    asked = secure.test_client().get("/healthz", headers={"Host": "formation.exemple.fr"})
    assert asked.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    assert "Strict-Transport-Security" not in make_app().test_client().get("/healthz").headers


@pytest.mark.parametrize(
    "path",
    [
        "/.git/config", "/.env", "/console", "/admin", "/server-status", "/debug", "/static/../course_app/config.py",
        "/static/%2e%2e/%2e%2e/etc/passwd", "/static/..%2f..%2fetc%2fpasswd", "/static/.git",
        "/..%5c..%5cwindows", "/static/css/", "/content/facts.yaml", "/var/reglo.sqlite3",
    ],
)  # fmt: skip
def test_s72_what_is_not_served_is_not_there(app, path):
    """Repository, console, settings, traversal: 404 in French, as any page that never was."""
    answer = app.test_client().get(path)
    assert answer.status_code == 404
    assert "Réf." in answer.get_data(as_text=True)
