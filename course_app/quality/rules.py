"""Survey questions, the rates shown to everybody and their formulas, the kinds of request. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

COMMENT_LIMIT = 1_000
REQUEST_LIMIT = 2_000
COLD_AFTER = timedelta(days=30)
"""Between the end of a path and the second survey: long enough for real calls, short enough to remember."""
ENOUGH = 5
"""Under this many people, no rate is shown: it would tell of somebody (security.md G2)."""


class SurveyKind(StrEnum):
    """When a survey is asked: at the end of a path, and a month later."""

    HOT = "a-chaud"
    COLD = "a-froid"


class RequestKind(StrEnum):
    """What a learner may ask of those who run the training."""

    COMPLAINT = "reclamation"
    ADAPTATION = "adaptation"


class RequestState(StrEnum):
    """Where a request is."""

    OPEN = "ouverte"
    ANSWERED = "repondue"


@dataclass(frozen=True)
class Asked:
    """A question of a survey: its slug, its French text, its answers by value, from the worst (1) to the best."""

    slug: str
    text: str
    answers: Mapping[str, str]


_AGREE = MappingProxyType({"1": "Pas du tout", "2": "Plutôt non", "3": "Plutôt oui", "4": "Tout à fait"})
SURVEYS: Mapping[SurveyKind, Sequence[Asked]] = MappingProxyType(
    {
        SurveyKind.HOT: (
            Asked("clair", "Les leçons étaient-elles claires ?", _AGREE),
            Asked("utile", "Ce que vous avez fait ressemble-t-il à votre travail ?", _AGREE),
            Asked("pret", "Vous sentez-vous prêt à appeler un client qui n'a pas payé ?", _AGREE),
            Asked("aide", "Avez-vous trouvé de l'aide quand il en fallait ?", _AGREE),
            Asked("conseil", "Conseilleriez-vous ce parcours à un collègue ?", _AGREE),
        ),
        SurveyKind.COLD: (
            Asked(
                "appels",
                "Combien de vrais clients en retard avez-vous appelés depuis ?",
                MappingProxyType({"1": "Aucun", "2": "Un ou deux", "3": "Trois à dix", "4": "Plus de dix"}),
            ),
            Asked(
                "promesses",
                "Combien ont promis une date de paiement ?",
                MappingProxyType(
                    {"1": "Aucun", "2": "Moins de la moitié", "3": "La moitié ou plus", "4": "Presque tous"}
                ),
            ),
            Asked("tenu", "Avez-vous rappelé le jour où une promesse n'était pas tenue ?", _AGREE),
            Asked("aise", "Êtes-vous plus à l'aise au téléphone qu'avant ?", _AGREE),
            Asked("conseil", "Conseilleriez-vous ce parcours à un collègue ?", _AGREE),
        ),
    }
)
SATISFIED = frozenset({"3", "4"})
RECOMMENDS = "conseil"


def is_due(kind: SurveyKind, completed_at: datetime | None, now: datetime) -> bool:
    """Tell whether a survey may be answered: the first once the path is complete, the second thirty days later."""
    if completed_at is None:
        return False
    return kind is SurveyKind.HOT or now >= completed_at + COLD_AFTER


@dataclass(frozen=True)
class Rate:
    """A rate as everybody reads it: `part` people out of `whole`; `percent` is None when too few to tell."""

    slug: str
    title: str
    formula: str
    part: int
    whole: int

    @property
    def percent(self) -> int | None:
        """The rate in whole percent, rounded to the nearest, 0 and 100 kept for nobody and all; None under `ENOUGH` people."""
        if self.whole < ENOUGH:
            return None
        near = round(100 * self.part / self.whole)
        return near if self.part in (0, self.whole) else min(max(near, 1), 99)


@dataclass(frozen=True)
class PathResults:
    """The rates of one path, as counted on a day."""

    title: str
    rates: tuple[Rate, ...]
    counted_on: date


def rates(asked: int, completed: int, tested: int, passed: int, surveyed: int, satisfied: int) -> tuple[Rate, ...]:
    """Return the rates of a path from counts of people; each count is a part of the one before in its pair."""
    return (
        Rate(
            "suivi",
            "Vont jusqu'au bout",
            "Personnes qui ont réussi le test, sur celles à qui le parcours a été confié.",
            completed,
            asked,
        ),
        Rate(
            "reussite",
            "Réussissent le test",
            "Personnes qui ont réussi le test (80 % au moins, sans ligne rouge), sur celles qui l'ont passé.",
            passed,
            tested,
        ),
        Rate(
            "satisfaction",
            "Le conseillent",
            "Personnes qui conseilleraient le parcours à un collègue, sur celles qui ont répondu à chaud.",
            satisfied,
            surveyed,
        ),
    )


@dataclass(frozen=True)
class RequestView:
    """A request as pages show it; `asker` is a first name, shown to administrators."""

    id: UUID
    kind: RequestKind
    asker: str
    text: str
    asked_at: datetime
    answer: str
    answered_at: datetime | None

    @property
    def state(self) -> RequestState:
        """Whether it was answered."""
        return RequestState.ANSWERED if self.answered_at else RequestState.OPEN
