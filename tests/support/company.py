"""A company's sign-in provider, a real one: Authlib's OpenID Connect server, PKCE and nonce required, on a port of its own."""

import threading
from dataclasses import dataclass, field
from typing import Any

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import ClientMixin
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core import AuthorizationCodeMixin, OpenIDCode, UserInfo
from flask import Flask, jsonify, request
from joserfc.jwk import RSAKey
from werkzeug.serving import make_server

CLIENT_ID, CLIENT_SECRET = "reglo-test", "un-secret-du-fournisseur"


class _Client(ClientMixin):
    """The one installation that the provider knows."""

    back = ""

    def get_client_id(self) -> str:
        return CLIENT_ID

    def get_default_redirect_uri(self) -> str:
        return self.back

    def get_allowed_scope(self, scope: str) -> str:
        return scope

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return redirect_uri == self.back

    def check_client_secret(self, client_secret: str) -> bool:
        return client_secret == CLIENT_SECRET

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return method == "client_secret_basic"

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == "authorization_code"


@dataclass
class _Code(AuthorizationCodeMixin):
    """A code given to a browser, and what it was asked with."""

    code: str
    redirect_uri: str
    scope: str
    nonce: str | None
    code_challenge: str | None
    code_challenge_method: str | None
    user: dict[str, Any]

    def get_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_scope(self) -> str:
        return self.scope

    def get_nonce(self) -> str | None:
        return self.nonce

    def get_auth_time(self) -> None:
        return None

    def get_acr(self) -> None:
        return None

    def get_amr(self) -> list[str] | None:
        return self.user.get("amr")


@dataclass
class Company:
    """The provider's state: who is at the browser, and what a test has it say wrongly (`lies` replace claims)."""

    back: str
    user: dict[str, Any] = field(default_factory=dict)
    lies: dict[str, Any] = field(default_factory=dict)
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "un", "use": "sig", "alg": "RS256"}))
    published: RSAKey | None = None
    codes: dict[str, _Code] = field(default_factory=dict)
    port: int = 0

    @property
    def issuer(self) -> str:
        """The provider's address, as it writes it."""
        return f"http://127.0.0.1:{self.port}/annuaire"

    def start(self) -> None:
        """Listen until `stop`."""
        self._server = make_server("127.0.0.1", 0, _served(self), threaded=True)
        self.port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        """Listen no more."""
        self._server.shutdown()
        self._server.server_close()


def _server(app: Flask, company: Company) -> AuthorizationServer:
    client = _Client()
    client.back = company.back
    server = AuthorizationServer(app, query_client=lambda name: client if name == CLIENT_ID else None)
    server.save_token = lambda *_given: None

    class Grant(AuthorizationCodeGrant):
        TOKEN_ENDPOINT_AUTH_METHODS = ("client_secret_basic",)

        def save_authorization_code(self, code, asked):
            data = asked.payload.data
            named = ("nonce", "code_challenge", "code_challenge_method")
            told = {name: data.get(name) for name in named}
            company.codes[code] = _Code(code, data["redirect_uri"], asked.scope, user=dict(company.user), **told)

        def query_authorization_code(self, code, _client):
            return company.codes.get(code)

        def delete_authorization_code(self, authorization_code):
            company.codes.pop(authorization_code.code, None)

        def authenticate_user(self, authorization_code):
            return authorization_code.user

    class Identity(OpenIDCode):
        def exists_nonce(self, _nonce, _asked):
            return False

        def resolve_client_private_key(self, _client):
            return company.key

        def get_client_claims(self, client):
            return {"iss": company.issuer, "aud": [client.get_client_id()]}

        def generate_user_info(self, user, _scope):
            return UserInfo({**user, **company.lies})

    server.register_grant(Grant, [Identity(require_nonce=True), CodeChallenge(required=True)])
    return server


def _served(company: Company) -> Flask:
    app = Flask("company")
    server = _server(app, company)

    @app.get("/annuaire/.well-known/openid-configuration")
    def discovery():
        places = {"authorization_endpoint": "entrer", "token_endpoint": "jeton", "jwks_uri": "cles"}
        return jsonify(issuer=company.issuer, **{name: f"{company.issuer}/{path}" for name, path in places.items()})

    @app.get("/annuaire/cles")
    def keys():
        return jsonify(keys=[(company.published or company.key).as_dict(private=False)])

    @app.get("/annuaire/entrer")
    def authorize():
        grant = server.get_consent_grant(end_user=company.user)
        return server.create_authorization_response(grant=grant, grant_user=company.user)

    @app.post("/annuaire/jeton")
    def token():
        return server.create_token_response(request)

    return app
