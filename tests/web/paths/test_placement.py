"""Six questions before a path: answered or not, explained, and lessons skipped only when the learner says so."""

import pytest

from course_app.paths.placement.rules import asked
from course_app.web.library import catalog

URL = "/parcours/equipe/positionnement"


@pytest.fixture
def placement(app):
    """The path of teams, and its placement quiz."""
    with app.app_context():
        path = catalog().paths["equipe"]
        return path, catalog().quizzes[path.placement.quiz]


@pytest.fixture
def post(csrf):
    """Send a form of the placement's pages, with its token."""

    def sent(client, url, **fields):
        return client.post(url, data={"csrf_token": csrf(client.get(URL)), **fields})

    return sent


@pytest.fixture
def answers(placement):
    """Answers to all six questions; `answers(right=...)` says which ranks are right."""
    _path, quiz = placement

    def given(right):
        return {
            question.id: next(option.id for option in question.options if option.correct is (rank in right))
            for rank, question in enumerate(asked(quiz))
        }

    return given


def test_the_page_asks_six_questions_and_gives_no_key_away(client, sign_in, placement):
    """Each question offers « Je ne sais pas »; nothing tells right from wrong before answering."""
    sign_in(client)
    page = client.get(URL).get_data(as_text=True)
    assert page.count("Je ne sais pas") == len(asked(placement[1])) == 6
    assert not any(question.options[0].feedback.rule in page for question in asked(placement[1]))


def test_right_answers_are_explained_and_skip_nothing_by_themselves(client, sign_in, post, answers, placement):
    """The result proposes the lessons of right answers; the path is whole until the learner decides."""
    sign_in(client)
    assert post(client, URL, **answers({0, 2})).location == f"{URL}/resultat"
    page = client.get(f"{URL}/resultat").get_data(as_text=True)
    assert "2 réponses justes sur 6" in page
    assert page.count('name="lesson"') == 2
    assert "state-skipped" not in client.get("/parcours").get_data(as_text=True)


def test_lessons_ticked_are_skipped_and_can_be_taken_back(client, sign_in, post, answers, placement):
    """Ticked lessons leave the way, untouched ones stay; sending none puts everything back."""
    sign_in(client)
    post(client, URL, **answers({0, 2}))
    first = placement[0].placement.skips[0].lessons[0]
    assert post(client, f"{URL}/resultat", lesson=first).status_code == 303
    mine = client.get("/parcours").get_data(as_text=True)
    assert mine.count("state-skipped") == 1
    assert client.get(f"/lecons/{first}").status_code == 200
    post(client, f"{URL}/resultat")
    assert "state-skipped" not in client.get("/parcours").get_data(as_text=True)


def test_what_was_not_proved_cannot_be_skipped(client, sign_in, post, answers, placement):
    """A lesson of a wrong answer, or of nowhere, is not skipped whatever is sent."""
    sign_in(client)
    post(client, URL, **answers({0}))
    for lesson in (placement[0].placement.skips[1].lessons[0], "lignes-rouges", "nulle-part", "\x00"):
        post(client, f"{URL}/resultat", lesson=lesson)
        assert "state-skipped" not in client.get("/parcours").get_data(as_text=True)


def test_nothing_known_is_an_answer_too(client, sign_in, post):
    """Sending nothing, or nonsense, reads as « je ne sais pas » six times: nothing to skip."""
    sign_in(client)
    post(client, URL, **{"trois-jours": "\x00", "autre": "b"})
    page = client.get(f"{URL}/resultat").get_data(as_text=True)
    assert "0 réponse juste sur 6" in page
    assert 'name="lesson"' not in page


def test_the_result_waits_for_answers(client, sign_in):
    """Without answers the result leads to the questions; a path without placement has no such page."""
    sign_in(client)
    assert client.get(f"{URL}/resultat").location == URL
    assert client.get("/parcours/nulle-part/positionnement").status_code == 404


def test_a_placement_quiz_is_played_nowhere_else(client, sign_in, placement):
    """Its questions have no practice page."""
    sign_in(client)
    assert client.get(f"/quiz/{placement[1].id}").status_code == 404
