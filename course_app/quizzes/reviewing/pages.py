"""What « Questions à revoir » shows: the published questions, ranked, fifty at a time. Makes no query, names nobody."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from course_app.library.catalog import Catalog
from course_app.library.model import ItemKind, Module, Quiz, QuizKind, wording_hash
from course_app.quizzes.items.pages import signed
from course_app.quizzes.items.service import asked_today
from course_app.quizzes.kinds.judging import is_marked
from course_app.quizzes.reviewing import rules
from course_app.quizzes.reviewing.models import QuestionMeasure
from course_app.quizzes.reviewing.rules import Doubt, Reason, Tally

PER_PAGE = 50
WITHIN = "/"
"""Between the id of a path and that of one of its modules, where one of them is chosen."""
NEVER_ANSWERED = Tally(0)


@dataclass(frozen=True)
class Asked:
    """A question asked today: where, and its place among the questions measured there (from 1)."""

    quiz: Quiz
    place: int
    prompt: str


@dataclass(frozen=True)
class Line:
    """One question to review: its rank (from 1), its words, why it is there."""

    rank: int
    asked: Asked
    doubt: Doubt
    mistake: str

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Why it is there, the most serious reason first."""
        return self.doubt.reasons

    @property
    def answers(self) -> int:
        """How many people answered it."""
        return self.doubt.tally.answers

    @property
    def right(self) -> int:
        """People who were right, in whole percent."""
        return self.doubt.tally.percent(self.doubt.tally.right)

    @property
    def mistaken(self) -> int:
        """People who made the most common error, in whole percent."""
        return self.doubt.tally.percent(self.doubt.tally.mistaken)

    @property
    def sure_and_wrong(self) -> int:
        """People who were wrong and sure, in whole percent."""
        return self.doubt.tally.percent(self.doubt.tally.sure_and_wrong)

    @property
    def discrimination(self) -> str:
        """The discrimination as it is printed."""
        return signed(self.doubt.tally.discrimination)


@dataclass(frozen=True)
class ReviewPage:
    """Some of the questions to review. `early` and `judged` count the questions chosen; `most` is the most answered."""

    lines: tuple[Line, ...]
    found: int
    judged: int
    early: int
    most: int
    number: int
    pages: int
    counted_at: datetime | None


def quizzes_of(catalog: Catalog, scope: str, quiz_id: str) -> dict[str, Quiz]:
    """Return the quizzes of a path, of one of its modules (« path/module ») or of nothing chosen; `quiz_id` narrows it.

    A quiz is of a module that lists it or its lesson. Placements are not there: their answers measure a path.
    """
    chosen = {key: quiz for key, quiz in catalog.quizzes.items() if quiz.kind_of_quiz is not QuizKind.PLACEMENT}
    if scope:
        modules = [module for value, module in _modules(catalog) if value == scope or value.startswith(scope + WITHIN)]
        listed: set[tuple[ItemKind, str | None]] = {ref.key for module in modules for ref in module.items}
        chosen = {key: quiz for key, quiz in chosen.items() if _is_listed(quiz, listed)}
    return {key: quiz for key, quiz in chosen.items() if quiz_id in ("", key)}


def _is_listed(quiz: Quiz, listed: Collection[tuple[ItemKind, str | None]]) -> bool:
    return (ItemKind.QUIZ, quiz.id) in listed or (ItemKind.LESSON, quiz.lesson) in listed


def _modules(catalog: Catalog) -> Iterator[tuple[str, Module]]:
    for path in catalog.paths.values():
        for module in path.modules:
            yield f"{path.id}{WITHIN}{module.id}", module


def asked_now(quizzes: Mapping[str, Quiz], published: Mapping[str, Quiz]) -> dict[tuple[str, str, str], Asked]:
    """Return the measured questions of some quizzes by (quiz, question, wording), in the order of the quizzes."""
    found = {}
    for quiz in quizzes.values():
        marked = [each for each in asked_today(quiz, published) if is_marked(each)]
        for place, question in enumerate(marked, 1):
            found[quiz.id, question.id, wording_hash(question)] = Asked(quiz, place, question.prompt)
    return found


def review_page(
    asked: Mapping[tuple[str, str, str], Asked],
    rows: Mapping[tuple[str, str, str], QuestionMeasure],
    number: int,
    counted_at: datetime | None,
) -> ReviewPage:
    """Return page `number` (from 1) of the questions to review; a number beyond the last page gives the last one."""
    tallies = {key: _tally(rows[key]) if key in rows else NEVER_ANSWERED for key in asked}
    ranked = rules.ranked(tallies)
    pages = max(1, -(-len(ranked) // PER_PAGE))
    number = min(max(number, 1), pages)
    first = (number - 1) * PER_PAGE
    early = sum(tally.is_early for tally in tallies.values())
    return ReviewPage(
        lines=tuple(
            Line(rank, asked[key], doubt, rows[key].mistake or "")
            for rank, (key, doubt) in enumerate(ranked[first : first + PER_PAGE], first + 1)
        ),
        found=len(ranked),
        judged=len(tallies) - early,
        early=early,
        most=max((tally.answers for tally in tallies.values()), default=0),
        number=number,
        pages=pages,
        counted_at=counted_at,
    )


def _tally(row: QuestionMeasure) -> Tally:
    return Tally(row.answers, row.correct, row.sure_and_wrong, row.mistaken, row.discrimination, row.compared)
