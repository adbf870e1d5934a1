"""Regrading after a correction: previewed, said to those it touches, recorded, done once, nothing destroyed."""

import shutil
import uuid
from html import unescape

import pytest
from ruamel.yaml import YAML
from sqlalchemy import func, select

from course_app.accounts.rules import Role
from course_app.library.model import Draw, ItemKind, Quiz, QuizKind, wording_hash
from course_app.library.questions import QuestionType
from course_app.progress import service as progress
from course_app.quizzes.exam import service as exams
from course_app.quizzes.exam.models import ExamResult
from course_app.quizzes.kinds.keys import right_answer, wrong_answer
from course_app.quizzes.models import Answer, Regrading
from course_app.quizzes.regrading import service
from course_app.quizzes.regrading.regrade_cli import regrade
from course_app.quizzes.regrading.service import ChangedSincePreview, Decision, NothingToRegrade
from course_app.web.clock import now
from tests.support import questions as samples
from tests.support.browsers import enter_as
from tests.support.crowd import answer_quiz, crowd
from tests.web.quizzes.conftest import EVERYWHERE, key_on

WHY = "La réponse choisie par beaucoup était juste aussi."


def _with(quiz, *questions):
    """Return the quiz as corrected: these questions instead of those of the same ids."""
    named = {question.id: question for question in questions}
    asked = tuple(named.get(question.id, question) for question in quiz.questions)
    return Quiz(**{**quiz.model_dump(exclude={"content_hash"}), "questions": asked})


def _accepting(question, option_id):
    """Return a question of single choice whose right answer is another option."""
    options = tuple(each.model_copy(update={"correct": each.id == option_id}) for each in question.options)
    return question.model_copy(update={"options": options})


def _decision(why=WHY, key=None):
    return Decision(key or uuid.uuid4(), why, "Hugo")


def _apply(session, quiz, decision=None):
    done = service.apply(session, quiz, quiz.content_hash, decision or _decision(), now())
    session.commit()
    return done


@pytest.fixture
def single(quiz):
    """A question of single choice of the quiz, and its place."""
    return next((n, each) for n, each in enumerate(quiz.questions, 1) if each.type is QuestionType.SINGLE)


@pytest.fixture
def corrected(quiz, single):
    """The quiz once its author sees that the wrong answer people gave was right."""
    question = single[1]
    return _with(quiz, _accepting(question, wrong_answer(question).chosen[0]))


@pytest.fixture
def misjudged(app, session, quiz):
    """A learner in a browser who answered the whole quiz wrongly: the browser and the attempt."""
    held = enter_as(app, session)
    row = answer_quiz(session, held.actor, quiz, wrong_answer)
    session.commit()
    return held, row


def _answer(session, row, question):
    session.expire_all()
    asked = select(Answer).where(Answer.attempt_id == row.id, Answer.question_id == question.id)
    return session.scalar(asked.execution_options(**EVERYWHERE))


def test_r12_an_answer_is_judged_again_and_its_first_verdict_kept(session, quiz, single, corrected, misjudged):
    """What was wrong is right; receipt and words stay; the old verdict and wording stay beside it, dated."""
    _held, row = misjudged
    before = _answer(session, row, single[1])
    receipt, chosen = before.receipt, list(before.chosen)
    planned = service.plan(session, corrected)
    assert (len(planned.answers), planned.changed, planned.attempts_changed, planned.results) == (1, 1, 1, ())
    done = _apply(session, corrected)
    after = _answer(session, row, single[1])
    assert (after.correct, after.credit_percent, after.receipt, after.chosen) == (True, 100, receipt, chosen)
    assert after.question_hash == wording_hash(corrected.questions[single[0] - 1])
    (kept,) = after.judged_before
    assert (kept["correct"], kept["credit_percent"], kept["red_line"]) == (False, 0, False)
    assert kept["question_hash"] == wording_hash(single[1])
    assert (done.decided_by, done.why, done.content_hash) == ("Hugo", WHY, corrected.content_hash)
    assert (done.from_hashes, done.answers, done.changed) == ([quiz.content_hash], 1, 1)


def test_the_learner_reads_when_and_why(clock, session, single, corrected, misjudged):
    """The summary and the question say « Réévalué », the day and the reason; the feedback is that of the new key."""
    held, row = misjudged
    url = f"/quiz/essais/{row.id}"
    assert "Réévalué" not in held.client.get(f"{url}/bilan").get_data(as_text=True)
    _apply(session, corrected)
    summary = unescape(held.client.get(f"{url}/bilan").get_data(as_text=True))
    assert "Réévalué le mardi 8 décembre" in summary
    assert WHY in summary
    assert "1 réponse juste sur" in summary
    page = unescape(held.client.get(f"{url}/question/{single[0]}").get_data(as_text=True))
    assert "Réévaluée le mardi 8 décembre" in page
    assert "Bien vu." in page
    other = next(number for number in (1, 2, 3) if number != single[0])
    assert "Réévaluée" not in held.client.get(f"{url}/question/{other}").get_data(as_text=True)


def test_regrading_is_done_once(session, corrected, misjudged):
    """The same decision sent twice is one; another finds nothing left to do; a preview of older words is refused."""
    decision = _decision()
    with pytest.raises(ChangedSincePreview):
        service.apply(session, corrected, "0" * 64, decision, now())
    first = _apply(session, corrected, decision)
    assert _apply(session, corrected, decision).id == first.id
    with pytest.raises(NothingToRegrade):
        _apply(session, corrected)
    assert session.scalar(select(func.count()).select_from(Regrading)) == 1


def test_going_back_to_the_old_key_gives_the_old_verdict(session, quiz, single, corrected, misjudged):
    """Publishing the old key again and regrading undoes it: history grows, and the learner no longer reads a change."""
    held, row = misjudged
    _apply(session, corrected)
    _apply(session, quiz, _decision("Le premier corrigé était le bon."))
    answer = _answer(session, row, single[1])
    assert (answer.correct, answer.credit_percent, len(answer.judged_before)) == (False, 0, 2)
    assert not answer.is_changed
    assert "Réévalué" not in held.client.get(f"/quiz/essais/{row.id}/bilan").get_data(as_text=True)


def test_what_is_no_longer_comparable_is_left_alone_and_said(app, session, quiz, single, misjudged):
    """An option removed: no answer changes, the preview says why, and nothing can be applied."""
    question = single[1]
    gone = next(each.id for each in question.options if not each.correct)
    shorter = question.model_copy(update={"options": tuple(each for each in question.options if each.id != gone)})
    planned = service.plan(session, _with(quiz, shorter))
    (group,) = planned.groups
    assert (group.question_id, group.likeness.name, group.answers) == (question.id, "OTHER_CHOICES", 1)
    assert planned.answers == ()
    with pytest.raises(NothingToRegrade):
        _apply(session, _with(quiz, shorter))


def test_everybody_is_judged_again_whatever_the_company(session, quiz, single, corrected):
    """Learners of two companies and all their attempts: who was wrong gains, who was right loses, all in one go."""
    people = crowd(session, 6)
    for rank, person in enumerate(people):
        answer_quiz(session, person, quiz, wrong_answer if rank < 4 else right_answer)
    answer_quiz(session, people[0], quiz, wrong_answer)
    session.commit()
    (group,) = service.plan(session, corrected).groups
    assert (group.answers, group.gaining, group.losing, group.right) == (7, 5, 2, (2, 5))
    done = _apply(session, corrected)
    assert (done.answers, done.changed, done.attempts_changed) == (7, 7, 7)


TEN = tuple(
    samples.choice("b", QuestionType.SINGLE).model_copy(update={"id": f"q{number}", "objective": "Décider"})
    for number in range(10)
)


@pytest.fixture
def exam_quiz():
    """A test of ten questions of single choice, whatever the content says."""
    return Quiz(
        id="dix-decisions", title="Dix décisions", minutes=10, kind_of_quiz=QuizKind.TEST, introduction="Décidez.",
        reviewed_on="2026-11-22", questions=TEN, draw=(Draw(objective="Décider", count=10),),
    )  # fmt: skip


@pytest.fixture
def sit(session, exam_quiz):
    """`sit(held, wrong)`: take the test with so many questions answered wrongly; the attempt, the ids missed and met."""

    def take(held, wrong):
        actor = held.actor
        row = exams.start(session, actor, exam_quiz, {}, uuid.uuid4(), now())
        asked = exams.load(session, actor, row.id).quiz.questions
        for number, question in enumerate(asked, 1):
            given = (wrong_answer if number <= wrong else right_answer)(question)
            sent = exams.Sent(uuid.uuid4(), 0, given)
            exams.save(session, actor, exams.load(session, actor, row.id, writing=True), number, sent, now())
        exams.send(session, actor, exams.load(session, actor, row.id, writing=True), now())
        session.commit()
        names = [question.id.partition(".")[2] for question in asked]
        return row, names[:wrong], names[wrong:]

    return take


def _mended(test, name):
    """Return the test once its author sees that option a was the right answer to one of its questions."""
    question = next(each for each in test.questions if each.id == name)
    assert wrong_answer(question).chosen == ("a",)
    return _with(test, _accepting(question, "a"))


def _result(session, row):
    session.expire_all()
    return session.scalar(select(ExamResult).where(ExamResult.attempt_id == row.id).execution_options(**EVERYWHERE))


def test_a_test_that_reaches_eighty_becomes_passed(clock, app, session, exam_quiz, sit):
    """70 % judged again at 80: passed, done in the path, told with both figures; the old worth is kept."""
    held = enter_as(app, session)
    row, missed, _met = sit(held, 3)
    assert (_result(session, row).percent, _result(session, row).passed) == (70, False)
    mended = _mended(exam_quiz, missed[0])
    planned = service.plan(session, mended)
    assert (planned.rises, planned.falls, len(planned.results)) == (1, 0, 1)
    done = _apply(session, mended)
    assert (done.now_passed, done.now_below) == (1, 0)
    result = _result(session, row)
    assert (result.percent, result.passed) == (80, True)
    assert [(each["percent"], each["passed"]) for each in result.worth_before] == [(70, False)]
    assert progress.journey(session, held.actor)[ItemKind.QUIZ, exam_quiz.id].is_done
    told = progress.exams(session, held.actor.organisation_id, [held.actor.user_id])
    assert [(each.passed, each.percent) for each in told] == [(False, 70), (True, 80)]
    page = unescape(held.client.get(f"/tests/essais/{row.id}/resultat").get_data(as_text=True))
    assert "Réévalué le mardi 8 décembre" in page
    assert "Avant\u00a0: 70\u00a0%. Maintenant\u00a0: 80\u00a0%." in page


def test_a_passed_test_that_falls_stays_passed(clock, app, session, exam_quiz, sit):
    """80 % judged again at 70: the figure changes, the success that was told is kept, and the page says so."""
    held = enter_as(app, session)
    row, _missed, met = sit(held, 2)
    assert _result(session, row).passed
    done = _apply(session, _mended(exam_quiz, met[0]))
    assert (done.now_passed, done.now_below) == (0, 1)
    result = _result(session, row)
    assert (result.percent, result.passed) == (70, True)
    page = unescape(held.client.get(f"/tests/essais/{row.id}/resultat").get_data(as_text=True))
    assert "Votre réussite reste acquise." in page
    assert "Test réussi\u00a0: 70\u00a0%" in page


def _swap_key(folder, quiz, question):
    """Correct the file as an author does: the wrong answer that learners gave becomes the right one."""
    yaml, accepted = YAML(), wrong_answer(question).chosen[0]
    for path in folder.glob("*.yaml"):
        file = yaml.load(path)
        if file["id"] == quiz.id:
            (written,) = [each for each in file["questions"] if each["id"] == question.id]
            for option in written["options"]:
                option["correct"] = option["id"] == accepted
            yaml.dump(file, path)


@pytest.fixture
def corrected_site(quiz, single, misjudged, settings, make_app, tmp_path):
    """The application once the file is corrected and published, its database the same."""
    folder = tmp_path / "quizzes"
    shutil.copytree(settings.quizzes_dir, folder)
    _swap_key(folder, quiz, single[1])
    return make_app(quizzes_dir=folder, data_dir=tmp_path / "data")


def _decided(session):
    """Return how many regradings are stored, holding no lock afterwards."""
    session.rollback()
    found = session.scalar(select(func.count()).select_from(Regrading))
    session.rollback()
    return found


def test_r12_an_author_previews_then_confirms(session, quiz, single, corrected_site):
    """Nothing moves before « why »; a stale preview is refused, words kept; twice is once.

    Then `course regrade` judges an attempt that was still open: it only tells, until --apply with its reason.
    """
    _confirm_on_pages(session, quiz, enter_as(corrected_site, session, Role.AUTHOR))
    (late,) = crowd(session, 1)
    row = answer_quiz(session, late, quiz, wrong_answer)
    session.commit()
    run = corrected_site.test_cli_runner().invoke
    told = run(regrade, [quiz.id])
    assert told.exit_code == 0
    assert f"{single[1].id} : 1\u00a0réponse, 1 à changer (1 en hausse, 0 en baisse), justes 0 → 1" in told.output
    assert run(regrade, [quiz.id, "--apply"]).exit_code == 1
    assert run(regrade, ["nulle-part"]).exit_code == 1
    assert _decided(session) == 1
    assert run(regrade, [quiz.id, "--apply", "--why", WHY, "--by", "Hugo"]).exit_code == 0
    assert _answer(session, row, single[1]).correct
    assert _decided(session) == 2
    assert isinstance(run(regrade, [quiz.id, "--apply", "--why", WHY]).exception, NothingToRegrade)


def _confirm_on_pages(session, quiz, author):
    url = f"/quiz/{quiz.id}/reevaluation"
    reply = author.client.get(url)
    page = unescape(reply.get_data(as_text=True))
    assert "Rejuger 1 réponse" in page
    previewed = page.split('name="previewed"')[1].split('value="')[1].split('"')[0]
    form = {"key": key_on(reply), "previewed": previewed}
    assert author.post(url, **form, why="  ").status_code == 422
    assert author.post(url, **form, why="a" * 301).status_code == 422
    stale = author.post(url, **{**form, "previewed": "0" * 64}, why="Phrase gardée")
    assert stale.status_code == 409
    assert "Phrase gardée" in stale.get_data(as_text=True)
    assert _decided(session) == 0
    assert [author.post(url, **form, why=WHY).status_code for _twice in range(2)] == [303, 303]
    assert _decided(session) == 1
    page = unescape(author.client.get(url).get_data(as_text=True))
    assert "1 réponse a changé de note" in page
    assert "Rien à réévaluer" in page
    assert WHY in page
