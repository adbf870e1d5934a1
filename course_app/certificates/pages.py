"""What the screens show: frozen pages, by allow-list.

A manager's page holds dates and documents, never a result (security.md G2); the check page holds a name, a title, a day
and a state (S27), and nothing about somebody who was erased (S29).
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from course_app.certificates.issuing import Press, facts_of
from course_app.certificates.models import Certificate
from course_app.certificates.rules import CertificateKind, Standing, day, shown_code
from course_app.core import paging
from course_app.core.french import long_date
from course_app.library.catalog import Catalog
from course_app.progress.rules import ItemKey

LINKEDIN = "https://www.linkedin.com/profile/add"


class Check(Enum):
    """What the check page answers."""

    VALID = auto()
    REVOKED = auto()
    ERASED = auto()
    UNKNOWN = auto()


@dataclass(frozen=True)
class CheckPage:
    """The answer to a stranger; all but the state is empty when it is unknown or erased."""

    state: Check
    kind: CertificateKind | None = None
    holder: str = ""
    title: str = ""
    issuer: str = ""
    achieved_on: str = ""
    revoked_on: str = ""
    code: str = ""


@dataclass(frozen=True)
class Document:
    """One issued document, as its holder or their manager sees it."""

    id: uuid.UUID
    kind: CertificateKind
    title: str
    holder: str
    achieved_on: str
    issued_on: str
    code: str
    check_url: str
    revoked_on: str
    linkedin_url: str

    @property
    def is_revoked(self) -> bool:
        """Whether it is worth nothing any more."""
        return bool(self.revoked_on)


@dataclass(frozen=True)
class ModuleLine:
    """One line of the checklist: a module, what is left in it."""

    title: str
    done: int
    total: int
    left: tuple[tuple[ItemKey, str], ...]

    @property
    def is_done(self) -> bool:
        """Whether nothing is left."""
        return not self.left


@dataclass(frozen=True)
class PathLine:
    """One path: what is left before its attestation, or that it can be issued."""

    path_id: str
    title: str
    modules: tuple[ModuleLine, ...]
    test_key: ItemKey | None
    test_title: str
    is_passed: bool
    can_issue: bool
    has_begun: bool
    left: int


@dataclass(frozen=True)
class MinePage:
    """« Mes attestations »: the documents, then what is left per path, those begun first."""

    documents: tuple[Document, ...]
    paths: tuple[PathLine, ...]


@dataclass(frozen=True)
class Followed:
    """A path that somebody followed to its end."""

    path_id: str
    title: str
    completed_on: str


@dataclass(frozen=True)
class TeamPerson:
    """Somebody whom a manager may issue a certificate for, and the paths that wait for one."""

    user_id: uuid.UUID
    first_name: str
    email: str
    followed: tuple[Followed, ...] = ()


@dataclass(frozen=True)
class PeoplePage:
    """One page of the people whom a manager sees and asked for: those for whom a certificate waits come first."""

    waiting: tuple[TeamPerson, ...]
    others: tuple[TeamPerson, ...]
    waiting_count: int
    """How many certificates' holders wait, on all pages."""
    count: int
    number: int
    """Number of this page, from 1."""
    last: int
    asked: str
    """What was searched for; empty for everybody."""

    @property
    def may_search(self) -> bool:
        """Whether the list is long enough, or already narrowed, for a search to serve."""
        return bool(self.asked) or self.last > 1


@dataclass(frozen=True)
class PersonPage:
    """One person as their manager sees them here: what they followed to the end, what was issued."""

    user_id: uuid.UUID
    first_name: str
    followed: tuple[Followed, ...]
    documents: tuple[Document, ...]


def check_page(row: Certificate | None) -> CheckPage:
    """Return what a stranger reads about a document."""
    if row is None:
        return CheckPage(Check.UNKNOWN)
    if row.erased_at is not None:
        return CheckPage(Check.ERASED)
    facts = facts_of(row)
    return CheckPage(
        state=Check.REVOKED if row.revoked_at else Check.VALID,
        kind=row.kind,
        holder=facts["holder"],
        title=facts["title"],
        issuer=facts["issuer"],
        achieved_on=long_date(day(facts["achieved_on"])),
        revoked_on=_day(row.revoked_at, "Europe/Paris") if row.revoked_at else "",
        code=shown_code(row.code),
    )


def _day(moment: datetime, timezone: str) -> str:
    return long_date(moment.astimezone(ZoneInfo(timezone)).date())


def document(row: Certificate, press: Press, timezone: str) -> Document:
    """Return a document as its holder sees it."""
    facts = facts_of(row)
    achieved_on = day(facts["achieved_on"])
    linkedin = {
        "startTask": "CERTIFICATION_NAME",
        "name": facts["title"],
        "organizationName": facts["issuer"],
        "issueYear": achieved_on.year,
        "issueMonth": achieved_on.month,
        "certUrl": press.check_url(row.code),
        "certId": shown_code(row.code),
    }
    return Document(
        id=row.id,
        kind=row.kind,
        title=facts["title"],
        holder=facts["holder"],
        achieved_on=long_date(achieved_on),
        issued_on=_day(row.issued_at, timezone),
        code=shown_code(row.code),
        check_url=press.check_url(row.code),
        revoked_on=_day(row.revoked_at, timezone) if row.revoked_at else "",
        linkedin_url=f"{LINKEDIN}?{urlencode(linkedin)}" if row.kind is CertificateKind.SKILLS else "",
    )


def mine_page(
    rows: Sequence[Certificate], standings: Sequence[Standing], catalog: Catalog, press: Press, timezone: str
) -> MinePage:
    """Return « Mes attestations »: a path whose attestation stands, or was withdrawn for good, is no longer offered."""
    taken = {row.path_id for row in rows if row.kind is CertificateKind.SKILLS and not row.may_be_reissued}
    paths = [_path_line(each, catalog) for each in standings if each.path.id not in taken]
    return MinePage(
        documents=tuple(document(row, press, timezone) for row in rows),
        paths=tuple(sorted(paths, key=lambda line: (not line.can_issue, not line.has_begun))),
    )


def _path_line(standing: Standing, catalog: Catalog) -> PathLine:
    titles = {key: item.title for key in standing.missing if (item := catalog.item(*key)) is not None}
    modules = tuple(
        ModuleLine(
            title=module.title,
            done=sum(key not in titles for key in asked),
            total=len(asked),
            left=tuple((key, titles[key]) for key in asked if key in titles),
        )
        for module in standing.path.modules
        if (asked := [ref.key for ref in module.items if ref.key in standing.required])
    )
    return PathLine(
        path_id=standing.path.id,
        title=standing.path.title,
        modules=modules,
        test_key=(standing.test.kind, standing.test.id) if standing.test else None,
        test_title=standing.test.title if standing.test else "",
        is_passed=standing.passed is not None,
        can_issue=standing.skills_at is not None,
        has_begun=len(standing.missing) < len(standing.required) or standing.sent is not None,
        left=len(standing.missing) + (standing.passed is None),
    )


def people_page(people: Sequence[TeamPerson], asked: str, number: int) -> PeoplePage:
    """Return one page of a list of people, in their order; `asked`: words to find in a name or an address.

    A number past either end gives the page at that end.
    """
    asked = paging.tidied(asked)
    holds = paging.finder(asked)
    found = [each for each in people if holds(f"{each.first_name} {each.email}")]
    found.sort(key=lambda each: not each.followed)
    part = paging.part(found, number)
    return PeoplePage(
        waiting=tuple(each for each in part.shown if each.followed),
        others=tuple(each for each in part.shown if not each.followed),
        waiting_count=sum(bool(each.followed) for each in found),
        count=part.count,
        number=part.number,
        last=part.last,
        asked=asked,
    )


def person_page(
    person: tuple[uuid.UUID, str, str],
    standings: Sequence[Standing],
    rows: Sequence[Certificate],
    press: Press,
) -> PersonPage:
    """Return one person as their manager sees them; `person`: id, first name, timezone."""
    user_id, first_name, timezone = person
    taken: Mapping[str, bool] = {
        row.path_id: True for row in rows if row.kind is CertificateKind.COMPLETION and not row.may_be_reissued
    }
    followed = followed_to_the_end([each for each in standings if each.path.id not in taken], timezone)
    return PersonPage(user_id, first_name, followed, tuple(document(row, press, timezone) for row in rows))


def followed_to_the_end(standings: Sequence[Standing], timezone: str) -> tuple[Followed, ...]:
    """Return the paths followed to their end, with the day."""
    return tuple(
        Followed(each.path.id, each.path.title, _day(at, timezone))
        for each in standings
        if (at := each.completed_at) is not None
    )
