"""The only composition point: settings in, a ready Flask application out."""

import os
from collections.abc import Collection
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy.orm import Session

from course_app.accounts import access as accounts_access
from course_app.accounts import address_routes as accounts_address_routes
from course_app.accounts import addresses as accounts_addresses
from course_app.accounts import code_routes, entry_codes, first_password
from course_app.accounts import mail as accounts_mail
from course_app.accounts import routes as accounts_routes
from course_app.accounts.factors import reset_routes as factors_reset_routes
from course_app.accounts.factors import routes as factors_routes
from course_app.accounts.factors import service as factors_service
from course_app.accounts.factors import sign_in_routes as factors_sign_in_routes
from course_app.accounts.federation import routes as federation_routes
from course_app.accounts.federation import service as federation_service
from course_app.administration import publication_notes
from course_app.administration import routes as administration_routes
from course_app.calls import client_routes as call_client_routes
from course_app.calls import evidence as calls_evidence
from course_app.calls import own_words as call_words_routes
from course_app.calls import records as calls_records
from course_app.calls import routes as calls_routes
from course_app.certificates import access as certificates_access
from course_app.certificates import check_routes as certificates_check_routes
from course_app.certificates import mail as certificates_mail
from course_app.certificates import routes as certificates_routes
from course_app.certificates import service as certificates_service
from course_app.certificates.evidence import DocumentsEvidence
from course_app.certificates.issuing import Press
from course_app.clearance import service as clearance_service
from course_app.company import routes as company_routes
from course_app.config import Environment, Settings, load_settings, private_data_dir
from course_app.evidence import records as evidence_records
from course_app.evidence import routes as evidence_routes
from course_app.evidence import work as evidence_work
from course_app.exercise import costly_words
from course_app.exercise import evidence as exercise_evidence
from course_app.exercise import routes as exercise_routes
from course_app.exercise import service as exercise_service
from course_app.exercise.compare import laboratory_routes, way_routes
from course_app.exercise.compare.work import TRIAL, WHOLE_WAY
from course_app.exercise.engine.bodies import EXERCISE_BODIES
from course_app.information import routes as information_routes
from course_app.information import service as information_service
from course_app.jobs import routes as jobs_routes
from course_app.jobs import runner as jobs_runner
from course_app.jobs import service as jobs_service
from course_app.jobs.chores import Chore
from course_app.jobs.work import Kind
from course_app.ledger import daily as ledger_daily
from course_app.ledger import service as ledger_service
from course_app.lessons import evidence as lessons_evidence
from course_app.lessons import routes as lessons_routes
from course_app.library.apart import publisher
from course_app.library.catalog import Catalog
from course_app.library.publication import Publication
from course_app.membership import composition_routes, invitation_routes, joining_routes
from course_app.membership import letters as membership_letters
from course_app.membership import routes as membership_routes
from course_app.membership import service as membership_service
from course_app.outbox import delivery
from course_app.outbox.delivery import MailKind
from course_app.paths import evidence as placement_evidence
from course_app.paths import routes as paths_routes
from course_app.paths import service as paths_service
from course_app.paths.placement import routes as placement_routes
from course_app.paths.placement import service as placement_service
from course_app.privacy import keeping
from course_app.privacy import mail as privacy_mail
from course_app.privacy import routes as privacy_routes
from course_app.privacy import service as privacy_service
from course_app.progress import costly, following
from course_app.progress import records as progress_records
from course_app.progress.evidence import EvidenceRoom
from course_app.progress.rules import STARTING
from course_app.quality import mail as quality_mail
from course_app.quality import reminding as quality_reminding
from course_app.quality import routes as quality_routes
from course_app.quality import service as quality_service
from course_app.quizzes import evidence as quizzes_evidence
from course_app.quizzes import mistakes as quizzes_mistakes
from course_app.quizzes import records as quizzes_records
from course_app.quizzes import routes as quizzes_routes
from course_app.quizzes.exam import records as exam_records
from course_app.quizzes.exam import routes as exam_routes
from course_app.quizzes.items import routes as items_routes
from course_app.quizzes.regrading import routes as regrading_routes
from course_app.quizzes.reviewing import counting
from course_app.quizzes.reviewing import routes as reviewing_routes
from course_app.reminders import own_kinds as reminders_own
from course_app.reminders import routes as reminders_routes
from course_app.reminders import scheduler
from course_app.reminders import service as reminders_service
from course_app.reminders.kinds import Remindable
from course_app.scenarios import records as scenarios_records
from course_app.scenarios import routes as scenarios_routes
from course_app.search import routes as search_routes
from course_app.search.rules.index import Entry, Group
from course_app.store.migrate import init_migrations
from course_app.store.session import db, engine_options, make_durable
from course_app.team import keeping as team_keeping
from course_app.team import routes as team_routes
from course_app.team.heat_service import Reader
from course_app.team.own_view import SeenByManagers
from course_app.team.rules.heat import Mistakes as MistakesRead
from course_app.team.service import Paths
from course_app.toolbox import letter_routes
from course_app.toolbox import routes as toolbox_routes
from course_app.toolbox.calculators import CALCULATORS
from course_app.tutoring import mail as tutoring_mail
from course_app.tutoring import routes as tutoring_routes
from course_app.tutoring import service as tutoring_service
from course_app.web import counters, errors, fragments, health, i18n, library, logs, preview, security, static
from course_app.web.clock import now, today

BLUEPRINTS = (
    paths_routes.blueprint,
    placement_routes.blueprint,
    accounts_routes.blueprint,
    factors_routes.blueprint,
    factors_sign_in_routes.blueprint,
    factors_reset_routes.blueprint,
    first_password.blueprint,
    code_routes.blueprint,
    privacy_routes.blueprint,
    reminders_routes.blueprint,
    federation_routes.blueprint,
    accounts_address_routes.blueprint,
    lessons_routes.blueprint,
    quizzes_routes.blueprint,
    exam_routes.blueprint,
    items_routes.blueprint,
    regrading_routes.blueprint,
    reviewing_routes.blueprint,
    exercise_routes.blueprint,
    laboratory_routes.blueprint,
    way_routes.blueprint,
    scenarios_routes.blueprint,
    call_client_routes.blueprint,
    calls_routes.blueprint,
    call_words_routes.blueprint,
    team_routes.blueprint,
    information_routes.blueprint,
    jobs_routes.blueprint,
    membership_routes.blueprint,
    composition_routes.blueprint,
    invitation_routes.blueprint,
    joining_routes.blueprint,
    toolbox_routes.blueprint,
    search_routes.blueprint,
    letter_routes.blueprint,
    evidence_routes.blueprint,
    administration_routes.blueprint,
    tutoring_routes.blueprint,
    quality_routes.blueprint,
    certificates_routes.blueprint,
    certificates_check_routes.blueprint,
    company_routes.blueprint,
    health.blueprint,
)
# Rooms that hold rows about a person: what they export, and how they re-home a guest's rows.
LEARNER_RECORDS = (
    progress_records,
    quizzes_records,
    exam_records,
    exercise_service,
    scenarios_records,
    calls_records,
    paths_service,
    jobs_service,
    membership_service,
    ledger_service,
    clearance_service,
    tutoring_service,
    factors_service,
    federation_service,
    accounts_addresses,
    entry_codes,
    team_keeping,
    information_service,
    quality_service,
    certificates_service,
    evidence_records,
    privacy_service,
    reminders_service,
)
# Rooms whose rows get too old. The chain goes before the log it is about.
AGEING_RECORDS = (
    ledger_service,
    progress_records,
    quizzes_records,
    exam_records,
    exercise_service,
    scenarios_records,
    calls_records,
    paths_service,
    jobs_service,
    membership_service,
    clearance_service,
    tutoring_service,
    privacy_service,
    quality_service,
    certificates_service,
    team_keeping,
    information_service,
    entry_codes,
)
# Rooms that contribute to a dossier de preuve, in the order in which it is read.
EVIDENCE_ROOMS: tuple[EvidenceRoom, ...] = (
    placement_evidence,
    quizzes_evidence,
    calls_evidence,
    exercise_evidence,
    tutoring_service,
    quality_service,
    lessons_evidence,
)
JOB_KINDS: tuple[Kind, ...] = (TRIAL, WHOLE_WAY)
# Kinds of reminder: a room with something to recall adds its own here.
REMINDERS: tuple[Remindable, ...] = (
    *reminders_own.REMINDERS,
    *certificates_mail.REMINDERS,
    *quality_reminding.REMINDERS,
)
MAIL_KINDS: tuple[MailKind, ...] = (
    *accounts_mail.KINDS,
    *membership_letters.KINDS,
    *tutoring_mail.KINDS,
    *quality_mail.KINDS,
    *privacy_mail.KINDS,
    *(reminder.mail_kind() for reminder in REMINDERS),
)
# What the runner of jobs does by itself. Mails wait half a second at most, or somebody waits for a link.
CHORES = (
    Chore("restauration", timedelta(seconds=5), keeping.settle_restore),
    Chore("courriels", timedelta(seconds=0.4), keeping.send_mails),
    Chore(ledger_daily.CHORE, ledger_daily.PAUSE, ledger_daily.seal_today),
    Chore(scheduler.CHORE, timedelta(minutes=2), scheduler.remind),
    Chore(publication_notes.CHORE, timedelta(minutes=1), publication_notes.note_publication),
    Chore(counting.CHORE, counting.PAUSE, counting.count_due),
    Chore("conservation", timedelta(minutes=10), keeping.look_after),
)


def create_app(settings: Settings | None = None) -> Flask:
    """Return the application for these settings (default: the environment's).

    Raises `SettingsError` on unsafe settings and `library.publication.NoGoodContent` when there is no valid
    content to serve, neither on disk nor archived.
    """
    settings = settings or load_settings(os.environ)
    app = Flask(__name__, static_folder=str(settings.static_dir), static_url_path="/static")
    app.extensions["reglo.settings"] = settings
    app.config["SQLALCHEMY_ENGINES"] = {"default": engine_options(settings.database_url, settings.threads)}
    logs.init_logs(settings)
    counters.init_counters(app)
    _init_store(app, settings)
    security.init_security(app, settings)
    i18n.init_i18n(app)
    errors.init_errors(app)
    information_routes.init_information(app)
    static.init_static(app, settings)
    fragments.init_fragments(app, _reading)
    publication = open_publication(settings)
    library.init_library(app, publication)
    delivery.init_outbox(app, settings, MAIL_KINDS)
    _follow_the_log(app, publication)
    paths = Paths(paths_service.followed, placement_service.all_skipped, paths_service.select_followers)
    team_routes.init_team(app, paths, _mistake_readers(publication), costly_words.in_words)
    seen = SeenByManagers(paths, library.catalog, today)
    accounts_access.init_access(app, settings, (*LEARNER_RECORDS, seen))
    rooms = (*EVIDENCE_ROOMS, DocumentsEvidence(Press(settings.data_dir, settings.base_url)))
    evidence_routes.init_evidence(app, rooms)
    jobs_runner.init_jobs(app, (*JOB_KINDS, _dossiers(app, settings, rooms)), CHORES)
    certificates_access.init_certificates(app, settings, placement_service.all_skipped)
    keeping.init_privacy(app, AGEING_RECORDS)
    scheduler.init_reminders(app, REMINDERS)
    federation_routes.init_federation(app)
    with app.test_request_context():  # titles are translated when read
        search_routes.init_search(app, _tools())
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    preview.init_preview(app, settings)
    app.context_processor(_page_context)
    app.jinja_env.globals["asset"] = static.asset
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    return app


def _tools() -> tuple[Entry, ...]:
    """Return what the toolbox offers, for the search."""
    return tuple(
        Entry(Group.TOOL, ("toolbox.calculator", each.slug), str(each.title), str(each.summary))
        for each in CALCULATORS.values()
    )


def _dossiers(app: Flask, settings: Settings, rooms: tuple[EvidenceRoom, ...]) -> Kind:
    def published() -> Catalog:
        with app.app_context():
            return library.catalog()

    return evidence_work.kind(published, rooms, settings.data_dir, now)


def open_publication(settings: Settings) -> Publication:
    """Return the published content of an installation, loaded: read apart by a site that serves, at once elsewhere."""
    is_served = settings.environment in (Environment.PRODUCTION, Environment.DEMONSTRATION)
    publication = Publication(
        content_dir=settings.content_dir,
        quizzes_dir=settings.quizzes_dir,
        archive_dir=settings.data_dir / "content",
        exercise_bodies=EXERCISE_BODIES,
        publish_apart=publisher(settings.content_dir, settings.quizzes_dir, settings.data_dir) if is_served else None,
    )
    publication.load()
    return publication


def _init_store(app: Flask, settings: Settings) -> None:
    private_data_dir(settings.data_dir)
    if settings.database_url.startswith("sqlite:///"):
        Path(settings.database_url.removeprefix("sqlite:///")).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    db.init_app(app)
    with app.app_context():
        make_durable(db.engine)
    init_migrations(app, settings.database_url)


def _mistake_readers(publication: Publication) -> tuple[Reader, ...]:
    """Return what tells the team's briefing which wrong options first answers chose."""

    def in_quizzes(session: Session, organisation_id: UUID, people: Collection[UUID]) -> MistakesRead:
        return quizzes_mistakes.first_mistakes(session, organisation_id, people, publication.catalog().quizzes)

    return (in_quizzes, costly.first_costly)


def _follow_the_log(app: Flask, publication: Publication) -> None:
    """Let rooms above the log keep their rows in the transaction that appends to it."""
    keeper = clearance_service.Keeper(publication.catalog)

    def informed(session: Session, telling: following.Telling) -> None:
        if telling.kind in STARTING:
            information_service.require(session, telling.actor, publication.catalog().information)

    with app.app_context():
        following.follow(
            db.engine,
            following.Followers(asked=(informed,), told=(keeper.hear, team_keeping.heard), moved=(team_keeping.moved,)),
        )


def _page_context() -> dict[str, Any]:
    """What every page may show: who is here, how they want it, and what is wrong with the content."""
    actor = accounts_access.current_actor()
    return {"actor": actor, "label": library.catalog().label, **_reader_context(actor)}


def _reading() -> fragments.Reading:
    """The same for pages written once, which know a kind of reader."""
    actor = accounts_access.current_actor()
    if actor is None:
        return fragments.Reading({"actor": None, **_reader_context(None)}, "")
    return fragments.Reading({"actor": fragments.Reader(actor.is_guest), **_reader_context(actor)}, str(actor.user_id))


def _reader_context(actor: accounts_access.Actor | None) -> dict[str, Any]:
    settings = accounts_access.settings()
    return {
        "sees_team": actor is not None and actor.may(accounts_access.Permission.SEE_TEAM),
        "theme": actor.theme if actor else "systeme",
        "demonstration": settings.is_demonstration,
        "content_notice": _content_notice(actor),
    }


def _content_notice(actor: accounts_access.Actor | None) -> str | None:
    if actor is None or not actor.may(accounts_access.Permission.SEE_CONTENT_FINDINGS):
        return None
    state = library.publication().state
    if state.is_current and not any(finding.is_error for finding in state.findings):
        return None
    first = f" {state.findings[0]}" if state.findings else ""
    return i18n._(
        "Contenu en erreur : les apprenants lisent la dernière version valable (%(version)s).%(first)s",
        version=state.served_hash[:12],
        first=first,
    )
