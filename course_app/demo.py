"""The demonstration company: invented people with half-done work, made through the same services as real use.

Deterministic but for the date: everything happened in the days before `now`.
"""

import uuid
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from course_app.accounts import service as accounts
from course_app.accounts.models import Organisation
from course_app.accounts.rules import Actor, Role
from course_app.accounts.sessions import actor_of
from course_app.calls import service as calls
from course_app.calls.engine.choices import choices, hint
from course_app.calls.engine.conversation import Conversation, Move
from course_app.calls.intents import Intent
from course_app.calls.rules import SpokenHow
from course_app.calls.service import Beginning, Saying
from course_app.exercise import runs as exercise_runs
from course_app.exercise import service as exercises
from course_app.exercise.engine.contract import Decision
from course_app.information import service as information
from course_app.library.calls import Call, Temperature
from course_app.library.catalog import Catalog
from course_app.library.model import Exercise, ItemKind, Lesson, Quiz
from course_app.membership import assignments, invitations, teams
from course_app.membership.assignments import Errand
from course_app.membership.invitations import Order
from course_app.membership.roster import Written
from course_app.paths import service as paths
from course_app.progress import costly
from course_app.progress import service as progress
from course_app.quizzes import answering, mistakes
from course_app.quizzes import service as quizzes
from course_app.quizzes.exam import service as exams
from course_app.quizzes.kinds.keys import right_answer, wrong_answer
from course_app.team import heat_service
from course_app.team.rules.heat import Mistakes
from course_app.web.clock import PARIS

COMPANY = "Atelier Vercors"
_NAMESPACE = uuid.UUID("6f1f3f0e-4a4c-5d62-9d3c-9e4f6a2b7c11")


OFFICE, YARD = "Bureau", "Chantier"
TEAMS = (OFFICE, YARD)
INVITED = ("Paul", "Aminata")
SUCCEEDED = ("bon-de-commande", "le-compte-est-vide", "laissez-un-message")
TRAINED = ("Karim", "Samira", "Thomas", "Inès", "Yanis")
"""Who trained together a week ago: five, the fewest of whom the team's briefing speaks."""
HASTY = ("Samira", "Inès", "Yanis", "Karim")
"""Who told of the invoice before they knew to whom."""
ATTENTIVE = ("Thomas", "Karim")
"""Who called a customer that had fallen silent; the others waited."""
TOLD_TOO_SOON = "Je vous appelle pour une facture qui reste à payer depuis le mois dernier."


@dataclass(frozen=True)
class DemoPerson:
    """One invented person: who they are, the path they follow, what the entry list says of them."""

    first_name: str
    role: Role
    path_id: str
    summary: str
    team: str | None = OFFICE
    steps: int = 0
    """Steps of their path done in order, lessons read and quizzes answered rightly."""
    days_ago: int = 1
    """When they did the last of them."""


PEOPLE = (
    DemoPerson("Claire", Role.MANAGER, "equipe", "Dirige l'atelier et suit l'équipe Bureau. Exercice en cours, arrêté à la deuxième séance."),
    DemoPerson("Karim", Role.LEARNER, "commerciaux", "Vend. A fini la leçon sur la signature, quiz à reprendre."),
    DemoPerson("Samira", Role.LEARNER, "interimaires", "Commence lundi. En pleine leçon « Avant de décrocher »."),
    DemoPerson("Lucie", Role.LEARNER, "equipe", "Vient d'arriver. N'a encore rien ouvert."),
    DemoPerson("Hugo", Role.AUTHOR, "equipe", "Écrit les contenus. Voit les constats de vérification.", None),
    DemoPerson("Nadège", Role.ADMINISTRATOR, "equipe", "Tient les comptes : membres, rôles, équipes.", None),
    DemoPerson("Thomas", Role.LEARNER, "interimaires", "A réussi trois appels et le test : peut appeler de vrais clients.", OFFICE, 12, 1),
    DemoPerson("Inès", Role.LEARNER, "interimaires", "A fait quatre étapes, puis plus rien depuis une semaine.", OFFICE, 4, 7),
    DemoPerson("Yanis", Role.LEARNER, "commerciaux", "A fait trois étapes avant-hier.", OFFICE, 3, 2),
    DemoPerson("Rose", Role.LEARNER, "interimaires", "Vient d'accepter l'invitation. N'a encore rien ouvert.", OFFICE),
    DemoPerson("Mehdi", Role.LEARNER, "equipe", "Travaille au chantier. A fait deux étapes il y a trois jours.", YARD, 2, 3),
    DemoPerson("Élise", Role.LEARNER, "equipe", "Travaille au chantier. N'a encore rien ouvert.", YARD),
)  # fmt: skip


def seed(session: Session, catalog: Catalog, now: datetime) -> bool:
    """Create the demonstration company unless it exists; return whether it was created. Never commits."""
    if accounts.demonstration_people(session):
        return False
    organisation = accounts.found_organisation(session, COMPANY, now - timedelta(days=9))
    actors = {
        person.first_name: _create(session, organisation, catalog, person, rank, now)
        for rank, person in enumerate(PEOPLE, start=1)
    }
    made = _gather(session, catalog, actors, now)
    _train(session, catalog, actors, now - timedelta(days=7, hours=10))
    _play(session, catalog, actors, now)
    _publish(session, catalog, actors["Claire"], made[OFFICE], now - timedelta(days=1))
    return True


def _create(
    session: Session, organisation: Organisation, catalog: Catalog, person: DemoPerson, rank: int, now: datetime
) -> Actor:
    # No password opens these accounts: they are entered by the demonstration page alone.
    email = _address(person.first_name)
    given = accounts.NewPerson(person.first_name, email, None, COMPANY)
    user = accounts.add_person(session, organisation, given, person.role, now - timedelta(days=8))
    accounts.present(session, user, rank, person.summary)
    actor = actor_of(user, uuid.uuid5(_NAMESPACE, email))
    information.acknowledge(session, actor, catalog.information, now - timedelta(days=8))
    if person.path_id in catalog.paths:
        paths.choose_path(session, actor, catalog, person.path_id, now - timedelta(days=8))
    return actor


def _address(first_name: str) -> str:
    """Return the address of an invented person: no mail can reach it (RFC 2606)."""
    return f"{first_name.lower().translate(str.maketrans('éè', 'ee'))}@demo.reglo.invalid"


def _gather(session: Session, catalog: Catalog, actors: Mapping[str, Actor], now: datetime) -> dict[str, uuid.UUID]:
    """Make the teams, put people in them, give the office its path and its day, invite two more people; return the teams."""
    administrator, since = actors["Nadège"], now - timedelta(days=8)
    made = {name: teams.create(session, administrator, name, since).id for name in TEAMS}
    for person in PEOPLE:
        if person.team is not None:
            leads = person.first_name == "Claire"
            actor = actors[person.first_name]
            teams.join(session, actor.organisation_id, made[person.team], actor.user_id, since, leads=leads)
    today = now.astimezone(PARIS).date()
    day = today + timedelta(days=14)
    for person in PEOPLE:
        if person.path_id in catalog.paths and person.team == OFFICE and person.role is Role.LEARNER:
            errand = Errand(person.path_id, day)
            assignments.assign(session, actors["Claire"], actors[person.first_name].user_id, errand, since)
    order = Order(made[OFFICE], Role.LEARNER, next(iter(catalog.paths), None), None)
    people = [Written(rank, name, _address(name), name) for rank, name in enumerate(INVITED, 1)]
    invitations.invite(session, actors["Claire"], people, order, today, now - timedelta(days=2))
    return made


def _train(session: Session, catalog: Catalog, actors: Mapping[str, Actor], at: datetime) -> None:
    """Have five people answer, call and manage the same things, with the mistakes that beginners share.

    What a first call and a first game were worth is told to nobody, so each has both before those that the team shares.
    """
    quiz, call = catalog.quizzes["facture-perdue"], catalog.calls["mon-assistante"]
    first_game, game = catalog.exercises["cinq-premiers-dossiers"], catalog.exercises["facture-orpheline"]
    for name in TRAINED:
        actor = actors[name]
        _answer(session, actor, quiz, len(quiz.questions), at)
        calls.hang_up(session, actor, _dial(session, actor, call, 0, at), at + timedelta(minutes=20))
        say = _too_soon if name in HASTY else _soundest
        _call(
            session, actor, _dial(session, actor, call, 1, at + timedelta(minutes=25)), say, at + timedelta(minutes=25)
        )
        _manage(session, actor, first_game, (), at + timedelta(minutes=40))
        called = {("nordal", "appel-comptabilite")} if name in ATTENTIVE else set()
        _manage(session, actor, game, {("tissandre", "pointer"), *called}, at + timedelta(minutes=60))


def _publish(session: Session, catalog: Catalog, leader: Actor, team_id: uuid.UUID, at: datetime) -> None:
    """Have a manager publish their team's briefing, as its button does."""

    def in_quizzes(session: Session, organisation_id: uuid.UUID, people: Collection[uuid.UUID]) -> Mistakes:
        return mistakes.first_mistakes(session, organisation_id, people, catalog.quizzes)

    heat_service.publish(session, leader, team_id, (in_quizzes, costly.first_costly), at)


def _play(session: Session, catalog: Catalog, actors: Mapping[str, Actor], now: datetime) -> None:
    """Give each person the work their line on the entry list announces."""
    _read(session, actors["Claire"], catalog.lessons["oubli-et-facture-perdue"], now - timedelta(days=3))
    _answer(session, actors["Claire"], catalog.quizzes["facture-perdue"], 3, now - timedelta(days=2))
    _play_one_session(session, actors["Claire"], catalog.exercises["facture-orpheline"], now - timedelta(hours=22))
    _read(session, actors["Karim"], catalog.lessons["signature-qui-vaut-5000"], now - timedelta(days=1))
    _answer(session, actors["Karim"], catalog.quizzes["signature"], 1, now - timedelta(hours=20))
    for person in PEOPLE:
        _advance(session, catalog, actors[person.first_name], person, now)
    _succeed(session, catalog, actors["Thomas"], now - timedelta(days=1))
    lesson = catalog.lessons["avant-de-decrocher"]
    place = {"anchor": lesson.paragraphs[len(lesson.paragraphs) // 2]}
    progress.keep_place(session, actors["Samira"], lesson, place, "milieu de la leçon", now - timedelta(hours=2))


def _advance(session: Session, catalog: Catalog, actor: Actor, person: DemoPerson, now: datetime) -> None:
    """Do the first steps of a person's path that are lessons and practice quizzes, the last one `days_ago`."""
    keys = [ref.key for ref in catalog.paths[person.path_id].items if ref.kind in (ItemKind.LESSON, ItemKind.QUIZ)]
    for rank, (kind, item_id) in enumerate(keys[: person.steps]):
        at = now - timedelta(days=person.days_ago, hours=2 * (person.steps - 1 - rank))
        if kind is ItemKind.LESSON:
            _read(session, actor, catalog.lessons[item_id], at)
        else:
            quiz = catalog.quizzes[item_id]
            _answer(session, actor, quiz, len(quiz.questions), at)


def _succeed(session: Session, catalog: Catalog, actor: Actor, at: datetime) -> None:
    """Succeed in three calls, the second time since the first never counts, then in the test of the path."""
    for call_id in SUCCEEDED:
        for turn in range(2):
            _call(session, actor, _dial(session, actor, catalog.calls[call_id], turn, at), _soundest, at)
    test = catalog.quizzes["test-interimaires"]
    row = exams.start(session, actor, test, catalog.quizzes, _key(actor, test.id), at)
    sitting = exams.load(session, actor, row.id, writing=True)
    for number, question in enumerate(sitting.quiz.questions, 1):
        sent = exams.Sent(_key(actor, f"{test.id}-{number}"), 0, right_answer(question))
        exams.save(session, actor, sitting, number, sent, at)
    exams.send(session, actor, exams.load(session, actor, row.id, writing=True), at)


def _dial(session: Session, actor: Actor, call: Call, turn: int, at: datetime) -> calls.Attempt:
    """Start a call, for the first time (turn 0) or again."""
    beginning = Beginning(call, Temperature.HURRIED, guided=True, seed=turn, key=_key(actor, f"{call.id}-{turn}"))
    return calls.load(session, actor, calls.start(session, actor, beginning, at).id, writing=True)


def _call(
    session: Session, actor: Actor, attempt: calls.Attempt, say: Callable[[Conversation], Move], at: datetime
) -> None:
    """Speak until the call ends."""
    while not attempt.is_finished:
        move, number = say(attempt.conversation), attempt.next_number
        how = SpokenHow.TYPED if move.said == TOLD_TOO_SOON else SpokenHow.CHOSEN
        saying = Saying(_key(actor, f"{attempt.row.id}-{number}"), number, move.intent, move.said, how)
        calls.say(session, actor, attempt, saying, at)
        attempt = calls.load(session, actor, attempt.row.id, writing=True)


def _too_soon(conversation: Conversation) -> Move:
    """Return the invoice, told to whoever picked up; before and after, what is soundest."""
    is_second = len(conversation.turns) == 1
    return Move(Intent.STATE_INVOICE, TOLD_TOO_SOON) if is_second else _soundest(conversation)


def _soundest(conversation: Conversation) -> Move:
    """Return what the whispered hint would have one say, among the sentences offered."""
    offered, sound = choices(conversation), hint(conversation)
    return next((choice.move for choice in offered if choice.move.intent is sound), offered[0].move)


def _read(session: Session, actor: Actor, lesson: Lesson, at: datetime) -> None:
    progress.finish(session, actor, lesson, at)


def _answer(session: Session, actor: Actor, quiz: Quiz, questions: int, at: datetime) -> None:
    """Answer the first questions of a practice quiz, rightly but for the second one."""
    row = quizzes.start(session, actor, quiz, _key(actor, quiz.id), at)
    for number in range(1, questions + 1):
        question = quiz.questions[number - 1]
        given = (wrong_answer if number == 2 else right_answer)(question)
        held = answering.hold(session, actor, row.id)
        submission = quizzes.Submission(_key(actor, f"{quiz.id}-{number}"), given.chosen, None, given.typed)
        answering.answer(session, actor, held, number, submission, at + timedelta(minutes=number))


def _play_one_session(session: Session, actor: Actor, exercise: Exercise, at: datetime) -> None:
    """Play the first séance in guided mode and close it, so that the run waits at the second one."""
    row = exercises.start(session, actor, exercise, True, 20261008, _key(actor, exercise.id), at)
    for customer_id, action in (("tissandre", "pointer"), ("nordal", "appel-comptabilite")):
        run = exercise_runs.load(session, actor, row.id, writing=True)
        exercises.decide(session, actor, run, Decision(0, customer_id, action, None), _key(actor, action), at)
    run = exercise_runs.load(session, actor, row.id, writing=True)
    exercises.close_session(session, actor, run, 0, _key(actor, "cloture-0"), at + timedelta(minutes=6))


def _manage(
    session: Session, actor: Actor, exercise: Exercise, planned: Collection[tuple[str, str]], at: datetime
) -> None:
    """Play an exercise to its end: what is planned in the first séance (customer and action), then nothing more."""
    row = exercises.start(session, actor, exercise, True, 20261008, _key(actor, f"{exercise.id}-entier"), at)
    for customer_id, action in sorted(planned):
        run = exercise_runs.load(session, actor, row.id, writing=True)
        key = _key(actor, f"{exercise.id}-{action}")
        exercises.decide(session, actor, run, Decision(0, customer_id, action, None), key, at)
    run = exercise_runs.load(session, actor, row.id, writing=True)
    while not run.is_finished:
        key = _key(actor, f"{exercise.id}-cloture-{run.session_index}")
        run = exercises.close_session(session, actor, run, run.session_index, key, at + timedelta(minutes=8))


def _key(actor: Actor, name: str) -> uuid.UUID:
    return uuid.uuid5(_NAMESPACE, f"{actor.user_id}-{name}")
