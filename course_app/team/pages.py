"""What the team's pages show, in words: frozen values, by allow-list (security.md G2, S07).

One function makes the view of a person, for their manager and for themselves alike: what a manager sees of me cannot
differ from what I am shown.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import quote

from course_app.clearance.rules import paris_day
from course_app.clearance.service import Held
from course_app.core.french import long_date, of_name
from course_app.library.catalog import AnyItem, Catalog
from course_app.library.clearances import CallType
from course_app.library.model import ItemKind, Path
from course_app.team.rules import standing
from course_app.team.rules.standing import Nudge, TeamState
from course_app.team.service import Listed, Work
from course_app.web.i18n import _, ngettext

COLUMNS = (
    "Prénom", "Adresse", "État", "Parcours", "À finir pour le", "Prochaine étape", "Dernière activité",
    "Feux verts",
)  # fmt: skip
"""Everything a list of the team says when it leaves as a file (S07)."""
MOST_NAMED = 12
"""People who may call that the headline names; more have their list."""


@dataclass(frozen=True)
class ClearanceLine:
    """A feu vert valid today, in words."""

    title: str
    since: str
    until: str


@dataclass(frozen=True)
class PersonView:
    """Everything a manager reads about one person, and nothing more."""

    user_id: uuid.UUID
    first_name: str
    state: TeamState
    state_label: str
    path: str
    deadline: str
    next_step: str
    last_active: str
    offer: str
    """What their manager may offer them, for a list; empty for one's own line."""
    advice: str
    """The one message about them, whole; to oneself, one's next step."""
    mail: str
    """Address of a mail already begun; empty for oneself, and without an address."""
    clearances: tuple[ClearanceLine, ...]
    skills: tuple[tuple[str, str], ...]
    test_passed: bool
    is_finished: bool
    is_reader: bool
    """Whether they are the one who reads: a manager who learns is on their own list, and offers themself nothing."""


@dataclass(frozen=True)
class StateCount:
    """How many people stand somewhere; `start` and `share` place it on the chart, in thousandths."""

    state: TeamState
    label: str
    people: int
    start: int
    share: int


@dataclass(frozen=True)
class TeamPage:
    """The list of a team: the headline, people, and what the filters offer."""

    cleared: int
    total: int
    people: tuple[PersonView, ...]
    states: tuple[StateCount, ...]
    teams: tuple[tuple[uuid.UUID, str], ...]
    paths: tuple[tuple[str, str], ...]
    call_types: tuple[tuple[str, str], ...]
    next_after: uuid.UUID | None
    is_whole: bool
    """Whether the list shows everybody: then the headline can name those who may call."""

    @property
    def may_call(self) -> tuple[str, ...]:
        """First names of those who may call today; empty when the list may not hold them all."""
        named = tuple(view.first_name for view in self.people if view.clearances)
        return named if self.is_whole and len(named) <= MOST_NAMED else ()


@dataclass(frozen=True)
class ClearedPage:
    """Who may call what today, to print: the day, the company, the team, and a list by kind of call."""

    company: str
    team: str
    day: str
    kinds: tuple[tuple[str, str, tuple[tuple[str, str, str], ...]], ...]
    """Title of the kind of call, its summary, and (first name, since, until)."""

    @property
    def is_empty(self) -> bool:
        """Whether nobody may call today."""
        return not any(people for _title, _summary, people in self.kinds)


def day_in_words(day: date | None, today: date) -> str:
    """Return « aujourd'hui », « hier » or the date; empty when there is none."""
    if day is None:
        return ""
    ago = (today - day).days
    return {0: _("aujourd'hui"), 1: _("hier")}.get(ago) or long_date(day)


def state_label(state: TeamState, days: int | None = None) -> str:
    """Return how a state reads; `days` without activity, when they are known."""
    if state is TeamState.INACTIVE and days is not None:
        return ngettext("Sans activité depuis %(num)d jour", "Sans activité depuis %(num)d jours", days)
    return {
        TeamState.INACTIVE: _("Sans activité"),
        TeamState.NOT_STARTED: _("Pas commencé"),
        TeamState.UNDER_WAY: _("En route"),
        TeamState.CLEARED: _("Feu vert"),
    }[state]


def person_view(
    person: Listed, work: Work, catalog: Catalog, today: date, reader_id: uuid.UUID | None = None
) -> PersonView:
    """Return the view of one person; the same for whoever reads it, but for what they may offer: nothing to themself."""
    path = catalog.paths.get(work.path_id or "")
    following = standing.next_item(path, catalog, work.done, work.skipped) if path else None
    state = standing.state_of(person.last_active_on, person.cleared_until, today)
    days = (today - person.last_active_on).days if person.last_active_on else None
    name = person.first_name or person.email
    nudge = standing.nudge(following, is_cleared=state is TeamState.CLEARED)
    is_reader, step = person.user_id == reader_id, _step(path, following, state)
    offer = _offer(path, nudge)
    test = catalog.test_of(path) if path else None
    return PersonView(
        user_id=person.user_id,
        first_name=name,
        state=state,
        state_label=state_label(state, days),
        path=path.title if path else "",
        deadline=long_date(work.deadline_on) if work.deadline_on else "",
        next_step=step,
        last_active=day_in_words(person.last_active_on, today),
        offer="" if is_reader else offer,
        advice=_("Votre prochaine étape : %(step)s.", step=step)
        if is_reader
        else f"{_standing(name, path, following, nudge)} {offer}",
        mail="" if is_reader else _mail(person, step, following),
        clearances=tuple(clearance_line(held, catalog) for held in work.held),
        skills=tuple((each.title, long_date(each.on)) for each in standing.skills(path, work.done, work.skipped))
        if path
        else (),
        test_passed=test is not None and (ItemKind.QUIZ, test.id) in work.done,
        is_finished=path is not None and following is None,
        is_reader=is_reader,
    )


def clearance_line(held: Held, catalog: Catalog) -> ClearanceLine:
    """Return a feu vert in words."""
    return ClearanceLine(call_title(held.call_type, catalog), long_date(paris_day(held.since)), long_date(held.until))


def call_title(call_type: CallType, catalog: Catalog) -> str:
    """Return the name of a kind of call."""
    rule = catalog.rule_of(call_type)
    return rule.title if rule else catalog.label(call_type)


def _step(path: Path | None, item: AnyItem | None, state: TeamState) -> str:
    if path is None:
        return _("choisir un parcours")
    if item is not None:
        return item.title
    return _("un vrai appel") if state is TeamState.CLEARED else _("les appels du feu vert")


def _standing(name: str, path: Path | None, item: AnyItem | None, nudge: Nudge) -> str:
    """Return what a manager reads before the offer."""
    if path is None:
        return _("%(name)s n'a pas encore de parcours.", name=name)
    if item is not None:
        return _("Prochaine étape %(of)s : %(step)s.", of=of_name(name), step=item.title)
    if nudge is Nudge.REAL_CALL:
        return _("%(name)s a tout fait.", name=name)
    return _("Il reste à %(name)s les appels du feu vert.", name=name)


def _offer(path: Path | None, nudge: Nudge) -> str:
    """Return what a manager may offer somebody, as a question to themself."""
    if path is None:
        return _("Lui proposer un parcours ?")
    return {
        Nudge.QUIET_TIME: _("Lui réserver dix minutes au calme ?"),
        Nudge.SIDE_BY_SIDE: _("Lui proposer de commencer côte à côte ?"),
        Nudge.GUIDED_CALL: _("Lui proposer un appel guidé ?"),
        Nudge.HALF_HOUR: _("Lui réserver une demi-heure ?"),
        Nudge.REAL_CALL: _("Lui confier un premier appel ?"),
    }[nudge]


def _mail(person: Listed, step: str, item: AnyItem | None) -> str:
    """Return the address that opens a mail already begun; empty without an address. Everything is percent-encoded."""
    if not person.email:
        return ""
    body = _(
        "%(greeting)s,\n\nVotre prochaine étape : %(step)s. Voulez-vous que nous la fassions ensemble ?",
        greeting=_("Bonjour %(name)s", name=person.first_name) if person.first_name else _("Bonjour"),
        step=_("« %(title)s »", title=item.title) if item else step,
    )
    return f"mailto:{quote(person.email)}?subject={quote(_('Votre prochaine étape sur Réglo'))}&body={quote(body)}"


def state_counts(counts: Mapping[TeamState, int]) -> tuple[StateCount, ...]:
    """Return how many stand where, those who may call first, with their places on a bar of a thousand."""
    total, start, found = sum(counts.values()), 0, []
    for state in reversed(TeamState):
        share = round(1000 * counts[state] / total) if total else 0
        found.append(StateCount(state, state_label(state), counts[state], start, min(share, 1000 - start)))
        start += found[-1].share
    return tuple(found)


def exported(views: Sequence[tuple[Listed, PersonView]]) -> list[list[str]]:
    """Return the rows of a file, the names of the columns first."""
    return [
        list(COLUMNS),
        *(
            [
                view.first_name,
                person.email,
                view.state_label,
                view.path,
                view.deadline,
                view.next_step,
                person.last_active_on.isoformat() if person.last_active_on else "",
                " ; ".join(f"{line.title} ({line.until})" for line in view.clearances),
            ]
            for person, view in views
        ),
    ]


def cleared_page(
    company: str,
    team: str,
    today: date,
    found: Mapping[CallType, Sequence[tuple[str, Held]]],
    catalog: Catalog,
) -> ClearedPage:
    """Return the list to print of who may call what today."""
    kinds = tuple(
        (
            call_title(call_type, catalog),
            rule.summary if (rule := catalog.rule_of(call_type)) else "",
            tuple((name, long_date(paris_day(held.since)), long_date(held.until)) for name, held in people),
        )
        for call_type, people in found.items()
    )
    return ClearedPage(company, team, long_date(today), kinds)
