"""From our questions to what both formats can say, and back: what is lost is refused, what is missing is marked.

A foreign question has one feedback where ours say three things: what it does not say is left « À COMPLÉTER », which
`course check` then points at. Nothing of ours is invented.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from course_app.library.banks.neutral import ANYTHING, Answer, Lost, Native, Refused, sealed, unsealed
from course_app.library.questions import (
    ChoiceQuestion,
    DateQuestion,
    Document,
    Feedback,
    FindErrorQuestion,
    FreeTextQuestion,
    MissingDocumentsQuestion,
    NumericQuestion,
    OrderingQuestion,
    Passage,
    PlacingQuestion,
    Question,
    QuestionType,
    Unit,
)
from course_app.library.skeletons import TO_WRITE

LINE = 300


def to_native(question: Question) -> Native:
    """Return a question of ours as both formats say it, sealed: read again untouched, it comes back whole."""
    native = _NATIVES[type(question)](question)
    body = question.model_dump(mode="json", exclude_defaults=True) | {"type": question.type.value}
    return Native(**{**vars(native), "seal": sealed(native, body)})


def _native(question: Question, kind: str, answers: Sequence[Answer], **more: Any) -> Native:
    return Native(kind, question.id, f"{question.situation.strip()}\n\n{question.prompt}", tuple(answers), **more)


def _told(feedback: Feedback | None) -> str:
    return f"{feedback.consequence}\n{feedback.reason}\n{feedback.rule}" if feedback else ""


def _selected(question: Question, rows: Sequence[tuple[str, bool, Feedback | None]], *, single: bool) -> Native:
    right = sum(is_right for _, is_right, _ in rows)
    share = Decimal(100) if single else (Decimal(100) / right).quantize(Decimal("0.00001")).normalize() + 0
    wrong = Decimal(0) if single else -share
    answers = [Answer(text, share if is_right else wrong, _told(feedback)) for text, is_right, feedback in rows]
    return _native(question, "multichoice", answers, single=single)


def _choice(question: ChoiceQuestion) -> Native:
    rows = [(each.text, each.correct, each.feedback) for each in question.options]
    return _selected(question, rows, single=question.type is QuestionType.SINGLE)


def _entries(entries: Sequence[Passage | Document], rights: Sequence[bool], otherwise: Feedback | None) -> Any:
    return [(each.text, right, each.feedback or otherwise) for each, right in zip(entries, rights, strict=True)]


def _passages(question: FindErrorQuestion) -> Native:
    rights = [each.faulty for each in question.passages]
    return _selected(question, _entries(question.passages, rights, question.otherwise), single=False)


def _documents(question: MissingDocumentsQuestion) -> Native:
    rights = [each.missing for each in question.documents]
    return _selected(question, _entries(question.documents, rights, question.otherwise), single=False)


def _ordering(question: OrderingQuestion) -> Native:
    pairs = [Answer(step.text, Decimal(100), match=str(step.rank)) for step in question.steps]
    return _native(question, "matching", pairs, general=_told(question.right))


def _placing(question: PlacingQuestion) -> Native:
    groups = {group.id: group.text for group in question.groups}
    pairs = [Answer(thing.text, Decimal(100), match=groups[thing.group]) for thing in question.things]
    used = {thing.group for thing in question.things}
    pairs += [Answer("", Decimal(100), match=text) for group, text in groups.items() if group not in used]
    return _native(question, "matching", pairs, general=_told(question.right))


def _numeric(question: NumericQuestion) -> Native:
    rows = [(question.expected, Decimal(100), question.right)]
    rows += [(each.value, Decimal(0), each.feedback) for each in question.mistakes]
    tolerance = str(question.tolerance)
    answers = [Answer(str(value), percent, _told(told), tolerance=tolerance) for value, percent, told in rows]
    return _native(question, "numerical", answers, general=_told(question.otherwise))


def _date(question: DateQuestion) -> Native:
    answers = [Answer(day.isoformat(), Decimal(100), _told(question.right)) for day in question.accepted]
    return _native(question, "shortanswer", answers, general=_told(question.otherwise))


def _text(question: FreeTextQuestion) -> Native:
    return _native(question, "essay", [], general=question.model)


_NATIVES: dict[type, Callable[[Any], Native]] = {
    ChoiceQuestion: _choice,
    FindErrorQuestion: _passages,
    MissingDocumentsQuestion: _documents,
    OrderingQuestion: _ordering,
    PlacingQuestion: _placing,
    NumericQuestion: _numeric,
    DateQuestion: _date,
    FreeTextQuestion: _text,
}


def from_native(native: Native) -> dict[str, Any] | Refused:
    """Return a question as authors write it, or why it cannot be taken without losing something."""
    ours = unsealed(native)
    if ours is not None:
        return ours
    make = _TAKEN.get(native.kind)
    if make is None:
        return Refused(native.line, native.name, _REFUSED[native.kind])
    try:
        return {"id": slug(native.name), **_asked(native.text), **make(native)}
    except Lost as lost:
        return Refused(native.line, native.name, str(lost))


_REFUSED = {
    "truefalse": "vrai ou faux : il faut ici trois ou quatre décisions",
    "shortanswer": "une réponse écrite qui serait corrigée mot à mot",
}


def slug(name: str) -> str:
    """Return an identifier made of a name."""
    ascii_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return "-".join(re.findall(r"[a-z0-9]+", ascii_name))[:60].strip("-") or "question"


def _asked(text: str) -> dict[str, str]:
    """Return situation and prompt: the last paragraph asks, when it is short enough."""
    before, _blank, last = text.rpartition("\n\n")
    if len(last) > LINE:
        return {"situation": text, "prompt": f"{TO_WRITE} : la question"}
    return {"situation": before or f"{TO_WRITE} : la situation", "prompt": last}


def _feedback(told: str) -> dict[str, str]:
    lines = [line.strip() for line in told.split("\n") if line.strip()]
    kept = [*lines[:2], " ".join(lines[2:])] if len(lines) > 2 else [*lines, *[TO_WRITE] * (3 - len(lines))]
    return dict(zip(("consequence", "reason", "rule"), kept, strict=True))


def _options(native: Native) -> dict[str, Any]:
    if not 3 <= len(native.answers) <= 4:
        raise Lost(f"{len(native.answers)} réponses : il en faut trois ou quatre")
    given = {answer.percent for answer in native.answers if answer.percent > 0}
    if len(given) != 1 or (native.single and given != {Decimal(100)}):
        raise Lost("des réponses justes en partie seulement, que nous compterions autrement")
    options = [
        {
            "id": letter,
            "text": answer.text,
            **({"correct": True} if answer.percent > 0 else {}),
            "feedback": _feedback(answer.feedback),
        }
        for letter, answer in zip("abcd", native.answers, strict=False)
    ]
    return {"type": "single" if native.single else "multiple", "options": options}


def _pairs(native: Native) -> dict[str, Any]:
    groups = list(dict.fromkeys(answer.match for answer in native.answers))
    things = [answer for answer in native.answers if answer.text]
    if not (2 <= len(groups) <= 8 and 2 <= len(things) <= 10) or any(len(group) > LINE for group in groups):
        raise Lost("trop peu ou trop de paires : deux à dix, et huit réponses courtes au plus")
    ids = {group: f"g{number}" for number, group in enumerate(groups, 1)}
    placed = [
        {"id": f"c{number}", "text": answer.text, "group": ids[answer.match], "feedback": _feedback("")}
        for number, answer in enumerate(things, 1)
    ]
    once = len({answer.match for answer in things}) == len(things)
    return {
        "type": "matching" if once else "categorise",
        "groups": [{"id": name, "text": group} for group, name in ids.items()],
        "things": placed,
        "right": _feedback(native.general),
    }


def _number(native: Native) -> dict[str, Any]:
    rights = [answer for answer in native.answers if answer.percent == 100 and answer.text != ANYTHING]
    others = [answer.feedback for answer in native.answers if answer.percent == 0 and answer.text == ANYTHING]
    wrongs = [answer for answer in native.answers if answer.percent == 0 and answer.text != ANYTHING]
    if len(others) > 1 or (others and others[0] and native.general):
        raise Lost("deux explications pour les autres nombres")
    if len(rights) != 1 or len(rights) + len(wrongs) + len(others) != len(native.answers):
        raise Lost("plusieurs nombres justes, ou justes en partie seulement")
    units = {unit.value for unit in Unit}
    if native.unit and native.unit not in units:
        raise Lost(f"l'unité « {native.unit} »")
    return {
        "type": "numeric",
        "expected": float(rights[0].text),
        "tolerance": float(rights[0].tolerance or 0),
        "unit": native.unit or Unit.COUNT.value,
        "mistakes": [{"value": float(answer.text), "feedback": _feedback(answer.feedback)} for answer in wrongs],
        "right": _feedback(rights[0].feedback),
        "otherwise": _feedback(native.general or "".join(others)),
    }


def _essay(native: Native) -> dict[str, Any]:
    model = native.general or next((answer.text for answer in native.answers), "") or f"{TO_WRITE} : un modèle"
    criteria = [{"id": f"c{number}", "text": f"{TO_WRITE} : critère {number}", "why": TO_WRITE} for number in (1, 2)]
    return {"type": "free-text", "criteria": criteria, "model": model}


_TAKEN: dict[str, Callable[[Native], dict[str, Any]]] = {
    "multichoice": _options,
    "matching": _pairs,
    "numerical": _number,
    "essay": _essay,
}
