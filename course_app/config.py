"""Settings: read once from the environment, frozen, at most 25 keys, each documented in README.md.

Knows the names and meanings of the keys; opens no file but the secret key's, starts nothing.
"""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

from course_app.core.errors import OperatorError

PACKAGE_DIR = Path(__file__).resolve().parent
LOOPBACK_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})
MINIMUM_KEY_LENGTH = 32


class Environment(StrEnum):
    """What this installation is for; `DEMONSTRATION` opens demo people's accounts to any visitor."""

    DEMONSTRATION = "demonstration"
    DEVELOPMENT = "development"
    PRODUCTION = "production"
    TEST = "test"


class SettingsError(OperatorError):
    """A setting is missing or contradicts another; the message is French and names the key."""


@dataclass(frozen=True)
class Settings:
    """Effective settings; each field is the environment key of the same name in capitals.

    environment: one of `Environment`'s slugs. host, port, threads: where and how the server listens.
    data_dir: folder for the database, the secret key, archived content and mail files.
    database_url: SQLAlchemy address; empty means SQLite in data_dir. secret_key: at least 32 characters;
    empty means one generated into data_dir. secret_key_fallbacks: keys used before it, still believed and never signed
    with. base_url: public address used in mails.
    trusted_hosts: host names this site answers to. proxy_hops: reverse proxies in front whose forwarded
    headers are believed. mail_url: `file:` (data_dir/courriels), `console:`, `memory:` or
    `smtp://user:password@host:port`. mail_from: sender address. content_dir, quizzes_dir, static_dir: where
    the material is.
    log_level: name of a logging level. jobs_in_server: whether the serving process also does the jobs.
    oidc_url: `https://client:secret@issuer/path` of the company's sign-in (OpenID Connect); empty: none.
    """

    environment: Environment
    host: str
    port: int
    threads: int
    data_dir: Path
    database_url: str
    secret_key: str
    secret_key_fallbacks: tuple[str, ...]
    base_url: str
    trusted_hosts: tuple[str, ...]
    proxy_hops: int
    mail_url: str
    mail_from: str
    content_dir: Path
    quizzes_dir: Path
    static_dir: Path
    log_level: str
    jobs_in_server: bool
    oidc_url: str

    @property
    def is_demonstration(self) -> bool:
        """Whether any visitor may enter as a demo person."""
        return self.environment is Environment.DEMONSTRATION

    @property
    def secret_keys(self) -> tuple[str, ...]:
        """The key of today, then those still believed."""
        return (self.secret_key, *self.secret_key_fallbacks)

    @property
    def secure_cookies(self) -> bool:
        """Whether cookies are limited to HTTPS and carry the `__Host-` prefix."""
        return self.base_url.startswith("https://")

    def masked(self) -> dict[str, str]:
        """Return every key with its value as text, secrets replaced by « *** »."""
        shown = {field.name.upper(): str(getattr(self, field.name)) for field in fields(self)}
        shown["SECRET_KEY"] = "***"
        shown["SECRET_KEY_FALLBACKS"] = "***" if self.secret_key_fallbacks else ""
        for key in ("DATABASE_URL", "MAIL_URL", "OIDC_URL"):
            shown[key] = _without_password(shown[key])
        shown["TRUSTED_HOSTS"] = ",".join(self.trusted_hosts)
        return shown


def _without_password(url: str) -> str:
    password = urlsplit(url).password if "@" in url else None
    return url.replace(f":{password}@", ":***@") if password else url


def _company_provider(raw: str) -> str:
    """Return the address of the company's provider, checked: it holds a client, its secret and the issuer."""
    parts = urlsplit(raw)
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK_HOSTS)
    if raw and not (is_safe and parts.hostname and parts.username and parts.password):
        raise SettingsError("OIDC_URL : https://IDENTIFIANT:SECRET@adresse-du-fournisseur est attendu.")
    return raw


def _material_dir(name: str) -> Path:
    """Find `content`, `quizzes` or `static`: inside the wheel, else in the checkout."""
    bundled = PACKAGE_DIR / "_bundle" / name
    return bundled if bundled.is_dir() else PACKAGE_DIR.parent / name


def _whole_number(environ: Mapping[str, str], key: str, default: int, lowest: int, highest: int) -> int:
    raw = environ.get(key, "").strip() or str(default)
    if not raw.isascii() or not raw.isdigit() or not lowest <= int(raw) <= highest:
        raise SettingsError(f"{key} : un nombre entier de {lowest} à {highest} est attendu (reçu : {raw!r}).")
    return int(raw)


def _yes_or_no(environ: Mapping[str, str], key: str, default: str) -> bool:
    raw = environ.get(key, "").strip().lower() or default
    if raw not in {"oui", "non"}:
        raise SettingsError(f"{key} : « oui » ou « non » est attendu (reçu : {raw!r}).")
    return raw == "oui"


def private_data_dir(data_dir: Path) -> None:
    """Create the data folder, open to its owner alone; leave an existing one as it is."""
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)


def generated_secret_key(data_dir: Path) -> str:
    """Return the key kept in data_dir, made on first use; readable by its owner alone."""
    path = data_dir / "secret_key"
    if not path.exists() or not path.stat().st_size:
        private_data_dir(data_dir)
        draft = data_dir / f".secret_key-{secrets.token_hex(8)}"
        draft.touch(mode=0o600)
        with draft.open("w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48))
            file.flush()
            os.fsync(file.fileno())  # a name must not survive a power cut without its key
        _place_once(draft, path)
    return path.read_text(encoding="ascii").strip()


def _place_once(draft: Path, path: Path) -> None:
    """Give a whole file its name, unless another process was first; replaces the empty file a power cut left."""
    try:
        if path.exists() and not path.stat().st_size:
            path.unlink(missing_ok=True)
        path.hardlink_to(draft)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def load_settings(environ: Mapping[str, str]) -> Settings:
    """Read the settings from an environment mapping; raise `SettingsError` (French) on a bad or unsafe one."""

    def text(key: str, default: str) -> str:
        return environ.get(key, "").strip() or default

    try:
        environment = Environment(text("ENVIRONMENT", Environment.DEVELOPMENT))
    except ValueError:
        known = ", ".join(Environment)
        raise SettingsError(f"ENVIRONMENT : valeurs possibles : {known}.") from None
    data_dir = Path(text("DATA_DIR", "var")).resolve()
    host, port = text("HOST", "127.0.0.1"), _whole_number(environ, "PORT", 8000, 1, 65535)
    base_url = text("BASE_URL", f"http://127.0.0.1:{port}").rstrip("/")
    secret_key = environ.get("SECRET_KEY", "").strip()
    settings = Settings(
        environment=environment,
        host=host,
        port=port,
        threads=_whole_number(environ, "THREADS", 8, 1, 64),
        data_dir=data_dir,
        database_url=text("DATABASE_URL", f"sqlite:///{data_dir / 'reglo.sqlite3'}"),
        secret_key=secret_key,
        secret_key_fallbacks=_listed(environ, "SECRET_KEY_FALLBACKS"),
        base_url=base_url,
        trusted_hosts=_trusted_hosts(_listed(environ, "TRUSTED_HOSTS"), base_url),
        proxy_hops=_whole_number(environ, "PROXY_HOPS", 0, 0, 5),
        mail_url=text("MAIL_URL", "file:"),
        mail_from=text("MAIL_FROM", "Réglo <ne-pas-repondre@reglo.invalid>"),
        content_dir=Path(text("CONTENT_DIR", str(_material_dir("content")))).resolve(),
        quizzes_dir=Path(text("QUIZZES_DIR", str(_material_dir("quizzes")))).resolve(),
        static_dir=Path(text("STATIC_DIR", str(_material_dir("static")))).resolve(),
        log_level=text("LOG_LEVEL", "INFO").upper(),
        jobs_in_server=_yes_or_no(environ, "JOBS_IN_SERVER", "oui"),
        oidc_url=_company_provider(text("OIDC_URL", "")),
    )
    return _with_secret_key(_refuse_unsafe(settings))


def _listed(environ: Mapping[str, str], key: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in environ.get(key, "").split(",") if part.strip())


def _trusted_hosts(named: tuple[str, ...], base_url: str) -> tuple[str, ...]:
    own = urlsplit(base_url).hostname or "127.0.0.1"
    return named or ((own, *sorted(LOOPBACK_HOSTS - {own})) if own in LOOPBACK_HOSTS else (own,))


def _refuse_unsafe(settings: Settings) -> Settings:
    """Refuse a demonstration that looks like production, and a production with a hole."""
    public = urlsplit(settings.base_url).hostname not in LOOPBACK_HOSTS
    mails_leave = settings.mail_url.startswith("smtp")
    if settings.is_demonstration:
        for key, is_production_setting in (
            ("BASE_URL", public),
            ("PROXY_HOPS", settings.proxy_hops > 0),
            ("MAIL_URL", mails_leave),
        ):
            if is_production_setting:
                raise SettingsError(
                    f"{key} : ce réglage de production est refusé en démonstration, où chacun peut entrer "
                    "dans les comptes d'exemple. Choisissez ENVIRONMENT=production ou retirez ce réglage."
                )
    if settings.environment is Environment.PRODUCTION and not settings.secret_key:
        raise SettingsError("SECRET_KEY : obligatoire en production (32 caractères au moins).")
    if settings.environment is Environment.PRODUCTION and not settings.secure_cookies:
        raise SettingsError("BASE_URL : une adresse https:// est obligatoire en production.")
    return settings


def _with_secret_key(settings: Settings) -> Settings:
    if settings.secret_key and len(settings.secret_key) < MINIMUM_KEY_LENGTH:
        raise SettingsError(f"SECRET_KEY : {MINIMUM_KEY_LENGTH} caractères au moins.")
    if any(len(key) < MINIMUM_KEY_LENGTH for key in settings.secret_key_fallbacks):
        raise SettingsError(f"SECRET_KEY_FALLBACKS : {MINIMUM_KEY_LENGTH} caractères au moins par clé.")
    if settings.secret_key:
        return settings
    values = {field.name: getattr(settings, field.name) for field in fields(settings)}
    return Settings(**{**values, "secret_key": generated_secret_key(settings.data_dir)})
