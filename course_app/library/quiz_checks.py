"""What makes a quiz fair: right options that fit the type of question, ids and texts that differ."""

from collections.abc import Iterable, Iterator

from course_app.library.files import QuizFile, Written
from course_app.library.model import Finding, Question, QuestionType
from course_app.library.yaml_reader import Location


def quiz_findings(quiz: Written[QuizFile]) -> Iterator[Finding]:
    """Yield the faults of a quiz that no single key shows."""
    yield from duplicates(quiz, "questions", (), [question.id for question in quiz.value.questions])
    for number, question in enumerate(quiz.value.questions):
        location: Location = ("questions", number)
        yield from duplicates(quiz, "options", location, [option.id for option in question.options])
        yield from _right_options(quiz, location, question)
        yield from _options(quiz, location, question)


def duplicates(written: Written[QuizFile], key: str, under: Location, ids: Iterable[str]) -> Iterator[Finding]:
    """Yield a finding at each id of a list that was already used in it."""
    seen: set[str] = set()
    for number, one in enumerate(ids):
        if one in seen:
            message = f"l'identifiant « {one} » sert déjà plus haut"
            yield written.finding((*under, key, number, "id"), "identifiant-en-double", message)
        seen.add(one)


def _right_options(quiz: Written[QuizFile], location: Location, question: Question) -> Iterator[Finding]:
    right = sum(option.correct for option in question.options)
    if question.type is QuestionType.SINGLE and right != 1:
        message = f"« single » : exactement une réponse juste (ici {right}) ; sinon écrivez « multiple »"
        yield quiz.finding((*location, "type"), "reponse-juste", message)
    elif not right:
        yield quiz.finding((*location, "type"), "reponse-juste", "« multiple » : une réponse juste au moins")


def _options(quiz: Written[QuizFile], location: Location, question: Question) -> Iterator[Finding]:
    texts: set[str] = set()
    for number, option in enumerate(question.options):
        place: Location = (*location, "options", number)
        if option.correct and option.red_line:
            yield quiz.finding(
                (*place, "red_line"), "ligne-rouge-juste", "une ligne rouge n'est jamais une réponse juste"
            )
        if option.text.casefold() in texts:
            yield quiz.finding((*place, "text"), "reponse-en-double", "cette réponse est déjà proposée plus haut")
        texts.add(option.text.casefold())
