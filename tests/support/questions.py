"""One small question of each kind, for tests that need no content."""

from datetime import date
from decimal import Decimal

from course_app.library.questions import (
    ChoiceQuestion,
    Criterion,
    DateQuestion,
    DayMistake,
    Document,
    Feedback,
    FindErrorQuestion,
    FreeTextQuestion,
    Group,
    MissingDocumentsQuestion,
    NumberMistake,
    NumericQuestion,
    Option,
    OrderingQuestion,
    Passage,
    Placed,
    PlacingQuestion,
    Question,
    QuestionType,
    Reason,
    Step,
    Unit,
)

IDS = "abcd"


def feedback(name: str) -> Feedback:
    """Return a feedback whose three texts carry a name."""
    return Feedback(consequence=f"Conséquence {name}.", reason=f"Raison {name}.", rule=f"Règle {name}.")


def options(right: str, red_lines: str = "", size: int = 4) -> tuple[Option, ...]:
    """Return options a, b, c… that are right when named in `right`."""
    return tuple(
        Option(
            id=each, text=f"Option {each}", correct=each in right, red_line=each in red_lines, feedback=feedback(each)
        )
        for each in IDS[:size]
    )


def _asked(name: str, **values: object) -> dict[str, object]:
    return {"id": name, "situation": "<p>Un cas.</p>", "prompt": f"Que faites-vous, {name} ?", **values}


def choice(
    right: str, kind: QuestionType = QuestionType.MULTIPLE, red_lines: str = "", size: int = 4, **values: object
) -> ChoiceQuestion:
    """Return a question of single or multiple choice."""
    return ChoiceQuestion(**_asked(kind.value, type=kind, options=options(right, red_lines, size), **values))


def ordering(ranks: tuple[int, ...] = (2, 1, 4, 3)) -> OrderingQuestion:
    """Return a question whose steps, shown in this order, have these ranks."""
    steps = tuple(
        Step(id=f"s{place}", text=f"Étape {rank}", rank=rank, feedback=feedback(f"étape {rank}"))
        for place, rank in enumerate(ranks)
    )
    return OrderingQuestion(**_asked("ordering", type=QuestionType.ORDERING, steps=steps, right=feedback("ordre")))


def placing(groups: str = "xyz", kind: QuestionType = QuestionType.CATEGORISE) -> PlacingQuestion:
    """Return a question whose things t0, t1… belong to the groups named, one letter each."""
    boxes = tuple(Group(id=each, text=f"Groupe {each}") for each in "xyz")
    things = tuple(
        Placed(id=f"t{number}", text=f"Chose {number}", group=group, feedback=feedback(f"chose {number}"))
        for number, group in enumerate(groups)
    )
    return PlacingQuestion(**_asked(kind.value, type=kind, groups=boxes, things=things, right=feedback("rangement")))


def numeric(expected: str = "131.43", tolerance: str = "0.01", unit: Unit = Unit.EURO) -> NumericQuestion:
    """Return a question whose answer is a number; the double of it is a mistake that has a name."""
    mistake = NumberMistake(value=Decimal(expected) * 2, feedback=feedback("doublé"))
    return NumericQuestion(
        **_asked(
            "numeric", type=QuestionType.NUMERIC, expected=Decimal(expected), tolerance=Decimal(tolerance), unit=unit,
            mistakes=(mistake,), right=feedback("calcul"), otherwise=feedback("autre calcul"),
        )
    )  # fmt: skip


def day() -> DateQuestion:
    """Return a question whose right day is Friday 27 November 2026."""
    return DateQuestion(
        **_asked(
            "date", type=QuestionType.DATE, first=date(2026, 11, 23), last=date(2026, 12, 4),
            accepted=(date(2026, 11, 27),), mistakes=(DayMistake(on=date(2026, 11, 26), feedback=feedback("veille")),),
            right=feedback("jour"), otherwise=feedback("autre jour"),
        )
    )  # fmt: skip


def find_error() -> FindErrorQuestion:
    """Return a letter of four passages, two of them faulty."""
    passages = (
        Passage(id="p1", text="Bonjour,"),
        Passage(id="p2", text="Vos biens seront saisis lundi.", faulty=True, feedback=feedback("saisie")),
        Passage(id="p3", who="Nadia", text="La facture est jointe."),
        Passage(id="p4", text="Votre patron le saura.", faulty=True, feedback=feedback("patron")),
    )
    return FindErrorQuestion(
        **_asked("find-error", type=QuestionType.FIND_ERROR, passages=passages, otherwise=feedback("passage sain"))
    )


def missing_documents() -> MissingDocumentsQuestion:
    """Return a file of four pieces, one of which is missing."""
    documents = (
        Document(id="devis", text="Devis signé"),
        Document(id="bl", text="Bon de livraison", missing=True, feedback=feedback("bon")),
        Document(id="facture", text="Facture"),
        Document(id="cgv", text="Conditions générales"),
    )
    values = {"type": QuestionType.MISSING_DOCUMENTS, "documents": documents, "otherwise": feedback("pièce présente")}
    return MissingDocumentsQuestion(**_asked("missing-documents", **values))


def free_text() -> FreeTextQuestion:
    """Return a text to write, with two criteria."""
    criteria = (
        Criterion(id="montant", text="Le montant est écrit.", why="Le lecteur sait quoi payer."),
        Criterion(id="date", text="Une date est demandée.", why="Une date se vérifie."),
    )
    model = "Bonjour, la facture 12 de 480 € est échue. Quel jour la réglez-vous ?"
    return FreeTextQuestion(**_asked("free-text", type=QuestionType.FREE_TEXT, criteria=criteria, model=model))


def with_reason(question: Question) -> Question:
    """Return a question that also asks « La raison ? »; reason b is right."""
    return question.model_copy(update={"reason": Reason(prompt="Parce que…", options=options("b", size=3))})


def every_kind() -> tuple[Question, ...]:
    """Return one question of each type."""
    return (
        choice("b", QuestionType.SINGLE),
        choice("ac"),
        ordering(),
        placing("xyz", QuestionType.MATCHING),
        placing("xxyz"),
        numeric(),
        day(),
        find_error(),
        missing_documents(),
        free_text(),
    )
