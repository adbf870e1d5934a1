"""What a file of a portfolio game says of itself: its state, what is known, a hint. From what can be seen only."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from course_app.core.french import count, typeset, weekday_date
from course_app.exercise.engine.contract_desk import Standing
from course_app.exercise.engine.vocabulary import (
    DEADLINES,
    EXPIRED,
    FRESH_CALL,
    FRESH_MAIL,
    LAPSED,
    NOT_DUE,
    NOTICES,
    PLANS,
    PROMISED,
    Cause,
    Documents,
    Event,
    Observation,
    Profile,
    Stage,
    State,
)

CAUSES = {
    Profile.ORDINARY: "un simple retard",
    Profile.FORGETFUL: "un oubli",
    Profile.LOST_INVOICE: "une facture perdue",
    Profile.LARGE_ACCOUNT: "un circuit de paiement très formel",
    Profile.SINCERE_DISPUTE: "un vrai litige",
    Profile.IMAGINARY_DISPUTE: "un litige de façade",
    Profile.SHORT_OF_CASH: "une trésorerie tendue",
    Profile.STRATEGIST: "un retard calculé",
    Profile.FRAUDSTER: "une fraude",
    Profile.NEARLY_INSOLVENT: "une faillite proche",
}
"""Hidden causes as one says them; told by the debrief only."""
SAID = {
    Observation.PROMISE: "Dernière réponse : une promesse de paiement.",
    Observation.PAPER: "Dernière réponse : il manque quelque chose à la facture.",
    Observation.DISPUTE: "Dernière réponse : le client conteste.",
    Observation.CASH: "Dernière réponse : la trésorerie est tendue.",
    Observation.EVASIVE: "Dernière réponse : rien de précis.",
}
_LADDER = (
    "Aucune relance n'est encore partie.",
    "Une relance est partie.",
    "Deux relances ou plus sont parties.",
    "Un dernier avis est parti.",
    "Une mise en demeure est partie.",
    "Une sommation a été délivrée.",
)
_CREDIBILITY = {
    1: "Une annonce n'a pas été suivie d'effet : on vous croit moins.",
    0: "Vos annonces n'ont pas été tenues : on ne vous croit plus guère.",
}
_ENDED = {
    Event.PAID: "Payée",
    Event.FAILED: "Procédure collective",
    Event.WRITTEN_OFF: "Passée en pertes",
    Event.OPPOSED: "Opposition : transaction trouvée",
    Event.UNPAID_TITLE: "Titre obtenu, payé en partie",
}
_ENDED_STANDINGS = {Event.PAID: Standing.PAID, Event.FAILED: Standing.FAILED, Event.WRITTEN_OFF: Standing.WRITTEN_OFF}
_STANDINGS = (
    (NOT_DUE, Standing.NOT_DUE),
    (PROMISED, Standing.PROMISED),
    (LAPSED, Standing.LAPSED),
    (PLANS, Standing.PLAN),
    (frozenset({Stage.AGENCY}), Standing.AGENCY),
    (frozenset({Stage.ORDER, Stage.REFERE}), Standing.COURT),
    (DEADLINES | EXPIRED, Standing.NOTICE),
)


@dataclass(frozen=True)
class Seen:
    """What a file shows at one séance: its observable state and the last words heard that still hold.

    `ended` is how it closed, as far as known; None while it is open. `ends_on` is the last day of what runs.
    """

    state: State
    heard: Observation | None
    lapses: int
    ended: Event | None
    ends_on: date | None


def standing(seen: Seen) -> Standing:
    """Return where a file stands."""
    if seen.ended is not None:
        return _ENDED_STANDINGS.get(seen.ended, Standing.COURT)
    if seen.heard is Observation.DISPUTE and seen.state.stage not in PROMISED | LAPSED | DEADLINES | EXPIRED:
        return Standing.DISPUTED
    return next((name for stages, name in _STANDINGS if seen.state.stage in stages), Standing.OVERDUE)


def label(seen: Seen) -> str:
    """Return the state of a file in a few words."""
    if seen.ended is not None:
        return _ENDED.get(seen.ended, "Dossier clos")
    until = f" jusqu'au {weekday_date(seen.ends_on)}" if seen.ends_on else ""
    return typeset(_label(seen, until))


def _label(seen: Seen, until: str) -> str:
    stage = seen.state.stage
    if stage in PROMISED and seen.ends_on:
        return f"Paiement promis pour le {weekday_date(seen.ends_on)}"
    if stage in DEADLINES:
        what = (
            "Mise en demeure"
            if stage in NOTICES
            else "Sommation"
            if stage.name.startswith("SUMMONS")
            else "Dernier avis"
        )
        return f"{what} : délai{until}"
    if stage in PLANS:
        left = int(stage.name[-1])
        return f"Échéancier accepté : reste {count(left, 'mensualité')}"
    words = {
        **dict.fromkeys(NOT_DUE, "Pas encore échue"),
        **dict.fromkeys(LAPSED, "Promesse non tenue"),
        **dict.fromkeys(EXPIRED, "Délai expiré : que faites-vous ?"),
        **dict.fromkeys(FRESH_MAIL, "Mail envoyé, sans réponse"),
        **dict.fromkeys(FRESH_CALL, "Vous venez de vous parler"),
        Stage.ORDER: "Injonction de payer en cours",
        Stage.REFERE: "Référé en cours",
        Stage.AGENCY: "Confié à l'agence",
    }
    return words.get(stage, "En retard, rien en cours" if seen.state.ladder else "En retard, jamais relancé")


def known(seen: Seen) -> tuple[str, ...]:
    """Return what is known of the delay, one sentence each."""
    return tuple(typeset(sentence) for sentence in _known(seen))


def _known(seen: Seen) -> Iterator[str]:
    state = seen.state
    if seen.ended is not None:
        yield from _after(seen.ended)
        return
    yield _LADDER[state.ladder] if state.stage not in NOT_DUE else "La facture arrive à échéance dans quelques jours."
    if seen.heard is not None:
        yield SAID[seen.heard]
    if seen.lapses:
        yield f"Paroles non tenues jusqu'ici : {seen.lapses}."
    if state.cause is Cause.CONFORMITY:
        yield "La facture a été corrigée et renvoyée."
    if state.cause is Cause.DISPUTE:
        yield "Le litige a été traité par écrit."
    if state.hold:
        yield "Les livraisons sont suspendues."
    if state.documents is not Documents.PRESENT:
        yield "Le dossier de preuve est incomplet."
    if state.credibility < 2:
        yield _CREDIBILITY[state.credibility]


def _after(ended: Event) -> Iterator[str]:
    if ended is Event.FAILED:
        yield "Le jugement d'ouverture est publié au BODACC, le bulletin des annonces commerciales."
        yield "Toute relance s'arrête : la créance est déclarée au mandataire."
    elif ended is Event.PAID:
        yield "Il n'y a plus rien à réclamer."
    elif ended is Event.OPPOSED:
        yield "Le client s'est opposé à la décision. Une transaction a mis fin au procès."
    elif ended is Event.UNPAID_TITLE:
        yield "Vous avez un titre, mais le client n'avait plus de quoi tout payer."
    else:
        yield "Le dossier est clos."


_HINTS_BY_STAGE = (
    (LAPSED, "Une promesse vient de tomber. Combien de jours laisserez-vous passer avant d'en reparler ?"),
    (EXPIRED, "Vous aviez annoncé une suite. Que vaudra votre prochaine annonce si rien ne vient ?"),
    (PROMISED, "La date promise n'est pas passée. Que gagneriez-vous à insister aujourd'hui ?"),
    (DEADLINES, "Le délai que vous avez donné court encore. Qu'est-ce qui peut se préparer pendant ce temps ?"),
    (NOT_DUE, "Rien n'est dû. Que vérifier avec le client pour que tout soit prêt le jour venu ?"),
)
_HINTS_BY_WORDS = {
    Observation.PAPER: "Le client dit ce qui manque. Qui peut le lui fournir, et quand ?",
    Observation.DISPUTE: "Le client conteste. Faut-il durcir le ton, ou savoir d'abord s'il a raison ?",
    Observation.CASH: "Le client manque d'argent. Vaut-il mieux un refus aujourd'hui ou des dates tenables ?",
    Observation.EVASIVE: "La réponse ne dit rien. Quelle question obtiendrait une date ?",
}
_HINTS_BY_LADDER = (
    (0, "Ce client ne sait peut-être pas qu'il est en retard. Quel premier pas ne vexe personne ?"),
    (3, "Le silence a plusieurs causes. Laquelle ne connaissez-vous pas encore ?"),
    (5, "Les relances ont dit ce qu'elles pouvaient. Avez-vous de quoi prouver, et la suite est-elle prête ?"),
)


def hint(seen: Seen) -> str:
    """Return the hint of guided play: a question to ask oneself, never the answer."""
    staged = next((text for stages, text in _HINTS_BY_STAGE if seen.state.stage in stages), None)
    worded = _HINTS_BY_WORDS.get(seen.heard) if seen.heard else None
    climbed = next(text for ladder, text in _HINTS_BY_LADDER if seen.state.ladder <= ladder)
    return typeset(staged or worded or climbed)
