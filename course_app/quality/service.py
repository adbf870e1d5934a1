"""Answering a survey, counting what a path yields, asking and answering. Takes a session, never commits."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from course_app.accounts.models import User
from course_app.accounts.rules import Actor, Cutoffs
from course_app.accounts.sessions import actor_of
from course_app.core import paging
from course_app.core.errors import NotFound, Stale
from course_app.core.french import typeset
from course_app.core.paging import Part
from course_app.library.catalog import Catalog
from course_app.library.model import ItemKind, Path
from course_app.membership.models import Assignment
from course_app.progress import service as progress
from course_app.progress.evidence import Piece, Sheet, Wanted, day_of
from course_app.progress.models import IS_EXAM, LearningEvent
from course_app.progress.rules import FINISHING_EVENT, EventKind
from course_app.quality import rules
from course_app.quality.models import LearnerRequest, SurveyAnswer
from course_app.quality.rules import PathResults, RequestKind, RequestView, SurveyKind
from course_app.store.deleting import deleted

_EVERYWHERE = {"across_organisations": True}


class AlreadyGiven(Stale):
    """A second answer to a survey: the first stays."""

    code = "enquete-deja-rendue"
    message = "Vous avez déjà donné votre avis sur ce parcours. Merci, il est gardé tel quel."


def completed_at(session: Session, learner: Actor, path: Path, catalog: Catalog) -> datetime | None:
    """Return when the path's test was passed; for a path without test, when its last item was done; None before."""
    test = catalog.test_of(path)
    if test is not None:
        sent = progress.exams(session, learner.organisation_id, [learner.user_id])
        return next((exam.told_at for exam in sent if exam.passed and exam.test_id == test.id), None)
    states = progress.journey(session, learner)
    done = [states[ref.key].done_at if ref.key in states else None for ref in path.items]
    known = [moment for moment in done if moment is not None]
    return max(known) if known and len(known) == len(done) else None


def completed_between(
    session: Session, catalog: Catalog, after: datetime, before: datetime
) -> Iterable[tuple[Actor, str]]:
    """Yield the people of every company who completed a path between two moments, with its id."""
    ended = session.execute(
        select(LearningEvent.item_kind, LearningEvent.item_id, User)
        .distinct()
        .join(User, User.id == LearningEvent.learner_id)
        .where(
            LearningEvent.kind.in_((EventKind.EXAM_PASSED, *FINISHING_EVENT.values())),
            LearningEvent.occurred_at >= after,
            LearningEvent.occurred_at <= before,
            User.is_guest.is_(False),
            User.deactivated_at.is_(None),
        )
        .execution_options(**_EVERYWHERE)
    ).all()
    found = {(user.id, path.id): (actor_of(user, user.id), path) for kind, item_id, user in ended
             for path in catalog.paths.values() if _may_end(catalog, path, kind, item_id)}  # fmt: skip
    for learner, path in found.values():
        moment = completed_at(session, learner, path, catalog)
        if moment is not None and after <= moment <= before:
            yield learner, path.id


def _may_end(catalog: Catalog, path: Path, kind: ItemKind, item_id: str) -> bool:
    """Tell whether an item may be what completes a path: its test, or any of its items when it has none."""
    test = catalog.test_of(path)
    return item_id == test.id if test else any(ref.key == (kind, item_id) for ref in path.items)


def given(session: Session, learner: Actor, path_id: str, kind: SurveyKind) -> SurveyAnswer | None:
    """Return what a person answered to a survey, if they did."""
    return session.scalar(
        select(SurveyAnswer).where(
            SurveyAnswer.organisation_id == learner.organisation_id,
            SurveyAnswer.learner_id == learner.user_id,
            SurveyAnswer.path_id == path_id,
            SurveyAnswer.kind == kind,
        )
    )


def answer_survey(
    session: Session,
    learner: Actor,
    path_id: str,
    kind: SurveyKind,
    answers: Mapping[str, str],
    comment: str,
    now: datetime,
) -> None:
    """Keep a survey; raise `AlreadyGiven` when there is one, even sent at this very moment."""
    row = SurveyAnswer(
        organisation_id=learner.organisation_id,
        learner_id=learner.user_id,
        path_id=path_id,
        kind=kind,
        answers=dict(answers),
        comment=comment,
        given_at=now,
    )
    try:
        with session.begin_nested():
            session.add(row)
            session.flush()
    except IntegrityError:
        raise AlreadyGiven from None


def results(session: Session, catalog: Catalog, today: date) -> list[PathResults]:
    """Return the rates of each path, over everybody: counts of people, no name, nothing under `rules.ENOUGH`."""
    asked = _people_by(session, Assignment.path_id, Assignment.user_id)
    surveyed = _surveyed(session)
    found = []
    for path in catalog.paths.values():
        test = catalog.test_of(path)
        tested, passed = _tested(session, test.id) if test else (set(), set())
        given_to = asked.get(path.id, set())
        opinions = surveyed.get(path.id, {})
        satisfied = sum(value in rules.SATISFIED for value in opinions.values())
        counts = rules.rates(len(given_to), len(given_to & passed), len(tested), len(passed), len(opinions), satisfied)
        found.append(PathResults(path.title, counts, today))
    return found


def _people_by(session: Session, name: Any, person: Any) -> dict[str, set[uuid.UUID]]:
    found: dict[str, set[uuid.UUID]] = {}
    for key, person_id in session.execute(select(name, person).distinct().execution_options(**_EVERYWHERE)):
        found.setdefault(key, set()).add(person_id)
    return found


def _tested(session: Session, test_id: str) -> tuple[set[uuid.UUID], set[uuid.UUID]]:
    sent: dict[EventKind, set[uuid.UUID]] = {EventKind.EXAM_PASSED: set(), EventKind.EXAM_FAILED: set()}
    rows = session.execute(
        select(LearningEvent.learner_id, LearningEvent.kind)
        .distinct()
        .where(LearningEvent.item_id == test_id, IS_EXAM)
        .execution_options(**_EVERYWHERE)
    )
    for person_id, kind in rows:
        sent[kind].add(person_id)
    passed = sent[EventKind.EXAM_PASSED]
    return passed | sent[EventKind.EXAM_FAILED], passed


def _surveyed(session: Session) -> dict[str, dict[uuid.UUID, str]]:
    found: dict[str, dict[uuid.UUID, str]] = {}
    rows = session.execute(
        select(SurveyAnswer.path_id, SurveyAnswer.learner_id, SurveyAnswer.answers)
        .where(SurveyAnswer.kind == SurveyKind.HOT)
        .execution_options(**_EVERYWHERE)
    )
    for path_id, person_id, answers in rows:
        if rules.RECOMMENDS in answers:
            found.setdefault(path_id, {})[person_id] = answers[rules.RECOMMENDS]
    return found


def ask(session: Session, learner: Actor, kind: RequestKind, text: str, key: uuid.UUID, now: datetime) -> None:
    """Keep a request; the same form sent twice is one. Raises `Stale` when the key was spent on another text."""
    mine = User.organisation_id == learner.organisation_id, User.id == learner.user_id
    session.execute(select(User.id).where(*mine).with_for_update(key_share=True))
    spent = session.scalar(_own(learner).where(LearnerRequest.key == key))
    if spent is not None:
        if (spent.kind, spent.text) != (kind, text):
            raise Stale
        return
    session.add(
        LearnerRequest(
            organisation_id=learner.organisation_id,
            learner_id=learner.user_id,
            kind=kind,
            text=text,
            key=key,
            asked_at=now,
            answer="",
        )
    )
    session.flush()


def _own(learner: Actor) -> Any:
    return select(LearnerRequest).where(
        LearnerRequest.organisation_id == learner.organisation_id, LearnerRequest.learner_id == learner.user_id
    )


def mine(session: Session, learner: Actor) -> list[RequestView]:
    """Return one's own requests, the latest first."""
    rows = session.scalars(_own(learner).order_by(LearnerRequest.asked_at.desc(), LearnerRequest.id))
    return [_view(row, learner.first_name) for row in rows]


def register(session: Session, organisation_id: uuid.UUID, asked: str, number: int) -> Part[RequestView]:
    """Return one page of the requests of an organisation: those without answer first, the oldest first among them.

    `asked`: words to find in the name or the address of who asked. Two queries, the words of that page alone are read.
    """
    scope = LearnerRequest.organisation_id == organisation_id, User.organisation_id == organisation_id
    every = session.execute(
        select(LearnerRequest.id, User.first_name, User.email)
        .join(User, User.id == LearnerRequest.learner_id)
        .where(*scope)
        .order_by(LearnerRequest.answered_at.is_not(None), LearnerRequest.asked_at, LearnerRequest.id)
    )
    holds = paging.finder(asked)
    found = [
        (request_id, first_name) for request_id, first_name, email in every if holds(f"{first_name} {email or ''}")
    ]
    page = paging.part(found, number, asked)
    rows = session.scalars(
        select(LearnerRequest).where(
            LearnerRequest.organisation_id == organisation_id, LearnerRequest.id.in_([each[0] for each in page.shown])
        )
    )
    shown = {row.id: row for row in rows}
    return page.of(_view(shown[request_id], name) for request_id, name in page.shown)


def one(session: Session, organisation_id: uuid.UUID, request_id: uuid.UUID) -> RequestView:
    """Return a request of an organisation; raise `NotFound` for any other."""
    found = session.execute(
        select(LearnerRequest, User.first_name)
        .join(User, User.id == LearnerRequest.learner_id)
        .where(
            LearnerRequest.organisation_id == organisation_id,
            User.organisation_id == organisation_id,
            LearnerRequest.id == request_id,
        )
    ).one_or_none()
    if found is None:
        raise NotFound
    return _view(*found)


def _view(row: LearnerRequest, asker: str) -> RequestView:
    return RequestView(row.id, row.kind, asker, row.text, row.asked_at, row.answer, row.answered_at)


def reply(session: Session, administrator: Actor, request_id: uuid.UUID, text: str, now: datetime) -> uuid.UUID:
    """Answer a request of one's organisation and return who asked; the first answer stays.

    Raises `NotFound` for a request of another organisation, `Stale` when it has another answer.
    """
    row = session.scalar(
        select(LearnerRequest)
        .where(LearnerRequest.organisation_id == administrator.organisation_id, LearnerRequest.id == request_id)
        .with_for_update()
    )
    if row is None:
        raise NotFound
    if row.answered_at is None:
        row.answer, row.answered_by, row.answered_at = text, administrator.user_id, now
        session.flush()
    elif row.answer != text:
        raise Stale("Cette demande a déjà une réponse. Rechargez la page pour la lire.")
    return row.learner_id


def waiting(session: Session, organisation_id: uuid.UUID) -> int:
    """Return how many requests of an organisation have no answer yet."""
    return (
        session.scalar(
            select(func.count())
            .select_from(LearnerRequest)
            .where(LearnerRequest.organisation_id == organisation_id, LearnerRequest.answered_at.is_(None))
        )
        or 0
    )


def evidence(session: Session, wanted: Wanted) -> Iterable[Piece]:
    """Yield the surveys of the path and, for the learner alone, their requests and their own words."""
    rows = _surveys(session, wanted.learner)
    told = [row for row in rows if row.path_id == wanted.path.id]
    if told:
        yield Sheet(
            "enquetes",
            "Enquêtes",
            typeset("À chaud : à la fin du parcours. À froid : trente jours plus tard."),
            ("Enquête", "Rendue le", *(("Réponses", "Commentaire") if wanted.own else ())),
            tuple(
                (
                    "à chaud" if row.kind is SurveyKind.HOT else "à froid",
                    day_of(row.given_at),
                    *((_in_words(row), row.comment) if wanted.own else ()),
                )
                for row in told
            ),
        )
    asked = mine(session, wanted.learner) if wanted.own else []
    if asked:
        yield Sheet(
            "demandes",
            "Réclamations et demandes d'adaptation",
            typeset("Chaque demande, et la réponse reçue."),
            ("Le", "Demande", "Réponse", "Répondu le"),
            tuple(
                (
                    day_of(each.asked_at),
                    each.text,
                    each.answer,
                    day_of(each.answered_at),
                )
                for each in asked
            ),
        )


def _in_words(row: SurveyAnswer) -> str:
    said = [
        f"{asked.text} {asked.answers[row.answers[asked.slug]]}"
        for asked in rules.SURVEYS[row.kind]
        if row.answers.get(asked.slug) in asked.answers
    ]
    return " / ".join(said)


def _surveys(session: Session, learner: Actor) -> Sequence[SurveyAnswer]:
    return session.scalars(
        select(SurveyAnswer)
        .where(SurveyAnswer.organisation_id == learner.organisation_id, SurveyAnswer.learner_id == learner.user_id)
        .order_by(SurveyAnswer.given_at)
    ).all()


def export(session: Session, learner: Actor) -> dict[str, Any]:
    """Return a person's surveys and requests, ready for JSON."""
    return {
        "surveys": [
            {
                "path": row.path_id,
                "kind": row.kind.value,
                "answers": row.answers,
                "comment": row.comment,
                "given_at": row.given_at.isoformat(),
            }
            for row in _surveys(session, learner)
        ],
        "requests": [
            {
                "kind": each.kind.value,
                "text": each.text,
                "asked_at": each.asked_at.isoformat(),
                "answer": each.answer,
                "answered_at": each.answered_at.isoformat() if each.answered_at else None,
            }
            for each in mine(session, learner)
        ],
    }


def carry(session: Session, guest: Actor, to: Actor) -> None:
    """Do nothing: guests answer no survey and file no request."""


def erase(session: Session, learner: Actor, _now: datetime) -> None:
    """Forget what the person wrote, and what was answered to them; marks and dates stay in the results."""
    mine = SurveyAnswer.organisation_id == learner.organisation_id, SurveyAnswer.learner_id == learner.user_id
    session.execute(update(SurveyAnswer).where(*mine).values(comment=""))
    theirs = LearnerRequest.organisation_id == learner.organisation_id, LearnerRequest.learner_id == learner.user_id
    session.execute(update(LearnerRequest).where(*theirs).values(text="", answer=""))


def expire(session: Session, cutoffs: Cutoffs) -> dict[str, int]:
    """Delete surveys and requests older than what results are kept."""
    return {
        "réponses aux enquêtes": deleted(session, SurveyAnswer, SurveyAnswer.given_at < cutoffs.results),
        "demandes et réclamations": deleted(session, LearnerRequest, LearnerRequest.asked_at < cutoffs.results),
    }
