"""Keeping one's place to the paragraph, with and without JavaScript; going on."""

import uuid
from html import unescape

import pytest
from sqlalchemy import select

from course_app.library.model import ItemKind
from course_app.progress import service as progress
from course_app.progress.models import LearningEvent
from course_app.progress.rules import EventKind
from course_app.web import clock as web_clock
from tests.support import people


@pytest.fixture
def state(session, learner, lesson):
    """`state()`: where the learner stands with the lesson, as the database has it now."""

    def read():
        session.rollback()
        return progress.journey(session, learner.actor).get((ItemKind.LESSON, lesson.id))

    return read


@pytest.fixture
def events(session, learner):
    """`events()`: kinds of the learner's events, in order."""

    def read() -> list[EventKind]:
        session.rollback()
        mine = (
            LearningEvent.organisation_id == learner.actor.organisation_id,
            LearningEvent.learner_id == learner.actor.user_id,
        )
        return list(session.scalars(select(LearningEvent.kind).where(*mine).order_by(LearningEvent.id)))

    return read


@pytest.fixture
def go_on(client, token, lesson):
    """`go_on(key)`: press « J'ai lu cette leçon », or a card of its end."""

    def press(key: str | None = None, **pressed: str):
        form = {"csrf_token": token, "key": key or str(uuid.uuid4()), **pressed}
        return client.post(f"/lecons/{lesson.id}/terminer", data=form)

    return press


def test_the_place_is_kept_to_the_paragraph(beacon, state, lesson) -> None:
    """The page's background save answers 204 with no body and keeps the paragraph."""
    reply = beacon(lesson.paragraphs[4])
    assert (reply.status_code, reply.data) == (204, b"")
    assert state().place == {"anchor": lesson.paragraphs[4]}


def test_the_page_sends_forms_too(client, beacon, state, lesson, token) -> None:
    """The background save may send its paragraph as a form: same answer, same place."""
    reply = beacon(None, json=None, data={"paragraph": lesson.paragraphs[2]})
    assert reply.status_code == 204
    assert state().place == {"anchor": lesson.paragraphs[2]}


def test_sending_the_same_place_again_changes_nothing(clock, beacon, state, events, lesson) -> None:
    """Ten times the same place: one opening in the log, one place."""
    for _again in range(10):
        assert beacon(lesson.paragraphs[3]).status_code == 204
    assert events() == [EventKind.LESSON_OPENED]
    assert state().place == {"anchor": lesson.paragraphs[3]}


def test_coming_back_offers_to_resume(client, beacon, lesson) -> None:
    """A kept place is offered as a link to the paragraph, named by its section; the beginning is not."""
    page = f"/lecons/{lesson.id}"
    beacon(lesson.paragraphs[0])
    assert "Reprendre où vous en étiez" not in client.get(page).get_data(as_text=True)
    beacon(lesson.paragraphs[-1])
    text = unescape(client.get(page).get_data(as_text=True))
    offer = text.split("Reprendre où vous en étiez")
    assert f'href="#{lesson.paragraphs[-1]}"' in offer[0][-200:]
    assert lesson.outline[-1].title in offer[1][:200]


def test_without_javascript_each_section_has_its_button(client, token, lesson, state) -> None:
    """Inside noscript, a small form per section keeps the place and comes back to it."""
    page = client.get(f"/lecons/{lesson.id}").get_data(as_text=True)
    assert page.count("Garder ma place ici") >= len(lesson.outline)
    assert page.count("<noscript>") == page.count("Garder ma place ici") == page.count('form="keep-place"')
    reply = client.post(f"/lecons/{lesson.id}/place", data={"csrf_token": token, "paragraph": lesson.paragraphs[5]})
    assert (reply.status_code, reply.location) == (303, f"/lecons/{lesson.id}#{lesson.paragraphs[5]}")
    assert "Votre place est gardée." in client.get(f"/lecons/{lesson.id}").get_data(as_text=True)
    assert state().place == {"anchor": lesson.paragraphs[5]}


@pytest.mark.parametrize("paragraph", ["p-0", "p-9999", "", "\x00", "\ud800", "p-1' OR 1=1", None, 3, [], {}, ["p-1"]])
def test_a_paragraph_that_is_not_there(beacon, state, paragraph: object) -> None:
    """Anything but a paragraph of the lesson is a 422 that keeps nothing."""
    assert beacon(paragraph).status_code == 422
    assert state() is None


@pytest.mark.parametrize("body", ["{", "[]", "null", "3", '"p-1"'])
def test_a_body_that_is_no_object(beacon, state, body: str) -> None:
    """Broken JSON is a 400, JSON that is no object a 422; neither keeps anything."""
    reply = beacon(None, json=None, data=body, content_type="application/json")
    assert reply.status_code == (400 if body == "{" else 422)
    assert state() is None


def test_s47_the_background_save_needs_a_token_and_a_person(app, client, lesson, token, state) -> None:
    """Without a token 400; without a session 401 in JSON; nothing is kept (S47)."""
    url, sent = f"/lecons/{lesson.id}/place", {"paragraph": lesson.paragraphs[1]}
    assert client.post(url, json=sent).status_code == 400
    stranger = app.test_client()
    headers = {"X-CSRFToken": people.csrf(stranger), "Accept": "application/json"}
    refused = stranger.post(url, json=sent, headers=headers)
    assert refused.status_code == 401
    assert refused.get_json()["sign_in"].startswith("/connexion")
    assert state() is None


def test_going_on_leads_to_the_quiz(go_on, state, events, lesson) -> None:
    """« J'ai lu cette leçon » marks it as read and opens the quiz it holds."""
    reply = go_on()
    assert (reply.status_code, reply.location) == (303, f"/quiz/{lesson.quizzes[0]}")
    assert state().is_done
    assert events() == [EventKind.LESSON_READ]


def test_going_on_twice_counts_once(go_on, events) -> None:
    """A double click on « J'ai lu cette leçon » gets the same reply and one event."""
    key = str(uuid.uuid4())
    assert go_on(key).location == go_on(key).location
    assert events() == [EventKind.LESSON_READ]


def test_going_on_passes_a_quiz_already_done(go_on, lesson, catalog, session, learner) -> None:
    """Once the quiz is done, « J'ai lu cette leçon » leads to what follows in the path."""
    progress.finish(session, learner.actor, catalog.quizzes[lesson.quizzes[0]], web_clock.now())
    session.commit()
    assert go_on().location != f"/quiz/{lesson.quizzes[0]}"


def test_a_page_that_closes_does_not_reopen_a_lesson(go_on, beacon, state, lesson) -> None:
    """The last background save of a page may arrive after « J'ai lu cette leçon »: the lesson stays done, no place is left."""
    go_on()
    assert beacon(lesson.paragraphs[-1]).status_code == 204
    assert state().is_done
    assert not state().is_open


@pytest.mark.parametrize("key", ["", "pas-une-cle"])
def test_going_on_without_a_key(go_on, client, token, lesson, state, key: str) -> None:
    """A form that lost its key is shown again, and finishes nothing."""
    reply = client.post(f"/lecons/{lesson.id}/terminer", data={"csrf_token": token, "key": key})
    assert reply.status_code == 422
    assert state() is None


@pytest.fixture
def take_back(client, token, lesson):
    """`take_back()`: say that the lesson was not read after all."""

    def press(key: str | None = None):
        form = {"csrf_token": token, "key": key or str(uuid.uuid4())}
        return client.post(f"/lecons/{lesson.id}/rouvrir", data=form)

    return press


def test_the_bar_says_what_is_left_and_marks_nothing(client, learner, lesson) -> None:
    """While reading, the bar that follows the screen holds minutes and a link to the end: no button, no form."""
    page = client.get(f"/lecons/{lesson.id}").get_data(as_text=True)
    bar = page.split('class="action-bar"')[1].split("<footer")[0]
    assert f"{lesson.minutes}\u00a0min de lecture" in bar
    assert 'href="#fin-de-lecon"' in bar
    assert "<button" not in bar
    assert "<form" not in bar
    assert page.index("J’ai lu cette leçon") > page.rindex(f'id="{lesson.paragraphs[-1]}"')


def test_a_card_of_the_end_marks_the_lesson_as_read(client, go_on, state, events, lesson) -> None:
    """The quiz and the exercise at the end of a lesson are buttons that mark it as read and open them."""
    page = client.get(f"/lecons/{lesson.id}").get_data(as_text=True)
    for value, address in (
        (f"quiz:{lesson.quizzes[0]}", f"/quiz/{lesson.quizzes[0]}"),
        (f"exercise:{lesson.exercises[0]}", f"/exercices/{lesson.exercises[0]}"),
    ):
        assert f'form="finish" name="onward" value="{value}"' in page
        assert go_on(onward=value).location == address
        assert state().is_done
    assert set(events()) == {EventKind.LESSON_READ}


@pytest.mark.parametrize("pressed", ["quiz:inconnu", "lesson:oubli-et-facture-perdue", "quiz", "//evil", "é" * 300])
def test_a_card_that_is_not_there(go_on, state, pressed: str) -> None:
    """What no card of the lesson leads to is a 422 that marks nothing."""
    assert go_on(onward=pressed).status_code == 422
    assert state() is None


def test_a_read_lesson_offers_links_and_the_way_back(client, go_on, lesson) -> None:
    """Once read, the cards are links again, and the page says so where it can be taken back; the bar is gone."""
    go_on()
    told = unescape(client.get("/parcours").get_data(as_text=True))
    assert f'href="/lecons/{lesson.id}#fin-de-lecon"' in told
    page = unescape(client.get(f"/lecons/{lesson.id}").get_data(as_text=True))
    assert f'<a href="/quiz/{lesson.quizzes[0]}"' in page
    assert "Leçon lue" in page
    assert "la remettre à lire" in page
    assert "data-reading" not in page


def test_reading_is_taken_back_once_and_loses_nothing(go_on, take_back, beacon, state, events, lesson) -> None:
    """Taking back keeps the log and puts the place at the last paragraph; twice the same form is one event."""
    go_on()
    key = str(uuid.uuid4())
    assert {take_back(key).location for _click in range(2)} == {f"/lecons/{lesson.id}#fin-de-lecon"}
    assert not state().is_done
    assert state().place == {"anchor": lesson.paragraphs[-1]}
    assert events() == [EventKind.LESSON_READ, EventKind.LESSON_OPENED]
    assert beacon(lesson.paragraphs[2]).status_code == 204
    assert state().place == {"anchor": lesson.paragraphs[2]}


def test_the_log_ends_as_the_lesson_stands(go_on, take_back, state, events) -> None:
    """A page kept by the browser sends its forms again: each press that changes something is in the log."""
    read, back = str(uuid.uuid4()), str(uuid.uuid4())
    for _round in range(2):
        go_on(key=read)
        assert (state().is_done, events()[-1]) == (True, EventKind.LESSON_READ)
        take_back(back)
        take_back(back)
        assert (state().is_done, events()[-1]) == (False, EventKind.LESSON_OPENED)
    assert len(events()) == 4


def test_a_lesson_read_long_ago_stays_read(clock, client, go_on, take_back, state) -> None:
    """A day later nothing is taken back: what proves a training is not rewritten. Nor is what was never read."""
    take_back()
    assert state() is None
    go_on()
    clock.shift(25 * 3600)
    take_back()
    assert state().is_done
