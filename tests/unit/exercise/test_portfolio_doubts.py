"""What a debrief calls debatable: verdicts near the limit of the good grades, with the estimate they hang on."""

from random import Random

from course_app.core.french import typeset
from course_app.exercise.engine.contract import Decision
from course_app.exercise.engine.portfolio_doubts import WORDS
from tests.unit.exercise.players import PORTFOLIO, portfolio

LAWFUL = ("mail", "appel", "ultimatum", "mise-en-demeure", "pieces", "conformite", "echeancier")


def _played(exercise, seed):
    """Return a lawful game: the statement read at each séance, then for some customers any lawful move."""
    chance, state, moves = Random(seed), PORTFOLIO.initial(exercise, seed), []
    while not PORTFOLIO.is_over(state):
        moves.append(Decision(state.session_index, "", "pointage"))
        state = PORTFOLIO.decide(state, moves[-1])
        for customer in PORTFOLIO.observe(state).customers:
            able = [action.id for action in customer.actions if not action.refusal and action.id in LAWFUL]
            if able and chance.random() < 0.4:
                moves.append(Decision(state.session_index, customer.id, chance.choice(able)))
                state = PORTFOLIO.decide(state, moves[-1])
        moves.append(Decision.close(state.session_index))
        state = PORTFOLIO.close_session(state)
    return moves


def test_a_debrief_says_which_estimate_a_close_verdict_hangs_on():
    """Some verdicts of an ordinary game are debatable: each names an estimate, none is a red line or a gross loss."""
    exercise = portfolio(sessions=10, customers=12, minutes=240, late_from=4, late_to=30)
    debrief = PORTFOLIO.review(exercise, 1, _played(exercise, 1))
    contested = [moment for moment in debrief.moments if moment.contested]
    assert contested
    for moment in contested:
        assert any(typeset(words) in moment.contested for words in WORDS.values())
        assert not moment.red_line
        assert moment.loss_cents < 0.08 * moment.stake_cents
