"""What a refused value is told to its author: pydantic's and YAML's faults, in French."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, get_args

from pydantic_core.core_schema import ErrorType

_EXPECTED: Mapping[str, str] = {
    "missing": "clé manquante : « {field} »",
    "extra_forbidden": "clé inconnue : « {field} »",
    "bool_type": "attendu : true ou false, sans guillemets (reçu : {input})",
    "int_type": "attendu : un nombre entier, sans guillemets (reçu : {input})",
    "int_from_float": "attendu : un nombre entier (reçu : {input})",
    "int_parsing": "attendu : un nombre entier (reçu : {input})",
    "float_type": "attendu : un nombre, sans guillemets (reçu : {input})",
    "float_parsing": "attendu : un nombre (reçu : {input})",
    "finite_number": "attendu : un nombre fini (reçu : {input})",
    "string_type": "attendu : du texte (reçu : {input})",
    "figure_expected": 'attendu : un nombre entre guillemets, avec un point : "12.40" (reçu : {input})',
    "pattern_expected": "expression régulière illisible (reçu : {input})",
    "number_expected": "attendu : un nombre, quatre décimales au plus, comme 131.43 (reçu : {input})",
    "date_expected": "attendue : une date comme 2026-11-22 (reçu : {input})",
    "enum": "valeur inconnue : {input}. Valeurs possibles : {expected}",
    "literal_error": "valeur inconnue : {input}. Valeurs possibles : {expected}",
    "union_tag_invalid": "type inconnu : {input}. Valeurs possibles : {expected_tags}",
    "union_tag_not_found": "clé manquante : {discriminator}",
    "tuple_type": "attendue : une liste (reçu : {input})",
    "list_type": "attendue : une liste (reçu : {input})",
    "set_type": "attendue : une liste (reçu : {input})",
    "frozen_set_type": "attendue : une liste (reçu : {input})",
    "dict_type": "attendues : des lignes « clé: valeur » (reçu : {input})",
    "mapping_type": "attendues : des lignes « clé: valeur » (reçu : {input})",
    "model_type": "attendues : des lignes « clé: valeur » (reçu : {input})",
    "model_attributes_type": "attendues : des lignes « clé: valeur » (reçu : {input})",
    "greater_than": "le nombre doit dépasser {gt} (reçu : {input})",
    "greater_than_equal": "le nombre doit valoir au moins {ge} (reçu : {input})",
    "less_than": "le nombre doit rester sous {lt} (reçu : {input})",
    "less_than_equal": "le nombre doit valoir au plus {le} (reçu : {input})",
    "string_too_short": "texte vide : écrivez-le",
    "string_too_long": "texte trop long : {max_length} caractères au plus",
    "too_short": "liste trop courte : au moins {min_length}, {actual_length} ici",
    "too_long": "liste trop longue : au plus {max_length}, {actual_length} ici",
    "string_unicode": "caractère impossible dans ce texte",
}
# Codes are promises to whoever reads the output: stable, whatever pydantic calls its errors.
_CODES: Mapping[str, str] = {
    "missing": "cle-manquante",
    "extra_forbidden": "cle-inconnue",
    "enum": "valeur-inconnue",
    "literal_error": "valeur-inconnue",
    "union_tag_invalid": "valeur-inconnue",
    "union_tag_not_found": "cle-manquante",
    "string_pattern_mismatch": "forme-invalide",
    "string_too_short": "texte-vide",
    "string_too_long": "texte-trop-long",
    "too_short": "nombre-d-elements",
    "too_long": "nombre-d-elements",
    "greater_than": "hors-bornes",
    "greater_than_equal": "hors-bornes",
    "less_than": "hors-bornes",
    "less_than_equal": "hors-bornes",
}
_MISSING: Mapping[str, tuple[str, str]] = {
    "case": ("cas-absent", "chaque leçon tient à un cas : ajoutez « case » avec customer, amount_cents et on"),
    "feedback": ("commentaire-absent", "chaque choix a son commentaire : ajoutez « feedback »"),
}
_MEMBER = re.compile(r"<\w+\.\w+: ('[^']*')>")  # how pydantic writes a member of an enumeration
_PYDANTIC: frozenset[str] = frozenset(get_args(ErrorType))
_YAML: tuple[tuple[str, str], ...] = (
    ("mapping values are not allowed", "un deux-points inattendu : mettez tout le texte entre guillemets"),
    ("could not find expected ':'", "il manque un deux-points, ou un guillemet n'est pas fermé plus haut"),
    ("cannot start any token", "ce caractère ne peut pas commencer une valeur : mettez le texte entre guillemets"),
    ("unexpected end of stream", "un guillemet ou un crochet n'est pas fermé"),
    ("expected <block end>", "le décalage à gauche ne correspond pas aux lignes du dessus"),
    ("did not find expected", "il manque une virgule, un crochet ou une accolade"),
    ("expected ',' or", "il manque une virgule, un crochet ou une accolade"),
    ("unknown escape character", "« \\ » inattendu : écrivez « \\\\ », ou des guillemets simples"),
    ("found undefined alias", "« * » renvoie à un repère qui n'existe pas : mettez le texte entre guillemets"),
    ("but found another document", "un seul document par fichier : retirez la ligne « --- »"),
    ("special characters are not allowed", "un caractère invisible est interdit ici"),
)


def shown(value: Any) -> str:
    """Return a value as an author would recognise it, at most 40 characters long."""
    if value is None:
        return "rien"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return "des lignes « clé: valeur »"
    if isinstance(value, list | tuple):
        return "une liste"
    text = str(value)
    return f"« {text if len(text) <= 40 else text[:39] + '…'} »"


def explain(error: Mapping[str, Any]) -> tuple[str, str]:
    """Return the code and the French message of one of pydantic's errors (an entry of `errors()`)."""
    kind, value, context = error["type"], error.get("input"), dict(error.get("ctx") or {})
    field = next((str(part) for part in reversed(error["loc"]) if isinstance(part, str)), "")
    if kind in {"value_error", "assertion_error"}:
        return "valeur-refusee", str(context.get("error") or error["msg"])
    if kind == "string_pattern_mismatch":
        return _CODES[kind], _pattern_message(field, value)
    template = _EXPECTED.get(kind)
    if template is None and kind in _PYDANTIC:
        return "valeur-refusee", f"valeur refusée : {shown(value)}"
    if template is None:  # raised by the model of an engine, in its own French words
        return kind.replace("_", "-"), str(error["msg"])
    if kind == "missing" and field in _MISSING:
        return _MISSING[field]
    known = {
        name: _MEMBER.sub(r"\1", part).replace(" or ", " ou ") if isinstance(part, str) else part
        for name, part in context.items()
    }
    message = template.format_map(_Context(known | {"field": field, "input": shown(value)}))
    return _CODES.get(kind, "type-attendu"), message + _hint(kind, value)


class _Context(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "?"


def _pattern_message(field: str, value: Any) -> str:
    if field == "url":
        return f"attendue : une adresse qui commence par https:// (reçu : {shown(value)})"
    return f"attendu : des lettres sans accent et des chiffres, séparés par des tirets (reçu : {shown(value)})"


def _hint(kind: str, value: Any) -> str:
    if kind == "string_type" and isinstance(value, bool | int | float | date):
        return f' ; mettez des guillemets : "{shown(value).strip("« »")}"'
    if kind == "bool_type" and isinstance(value, str):
        return " ; « oui » et « non » sont du texte" if value.lower() in {"oui", "non", "vrai", "faux"} else ""
    return ""


def explain_yaml(problem: str) -> str:
    """Return the French words for a YAML parser's complaint."""
    return next(
        (f"YAML illisible : {french}" for english, french in _YAML if english in problem),
        "YAML illisible : la structure n'est pas comprise ici ; vérifiez le décalage et les guillemets",
    )
