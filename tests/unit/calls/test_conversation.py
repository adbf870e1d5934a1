"""Calls as they are heard: they end, never repeat themselves, replay the same, and raise every objection."""

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from course_app.calls.engine.choices import choices, hint
from course_app.calls.engine.conversation import Ending, Move, play
from course_app.calls.engine.dialogue import Line, Reaction
from course_app.calls.engine.review import CallStep, Review, TurnGrade, TurnReview, grade, review
from course_app.calls.engine.script import script_of
from course_app.calls.engine.solution import MOST_TURNS
from course_app.calls.intents import HARMFUL, Intent
from course_app.calls.rules import counts
from course_app.exercise.engine import contract_review
from course_app.library.calls import Remarks, Temperature

SEEDS = st.integers(0, 2**31 - 1)
RANKS = st.lists(st.integers(0, 2), min_size=MOST_TURNS, max_size=MOST_TURNS)


def _chosen(script, temperature, seed, ranks):
    """Play a call by the places of the sentences chosen; return it and what was said."""
    moves = []
    conversation = play(script, temperature, seed, moves)
    for rank in ranks:
        if conversation.ending:
            break
        moves.append(choices(conversation)[rank].move)
        conversation = play(script, temperature, seed, moves)
    return conversation, moves


def _advised(script, seed, temperature=None):
    """Play a call as « Souffler » advises."""
    moves = []
    conversation = play(script, temperature or script.call.temperature, seed, moves)
    while not conversation.ending:
        wanted = hint(conversation)
        moves.append(next(each.move for each in choices(conversation) if each.move.intent is wanted))
        conversation = play(script, temperature or script.call.temperature, seed, moves)
    return conversation


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_any_way_through_any_call_ends_without_repeating(scripts, data):
    """Random sentences in every call: it ends, nothing is heard twice, replaying gives the same call, losses are sane."""
    script = data.draw(st.sampled_from(scripts))
    temperature, seed, ranks = data.draw(st.sampled_from(list(Temperature))), data.draw(SEEDS), data.draw(RANKS)
    conversation, moves = _chosen(script, temperature, seed, ranks)
    assert conversation.ending is not None
    assert len(conversation.turns) <= MOST_TURNS
    assert len(set(conversation.heard)) == len(conversation.heard)
    assert all(turn.replies and all(turn.replies) for turn in conversation.turns)
    assert play(script, temperature, seed, moves) == conversation
    judged = review(conversation)
    assert all(turn.loss_cents >= 0 for turn in judged.turns)
    assert all(0 <= turn.loss_cents <= 5 * script.call.amount_cents for turn in judged.turns)


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_even_what_is_never_offered_is_answered(scripts, data):
    """Any fifteen meanings in any order, as one may type them: the call still ends and never repeats a sentence."""
    script, seed = data.draw(st.sampled_from(scripts)), data.draw(SEEDS)
    intents = data.draw(st.lists(st.sampled_from(list(Intent)), min_size=MOST_TURNS, max_size=MOST_TURNS))
    conversation = play(script, Temperature.TENSE, seed, [Move(each, "…") for each in intents])
    assert conversation.ending is not None
    assert len(set(conversation.heard)) == len(conversation.heard)


def test_three_sentences_are_offered_and_none_tells_itself_apart(scripts):
    """Each turn offers three different sentences under the same three letters; the advised one takes every place."""
    places = set()
    for script, seed in itertools.product(scripts[:4], range(12)):
        conversation = play(script, script.call.temperature, seed, [])
        offered = choices(conversation)
        assert [each.id for each in offered] == ["a", "b", "c"]
        assert len({each.move.said for each in offered}) == 3
        places.add([each.move.intent for each in offered].index(hint(conversation)))
    assert places == {0, 1, 2}


def test_advice_wins_most_calls_and_costs_little(scripts):
    """Following « Souffler » loses no money to speak of, crosses no line, and ends on a promise more often than not."""
    judged = [review(_advised(script, seed)) for script in scripts for seed in range(3)]
    assert all(each.red_lines == 0 for each in judged)
    assert sum(each.promised for each in judged) > len(judged) / 2
    worst = max(turn.loss_cents / 100 for each in judged for turn in each.turns)
    assert worst < 60


def test_every_objection_is_heard_somewhere(scripts):
    """The twenty-seven objections of the trade are raised by the calls, and can be heard."""
    assert {number for script in scripts for number in script.call.objections} == set(range(1, 28))
    for script in scripts:
        groups = script.answers("evades")
        assert all(
            any(script.filled(text) in group for group in groups)
            for one in script.call.objection_texts
            for text in one.says[:2]
        )


def test_who_picks_up_and_why_vary(scripts):
    """Twelve calls, ten kinds of customer, five ways to be answered, three temperatures."""
    assert len(scripts) >= 12
    assert len({script.call.persona for script in scripts}) == 10
    assert len({script.call.answerer for script in scripts}) == 5
    assert len({script.call.temperature for script in scripts}) == 3


def test_a_stranger_never_learns_of_the_debt_from_lawful_sentences(scripts):
    """Naming oneself and asking for the person goes through every stand-in without a word of the invoice."""
    for script in scripts:
        moves = [Move(Intent.INTRODUCE, "Bonjour"), Move(Intent.VERIFY, "Pouvez-vous me la passer ?")]
        conversation = play(script, Temperature.CALM, 1, moves)
        assert conversation.state.line is Line.RIGHT
        assert all(turn.penalty == 0 for turn in conversation.turns)


def test_telling_a_stranger_is_a_red_line(scripts):
    """Stating the invoice to whoever picks up is a red line when a stranger does, chance when it is the right person."""
    for script in scripts:
        conversation = play(script, Temperature.CALM, 1, [Move(Intent.STATE_INVOICE, "La facture…")])
        (turn,) = review(conversation).turns
        assert (turn.grade is TurnGrade.RED_LINE) is script.truth.stranger
        assert (turn.turn.reaction is Reaction.OVERHEARS) is script.truth.stranger
        assert turn.loss_cents > 5000


def test_a_red_line_is_the_moment_to_replay(scripts):
    """Whatever else cost more, the moment put forward is a red line when one was crossed."""
    script = next(each for each in scripts if each.call.id == "mon-assistante")
    sayings = ["Sans paiement ce soir, demain on saisit vos comptes.", "Ça finira au pénal."]
    opening = [Move(Intent.INTRODUCE, "Bonjour"), Move(Intent.VERIFY, "C'est vous ?"), Move(Intent.ASK_DATE, "Quand ?")]
    harmful = [Move(Intent.THREATEN, said) for said in sayings]
    for moves in (opening + harmful, harmful + opening, [Move(Intent.LISTEN, "…")] * 3 + harmful):
        judged = review(play(script, Temperature.CALM, 3, moves))
        crossed = [turn for turn in judged.turns if turn.grade is TurnGrade.RED_LINE]
        assert judged.best_moment in crossed or not crossed


def test_the_costliest_turn_gives_way_to_a_red_line():
    """A red line of one euro comes before an error of a hundred and four; among errors the costliest comes first."""

    def turn(cents, mark):
        return TurnReview(turn=None, loss_cents=cents, grade=mark, remark="", better=None)

    error, small, red = turn(10400, TurnGrade.MISTAKE), turn(2000, TurnGrade.FAIR), turn(100, TurnGrade.RED_LINE)
    told = {"steps": (), "promised": False, "recapped": False, "red_lines": 0, "loss_cents": 0, "was_hard": False}
    assert Review(turns=(small, error, red), **told).best_moment is red
    assert Review(turns=(small, error), **told).best_moment is error
    assert Review(turns=(), **told).best_moment is None


def test_the_file_and_truth_change_no_judgement(scripts):
    """Losses use only what could be known: another hidden profile under the same answers changes none of them."""
    script = scripts[0]
    other = script_of(script.call.model_copy(update={"persona": scripts[6].call.persona, "content_hash": "autre"}))
    moves = [
        Move(Intent.INTRODUCE, "Bonjour"),
        Move(Intent.VERIFY, "C'est vous ?"),
        Move(Intent.STATE_INVOICE, "La facture"),
    ]
    ours, theirs = (review(play(each, Temperature.CALM, 3, moves)) for each in (script, other))
    assert [turn.loss_cents for turn in ours.turns] == [turn.loss_cents for turn in theirs.turns]


def test_seven_steps_are_ticked_as_they_are_done(scripts):
    """A call led to its end ticks the steps it went through; a call not begun ticks none."""
    assert not any(step.done for step in review(play(scripts[0], Temperature.CALM, 1, [])).steps)
    whole = next(
        each
        for script in scripts
        for seed in range(9)
        if review(each := _advised(script, seed)).recapped and each.ending is Ending.CONCLUDED
    )
    done = {step.step for step in review(whole).steps if step.done}
    assert {CallStep.IDENTIFY, CallStep.STATE, CallStep.QUALIFY, CallStep.LOCK, CallStep.CONFIRM} <= done


def test_every_turn_has_its_comment(scripts):
    """Whatever is said, wherever, the debrief has a comment for it, of sixty words at most."""
    book = scripts[0].call.phrasebook.comments
    for name in Remarks.model_fields:
        assert 5 <= len(getattr(book, name).split()) <= 60, name


def test_grades_are_those_of_the_desk():
    """A call and the desk grade a loss alike, red lines apart."""
    for cents, amount in itertools.product((0, 499, 501, 1500, 3000, 9000, 20_000, 30_000), (50_000, 300_000)):
        assert grade(cents, amount, red_line=False).value == contract_review.grade(cents, amount).value
    assert grade(0, 1, red_line=True) is TurnGrade.RED_LINE
    assert len(HARMFUL) == 4


def test_the_first_attempt_never_counts():
    """The first attempt at a call is flagged so that nobody else may ever see it."""
    assert not counts(1)
    assert counts(2)
