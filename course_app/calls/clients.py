"""« Mon client difficile »: the learner's own customers, kept privately, turned into calls.

Owns the table of difficult customers. A customer is a whole call built from the common sentences: what the learner
typed enters it as plain words, and stays in this table.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from course_app.accounts.rules import Actor
from course_app.calls.models import CallAttempt, DifficultClient
from course_app.calls.rules import MOST_CLIENTS
from course_app.core.errors import Invalid, NotFound, Stale
from course_app.core.french import typeset
from course_app.library.calls import Answerer, Answers, Call, Motive, Objection, Persona, Phrasebook, Temperature
from course_app.library.model import Audience
from course_app.library.questions import FactLine

MOTIVES = {
    Persona.FORGETFUL: Motive.FORGOTTEN,
    Persona.LOST_INVOICE: Motive.PAPER,
    Persona.LARGE_ACCOUNT: Motive.PAPER,
    Persona.SINCERE_DISPUTE: Motive.DISPUTE,
    Persona.IMAGINARY_DISPUTE: Motive.DISPUTE,
    Persona.SHORT_OF_CASH: Motive.CASH,
    Persona.STRATEGIST: Motive.EVASION,
    Persona.AVOIDER: Motive.CASH,
    Persona.NEARLY_INSOLVENT: Motive.CASH,
    Persona.FRAUDSTER: Motive.EVASION,
}
"""The reason each kind of customer ends up giving (domaine.md §7.1)."""
MARGIN_SHARE = 0.8
"""Yearly margin expected from a customer, as a share of the claim, when nobody knows it (simulator.md §3)."""
PROMISE_DAYS = 4
MINUTES = 6


@dataclass(frozen=True)
class Description:
    """What the learner says of a customer; `objections` are numbers 1 to 27, one to three."""

    customer: str
    contact: str
    amount_cents: int
    days_late: int
    history: str
    persona: Persona
    temperature: Temperature
    answerer: Answerer
    objections: tuple[int, ...]


def build(described: Description, book: Phrasebook, objections: Sequence[Objection], supplier: str, on: date) -> Call:
    """Return the call that a description makes, as if made on day `on`."""
    return Call(
        id=f"client-{uuid.uuid4().hex}",
        title=described.customer,
        minutes=MINUTES,
        summary=typeset(f"Votre client, {described.contact}."),
        audiences=(Audience.TEAM,),
        reviewed_on=on,
        supplier=supplier,
        customer=described.customer,
        contact=described.contact,
        role=typeset("Votre contact"),
        invoice=typeset("en attente"),
        amount_cents=described.amount_cents,
        yearly_margin_cents=round(described.amount_cents * MARGIN_SHARE),
        due_on=on - timedelta(days=described.days_late),
        called_on=on,
        chased=1,
        aim=typeset("Vous entraîner avant le vrai appel."),
        rules=tuple(map(typeset, _RULES)),
        facts=_facts(described),
        persona=described.persona,
        temperature=described.temperature,
        answerer=described.answerer,
        motive=MOTIVES[described.persona],
        objections=described.objections,
        promise_days=PROMISE_DAYS,
        means="virement",
        answers=Answers(picks_up=(f"{described.customer}, bonjour.",)),
        objection_texts=tuple(one for one in objections if one.number in described.objections),
        phrasebook=book,
    )


_RULES = (
    "La bonne personne d'abord, le motif ensuite.",
    "Un fait, puis le silence.",
    "Un jour, un montant, un moyen, redits.",
)


def _facts(described: Description) -> tuple[FactLine, ...]:
    late = FactLine(label="Retard", value=f"{described.days_late} jours")
    return (late, FactLine(label="Historique", value=described.history)) if described.history else (late,)


def add(session: Session, actor: Actor, call: Call, key: uuid.UUID, now: datetime) -> DifficultClient:
    """Keep a customer; the same form sent again returns the one it made. The learner's row is held by the caller.

    Raises `Invalid` beyond `MOST_CLIENTS`.
    """
    mine = of(session, actor)
    known = next((row for row in mine if row.key == key), None)
    if known is not None:
        if known.name != call.customer:
            raise Stale
        return known
    if len(mine) >= MOST_CLIENTS:
        message = f"Vous avez déjà {MOST_CLIENTS} clients : effacez-en un, puis recommencez."
        raise Invalid(message, code="trop-de-clients")
    row = DifficultClient(
        id=uuid.uuid4(),
        organisation_id=actor.organisation_id,
        learner_id=actor.user_id,
        name=call.customer,
        body=call.model_dump_json(),
        key=key,
        created_at=now,
    )
    session.add(row)
    session.flush()
    return row


def of(session: Session, actor: Actor) -> Sequence[DifficultClient]:
    """Return the learner's customers, oldest first."""
    return session.scalars(
        select(DifficultClient)
        .where(DifficultClient.organisation_id == actor.organisation_id, DifficultClient.learner_id == actor.user_id)
        .order_by(DifficultClient.created_at, DifficultClient.id)
    ).all()


def load(session: Session, actor: Actor, client_id: uuid.UUID) -> tuple[DifficultClient, Call]:
    """Return one of the learner's customers and their call; raise `NotFound` for anybody else's."""
    row = session.scalar(
        select(DifficultClient).where(
            DifficultClient.id == client_id,
            DifficultClient.organisation_id == actor.organisation_id,
            DifficultClient.learner_id == actor.user_id,
        )
    )
    if row is None:
        raise NotFound
    return row, Call.model_validate_json(row.body)


def forget(session: Session, actor: Actor, client_id: uuid.UUID) -> None:
    """Erase a customer and the calls made to them; raise `NotFound` when there is none."""
    row, _call = load(session, actor, client_id)
    session.execute(
        delete(CallAttempt).where(
            CallAttempt.organisation_id == actor.organisation_id, CallAttempt.client_id == row.id
        )
    )  # fmt: skip
    session.delete(row)
    session.flush()


def export(session: Session, actor: Actor) -> list[dict[str, Any]]:
    """Return the learner's customers as JSON-able values, oldest first."""
    exported = []
    for row in of(session, actor):
        call = Call.model_validate_json(row.body)
        exported.append(
            {
                "id": str(row.id),
                "customer": call.customer,
                "contact": call.contact,
                "amount_cents": call.amount_cents,
                "due_on": call.due_on.isoformat(),
                "facts": {fact.label: fact.value for fact in call.facts},
                "persona": call.persona.value,
                "temperature": call.temperature.value,
                "objections": list(call.objections),
                "created_at": row.created_at.isoformat(),
            }
        )
    return exported


def carry(session: Session, guest: Actor, to: Actor) -> None:
    """Re-home a guest's customers; a key the account already spent is made anew."""
    spent = {row.key for row in of(session, to)}
    for row in of(session, guest):
        row.key = uuid.uuid4() if row.key in spent and guest.user_id != to.user_id else row.key
    session.flush()
    session.execute(
        update(DifficultClient)
        .where(DifficultClient.organisation_id == guest.organisation_id, DifficultClient.learner_id == guest.user_id)
        .values(organisation_id=to.organisation_id, learner_id=to.user_id)
    )
