"""The debrief: the learner's view first, the figures, one page per moment, replay before the answer, « Demain, je… »."""

import itertools
import re
import uuid

import pytest

from course_app.exercise.models import ExerciseRun, RunDecision
from tests.web.exercise.conftest import SESSIONS, Player, text

CALL = "appel-comptabilite"


@pytest.fixture
def finished(free):
    """A free run that began with a formal notice and chased a customer who had paid."""
    free.decide("nordal", "mise-en-demeure")
    free.decide("tissandre", "courriel")
    free.finish()
    return free


def _key_moment(player: Player) -> str:
    """Return the address of the first key moment."""
    page = text(player.get("/debrief?bilan=1"))
    return re.findall(rf'href="({player.url("/debrief/moment/")}\d+)"', page)[0]


def test_the_learner_is_asked_first(finished):
    """The debrief opens on a question: no figure, no grade, no cause; it can be passed."""
    page = text(finished.get("/debrief"))
    assert "Quels moments ont compté\u202f?" in page
    assert page.count('type="checkbox"') >= SESSIONS
    assert finished.url("/debrief?bilan=1") in page
    for secret in ("Erreur", "Coûteux", "Encaissé", "jamais atteint le service"):
        assert secret not in page


def test_the_figures_come_with_their_curve_and_table(finished):
    """Figures, a drawn curve without any style attribute, and the same numbers in a table with a caption."""
    page = text(finished.get("/debrief?bilan=1"))
    assert re.search(r"[0-3] clients? sur 3 (a|ont) payé", page)  # the seed of a run is drawn
    for words in ("Encaissé", "Retard moyen", "Clients gardés", "<polyline"):
        assert words in page
    table = page[page.index("Argent encaissé à chaque date") :]
    for day in ("jeudi 8 octobre", "lundi 12 octobre", "vendredi 30 octobre"):
        assert day in table
    assert "style=" not in page
    assert page.count("<caption") == page.count("<table")


def test_marked_moments_are_compared(finished):
    """What the learner had marked is compared with the moments that mattered; nonsense is left out."""
    number = _key_moment(finished).rsplit("/", 1)[1]
    page = text(finished.get(f"/debrief?bilan=1&repere={number}&repere=999&repere=x&repere=%00&repere={'9' * 5000}"))
    assert re.search(r"Vous en aviez repéré 1 sur [1-3]\.", page)
    assert "Vous en aviez repéré" not in text(finished.get("/debrief?bilan=1"))


def test_every_decision_is_listed_with_its_grade(finished):
    """All decisions are listed, in words and marks; luck is told apart; causes are revealed; sources are said."""
    page = text(finished.get("/debrief?bilan=1"))
    for words in (
        "Préparer et poster une mise en demeure",
        "Rien de prévu",
        "Coûteux",
        "Décisions et chance",
        "La facture n’a jamais atteint le service qui paie",
        "Ce ne sont pas des statistiques",
        "Pénalités de retard",
    ):
        assert words in page


def test_replay_is_offered_before_the_better_option(finished):
    """On a moment's page, « Rejouer ce moment » comes before the folded answer, which holds rule, cost and options."""
    page = text(finished.client.get(_key_moment(finished)))
    assert page.index("Rejouer ce moment") < page.index("<summary>Voir une meilleure option")
    before, answer = page.split("<summary>Voir une meilleure option")
    for words in ("la meilleure", "Coût probable", "La règle"):
        assert words not in before
        assert words in answer
    assert "/lecons/" in answer
    assert "Source\u00a0: " in answer


def test_moments_link_to_each_other(finished):
    """Previous and next are links between the key moments; each moment has its own title."""
    page = text(finished.get("/debrief?bilan=1"))
    urls = re.findall(rf'href="({finished.url("/debrief/moment/")}\d+)">Tout le raisonnement', page)
    pages = [text(finished.client.get(url)) for url in urls]
    assert "Moment 1 sur" in pages[0]
    assert urls[1] in pages[0]
    assert urls[0] in pages[1]
    titles = {re.search(r"<title>(.*?)</title>", each, re.DOTALL)[1] for each in pages}
    assert len(titles) == len(urls)


def test_a_replayed_moment_is_a_new_run_beside_the_first(finished, stored):
    """Replaying copies the moves before the moment, same seed and content; the first run is untouched."""
    finished.post(finished.url("/retenir"), text="je regarde le relevé")
    number = next(n for n in range(1, 4) if "Garage Tissandre" in text(finished.get(f"/debrief/moment/{n}")))
    key = str(uuid.uuid4())
    answer = finished.post(finished.url(f"/debrief/moment/{number}/rejouer"), key=key)
    assert answer.status_code == 303
    assert finished.post(finished.url(f"/debrief/moment/{number}/rejouer"), key=key).location == answer.location
    first, second = stored(ExerciseRun)
    assert (second.number, second.replay_of, second.seed, second.guided) == (2, first.id, first.seed, False)
    assert (second.content_hash, second.takeaway, second.finished_at) == (first.content_hash, None, None)
    copied = [row for row in stored(RunDecision) if row.run_id == second.id]
    assert [(row.customer_id, row.action) for row in copied] == [("nordal", "mise-en-demeure")]
    page = text(finished.client.get(answer.location))
    assert "Séance 1, jeudi 8 octobre" in page
    assert "Même situation, même chance." in page
    assert finished.get("/debrief?bilan=1").status_code == 200


def test_what_did_not_change_happens_again(finished, stored):
    """In the replay, customers played the same way live the same story."""
    finished.post(finished.url("/debrief/moment/2/rejouer"), key=str(uuid.uuid4()))
    replay = Player(finished.client, finished.token, str(stored(ExerciseRun)[1].id))
    replay.close(0)
    told = "Personne ici n’a vu cette facture."
    assert told in text(replay.get())


def test_tomorrow_is_one_sentence(finished, stored):
    """« Demain, je… » is kept trimmed, shown again, replaced, erased; too long keeps what was typed."""
    answer = finished.post(finished.url("/retenir"), text="  je pointe le relevé avant d'appeler ")
    assert answer.status_code == 303
    assert stored(ExerciseRun)[0].takeaway == "je pointe le relevé avant d'appeler"
    assert "je pointe le relevé" in text(finished.get("/debrief?bilan=1"))
    long = finished.post(finished.url("/retenir"), text="x" * 301)
    assert long.status_code == 422
    assert "x" * 301 in text(long)
    assert "300 caractères au plus" in text(long)
    assert finished.post(finished.url("/retenir"), text="a\x00b").status_code == 422
    assert stored(ExerciseRun)[0].takeaway == "je pointe le relevé avant d'appeler"
    finished.post(finished.url("/retenir"), text=" ")
    assert stored(ExerciseRun)[0].takeaway is None


def test_the_expert_s_line_reads_well(player):
    """A well-played run says so, still shows the moment where most was at stake, and blames nobody."""
    player.decide("nordal", CALL)
    player.decide("tissandre", "pointer")
    player.decide("valmiere", "attendre", until="2026-10-12")
    player.finish()
    page = text(player.get("/debrief?bilan=1"))
    assert "Bien joué" in page
    for word in ("vous êtes nul", "mauvais", "échec"):
        assert word not in page


@pytest.mark.parametrize("tail", ["/debrief", "/debrief?bilan=1", "/debrief/moment/1"])
def test_each_page_of_the_debrief_has_one_title(finished, tail):
    """Each page of the debrief has exactly one h1, and heading levels never skip."""
    page = text(finished.get(tail))
    levels = [int(level) for level in re.findall(r"<h([1-6])[ >]", page)]
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
