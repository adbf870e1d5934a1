"""What makes a question fair: a key that fits its kind, ids and texts that differ, a feedback for each error.

One function per kind of question, each fault at its line and column.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from course_app.library.files import QuizFile, Written
from course_app.library.model import Finding, QuizKind
from course_app.library.questions import (
    ChoiceQuestion,
    DateQuestion,
    Document,
    FindErrorQuestion,
    FreeTextQuestion,
    MissingDocumentsQuestion,
    NumericQuestion,
    OrderingQuestion,
    Passage,
    PlacingQuestion,
    Question,
    QuestionType,
)
from course_app.library.yaml_reader import Location

_LISTS = ("options", "steps", "groups", "things", "passages", "documents", "criteria")


@dataclass(frozen=True)
class _Place:
    """A question in its file."""

    quiz: Written[QuizFile]
    location: Location

    def at(self, *inside: str | int, code: str, says: str) -> Finding:
        return self.quiz.finding((*self.location, *inside), code, says)


def quiz_findings(quiz: Written[QuizFile]) -> Iterator[Finding]:
    """Yield the faults of a quiz that no single key shows."""
    yield from duplicates(quiz, "questions", (), [question.id for question in quiz.value.questions])
    for number, question in enumerate(quiz.value.questions):
        place = _Place(quiz, ("questions", number))
        if "." in question.id:
            yield place.at("id", code="forme-invalide", says="attendu : un identifiant sans point")
        yield from _lists(place, question)
        yield from _key(place, question)
        if question.reason:
            yield from _reason(place, question)
        if quiz.value.kind is QuizKind.TRIAL and not isinstance(question, ChoiceQuestion):
            message = "l'essai est un appel : ses questions sont « single » ou « multiple »"
            yield place.at("type", code="type-d-essai", says=message)


def duplicates(written: Written[QuizFile], key: str, under: Location, ids: Iterable[str]) -> Iterator[Finding]:
    """Yield a finding at each id of a list that was already used in it."""
    seen: set[str] = set()
    for number, one in enumerate(ids):
        if one in seen:
            message = f"l'identifiant « {one} » sert déjà plus haut"
            yield written.finding((*under, key, number, "id"), "identifiant-en-double", message)
        seen.add(one)


def _lists(place: _Place, question: Question) -> Iterator[Finding]:
    """Yield what is told twice in a list of the question: an id, or the words shown."""
    for key in _LISTS:
        entries: Sequence[Any] = getattr(question, key, ())
        yield from duplicates(place.quiz, key, place.location, [entry.id for entry in entries])
        seen: set[str] = set()
        for number, entry in enumerate(entries):
            if entry.text.casefold() in seen:
                message = "cette réponse est déjà proposée plus haut"
                yield place.at(key, number, "text", code="reponse-en-double", says=message)
            seen.add(entry.text.casefold())


def _key(place: _Place, question: Question) -> Iterator[Finding]:
    match question:
        case ChoiceQuestion():
            yield from _choice(place, question)
        case OrderingQuestion():
            yield from _ordering(place, question)
        case PlacingQuestion():
            yield from _placing(place, question)
        case NumericQuestion():
            yield from _numeric(place, question)
        case DateQuestion():
            yield from _date(place, question)
        case FindErrorQuestion():
            faulty = [passage.faulty for passage in question.passages]
            yield from _selection(place, question, "passages", question.passages, faulty)
        case MissingDocumentsQuestion():
            missing = [document.missing for document in question.documents]
            yield from _selection(place, question, "documents", question.documents, missing)
        case FreeTextQuestion():
            return


def _choice(place: _Place, question: ChoiceQuestion) -> Iterator[Finding]:
    right = sum(option.correct for option in question.options)
    if question.type is QuestionType.SINGLE and right != 1:
        message = f"« single » : exactement une réponse juste (ici {right}) ; sinon écrivez « multiple »"
        yield place.at("type", code="reponse-juste", says=message)
    elif not right:
        yield place.at("type", code="reponse-juste", says="« multiple » : une réponse juste au moins")
    for number, option in enumerate(question.options):
        if option.correct and option.red_line:
            message = "une ligne rouge n'est jamais une réponse juste"
            yield place.at("options", number, "red_line", code="ligne-rouge-juste", says=message)


def _ordering(place: _Place, question: OrderingQuestion) -> Iterator[Finding]:
    ranks = [step.rank for step in question.steps]
    if sorted(ranks) != list(range(1, len(ranks) + 1)):
        message = f"les rangs vont de 1 à {len(ranks)}, une fois chacun"
        yield place.at("steps", code="reponse-juste", says=message)
    elif ranks == sorted(ranks):
        yield place.at("steps", code="ordre-donne", says="la liste est déjà dans le bon ordre : mélangez-la")


def _placing(place: _Place, question: PlacingQuestion) -> Iterator[Finding]:
    groups = {group.id for group in question.groups}
    used: set[str] = set()
    for number, thing in enumerate(question.things):
        if thing.group not in groups:
            message = f"« {thing.group} » n'est pas dans « groups »"
            yield place.at("things", number, "group", code="groupe-inconnu", says=message)
        elif question.type is QuestionType.MATCHING and thing.group in used:
            message = "« matching » : chaque réponse sert une fois ; sinon écrivez « categorise »"
            yield place.at("things", number, "group", code="reponse-juste", says=message)
        used.add(thing.group)


def _numeric(place: _Place, question: NumericQuestion) -> Iterator[Finding]:
    for number, mistake in enumerate(question.mistakes):
        if abs(mistake.value - question.expected) <= question.tolerance:
            message = "cette valeur est juste, à la tolérance près"
            yield place.at("mistakes", number, "value", code="reponse-juste", says=message)


def _date(place: _Place, question: DateQuestion) -> Iterator[Finding]:
    shown = set(question.days)
    for number, day in enumerate(question.accepted):
        if day not in shown:
            yield place.at("accepted", number, code="hors-bornes", says="ce jour n'est pas dans le calendrier")
    for number, mistake in enumerate(question.mistakes):
        if mistake.on not in shown:
            yield place.at("mistakes", number, "on", code="hors-bornes", says="ce jour n'est pas dans le calendrier")
        elif mistake.on in question.accepted:
            yield place.at("mistakes", number, "on", code="reponse-juste", says="ce jour est aussi une réponse juste")


def _selection(
    place: _Place,
    question: FindErrorQuestion | MissingDocumentsQuestion,
    key: str,
    entries: Sequence[Passage | Document],
    right: Sequence[bool],
) -> Iterator[Finding]:
    if not any(right) or all(right):
        yield place.at(key, code="reponse-juste", says="il faut au moins un élément à trouver, et un à laisser")
    for number, (entry, is_right) in enumerate(zip(entries, right, strict=True)):
        if entry.feedback is None and is_right:
            message = "ce qu'il fallait trouver a son commentaire : ajoutez « feedback »"
            yield place.at(key, number, code="commentaire-absent", says=message)
        elif entry.feedback is None and question.otherwise is None:
            message = "ajoutez « feedback » ici, ou « otherwise » à la question"
            yield place.at(key, number, code="commentaire-absent", says=message)


def _reason(place: _Place, question: Question) -> Iterator[Finding]:
    assert question.reason is not None  # noqa: S101 - asked by the caller
    options = question.reason.options
    yield from duplicates(place.quiz, "options", (*place.location, "reason"), [option.id for option in options])
    if sum(option.correct for option in options) != 1:
        yield place.at("reason", code="reponse-juste", says="« reason » : exactement une raison juste")
