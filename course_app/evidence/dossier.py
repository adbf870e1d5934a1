"""Making a dossier: what each room knows of a learner on a path, written file after file.

Takes a session that reads, never commits. The chain of events is sealed by the caller, whose head is printed here.
"""

import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from course_app.accounts.models import Organisation, User
from course_app.accounts.rules import Actor
from course_app.core.french import clock_time, duration, long_date, typeset
from course_app.evidence import rendering, rules
from course_app.evidence.archive import Archive
from course_app.ledger.rules import Head
from course_app.library.catalog import AnyItem, Catalog
from course_app.library.model import Path
from course_app.progress import service as progress
from course_app.progress.evidence import PARIS, Attached, EvidenceRoom, Piece, Sheet, Shown, Wanted, day_of
from course_app.progress.models import LearningEvent
from course_app.progress.rules import ItemKey

METHOD = (
    "Durée prévue : celle du programme. Temps observé : celui qui sépare deux actes enregistrés, quand il ne dépasse pas "
    "dix minutes. Lire sans rien enregistrer ne se mesure pas : les deux durées ne s'additionnent pas."
)
SHOWN_NOTE = (
    "Chaque texte tel que cette personne l'a eu. Un texte montré à plusieurs n'est qu'une fois dans le dossier."
)


@dataclass(frozen=True)
class Order:
    """What to write: whose dossiers on which path, asked by whom, on which content, after which head of the chain."""

    learners: Sequence[Actor]
    path: Path
    catalog: Catalog
    organisation: str
    asked_by: str
    own: bool
    head: Head
    made_at: datetime


@dataclass(frozen=True)
class Activity:
    """One item of the path: minutes planned, minutes observed, first and last recorded act."""

    item: AnyItem
    module: str
    observed_minutes: int
    first_at: datetime | None
    last_at: datetime | None
    done: bool


def organisation_name(session: Session, organisation_id: uuid.UUID) -> str:
    """Return the name of an organisation, possibly empty."""
    return session.scalar(select(Organisation.name).where(Organisation.id == organisation_id)) or ""


def write(
    session: Session, order: Order, rooms: Iterable[EvidenceRoom], archive: Archive, report: Callable[[float], None]
) -> None:
    """Write every learner's files, the index, then close; `report` is told the share done after each learner."""
    rooms, listed, texts, addresses = tuple(rooms), [], dict[str, str](), _addresses(session, order.learners)
    archive.add("dossier.css", rendering.style(), "Mise en page")
    archive.add("programme.html", _programme(order), "Programme du parcours")
    for rank, learner in enumerate(order.learners, 1):
        folder = f"{rank:03}-{rules.slug(learner.first_name)}/"
        files = _write_learner(session, order, learner, rooms, archive, folder, texts)
        listed.append((learner.first_name, addresses.get(learner.user_id, ""), files))
        session.expire_all()
        session.expunge_all()
        report(rank / len(order.learners))
    archive.add(
        "index.html",
        _page("index", order, people=listed, texts=texts, method=typeset(METHOD)),
        "Sommaire à ouvrir d'abord",
    )
    archive.close(_told(order))


def _addresses(session: Session, learners: Sequence[Actor]) -> dict[uuid.UUID, str]:
    """Return the address of each learner: a first name alone would not say which of two people is meant."""
    rows = session.execute(
        select(User.id, User.email).where(
            User.organisation_id.in_({learner.organisation_id for learner in learners}),
            User.id.in_([learner.user_id for learner in learners]),
        )
    )
    return {user_id: email or "" for user_id, email in rows}


def _told(order: Order) -> dict[str, Any]:
    return {
        "format": "reglo-dossier-1",
        "organisation": order.organisation,
        "parcours": order.path.title,
        "fait_le": order.made_at.astimezone(UTC).isoformat(timespec="seconds"),
        "demande_par": order.asked_by,
        "contenu": order.catalog.content_hash,
        "chaine": {"numero": order.head.number, "empreinte": order.head.link},
    }


def _page(template: str, order: Order, *, deep: int = 0, **values: Any) -> bytes:
    """Return a page that lies `deep` folders under the index."""
    moment = order.made_at.astimezone(PARIS)
    made = f"{long_date(moment.date())}, {clock_time(moment)}"
    return rendering.page(template, order=order, made=made, root="../" * deep, **values)


def _programme(order: Order) -> bytes:
    modules = [(module, _items(order, module.items)) for module in order.path.modules]
    minutes = sum(item.minutes for _module, items in modules for item in items)
    return _page("programme", order, modules=modules, total=duration(minutes))


def _items(order: Order, refs: Iterable[Any]) -> list[AnyItem]:
    found = (order.catalog.item(ref.kind, ref.id) for ref in refs)
    return [item for item in found if item is not None]


@dataclass
class _Folder:
    """Where a learner's files go, which texts all learners share, and the names and titles of what was written."""

    archive: Archive
    order: Order
    name: str
    texts: dict[str, str]
    """Title of each shared text, by its place."""
    filed: list[tuple[str, str]] = field(default_factory=list)
    shown: list[tuple[str, str, str]] = field(default_factory=list)

    def sheet(self, sheet: Sheet) -> None:
        page = _page("sheet", self.order, deep=1, sheet=sheet)
        self._add(f"{sheet.name}.html", page, sheet.title)
        self._add(f"{sheet.name}.csv", rendering.table(sheet), f"{sheet.title} (tableur)")

    def text(self, shown: Shown) -> None:
        """Write a text once for everybody: its name holds the print of its words. Note that this learner had it."""
        place = f"textes/{shown.name}.html"
        if not self.archive.holds(place):
            self.archive.add(place, _page("shown", self.order, deep=1, shown=shown), shown.title)
            self.texts[place] = shown.title
        self.shown.append((shown.title, shown.content_hash, place))

    def file(self, piece: Piece) -> None:
        match piece:
            case Sheet():
                self.sheet(piece)
            case Shown():
                self.text(piece)
            case Attached():
                self._add(piece.name, piece.content, piece.title)

    def _add(self, name: str, content: bytes, title: str) -> None:
        self.archive.add(f"{self.name}{name}", content, title)
        self.filed.append((f"{self.name}{name}", title))


def _write_learner(
    session: Session,
    order: Order,
    learner: Actor,
    rooms: Iterable[EvidenceRoom],
    archive: Archive,
    name: str,
    texts: dict[str, str],
) -> list[tuple[str, str]]:
    """Write what is known of a learner; return the places and titles of their own files."""
    wanted, folder = Wanted(learner, order.path, order.catalog, order.own), _Folder(archive, order, name, texts)
    folder.sheet(_activity_sheet(_activities(session, wanted)))
    tests = _tests(session, wanted)
    if tests.rows:
        folder.sheet(tests)
    for room in rooms:
        for piece in room.evidence(session, wanted):
            folder.file(piece)
    if folder.shown:
        columns = ("Texte", "Version", "Fichier")
        folder.sheet(Sheet("textes-montres", "Textes montrés", typeset(SHOWN_NOTE), columns, tuple(folder.shown)))
    return folder.filed


def _activities(session: Session, wanted: Wanted) -> list[Activity]:
    moments, done = _recorded(session, wanted)
    found = []
    for module in wanted.path.modules:
        for ref in module.items:
            item = wanted.catalog.item(ref.kind, ref.id)
            if item is None:
                continue
            acts = moments.get(ref.key, [])
            observed = round(rules.active_time(acts).total_seconds() / 60)
            first, last = (min(acts), max(acts)) if acts else (None, None)
            found.append(Activity(item, module.title, observed, first, last, ref.key in done))
    return found


def _recorded(session: Session, wanted: Wanted) -> tuple[dict[ItemKey, list[datetime]], set[ItemKey]]:
    """Return the moments of the learner's recorded acts by item, and the items finished; two queries."""
    learner, moments = wanted.learner, dict[ItemKey, list[datetime]]()
    events = session.execute(
        select(LearningEvent.item_kind, LearningEvent.item_id, LearningEvent.occurred_at).where(
            LearningEvent.organisation_id == learner.organisation_id, LearningEvent.learner_id == learner.user_id
        )
    )
    for kind, item_id, occurred_at in events:
        moments.setdefault((kind, item_id), []).append(occurred_at)
    states = progress.journey(session, learner)
    return moments, {key for key, state in states.items() if state.is_done}


def _activity_sheet(activities: Sequence[Activity]) -> Sheet:
    rows = tuple(
        (
            each.module,
            each.item.title,
            duration(each.item.minutes),
            duration(each.observed_minutes) if each.first_at else "",
            day_of(each.first_at),
            day_of(each.last_at),
            "oui" if each.done else "non",
        )
        for each in activities
    )
    columns = ("Module", "Activité", "Durée prévue", "Temps observé", "Première fois", "Dernière fois", "Terminée")
    return Sheet("activites", typeset("Relevé d'activité"), typeset(METHOD), columns, rows)


def _tests(session: Session, wanted: Wanted) -> Sheet:
    """Return the tests of the path: to the learner each sending and its share, to anybody else the last result."""
    learner, test = wanted.learner, wanted.catalog.test_of(wanted.path)
    sent = [
        exam
        for exam in progress.exams(session, learner.organisation_id, [learner.user_id])
        if test is not None and exam.test_id == test.id
    ]
    kept = sent if wanted.own else [exam for exam in sent if exam.passed][-1:] or sent[-1:]
    rows = tuple(
        (
            test.title if test else "",
            "réussi" if exam.passed else "à reprendre",
            day_of(exam.told_at),
            *((f"{exam.percent}\u00a0%", str(exam.red_lines)) if wanted.own else ()),
        )
        for exam in kept
    )
    columns = ("Test", "Résultat", "Le") + (("Note", "Lignes rouges") if wanted.own else ())
    note = typeset("Réussi à 80 % au moins, sans ligne rouge.")
    return Sheet("tests", "Tests", note, columns, rows)
