"""The real content: every file passes, and keeps what lessons, quizzes and pages promise."""

import re
from html.parser import HTMLParser

import pytest

from course_app.library.model import ItemKind, QuizKind
from course_app.library.questions import ChoiceQuestion
from tests.support.real_content import real_content

BANNED = re.compile(r"vous êtes nul|\bmauvais|\béchec|pour les nuls", re.IGNORECASE)


class Words(HTMLParser):
    """The words of some HTML, code left out."""

    def __init__(self):
        super().__init__()
        self.words, self.in_code = [], False

    def handle_starttag(self, tag, attrs):
        self.in_code = self.in_code or tag in {"code", "pre"}

    def handle_endtag(self, tag):
        self.in_code = self.in_code and tag not in {"code", "pre"}

    def handle_data(self, data):
        self.words += [] if self.in_code else [data]


def _words(html):
    reader = Words()
    reader.feed(html)
    return "".join(reader.words)


def _strings(value):
    if isinstance(value, str):
        yield value
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, (list, tuple)) else ():
        yield from _strings(part)


@pytest.fixture(scope="module")
def bundle():
    """Everything under content/ and quizzes/, read as today."""
    return real_content()


@pytest.fixture(scope="module")
def catalog(bundle):
    """The catalogue of the real content."""
    return bundle.catalog


def test_real_content_has_no_fault(bundle):
    """Every file passes every rule; only dates that have passed since may warn."""
    assert [str(finding) for finding in bundle.findings if not finding.ages] == []
    assert bundle.is_whole


def test_every_lesson_is_complete(catalog):
    """A lesson holds a case with a name, an amount and a date, a summary to remember, and decisions to make."""
    for lesson in catalog.lessons.values():
        assert lesson.case.customer
        assert lesson.case.amount_cents > 0
        assert '<div class="box case">' in lesson.html
        assert '<div class="box a-retenir">' in lesson.html
        assert len(lesson.paragraphs) >= 5
        assert lesson.quizzes


def test_planned_minutes_are_honest(catalog):
    """A lesson's planned duration is its reading time at 200 words a minute, to the minute, give or take two."""
    for lesson in catalog.lessons.values():
        words = len(re.findall(r"\w+(?:[’'-]\w+)*", _words(lesson.html.partition('<section class="verified')[0])))
        assert abs(lesson.minutes - words / 200) <= 2, (lesson.id, words)


def test_quizzes_ask_about_other_customers(catalog):
    """A practice quiz moves to other customers than the lesson's: what was understood, not what was read."""
    for quiz in catalog.quizzes.values():
        if quiz.lesson is not None:
            customer = catalog.lessons[quiz.lesson].case.customer
            assert not [question.id for question in quiz.questions if customer in question.situation]


def test_the_right_answer_is_not_always_first(catalog):
    """In no quiz does the place of the right answer give it away."""
    for quiz in catalog.quizzes.values():
        chosen = [question.options for question in quiz.questions if isinstance(question, ChoiceQuestion)]
        places = [[option.correct for option in options].index(True) for options in chosen]
        assert len(places) < 2 or len(set(places)) > 1, quiz.id


def test_every_answer_is_explained(catalog):
    """Each answer, right or wrong, has a consequence, a reason and a rule; none judges the person."""
    for quiz in catalog.quizzes.values():
        for question in quiz.questions:
            for told in _feedbacks(question.model_dump()):
                assert all(len(text.split()) >= 2 for text in told), (quiz.id, question.id, told)
                assert not any(BANNED.search(text) for text in told)


def _feedbacks(value):
    """Yield the three texts of every feedback of a question, whatever its kind."""
    if isinstance(value, dict) and "consequence" in value:
        yield value["consequence"], value["reason"], value["rule"]
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ():
        yield from _feedbacks(part)


def test_there_is_a_trial(catalog):
    """One quiz can be played before there is an account, as a call."""
    (trial,) = [quiz for quiz in catalog.quizzes.values() if quiz.kind_of_quiz is QuizKind.TRIAL]
    assert len(trial.questions) >= 4
    assert trial.questions[0].transcript


def test_paths_lead_somewhere(catalog):
    """Each path has lessons and decisions; every practice quiz and exercise is in a path, fresh portfolios left out."""
    reached = {ref.key for path in catalog.paths.values() for ref in path.items}
    for path in catalog.paths.values():
        kinds = {ref.kind for ref in path.items}
        assert ItemKind.LESSON in kinds
        assert kinds & {ItemKind.QUIZ, ItemKind.EXERCISE}
    practice = [quiz for quiz in catalog.quizzes.values() if quiz.kind_of_quiz is QuizKind.PRACTICE]
    exercises = [one for one in catalog.exercises.values() if not one.id.startswith("portefeuille-")]
    assert {(item.kind, item.id) for item in (*practice, *exercises)} <= reached


def test_printed_french_is_typeset(catalog):
    """No straight apostrophe or quote, and no plain space before ; : ! ? € %, in anything learners read."""
    items = [*catalog.lessons.values(), *catalog.quizzes.values(), *catalog.exercises.values()]
    texts = [text for item in items for text in _strings(item.model_dump(exclude={"html", "questions"}))]
    texts += [_words(lesson.html) for lesson in catalog.lessons.values()]
    for quiz in catalog.quizzes.values():
        for question in quiz.questions:
            texts += [_words(question.situation), *_strings(question.model_dump(exclude={"situation"}))]
    texts += [text for term in catalog.terms.values() for text in (term.term, term.definition)]
    wrong = re.compile(r"\w'|'\w|\"| [;!?€%]| :(?=\s|$)|\.\.\.|« | »")
    assert [text[max(0, found.start() - 20) : found.end() + 9] for text in texts if (found := wrong.search(text))] == []


def test_every_quoted_fact_has_its_note(catalog):
    """A figure that may change shows where it comes from and when it was checked."""
    quoted = {fact for lesson in catalog.lessons.values() for fact in lesson.facts}
    assert quoted
    for lesson in catalog.lessons.values():
        for fact in lesson.facts:
            assert f'data-fact="{fact}"' in lesson.html.partition('<section class="verified-facts"')[2]
        assert ("Vérifié le" in lesson.html) == bool(lesson.facts)
