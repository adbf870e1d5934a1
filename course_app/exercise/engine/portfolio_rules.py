"""What can be done on a file of a portfolio game now, and the refusals of a move, in French.

Everything here follows from what the learner can see; the hidden cause decides nothing.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import lru_cache

from course_app.core.french import duration, euros, typeset
from course_app.exercise.engine import moves
from course_app.exercise.engine.contract import IllegalAction
from course_app.exercise.engine.contract_desk import ActionKind, Decision, LegalAction
from course_app.exercise.engine.kernel import Kernel
from course_app.exercise.engine.portfolio_play import STATEMENT, WAIT, RunState
from course_app.exercise.engine.portfolio_red_lines import AFTER_JUDGMENT, RED_LINES, red_line
from course_app.exercise.engine.vocabulary import (
    ACTION_CODE,
    DEADLINES,
    NOT_DUE,
    PENDING,
    Action,
    Cause,
    Documents,
    State,
)

SESSIONS_AHEAD = 10
STATEMENT_LABEL = "Lire le relevé bancaire et pointer les paiements"
LABELS = {
    Action.WAIT: "Attendre",
    Action.COURTESY: "Rappeler l'échéance, avec courtoisie",
    Action.MAIL: "Écrire un mail poli, facture jointe",
    Action.CALL: "Appeler, après avoir préparé l'appel",
    Action.BAD_CALL: "Appeler et hausser le ton",
    Action.ULTIMATUM: "Écrire un dernier avis, avec une date",
    Action.FORMAL_NOTICE: "Envoyer une mise en demeure en recommandé",
    Action.CONFORM: "Corriger la facture et la renvoyer comme demandé",
    Action.TREAT_DISPUTE: "Traiter le litige : vérifier, proposer, écrire",
    Action.GATHER_DOCUMENTS: "Réunir les pièces qui manquent",
    Action.HOLD: "Suspendre les livraisons",
    Action.PLAN: "Proposer un échéancier en trois fois",
    Action.SUMMONS: "Faire délivrer une sommation par un commissaire de justice, l'ancien huissier",
    Action.PAYMENT_ORDER: "Demander une injonction de payer au tribunal",
    Action.REFERE: "Assigner en référé-provision",
    Action.AGENCY: "Confier le dossier à une agence de recouvrement",
    Action.WRITE_OFF: "Passer la facture en pertes",
}


@lru_cache(maxsize=256)
def label_of(kernel: Kernel, action: str) -> str:
    """Return the words of a move, with what it costs besides time."""
    if action == STATEMENT:
        return STATEMENT_LABEL
    forbidden = red_line(action)
    if forbidden is not None:
        return typeset(forbidden.label)
    price = kernel.parameters.costs[ACTION_CODE[Action(action)]].euros
    return typeset(LABELS[Action(action)] + (f" ({euros(round(price * 100))})" if price else ""))


@lru_cache(maxsize=256)
def minutes_of(kernel: Kernel, action: str) -> int:
    """Return the minutes of a move."""
    if action == STATEMENT:
        return round(kernel.parameters.number("statement_minutes"))
    forbidden = red_line(action)
    if forbidden is not None:
        return forbidden.minutes
    return round(kernel.parameters.costs[ACTION_CODE[Action(action)]].minutes)


def minutes_left(state: RunState) -> int:
    """Return the minutes of the open séance that are not planned yet."""
    return state.exercise.body.minutes - sum(minutes_of(state.kernel, move.action) for move in state.planned)


def wait_dates(state: RunState) -> tuple[date, ...]:
    """Return the days until which waiting may be dated: the ten séances that follow, played or not."""
    first = state.session_index + 1
    return tuple(state.exercise.on(session) for session in range(first, first + SESSIONS_AHEAD))


def desk_actions(state: RunState) -> tuple[LegalAction, ...]:
    """Return what can be done on the whole desk: reading the statement, once a séance."""
    minutes = minutes_of(state.kernel, STATEMENT)
    refusal = "Le relevé de cette séance est déjà lu." if state.has_read else _too_long(minutes, minutes_left(state))
    return (LegalAction(STATEMENT, ActionKind.STATEMENT, STATEMENT_LABEL, minutes, refusal=refusal),)


def actions_of(state: RunState, number: int) -> tuple[LegalAction, ...]:
    """Return the moves offered on a file, in the order of the model, forbidden ones last."""
    if state.is_failed(number):
        after = _action(state.kernel, AFTER_JUDGMENT.kind.value, AFTER_JUDGMENT.kind, "")
        return (_within(after, minutes_left(state)),)
    if not state.is_open(number):
        return ()
    left = minutes_left(state)
    return tuple(_within(action, left) for action in _offered_in(state.kernel, state.seen(number)))


@lru_cache(maxsize=4096)
def _offered_in(kernel: Kernel, seen: State) -> tuple[LegalAction, ...]:
    """Return what a situation offers, whatever time is left."""
    lawful, legal = [], moves.legal(seen)
    for action in Action:
        refusal = "" if action in legal else refusal_of(seen, action)
        if refusal or action in legal:
            lawful.append(_action(kernel, action.value, ActionKind(action.value), refusal))
    forbidden = RED_LINES if _may_cross(seen) else {}
    return (*lawful, *(_action(kernel, name, line.kind, "") for name, line in forbidden.items()))


def _action(kernel: Kernel, name: str, kind: ActionKind, refusal: str) -> LegalAction:
    label, minutes = label_of(kernel, name), minutes_of(kernel, name)
    return LegalAction(name, kind, label, minutes, needs_date=name == WAIT, refusal=typeset(refusal))


def _within(action: LegalAction, left: int) -> LegalAction:
    """Return an action with the reason why the minutes left do not allow it, if they do not."""
    if action.refusal or action.minutes <= left:
        return action
    return replace(action, refusal=_too_long(action.minutes, left))


def _may_cross(seen: State) -> bool:
    return seen.stage not in NOT_DUE | PENDING


def _too_long(minutes: int, left: int) -> str:
    if minutes <= left:
        return ""
    return f"Il vous reste {duration(left)}, cette action demande {duration(minutes)}."


def refusal_of(seen: State, action: Action) -> str:
    """Return why a move the model refuses is listed all the same; empty for one that is better left out."""
    if seen.stage in PENDING:
        return ""
    if seen.stage in NOT_DUE:
        return "La facture n'est pas encore échue : il n'y a rien à réclamer." if action is Action.CALL else ""
    return next((text for text in _refusals(seen, action) if text), "")


def _refusals(seen: State, action: Action) -> Iterator[str]:
    """Yield the reasons in the order in which a person would give them."""
    if action is Action.CONFORM and seen.cause is not Cause.CONFORMITY:
        yield "Appelez d'abord : c'est le client qui dit ce qui manque sur la facture."
    if action is Action.PLAN:
        yield "Un échéancier se propose de vive voix, juste après un appel ou une promesse non tenue."
    if action is Action.GATHER_DOCUMENTS and seen.documents is Documents.MISSING_TRIED:
        yield "Vous les avez déjà cherchées."
    if action in {Action.HOLD, Action.AGENCY, Action.TREAT_DISPUTE, Action.SUMMONS} and seen.ladder == 0:
        yield "Trop tôt : ce client n'a reçu aucune relance."
    if action is Action.SUMMONS and seen.ladder >= moves.SUMMONS_LADDER:
        yield "Une sommation a déjà été délivrée."
    if action in {Action.PAYMENT_ORDER, Action.REFERE}:
        yield "Il faut d'abord une mise en demeure." if seen.ladder < moves.NOTICE_LADDER else ""
        yield "Un délai court encore : attendez sa fin." if seen.stage in DEADLINES else ""
        yield "Une promesse court encore : attendez sa date."


def check(state: RunState, decision: Decision) -> None:
    """Raise `IllegalAction` when a decision cannot be planned now."""
    if decision.session_index != state.session_index:
        raise IllegalAction("Cette séance n'est pas ouverte. Revenez au bureau.", code="hors-seance")
    offered = _offered(state, decision)
    if state.decided(decision.customer_id) is not None and decision.customer_id:
        message = "Une décision est déjà prise pour ce client. Annulez-la pour en choisir une autre."
        raise IllegalAction(message, code="deja-decide")
    action = next((action for action in offered if action.id == decision.action), None)
    if action is None:
        raise IllegalAction("Choisissez une action de la liste.", code="action-inconnue")
    if action.refusal:
        is_short = action.minutes > minutes_left(state)
        code = "temps-insuffisant" if is_short else "action-refusee"
        raise IllegalAction(action.refusal + (" Choisissez-en une plus courte." if is_short else ""), code=code)
    _check_date(state, decision)


def _offered(state: RunState, decision: Decision) -> tuple[LegalAction, ...]:
    if not decision.customer_id:
        return desk_actions(state)
    number = state.number(decision.customer_id)
    if number is None:
        raise IllegalAction("Choisissez un client de la liste.", code="client-inconnu")
    if not state.is_open(number) and not state.is_failed(number):
        raise IllegalAction("Ce dossier est clos. Choisissez un autre client.", code="action-refusee")
    return actions_of(state, number)


def _check_date(state: RunState, decision: Decision) -> None:
    waits = decision.action == WAIT
    if waits and decision.until is None:
        raise IllegalAction("Attendre, c'est attendre jusqu'à une date. Choisissez-la.", code="date-absente")
    if not waits and decision.until is not None:
        raise IllegalAction("La date ne sert qu'à l'action « Attendre ». Laissez-la vide.", code="date-inutile")
    if decision.until is not None and decision.until not in wait_dates(state):
        raise IllegalAction("Choisissez une date de la liste.", code="date-hors-liste")
