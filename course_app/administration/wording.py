"""Lines of the register in words: what was acted on, and the details, without an id or a slug that means nothing to anybody.

Receives the names of people and teams of today; what is gone has none left. Asks the database nothing.
"""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from course_app.accounts.rules import Role
from course_app.core.french import long_date, number
from course_app.core.paging import folded
from course_app.library.catalog import Catalog
from course_app.web.i18n import _

GONE = {"personne": "Personne effacée", "equipe": "Équipe supprimée"}
NAMELESS = {"invitation": "Une invitation", "attestation": "Un document"}
LISTS = {"journal": "Journal des actes", "membres": "Liste des membres", "equipe": "Liste de l'équipe"}
_KEYS = {
    "after": "après",
    "before": "avant",
    "change": "changement",
    "deadline_on": "à finir pour le",
    "dossier": "dossier de preuve",
    "kind": "document",
    "leads": "la suit",
    "lignes": "lignes",
    "lines": "lignes",
    "moyen": "moyen",
    "path": "parcours",
    "people": "personnes",
    "person": "personne",
    "role": "rôle",
    "second_moyen": "second moyen",
    "team": "équipe",
    "what": "fichier",
}
_WORDS = {
    "application": "application de codes",
    "archivee": "archivée",
    "cle": "clé d'accès",
    "competences": "attestation de compétences",
    "conduite": "responsable",
    "creee": "créée",
    "entree": "une personne entre",
    "entreprise": "compte de l'entreprise",
    "equipe": "équipe",
    "realisation": "certificat de réalisation",
    "renommee": "renommée",
    "secours": "code de secours",
    "sortie": "une personne sort",
}


def subject(told: str, names: Mapping[UUID, str], catalog: Catalog) -> str:
    """Return what was acted on: a name of today, or what kind of thing it was."""
    kind, colon, key = told.partition(":")
    if not colon:
        return _(LISTS[told]) if told in LISTS else told
    if kind in GONE:
        found = _named(key, names)
        return told if found is None else found or _(GONE[kind])
    if kind == "parcours":
        return _path(key, catalog)
    if kind == "contenu":
        return _("Contenu, version %(hash)s", hash=key)
    return _(NAMELESS[kind]) if kind in NAMELESS else told


def details(told: Mapping[str, str | int | bool | None], names: Mapping[UUID, str], catalog: Catalog) -> str:
    """Return the details of an act, in the alphabetical order of their words."""
    said = [
        f"{_(_KEYS.get(key, key))}\u00a0: {_value(key, value, names, catalog)}"
        for key, value in told.items()
        if value is not None
    ]
    return ", ".join(sorted(said, key=folded))


def _value(key: str, value: str | int | bool, names: Mapping[UUID, str], catalog: Catalog) -> str:
    if isinstance(value, bool):
        return _("oui") if value else _("non")
    if isinstance(value, int):
        return number(value)
    return _text(key, value, names, catalog)


def _text(key: str, value: str, names: Mapping[UUID, str], catalog: Catalog) -> str:
    if key == "path":
        return _path(value, catalog)
    if key in ("role", "before", "after") and value in list(Role):
        return catalog.label(Role(value))
    if key == "deadline_on":
        return _day(value)
    found = _named(value, names)
    if found is None:
        return _(_WORDS.get(value, value))
    return found or _(GONE["equipe" if key == "team" else "personne"])


def _path(path_id: str, catalog: Catalog) -> str:
    path = catalog.paths.get(path_id)
    return path.title if path else path_id


def _day(text: str) -> str:
    try:
        return long_date(date.fromisoformat(text))
    except ValueError:
        return text


def _named(key: str, names: Mapping[UUID, str]) -> str | None:
    """Return the name behind an id, empty when it is gone; None for what is no id."""
    try:
        return names.get(UUID(key), "")
    except ValueError:
        return None
