"""A trial: asked once, played by a job, told in words, a chart and a table, kept in the list of its person."""

import re

from course_app.exercise.compare.work import TRIAL
from course_app.exercise.engine.comparison import OPTIMAL
from course_app.jobs.rules import JobState
from course_app.jobs.runner import Runner
from course_app.store.session import db
from tests.web.laboratory.conftest import rule, text

RULES = (rule("appel", "promesse-non-tenue"), rule("mail", niveau_max="0"), rule("appel"))
FEW = 40


def _finish(app, session, trials, portfolios=FEW):
    """Play the trials that wait, on few portfolios."""
    for job in trials():
        session.add(job)
        job.parameters = {**job.parameters, "portfolios": portfolios}
    session.commit()
    with app.app_context():
        runner = Runner(db.engine, {TRIAL.name: TRIAL})
        while runner.run_one():
            pass


def test_a_double_click_asks_once_and_a_change_asks_again(bench, trials):
    """The same form sent twice makes one trial; the same form with other rules makes another."""
    first, again = bench.send("tester", *RULES), bench.send("tester", *RULES)
    assert first.status_code == again.status_code == 303
    assert first.location == again.location
    assert bench.send("tester", *RULES[:2]).location != first.location
    assert len(trials()) == 2


def test_what_is_queued_is_what_the_engine_reads(bench, trials):
    """The trial keeps the policy as rules, ten thousand portfolios and a seed that never changes."""
    bench.send("tester", rule("sommation", "", pieces="oui", montant_min="1000", niveau_min="4"))
    parameters = trials()[0].parameters
    assert parameters["policy"]["regles"] == [
        {"quand": {"niveau_min": 4, "pieces": True, "montant_min": 1000}, "faire": "sommation"}
    ]
    assert (parameters["portfolios"], parameters["scenario"]) == (10_000, "standard")


def test_a_full_queue_keeps_the_form(bench, trials):
    """A fourth unfinished trial is refused in words, the rules typed still there."""
    for rank in range(3):
        bench.send("tester", *RULES, nom=f"Essai {rank}")
    refused = bench.send("tester", *RULES, nom="Le quatrième")
    assert refused.status_code == 409
    assert "Le quatrième" in text(refused)
    assert "3 calculs en attente" in text(refused)
    assert len(trials()) == 3


def test_a_trial_goes_from_progress_to_figures(app, bench, session, trials):
    """Waiting, the page shows its progress; done, a sentence, a chart without style attribute and the same table."""
    url = bench.send("tester", *RULES).location
    waiting = text(bench.client.get(url))
    assert "<progress" in waiting
    assert "Actualiser" in waiting
    _finish(app, session, trials)
    page = text(bench.client.get(url))
    assert "<progress" not in page
    assert re.search(r"Votre scénario recouvre \d+,\d % des sommes dues", page)
    for words in (
        "Scénario recommandé",
        "Ne rien faire",
        "La PME de l’article",
        "Meilleur jeu connu",
        "<svg",
        "95 fois sur 100",
    ):
        assert words in page
    assert "style=" not in page
    assert page.count("<caption>") == page.count("<table")
    result = trials()[0].result
    assert {line["policy"] for line in result["references"]} >= {"rien", OPTIMAL}


def test_trials_are_kept_in_the_list_and_can_be_removed(app, bench, session, trials):
    """The list shows each trial with what it recovers; a finished one is removed, an unfinished one stays."""
    url = bench.send("tester", *RULES, nom="À garder").location
    early = bench.client.post(f"{url}/effacer", data={"csrf_token": bench.token})
    assert early.status_code == 409
    _finish(app, session, trials)
    page = text(bench.client.get("/laboratoire"))
    assert re.search(r"À garder</a>\s*<span class=\"step-minutes\">\d+,\d % recouvrés", page)
    assert bench.client.post(f"{url}/effacer", data={"csrf_token": bench.token}).status_code == 303
    assert trials() == []
    assert bench.client.get(url).status_code == 404


def test_a_broken_trial_says_so(app, bench, session, trials):
    """A trial whose rules an older version accepted, and ours does not, ends with a sentence, not with a crash."""
    url = bench.send("tester", *RULES).location
    job = trials()[0]
    session.add(job)
    job.parameters = {**job.parameters, "policy": {"nom": "x", "regles": [{"faire": "danser"}]}}
    session.commit()
    with app.app_context():
        assert Runner(db.engine, {TRIAL.name: TRIAL}).run_one()
    assert trials()[0].state is JobState.FAILED
    assert "Le calcul s’est arrêté" in text(bench.client.get(url))
