"""The other real cases as domaine.md §9 tells them: the expert's line is best, typical mistakes cost, sums come out."""

from functools import cache

import pytest

from course_app.exercise.debrief_pages import ClaimSum
from course_app.exercise.engine.contract import Decision, Grade
from course_app.exercise.engine.scripted_parts import WAIT_ID
from tests.unit.exercise.scripts import ENGINE, line_run, move, real, replayed

SEEDS = range(5)
NOISE, TIMBER, SALES = "bruit-du-soixante-huitieme-jour", "charpente-qui-penche", "signer-avant-de-livrer"

# The expert's line of each case, situation by situation: the first action that is open is played, else a dated wait.
EXPERTS = {
    NOISE: {
        ("restau-parc", "cheque-parti"): ("appel-trace",),
        ("restau-parc", "promesse-vague"): ("appel-partiel",),
        ("restau-parc", "rompue"): ("appel-partiel",),
        ("restau-parc", "plainte"): ("separer",),
        ("restau-parc", "plainte-nue"): ("separer",),
        ("restau-parc", "visite-prevue"): ("visite-signee",),
        ("restau-parc", "defaut"): ("reparer",),
        ("restau-parc", "rapport-signe"): ("med-unique",),
        ("restau-parc", "med-expiree"): ("executer",),
        ("restau-parc", "ordonnance"): ("signifier",),
        ("hotel-verandine", "reclamation"): ("reparer",),
        ("hotel-verandine", "repare"): ("rappel",),
        ("fauvergne", "recente"): ("courriel",),
    },
    TIMBER: {
        ("charpentes-du-val", "limite-depassee"): ("comptant-appel",),
        ("charpentes-du-val", "partiel"): ("imputer-plan",),
        ("charpentes-du-val", "plan"): ("proteger",),
        ("charpentes-du-val", "impute"): ("proteger", "proteger-tard"),
        ("charpentes-du-val", "protege"): ("appel",),
        ("charpentes-du-val", "jugement"): ("cesser",),
        ("charpentes-du-val", "jugement-nu"): ("inventaire",),
        ("charpentes-du-val", "pret"): ("tout",),
        ("charpentes-du-val", "pret-nu"): ("tout",),
        ("charpentes-du-val", "complet"): ("vendre-comptant",),
        ("charpentes-du-val", "sursis"): ("appel",),
        ("malverne", "demande"): ("verifier",),
        ("malverne", "programme"): ("appel",),
        ("orgelin", "sans-reponse"): ("appel",),
    },
    SALES: {
        ("nautissia", "commande-pressee"): ("numero-officiel",),
        ("nautissia", "rassure"): ("numero-officiel",),
        ("nautissia", "confirme"): ("payer-avant",),
        ("terraline", "nouveau-client"): ("acompte",),
        ("terraline", "jamais-d-avance"): ("fractionner",),
        ("terraline", "acompte-recu"): ("livrer",),
        ("terraline", "livre-signe"): ("controle",),
        ("terraline", "impaye-solide"): ("appel",),
        ("brossac", "supplement"): ("avenant",),
        ("brossac", "avenant-signe"): ("pv",),
        ("brossac", "avenant-perdu"): ("pv",),
        ("brossac", "recu-signe"): ("controle",),
        ("brossac", "rappele"): ("appel",),
        ("brossac", "discute"): ("separer",),
    },
}

# Mistakes of the seeds (the five articles) and traps of domaine.md §9: played in an open situation, never well played.
MISTAKES = {
    NOISE: {
        ("restau-parc", "cheque-parti"): ("d-accord", "mise-en-demeure", WAIT_ID),
        ("restau-parc", "rompue"): ("troisieme-date", "courriel", "mise-en-demeure", WAIT_ID),
        ("restau-parc", "plainte"): ("tout-geler", "debattre", "mise-en-demeure", WAIT_ID),
        ("restau-parc", "visite-prevue"): ("visite-simple", "mise-en-demeure", WAIT_ID),
        ("restau-parc", "rapport-signe"): ("med-taux", "appel", "injonction", WAIT_ID),
        ("restau-parc", "med-expiree"): ("seconde", "rallonger", "tout-emmener", WAIT_ID),
        ("restau-parc", "ordonnance"): ("recommande", "negocier", WAIT_ID),
        ("hotel-verandine", "reclamation"): ("rappeler-l-echeance", "preuves", "mise-en-demeure", WAIT_ID),
        ("fauvergne", "recente"): ("mise-en-demeure",),
    },
    TIMBER: {
        ("charpentes-du-val", "limite-depassee"): ("livrer", "blocage-sec", "mise-en-demeure", WAIT_ID),
        ("charpentes-du-val", "partiel"): ("imputer-grosse", "rouvrir", "mise-en-demeure", WAIT_ID),
        ("charpentes-du-val", "impute"): ("livrer", "chariot", "mise-en-demeure", WAIT_ID),
        ("charpentes-du-val", "jugement"): ("exiger", "relancer", WAIT_ID),
        ("charpentes-du-val", "pret"): ("exiger", "declarer", "courriel", WAIT_ID),
        ("charpentes-du-val", "complet"): ("exiger", "relancer"),
        ("malverne", "demande"): ("refuser", "accepter", WAIT_ID),
        ("orgelin", "sans-reponse"): ("mise-en-demeure", "courriel"),
    },
    SALES: {
        ("nautissia", "commande-pressee"): ("expedier", "rappeler-mobile", WAIT_ID),
        ("terraline", "nouveau-client"): ("soixante-jours", "oral", "refuser", WAIT_ID),
        ("terraline", "acompte-recu"): ("livrer-vite", WAIT_ID),
        ("terraline", "livre-signe"): ("mise-en-garde", WAIT_ID),
        ("terraline", "impaye-solide"): ("proteger", WAIT_ID),
        ("brossac", "supplement"): ("poser", "offrir", WAIT_ID),
        ("brossac", "avenant-signe"): ("facturer", WAIT_ID),
        ("brossac", "recu-signe"): ("relance", WAIT_ID),
    },
}
CASES = sorted(EXPERTS)


@cache
def _expert(case, seed):
    moves = line_run(real(case), seed, EXPERTS[case])
    return moves, ENGINE.review(real(case), seed, moves)


@pytest.mark.parametrize("case", CASES)
def test_the_expert_s_line_ranks_first(case):
    """Whatever chance does, every decision of the expert is « Bien joué », crosses no line and fits in the minutes."""
    for seed in SEEDS:
        _moves, debrief = _expert(case, seed)
        wrong = [
            (m.customer_id, m.session_label, m.action, m.grade) for m in debrief.moments if m.grade is not Grade.GOOD
        ]
        assert not wrong
        assert not debrief.red_lines
        assert debrief.loss_cents < 5_000
        assert debrief.customers_kept == debrief.customers_total


@pytest.mark.parametrize("case", CASES)
def test_typical_mistakes_cost_more(case):
    """Where the expert meets a situation, each mistake of the articles costs more there, and is not well played."""
    met = set()
    for seed in SEEDS:
        for moment in _expert(case, seed)[1].moments:
            moves = _expert(case, seed)[0]
            state = replayed(real(case), seed, moves[: moment.sequence]).file(moment.customer_id).state
            place = (moment.customer_id, state)
            offered = {option.action: option for option in moment.options}
            for mistake in MISTAKES[case].get(place, ()):
                met.add((place, mistake))
                assert offered[mistake].grade is not Grade.GOOD, (place, mistake)
                assert offered[mistake].loss_cents > 0
    assert met == {(place, mistake) for place, mistakes in MISTAKES[case].items() for mistake in mistakes}


@pytest.mark.parametrize("case", CASES)
def test_doing_nothing_costs_most(case):
    """Leaving every file alone loses far more than the noise of one decision, whatever the seed."""
    idle = [Decision.close(session) for session in range(len(real(case).sessions))]
    for seed in SEEDS:
        assert ENGINE.review(real(case), seed, idle).loss_cents > 100_000


@pytest.mark.parametrize("case", CASES)
def test_no_red_line_pays(case):
    """Wherever the expert meets one, a red line costs at least 50 € more than the best action; only the preventive case has none."""
    offered = [
        option
        for seed in SEEDS
        for moment in _expert(case, seed)[1].moments
        for option in moment.options
        if option.red_line
    ]
    assert bool(offered) == (case != SALES)
    assert all(option.loss_cents > 5_000 for option in offered)


def test_the_noise_adds_up_to_the_cent():
    """When Restau-Parc has paid nothing by 22 November, the debrief asks for 12 116,95 € (domaine.md §9, case 2)."""
    unpaid = 0
    for seed in SEEDS:
        lines = [claim for claim in _expert(NOISE, seed)[1].claims if claim.customer_name == "Restau-Parc"]
        if sum(claim.principal_cents for claim in lines) == 1_164_000:
            unpaid += 1
            assert [claim.interest_cents for claim in lines] == [22_738, 10_011, 2_946]
            assert [claim.fee_cents for claim in lines] == [4_000] * 3
            (told,) = [c for c in ClaimSum(_expert(NOISE, seed)[1].claims).customers if c.claims == tuple(lines)]
            assert told.total_cents == 1_211_695
    assert unpaid


def test_the_timber_is_declared_to_the_cent():
    """After the judgment, the debrief declares 26 902,78 € for the three invoices (domaine.md §9, case 3)."""
    declared = 0
    for seed in SEEDS:
        debrief = _expert(TIMBER, seed)[1]
        lines = [claim for claim in debrief.claims if claim.is_declared]
        if len(lines) == 3 and sum(claim.principal_cents for claim in lines) == 2_664_791:
            declared += 1
            assert [claim.principal_cents for claim in lines] == [633_791, 1_245_000, 786_000]
            assert [claim.interest_cents for claim in lines] == [8_182, 9_305, 0]
            assert [claim.fee_cents for claim in lines] == [4_000, 4_000, 0]
            assert ClaimSum(tuple(lines)).total_cents == 2_690_278
            assert debrief.interest_cents == 3_791
    assert declared >= len(SEEDS) // 2


@pytest.mark.parametrize("case", CASES)
def test_euros_are_conserved(case):
    """Collected, outstanding and lost are what was invoiced and the interest received, to the cent."""
    for seed in SEEDS:
        debrief = _expert(case, seed)[1]
        held = debrief.collected_cents + debrief.outstanding_cents + debrief.lost_cents
        assert held == debrief.initial_cents + debrief.interest_cents


def test_demanding_payment_after_the_judgment_is_a_red_line():
    """Once insolvency is open, demanding an old debt is a red line, in a delivery as in a routine reminder."""
    seed = next(seed for seed in SEEDS if any(c.is_declared for c in _expert(TIMBER, seed)[1].claims))
    moves = _expert(TIMBER, seed)[0]
    for action in ("exiger", "relancer"):
        kept = [each for each in moves if each.session_index < 4]
        state = replayed(real(TIMBER), seed, kept)
        assert ENGINE.red_line(state, move(state, "charpentes-du-val", action))


def test_what_was_secured_decides_what_comes_in():
    """Selling well brings more, whatever chance does, than shipping and signing later; a borrowed name ships nothing."""
    careless = {
        ("nautissia", "commande-pressee"): ("expedier",),
        ("terraline", "nouveau-client"): ("oral",),
        ("terraline", "sans-signature"): ("livrer",),
        ("brossac", "supplement"): ("poser",),
        ("brossac", "avenant-perdu"): ("facturer",),
    }
    for seed in SEEDS:
        _moves, careful = _expert(SALES, seed)
        bad = ENGINE.review(real(SALES), seed, line_run(real(SALES), seed, careless))
        assert bad.loss_cents > careful.loss_cents + 400_000
        assert bad.outstanding_cents > careful.outstanding_cents
        assert replayed(real(SALES), seed, _moves).file("nautissia").outstanding_cents == 0
