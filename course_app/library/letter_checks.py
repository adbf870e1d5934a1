"""What makes a letter fillable: fields that exist, blanks that something fills, nothing asked in vain."""

from collections.abc import Iterator
from typing import Any

from course_app.library.files import Written
from course_app.library.letters import COMPUTED, TABLES, UNWRITTEN, LetterHeader, blanks
from course_app.library.model import Finding
from course_app.library.parts import Parts


def letter_findings(parts: Parts, *, is_whole: bool) -> Iterator[Finding]:
    """Yield the faults of letters and of the register of fields that no single key shows.

    Unless all files were understood (`is_whole`), nothing is said of fields that no letter seems to ask.
    """
    declared = [field.id for field in parts.fields.value] if parts.fields else None
    for letter in parts.letters:
        yield from _fields(letter, declared)
        yield from _blanks(letter)
        yield from _around(letter)
    if parts.fields and declared is not None:
        asked = {field for letter in parts.letters for field in letter.value.fields}
        for rank, name in enumerate(declared):
            if name in declared[:rank]:
                yield parts.fields.finding((rank, "id"), "identifiant-en-double", f"« {name} » sert déjà plus haut")
            if is_whole and name not in asked:
                message = f"aucune lettre ne demande « {name} »"
                yield parts.fields.finding((rank, "id"), "champ-inutile", message)


def _fields(letter: Written[Any], declared: list[str] | None) -> Iterator[Finding]:
    header: LetterHeader = letter.value
    used = {name for text in (header.subject, header.body) for _offset, name in blanks(text)}
    needed = {field for name in used if name in COMPUTED for field in COMPUTED[name]}
    for rank, name in enumerate(header.fields):
        if declared is not None and name not in declared:
            yield letter.finding(("fields", rank), "champ-inconnu", f"« {name} » n'est pas dans champs.yaml")
        if name in header.fields[:rank]:
            yield letter.finding(("fields", rank), "champ-en-double", f"« {name} » est déjà demandé")
        if name not in used | needed | header.around | UNWRITTEN:
            message = f"« {name} » est demandé et n'apparaît nulle part"
            yield letter.finding(("fields", rank), "champ-inutile", message)
    for rank, name in enumerate(header.optional):
        if name not in header.fields:
            message = f"« {name} » est facultatif sans être demandé dans `fields`"
            yield letter.finding(("optional", rank), "champ-inconnu", message)


def _blanks(letter: Written[Any]) -> Iterator[Finding]:
    header: LetterHeader = letter.value
    for key, text in (("subject", header.subject), ("body", header.body)):
        for offset, name in blanks(text):
            lacking = COMPUTED.get(name, frozenset({name})) - set(header.fields)
            if lacking:
                asked = ", ".join(sorted(lacking))
                yield letter.finding((key,), "mot-a-remplir-inconnu", f"« {{{name}}} » suppose de demander : {asked}")
            if name in TABLES and not _is_alone(text, offset, name):
                message = f"« {{{name}}} » est un tableau : mettez-le seul dans son paragraphe"
                yield letter.finding((key,), "tableau-dans-une-phrase", message)
    for _offset, name in blanks(header.subject):
        if name in header.optional:
            message = f"l'objet ne peut pas dépendre de « {name} », qui peut rester vide"
            yield letter.finding(("subject",), "objet-facultatif", message)


def _is_alone(text: str, offset: int, name: str) -> bool:
    before, after = text[:offset], text[offset + len(name) + 2 :]
    return (not before or before.endswith("\n\n")) and (not after.strip() or after.startswith("\n\n"))


def _around(letter: Written[Any]) -> Iterator[Finding]:
    header: LetterHeader = letter.value
    lacking = sorted(header.around - set(header.fields))
    if lacking:
        yield letter.finding(("fields",), "entete-incomplet", f"demandez aussi : {', '.join(lacking)}")
