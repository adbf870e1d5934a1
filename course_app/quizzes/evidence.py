"""What quizzes contribute to a dossier de preuve: results, the questions as they were asked, one's own answers.

Never the key of a question: a dossier travels, and what it shows could help an attempt (security.md S21).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from course_app.core.french import typeset
from course_app.library.model import ItemKind, Question, Quiz
from course_app.progress import service as progress
from course_app.progress.evidence import Part, Piece, Sheet, Shown, Wanted, day_of
from course_app.quizzes.asking import asking
from course_app.quizzes.kinds import judging
from course_app.quizzes.kinds.answers import Response
from course_app.quizzes.models import Answer, QuizAttempt

NOTE = "Une ligne par essai terminé. Les tests sont réussis à 80 % au moins, sans ligne rouge."
OWN_NOTE = "Une ligne par réponse, telle qu'elle a été enregistrée. Le numéro est celui du reçu montré alors."
_VERDICTS: Mapping[bool | None, str] = {True: "juste", False: "à revoir", None: "non noté"}


def evidence(session: Session, wanted: Wanted) -> Iterable[Piece]:
    """Yield the results of the path's quizzes; to the learner, their answers; then each version that was asked."""
    learner = wanted.learner
    ids = [ref.id for ref in wanted.path.items if ref.kind is ItemKind.QUIZ]
    attempts = session.scalars(
        select(QuizAttempt)
        .where(
            QuizAttempt.organisation_id == learner.organisation_id,
            QuizAttempt.learner_id == learner.user_id,
            QuizAttempt.quiz_id.in_(ids),
            QuizAttempt.finished_at.is_not(None),
        )
        .order_by(QuizAttempt.started_at, QuizAttempt.number)
    ).all()
    if not attempts:
        return
    answers = _answers(session, wanted, attempts)
    versions = {
        content_hash: quiz
        for content_hash, quiz in progress.pinned_all(session, {row.content_hash for row in attempts}).items()
        if isinstance(quiz, Quiz)
    }
    yield _results(wanted, attempts, answers, versions)
    if wanted.own:
        yield _given(attempts, answers, versions)
    yield from (_shown(quiz) for quiz in versions.values())


def _answers(session: Session, wanted: Wanted, attempts: Sequence[QuizAttempt]) -> dict[object, list[Answer]]:
    found: dict[object, list[Answer]] = {row.id: [] for row in attempts}
    rows = session.scalars(
        select(Answer)
        .where(Answer.organisation_id == wanted.learner.organisation_id, Answer.attempt_id.in_(found))
        .order_by(Answer.receipt)
    )
    for answer in rows:
        found[answer.attempt_id].append(answer)
    return found


def _results(
    wanted: Wanted,
    attempts: Sequence[QuizAttempt],
    answers: Mapping[object, list[Answer]],
    versions: Mapping[str, Quiz],
) -> Sheet:
    """Return one line per attempt for the learner; for anybody else one per quiz, its last result: no count of tries."""
    kept = attempts if wanted.own else list({row.quiz_id: row for row in attempts}.values())
    rows = []
    for row in kept:
        quiz = versions.get(row.content_hash)
        marked = [answer for answer in answers[row.id] if answer.correct is not None]
        right = sum(bool(answer.correct) for answer in marked)
        red = sum(answer.red_line for answer in marked)
        share = f"{right} sur {len(marked)}" if wanted.own else ""
        finished = day_of(row.finished_at)
        told = [quiz.title if quiz else row.quiz_id, finished, row.content_hash[:12]]
        rows.append((*told, share, str(red)) if wanted.own else tuple(told))
    own_columns = ("Réponses justes", "Lignes rouges") if wanted.own else ()
    columns = ("Évaluation", "Terminée le", "Version", *own_columns)
    return Sheet("evaluations", "Évaluations", typeset(NOTE), columns, tuple(rows))


def _given(
    attempts: Sequence[QuizAttempt], answers: Mapping[object, list[Answer]], versions: Mapping[str, Quiz]
) -> Sheet:
    rows = []
    for row in attempts:
        quiz = versions.get(row.content_hash)
        questions = {question.id: question for question in quiz.questions} if quiz else {}
        for answer in answers[row.id]:
            question = questions.get(answer.question_id)
            said = "\u202f; ".join(judging.words(question, answer.response)) if question else ""
            rows.append(
                (
                    str(answer.receipt),
                    quiz.title if quiz else row.quiz_id,
                    question.prompt if question else answer.question_id,
                    said,
                    _VERDICTS[answer.correct],
                    day_of(answer.answered_at),
                )
            )
    columns = ("Reçu", "Évaluation", "Question", "Réponse", "Verdict", "Le")
    return Sheet("reponses", "Mes réponses", typeset(OWN_NOTE), columns, tuple(rows))


def _shown(quiz: Quiz) -> Shown:
    parts = tuple(_part(number, question) for number, question in enumerate(quiz.questions, 1))
    return Shown(f"quiz-{quiz.id}-{quiz.content_hash[:12]}", quiz.title, quiz.content_hash, parts)


def _part(number: int, question: Question) -> Part:
    return Part(f"{number}. {question.prompt}", question.situation, tuple(_choices(question)))


def _choices(question: Question) -> Iterator[str]:
    yield from (f"{fact.label} : {fact.value}" for fact in question.facts)
    yield from (f"{line.who} : {line.text}" for line in question.transcript)
    asked = asking(question, Response(()))
    yield from (choice.label for choice in asked.choices)
    for row in asked.rows:
        yield f"{row.label} : {' / '.join(choice.label for choice in row.choices)}"
