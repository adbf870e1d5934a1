"""A placement proposes only what the answers prove, and never decides."""

from hypothesis import given
from hypothesis import strategies as st

from course_app.library.model import Audience, Feedback, ItemKind, ItemRef, Module, Option, Path, Placement, Quiz, Skip
from course_app.library.questions import ChoiceQuestion
from course_app.paths.placement.rules import Known, kept, proposed, read

FEEDBACK = Feedback(consequence="Il paie.", reason="C'est dit.", rule="Dire.")


def _question(name):
    options = tuple(Option(id=each, text=each, correct=each == "b", feedback=FEEDBACK) for each in "abc")
    return ChoiceQuestion(id=name, type="single", situation="<p>Un cas.</p>", prompt="Que faire ?", options=options)


QUIZ = Quiz(
    id="avant",
    title="Avant",
    minutes=4,
    introduction="Six cas.",
    reviewed_on="2026-11-28",
    questions=tuple(_question(f"q{rank}") for rank in range(1, 7)),
    kind_of_quiz="placement",
)
SKIPS = {"q1": ("l1",), "q2": ("l1", "l2"), "q3": ("l3",), "q4": ("l4",), "q5": ("l5",), "q6": ("l6",)}
PATH = Path(
    id="equipe",
    title="Équipe",
    door="Je dirige",
    audience=Audience.TEAM,
    summary="Résumé.",
    modules=(
        Module(
            id="un",
            title="Un",
            objectives=("Décider.",),
            items=tuple(ItemRef(kind=ItemKind.LESSON, id=f"l{rank}") for rank in range(1, 7)),
        ),
    ),
    placement=Placement(quiz="avant", skips=tuple(Skip(question=name, lessons=each) for name, each in SKIPS.items())),
)


def test_right_wrong_and_unknown_are_told_apart():
    """A question left out is not a wrong answer, and its explanation is that of the right one."""
    readings = read(PATH, QUIZ, {"q1": "b", "q2": "a"})
    assert [reading.known for reading in readings] == [Known.RIGHT, Known.WRONG, *[Known.UNKNOWN] * 4]
    assert readings[1].chosen.id == "a"
    assert readings[2].feedback == FEEDBACK


def test_a_lesson_two_questions_need_is_skipped_when_both_are_right():
    """One right answer of two does not prove the lesson they share."""
    assert proposed(read(PATH, QUIZ, {"q1": "b", "q2": "a"})) == ()
    assert proposed(read(PATH, QUIZ, {"q1": "b", "q2": "b"})) == ("l1", "l2")


@given(
    st.dictionaries(st.sampled_from([*SKIPS, "q9", ""]), st.sampled_from(["a", "b", "c", "je-ne-sais-pas", "", "x"]))
)
def test_only_what_is_proved_is_proposed(answers):
    """Whatever is sent, a proposed lesson belongs to right answers only, and each once."""
    readings = read(PATH, QUIZ, kept(QUIZ, answers))
    found = proposed(readings)
    right = {name for name, option in answers.items() if option == "b" and name in SKIPS}
    assert len(found) == len(set(found))
    assert set(found) == {
        lesson
        for name in right
        for lesson in SKIPS[name]
        if all(other in right for other in SKIPS if lesson in SKIPS[other])
    }


def test_what_is_no_option_is_no_answer():
    """« Je ne sais pas », an unknown option and an unknown question are not kept."""
    assert kept(QUIZ, {"q1": "b", "q2": "je-ne-sais-pas", "q3": "x", "q9": "b"}) == {"q1": "b"}
