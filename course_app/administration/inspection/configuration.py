"""Settings judged as those of a production (security.md S70, S76); opens nothing."""

import os
from urllib.parse import urlsplit

from flask.helpers import get_debug_flag

from course_app.administration.rules import Remark, good, hole, watch
from course_app.config import LOOPBACK_HOSTS, MINIMUM_KEY_LENGTH, Environment, Settings

LEAST_VARIED = 12  # different characters of a key: a drawn one of 32 has 20 or so, a typed one repeats itself
DRAW_A_KEY = "python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"
EVERY_HOST = frozenset({"*", ".", ""})
NO_MAIL_DOMAIN = ".invalid"


def remarks(settings: Settings, *, debug: bool | None = None, user_id: int | None = None) -> list[Remark]:
    """Return what the settings deserve; `debug` and `user_id` default to this process's."""
    found = [
        _environment(settings),
        _key(settings),
        _debug(get_debug_flag() if debug is None else debug),
        _address(settings),
        _hosts(settings),
        _cookies(settings),
        _user(os.geteuid() if user_id is None else user_id),
        *_mails(settings),
    ]
    if settings.proxy_hops and settings.host not in LOOPBACK_HOSTS:
        found.append(watch("proxy", "HOST : écoutez sur 127.0.0.1, pour que seul le proxy atteigne le site."))
    return found


def _environment(settings: Settings) -> Remark:
    if settings.environment is not Environment.PRODUCTION:
        return hole("environnement", f"ENVIRONMENT vaut {settings.environment} : mettez « production ».")
    return good("environnement", "ENVIRONMENT vaut production.")


def _key(settings: Settings) -> Remark:
    if len(settings.secret_key) < MINIMUM_KEY_LENGTH:
        return hole("cle", f"SECRET_KEY : {MINIMUM_KEY_LENGTH} caractères au moins. Tirez-en une : {DRAW_A_KEY}")
    if len(set(settings.secret_key)) < LEAST_VARIED:
        return hole("cle", f"SECRET_KEY se devine. Tirez-en une au hasard : {DRAW_A_KEY}")
    return good("cle", f"SECRET_KEY a {len(settings.secret_key)} caractères.")


def _debug(is_on: bool) -> Remark:
    if is_on:
        return hole("debogage", "FLASK_DEBUG est actif : retirez-le, il montre le code aux visiteurs.")
    return good("debogage", "Le débogage est coupé.")


def _address(settings: Settings) -> Remark:
    host = urlsplit(settings.base_url).hostname
    if not host or host in LOOPBACK_HOSTS:
        return hole("adresse", "BASE_URL : mettez l'adresse publique du site, en https://. Les courriels la citent.")
    return good("adresse", f"BASE_URL vaut {settings.base_url}.")


def _hosts(settings: Settings) -> Remark:
    if EVERY_HOST.intersection(settings.trusted_hosts) or not settings.trusted_hosts:
        return hole("hotes", "TRUSTED_HOSTS accepte n'importe quel nom : n'y mettez que les noms du site.")
    host = urlsplit(settings.base_url).hostname or ""
    if not any(host == each or (each.startswith(".") and host.endswith(each)) for each in settings.trusted_hosts):
        return hole("hotes", f"TRUSTED_HOSTS : ajoutez {host}, sinon le site refusera ses propres visiteurs.")
    return good("hotes", f"Noms acceptés : {', '.join(settings.trusted_hosts)}.")


def _cookies(settings: Settings) -> Remark:
    if not settings.secure_cookies:
        return hole("cookies", "BASE_URL : commencez par https://, sinon les cookies de connexion passent en clair.")
    return good("cookies", "Les cookies de connexion ne passent qu'en HTTPS.")


def _user(user_id: int) -> Remark:
    if user_id == 0:
        return hole("utilisateur", "Le site tourne avec les droits de root : lancez-le avec un utilisateur à lui.")
    return good("utilisateur", "Le site n'a pas les droits de root.")


def _mails(settings: Settings) -> list[Remark]:
    url = urlsplit(settings.mail_url)
    if url.scheme != "smtp":
        return [watch("courriel", "MAIL_URL : aucun courriel ne part. Donnez un serveur : smtp://…:587")]
    found = []
    if url.password and url.port not in {465, 587} and url.hostname not in LOOPBACK_HOSTS:
        found.append(watch("courriel", "MAIL_URL : le mot de passe passe en clair. Prenez le port 587 ou 465."))
    if settings.mail_from.rstrip(">").endswith(NO_MAIL_DOMAIN):
        found.append(watch("expediteur", "MAIL_FROM : mettez une adresse de votre domaine."))
    return found
