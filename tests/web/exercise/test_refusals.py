"""What a bad request gets: a status of the response contract, a French sentence, and nothing written."""

import uuid

import pytest
from sqlalchemy import update

from course_app.exercise.models import ExerciseRun, RunDecision
from tests.web.exercise.conftest import EXERCISE, text

CALL = "appel-comptabilite"

BAD_DECISIONS = {
    "rien": ({}, 422),
    "sans action": ({"action": ""}, 422),
    "action inconnue": ({"action": "passage-en-force"}, 422),
    "action refusée": ({"action": "lettre-daf"}, 422),
    "action close": ({"action": "cloture"}, 422),
    "dix mille actions": ({"action": ["courriel"] * 10_000}, 422),
    "deux actions": ({"action": ["courriel", CALL]}, 422),
    "deux clients": ({"customer": ["nordal", "tissandre"]}, 422),
    "client inconnu": ({"customer": "personne"}, 422),
    "client illisible": ({"customer": "nordal\x00"}, 422),
    "attendre sans date": ({"action": "attendre"}, 422),
    "attendre hier": ({"action": "attendre", "until": "2026-10-07"}, 422),
    "attendre n'importe quoi": ({"action": "attendre", "until": "demain"}, 422),
    "date illisible": ({"until": "2026-10-12\x00"}, 422),
    "séance close": ({"session": 7}, 409),
    "séance négative": ({"session": -1}, 409),
    "séance immense": ({"session": "9" * 30}, 409),
    "séance illisible": ({"session": "première"}, 422),
    "clé absente": ({"key": ""}, 422),
    "clé illisible": ({"key": "1"}, 422),
    "substitut isolé": ({"action": b"\xed\xa0\x80"}, 422),
}


@pytest.mark.parametrize("name", BAD_DECISIONS)
def test_bad_decisions_are_refused_and_write_nothing(player, stored, name):
    """Each bad decision gets its status and a sentence in French; no row is written, the desk is unchanged."""
    changes, status = BAD_DECISIONS[name]
    good = {"key": str(uuid.uuid4()), "customer": "nordal", "action": "courriel", "session": 0}
    answer = player.post(player.url("/decision"), **({**good, **changes} if changes else {}))
    assert answer.status_code == status, text(answer)
    assert stored(RunDecision) == []
    assert "Réglo" in text(answer)
    assert "Traceback" not in text(answer)


def test_s74_a_body_too_large_is_refused(player, stored):
    """A body above the limit gets 413."""
    answer = player.decide("nordal", ["courriel"] * 60_000)
    assert answer.status_code == 413
    assert stored(RunDecision) == []


def test_a_refused_decision_keeps_what_was_typed(player):
    """The file comes back with the choice still made, the error beside the field and at the top."""
    answer = player.decide("valmiere", "attendre")
    page = text(answer)
    assert answer.status_code == 422
    assert "<title>Erreur\u00a0: " in page
    assert page.count("Attendre, c’est attendre jusqu’à une date. Choisissez-la.") == 2
    assert 'value="attendre" checked' in page
    assert 'href="#action-0"' in page


def test_guided_play_stops_at_the_red_line(player, stored):
    """A red line is stopped with its reason and nothing is recorded; the choice can be changed at once."""
    answer = player.decide("nordal", "standard-dette")
    assert answer.status_code == 422
    assert "Ligne rouge\u00a0: On ne parle pas de la dette à un tiers" in text(answer)
    assert stored(RunDecision) == []
    assert player.decide("nordal", CALL).status_code == 303


def test_free_play_records_the_red_line_and_counts_it(free, stored):
    """In free play the red line is played, and told in the debrief."""
    assert free.decide("nordal", "standard-dette").status_code == 303
    assert len(stored(RunDecision)) == 1
    free.finish()
    page = text(free.get("/debrief?bilan=1"))
    assert "1 ligne rouge franchie" in page
    assert "pas même au standard" in page


def test_time_is_short(player, stored):
    """An action longer than what is left is listed with the reason, and refused."""
    player.decide("nordal", CALL)
    answer = player.decide("valmiere", "mise-en-demeure")
    assert answer.status_code == 422
    assert "Il vous reste 15\u00a0min, cette action demande 40\u00a0min." in text(answer)
    assert len(stored(RunDecision)) == 1


@pytest.mark.parametrize("move", ["2", "0", "-1", "9" * 30])
def test_only_the_last_decision_is_taken_back(player, stored, move):
    """Taking back anything but the last decision of the open séance gets 409."""
    player.decide("nordal", CALL)
    assert player.undo(move).status_code == 409
    assert stored(RunDecision)[0].undone_at is None


def test_a_closed_seance_is_closed(player, stored):
    """After the close, its decisions can be neither taken back nor added to, nor can it be closed again."""
    player.decide("nordal", CALL)
    player.close(0)
    for answer in (player.undo(1), player.undo(2), player.decide("tissandre", "pointer"), player.close(0)):
        assert answer.status_code == 409
        assert player.url() in text(answer)
    assert [row.undone_at for row in stored(RunDecision)] == [None, None]


def test_a_finished_run_is_closed(player, stored):
    """After the last séance every move gets 409; the debrief of an open run gets 409 too."""
    assert player.get("/debrief").status_code == 409
    assert player.get("/debrief/moment/1").status_code == 409
    assert player.post(player.url("/retenir"), text="x").status_code == 409
    player.finish()
    written = len(stored(RunDecision))
    for answer in (
        player.decide("nordal", CALL, 4),
        player.decide("nordal", "", 4),
        player.undo(written),
        player.close(4),
    ):
        assert answer.status_code == 409
    assert len(stored(RunDecision)) == written


@pytest.mark.parametrize(
    ("form", "tail"),
    [({}, "/annuler"), ({"move": "x"}, "/annuler"), ({}, "/seance"), ({"session": ["0", "0"]}, "/seance")],
)
def test_incomplete_forms_are_refused(player, stored, form, tail):
    """A form without what it needs gets 422 and a sentence that says what to do."""
    answer = player.post(player.url(tail), key=str(uuid.uuid4()), **form)
    assert answer.status_code == 422
    assert "Rechargez le bureau" in text(answer)
    assert stored(RunDecision) == []


@pytest.mark.parametrize("mode", ["", "dieu", ["guide", "libre"]])
def test_a_run_starts_guided_or_free(newcomer, stored, mode):
    """Any other mode gets 422 and the brief again; nothing starts."""
    answer = newcomer.post(f"/exercices/{EXERCISE}", mode=mode, key=str(uuid.uuid4()))
    assert answer.status_code == 422
    assert "La facture orpheline" in text(answer)
    assert stored(ExerciseRun) == []


@pytest.mark.parametrize("exercise_id", ["inconnu", "facture-orpheline%00", "9" * 300, "..%2f..", "%ED%A0%80"])
def test_unknown_exercises_do_not_exist(newcomer, exercise_id):
    """An unknown exercise is a 404 to read and to start."""
    assert newcomer.client.get(f"/exercices/{exercise_id}").status_code == 404
    assert newcomer.post(f"/exercices/{exercise_id}", mode="guide").status_code == 404


@pytest.mark.parametrize("number", ["0", "999", "9" * 25, "-1", "un"])
def test_unknown_moments_do_not_exist(player, number):
    """A moment outside the run is a 404, to read and to replay."""
    player.finish()
    assert player.get(f"/debrief/moment/{number}").status_code == 404
    assert player.post(player.url(f"/debrief/moment/{number}/rejouer"), key=str(uuid.uuid4())).status_code == 404


def test_s02_somebody_else_s_run_does_not_exist(player, stranger, csrf, stored):
    """Another person's run answers like a missing one, on every address, and is not touched."""
    player.decide("nordal", CALL)
    token = csrf(stranger.get(f"/exercices/{EXERCISE}"))
    form = {
        "csrf_token": token,
        "key": str(uuid.uuid4()),
        "customer": "nordal",
        "action": CALL,
        "session": 0,
        "move": 1,
    }
    missing = f"/exercices/parties/{uuid.uuid4()}"
    for tail in ("", "/client/nordal", "/seance", "/debrief", "/debrief/moment/1"):
        theirs, none = stranger.get(player.url(tail)), stranger.get(missing + tail)
        assert theirs.status_code == none.status_code == 404
    for tail in ("/decision", "/annuler", "/seance", "/retenir", "/debrief/moment/1/rejouer"):
        assert stranger.post(player.url(tail), data=form).status_code == 404
        assert stranger.post(missing + tail, data=form).status_code == 404
    assert len(stored(RunDecision)) == 1
    assert stored(RunDecision)[0].undone_at is None


def test_a_run_of_another_engine_version_is_read_only(player, session, stored):
    """When the engine has changed, the run says so with 409 everywhere, and the list stops offering it."""
    everywhere = {"across_organisations": True}
    session.execute(update(ExerciseRun).values(engine_version="scripted-0").execution_options(**everywhere))
    for answer in (player.get(), player.get("/client/nordal"), player.decide("nordal", CALL), player.close(0)):
        assert answer.status_code == 409
        assert "version précédente du simulateur" in text(answer)
    assert "version précédente" in text(player.client.get("/exercices"))
    assert stored(RunDecision) == []


def test_s06_extra_fields_change_nothing(player, stored):
    """Columns posted as extra fields are ignored: seed, owner, mode, dates (S06)."""
    before = _columns(stored(ExerciseRun)[0])
    extra = {"seed": "1", "learner_id": str(uuid.uuid4()), "guided": "", "finished_at": "2026-01-01", "sequence": "50"}
    player.decide("nordal", CALL, undone_at="2026-01-01", **extra)
    assert _columns(stored(ExerciseRun)[0]) == before
    assert (stored(RunDecision)[0].sequence, stored(RunDecision)[0].undone_at) == (1, None)


def _columns(row):
    return {column.name: getattr(row, column.name) for column in row.__table__.columns}


def test_a_decision_taken_back_is_not_said_to_be_recorded(player, stored):
    """Its form sent again after « Annuler » is told so (409): nobody reads « enregistrée » for what does not count."""
    key = str(uuid.uuid4())
    assert player.decide("nordal", CALL, key=key).status_code == 303
    assert player.undo(1).status_code == 303
    again = player.decide("nordal", CALL, key=key)
    assert again.status_code == 409
    assert "a été annulée" in text(again)
    assert len(stored(RunDecision)) == 1
