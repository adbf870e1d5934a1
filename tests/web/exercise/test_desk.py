"""The desk: choosing an exercise, reading files, deciding, taking back, closing a séance."""

import re
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest

from course_app.exercise.models import ExerciseRun, RunDecision
from tests.web.exercise.conftest import EXERCISE, SESSIONS, Player, key_on, text

H1 = re.compile(r"<h1[ >]")
CALL = "appel-comptabilite"


def test_practice_lists_exercises_with_their_runs(newcomer):
    """S'entraîner offers to start; once a run is open, to resume it; once finished, to read its debrief."""
    assert "Commencer" in text(newcomer.client.get("/exercices"))
    newcomer.start()
    assert "Reprendre la partie" in text(newcomer.client.get("/exercices"))
    newcomer.finish()
    page = text(newcomer.client.get("/exercices"))
    assert "Rejouer" in page
    assert newcomer.url("/debrief?bilan=1") in page


def test_the_brief_says_who_one_is_and_offers_two_modes(newcomer):
    """The brief holds the situation, the rules in three lines, guided and free."""
    page = text(newcomer.client.get(f"/exercices/{EXERCISE}"))
    for words in ("Atelier Vercors", "14\u202f880,00\u00a0€", "Guidé", "Libre", "sans compter la chance"):
        assert words in page


def test_the_desk_shows_the_seance_its_minutes_and_three_panes(player):
    """The desk names the séance, the minutes left, and holds clients, letters and dates; tabs lead to each."""
    page = text(player.get())
    for words in (
        "Séance 1, jeudi 8 octobre 2026, matin",
        "Il vous reste 45\u00a0min sur 45\u00a0min",
        "Nordal Industries",
        "9 jours de retard",
        "Relevé du mercredi 7 octobre",
        "vendredi 9 octobre",
    ):
        assert words in page
    for pane in ("courrier", "clients", "agenda"):
        assert f'href="#{pane}"' in page
        assert f'id="{pane}"' in page


def test_the_books_can_be_opened_at_any_time(player):
    """What is collected, what is owed and the aging report are one press away, without any evaluation."""
    page = text(player.get())
    assert "balance âgée" in page
    assert page.count("18\u202f282,00\u00a0€") >= 2
    for secret in ("Bien joué", "Coûteux", "Coût probable", "jamais atteint le service"):
        assert secret not in page


def test_a_file_shows_what_is_known_and_what_can_be_done(player):
    """A customer opens on its own page: due-date line in words, facts, history, actions with minutes, dates to wait."""
    page = text(player.get("/client/nordal"))
    for words in (
        "échéance le 29 septembre 2026",
        "Le standard ne trouve rien au nom d’Atelier.",
        "aucun statut",
        "Bon de livraison signé\u00a0: présent",
        "30\u00a0min",
        "Trop tôt\u00a0: vous ne savez pas encore ce qui bloque.",
        "lundi 12 octobre",
    ):
        assert words in page


def test_hints_exist_in_guided_play_only(newcomer):
    """Guided play offers a hint on each file; free play never does."""
    newcomer.start("guide")
    assert "Un indice" in text(newcomer.get("/client/nordal"))
    newcomer.start("libre")
    assert "Un indice" not in text(newcomer.get("/client/nordal"))


def test_a_decision_is_stored_before_the_reply(player, stored):
    """A decision leads back to the desk, where it is listed with its minutes; its row is what was sent."""
    answer = player.decide("nordal", CALL)
    assert (answer.status_code, answer.location) == (303, player.url())
    (row,) = stored(RunDecision)
    assert (row.sequence, row.session_index, row.customer_id, row.action, row.until) == (1, 0, "nordal", CALL, None)
    page = text(player.get())
    assert "Il vous reste 15\u00a0min" in page
    assert "Décision enregistrée." in page


def test_waiting_keeps_its_date(player, stored):
    """A wait is stored with its date, and the agenda shows it; a date beside another action is ignored."""
    player.decide("nordal", "attendre", until="2026-10-20")
    player.decide("tissandre", "pointer", until="2026-10-20")
    assert [str(row.until) for row in stored(RunDecision)] == ["2026-10-20", "None"]
    assert "Reprendre le dossier Nordal Industries" in text(player.get())


def test_taking_back_is_as_if_it_never_happened(player, stored):
    """After an undo the desk is the one before; the row stays, marked; another action can be chosen."""
    before = _desk(player)
    player.decide("nordal", CALL)
    answer = player.undo(1)
    assert (answer.status_code, answer.location) == (303, player.url())
    player.get()  # the message is read once
    assert _desk(player) == before
    assert stored(RunDecision)[0].undone_at is not None
    assert player.decide("nordal", "courriel").status_code == 303
    assert [row.sequence for row in stored(RunDecision)] == [1, 2]


def _desk(player: Player) -> str:
    return re.sub(r'value="[0-9a-f-]{36}"|nonce="[^"]+"|value="[^"]{40,}"|content="[^"]{40,}"', "", text(player.get()))


def test_taking_back_twice_takes_back_once(player, stored):
    """A double press on « Annuler » undoes one decision, not two."""
    player.decide("nordal", CALL)
    player.decide("tissandre", "pointer")
    assert [player.undo(2).status_code, player.undo(2).status_code] == [303, 303]
    assert [row.undone_at is None for row in stored(RunDecision)] == [True, False]


def test_closing_says_what_it_will_do_then_does_it(player, stored):
    """The confirmation names what leaves and who is left alone; then the next séance tells what happened."""
    player.decide("tissandre", "pointer")
    page = text(player.get("/seance"))
    for words in ("Pointer le relevé", "2 dossiers sans décision", "Virement promis par Lucie Valmière", "12 octobre"):
        assert words in page
    assert player.close(0).status_code == 303
    after = text(player.get())
    assert "Séance 2, lundi 12 octobre 2026, matin" in after
    assert "Depuis la dernière séance" in after
    assert "Payée le 7 octobre" in after
    assert [row.action for row in stored(RunDecision)] == ["pointer", "cloture"]


def test_the_last_seance_leads_to_the_debrief(player, stored):
    """After the last séance the run is finished, its desk and files lead to the debrief."""
    assert player.finish().location == player.url("/debrief")
    assert stored(ExerciseRun)[0].finished_at is not None
    for tail in ("", "/client/nordal", "/seance"):
        assert player.get(tail).location == player.url("/debrief")


def test_r2_the_same_form_counts_once(newcomer, stored):
    """Starting, deciding and closing twice with the same key is one start, one decision, one close."""
    key = str(uuid.uuid4())
    assert newcomer.start(key=key).location == newcomer.start(key=key).location
    for _press in range(2):
        assert newcomer.decide("nordal", CALL, key=str(uuid.UUID(int=1))).status_code == 303
    for _press in range(2):
        assert newcomer.close(0, key=str(uuid.UUID(int=2))).status_code == 303
    assert len(stored(ExerciseRun)) == 1
    assert [row.action for row in stored(RunDecision)] == [CALL, "cloture"]


def test_r2_the_same_key_with_another_body_is_refused(player, stored):
    """A key already spent on something else gives 409, and stores nothing."""
    key = str(uuid.uuid4())
    player.decide("nordal", CALL, key=key)
    assert player.decide("tissandre", "pointer", key=key).status_code == 409
    assert player.close(0, key=key).status_code == 409
    assert len(stored(RunDecision)) == 1
    first = key_on(player.client.get(f"/exercices/{EXERCISE}"))
    assert player.start("guide", key=first).status_code == 303
    assert player.start("libre", key=first).status_code == 409


def test_parallel_presses_store_one_decision(app, player, stored):
    """Eight sendings at once of the same decision store one row, whatever the order."""
    key, cookie = str(uuid.uuid4()), player.client.get_cookie("reglo")

    def send(_rank: int) -> int:
        browser = app.test_client()
        browser.set_cookie("reglo", cookie.value)
        form = {"csrf_token": player.token, "key": key, "customer": "nordal", "action": CALL, "session": 0}
        return browser.post(player.url("/decision"), data=form).status_code

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(send, range(8))) == {303}
    assert len(stored(RunDecision)) == 1


def test_r9_two_tabs_show_both_decisions(player, stored):
    """A second decision for the same customer gets 409, with the one kept and the one that came too late."""
    player.decide("nordal", CALL)
    answer = player.decide("nordal", "courriel")
    assert answer.status_code == 409
    page = text(answer)
    assert "Gardée\u00a0: Appeler la comptabilité fournisseurs" in page
    assert "non enregistrée\u00a0: Renvoyer le même courriel" in page
    assert len(stored(RunDecision)) == 1


@pytest.mark.parametrize("tail", ["", "/client/nordal", "/seance"])
def test_each_page_has_one_title_that_names_the_step(player, tail):
    """Every page of play has exactly one h1 and a title of its own."""
    pages = [text(player.get(each)) for each in ("", "/client/nordal", "/seance")]
    page = text(player.get(tail))
    assert len(H1.findall(page)) == 1
    titles = {re.search(r"<title>(.*?)</title>", each, re.DOTALL)[1] for each in pages}
    assert len(titles) == 3


def test_a_run_survives_every_seance(player, stored):
    """Each séance closes on the next, to the last; nothing but moves is stored."""
    for session in range(SESSIONS):
        assert f"Séance {session + 1}," in text(player.get())
        assert player.close(session).status_code == 303
    assert [row.session_index for row in stored(RunDecision)] == list(range(SESSIONS))
