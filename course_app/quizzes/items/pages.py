"""What the author's page of a quiz shows, and the same as lines of a spreadsheet. Makes no query, names nobody."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from course_app.core.french import decimal, long_date
from course_app.library.model import Question, Quiz, wording_hash
from course_app.quizzes.items.rules import ENOUGH_ANSWERS, Measure
from course_app.quizzes.items.service import Worth
from course_app.quizzes.kinds.judging import is_marked
from course_app.web.clock import PARIS

SHORT_HASH = 8
"""Characters of a wording's hash that a person compares."""

NOTHING_YET = Measure(0)


@dataclass(frozen=True)
class Version:
    """One wording of a question and what it is worth; `last_on` is empty for the one asked today."""

    prompt: str
    wording: str
    is_current: bool
    last_on: str
    measure: Measure

    @property
    def discrimination(self) -> str:
        """The discrimination as it is printed: « 0,34 », with a true minus; empty when there is none."""
        return signed(self.measure.discrimination)


@dataclass(frozen=True)
class Item:
    """A question: its place in the quiz (None when it is no longer asked), today's wording, earlier ones after it."""

    number: int | None
    id: str
    versions: tuple[Version, ...]


@dataclass(frozen=True)
class ItemsPage:
    """The author's view of a quiz."""

    quiz: Quiz
    items: tuple[Item, ...]
    unmarked: int
    enough: int
    counted_at: datetime | None
    """When the answers were last counted; None when they never were."""


def signed(value: float | None) -> str:
    """Return a correlation with two decimals, in French; empty for None."""
    if value is None:
        return ""
    return decimal(Decimal(f"{value:.2f}"), 2).replace("-", "−")


def items_page(quiz: Quiz, asked: Sequence[Question], worth: Worth) -> ItemsPage:
    """Build the page: questions asked today in their order, then those that were asked once."""
    marked = [question for question in asked if is_marked(question)]
    today = [
        Item(number, question.id, _versions(question, worth))
        for number, question in enumerate(asked, 1)
        if question in marked
    ]
    gone = dict.fromkeys(name for name, _wording in worth.wordings if name not in {each.id for each in asked})
    once = [Item(None, name, tuple(_older(name, "", worth))) for name in gone]
    return ItemsPage(quiz, (*today, *once), len(asked) - len(marked), ENOUGH_ANSWERS, worth.counted_at)


def _versions(question: Question, worth: Worth) -> tuple[Version, ...]:
    wording = wording_hash(question)
    measure = worth.measures.get((question.id, wording), NOTHING_YET)
    current = Version(question.prompt, wording[:SHORT_HASH], True, "", measure)
    return (current, *_older(question.id, wording, worth))


def _older(name: str, current: str, worth: Worth) -> Iterator[Version]:
    """Yield the wordings of a question that are no longer asked, the latest first."""
    past = [(wording, told) for (each, wording), told in worth.wordings.items() if each == name and wording != current]
    for wording, told in sorted(past, key=lambda each: (each[1].last_at, each[0]), reverse=True):
        yield Version(
            told.question.prompt, wording[:SHORT_HASH], False, _day(told.last_at), worth.measures[name, wording]
        )


def _day(moment: datetime) -> str:
    return long_date(moment.astimezone(PARIS).date())


COLUMNS = (
    "quiz", "question", "formulation", "posée aujourd'hui", "premières réponses", "réussite (%)", "discrimination",
    "réponses comparées", "erreur la plus fréquente", "part de cette erreur (%)",
    "main au feu : réponses", "main au feu : justes", "je crois : réponses", "je crois : justes",
    "pile ou face : réponses", "pile ou face : justes", "non dite : réponses", "non dite : justes", "question posée",
)  # fmt: skip


def lines(page: ItemsPage) -> Iterator[tuple[str, ...]]:
    """Yield the page as lines of a spreadsheet, `COLUMNS` first; what is too early to judge stays blank."""
    yield COLUMNS
    for item in page.items:
        for version in item.versions:
            measure = version.measure
            mistake = measure.mistake
            yield tuple(
                _safe(each)
                for each in (
                    page.quiz.id,
                    item.id,
                    version.wording,
                    "oui" if version.is_current and item.number else "non",
                    str(measure.answers),
                    _blank(measure.success),
                    version.discrimination.replace("−", "-"),
                    "" if measure.is_early else str(measure.compared),
                    mistake.text if mistake else "",
                    str(mistake.percent) if mistake else "",
                    *_degrees(measure),
                    version.prompt,
                )
            )


def _degrees(measure: Measure) -> Iterable[str]:
    if measure.is_early:
        return [""] * 8
    return [str(each) for degree in measure.degrees for each in (degree.answers, degree.right)]


def _blank(value: int | None) -> str:
    return "" if value is None else str(value)


def _safe(cell: str) -> str:
    """Return a cell that a spreadsheet shows and never runs (security.md S60); a negative number stays one."""
    is_number = cell.replace(",", "", 1).lstrip("-").isdigit()
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") and not is_number else cell
