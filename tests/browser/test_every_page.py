"""What holds on every page: accessible, narrow enough, silent, and at home."""

import contextlib
import itertools
import re
import sqlite3
from datetime import UTC, datetime
from html import unescape
from urllib.parse import urljoin

import pytest

from course_app.accounts.factors.rules import code_at, step_at
from course_app.library.model import wording_hash
from tests.support import walks
from tests.support.real_content import real_content
from tests.support.visitor import DESK, NARROWEST, PHONE

PUBLIC = [
    "/",
    "/programme",
    "/essai",
    "/inscription",
    "/garder",
    "/code",
    "/connexion",
    "/connexion/par-code",
    "/mot-de-passe-oublie",
    "/demonstration",
]
PUBLIC += ["/confidentialite", "/accessibilite", "/verifier", "/attestations/cle-publique", "/page-qui-n-existe-pas"]
VIEWS = [(NARROWEST, "light"), (NARROWEST, "dark"), (DESK, "light"), (DESK, "dark")]
VIEW_NAMES = [f"{size['width']}-{scheme}" for size, scheme in VIEWS]
IS_PAGE = re.compile(r"^/(?!static/|deconnexion|\.well-known/)[^#?]*")
HREF = re.compile(r"""<a\b[^>]*\shref=["']([^"']+)""")
TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)
NUMBER = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
FAR_TOO_MANY = 400
ALIKE = 2  # pages of one template looked at in every view; the rest of them only at the narrowest


def _text(page, path):
    """Return a page as it travels, without drawing it."""
    return page.request.get(urljoin(page.url, path)).text()


def _linked_pages(page, start):
    """Return every page that links lead to from a starting page, in the order met."""
    found, waiting = [], [start]
    while waiting and len(found) < FAR_TOO_MANY:
        path = waiting.pop(0)
        if path in found:
            continue
        found.append(path)
        waiting += [match[0] for href in HREF.findall(_text(page, path)) if (match := IS_PAGE.match(unescape(href)))]
    return found


def _template(path):
    """Return what pages of one template have in common: where they stand, and the step they end with; tools, their kind.

    An identifier tells one person or team from another, not one template from another.
    """
    first, *rest = NUMBER.sub("id", path).strip("/").split("/")
    told = rest[:1] if first == "outils" else rest[-1:]
    return first, len(rest), "".join(told) if len(rest) > 1 else ""


def _some_of_each(paths):
    """Return the pages, no more than `ALIKE` of each template."""
    alike = {}
    for path in paths:
        alike.setdefault(_template(path), []).append(path)
    return [path for same in alike.values() for path in same[:ALIKE]]


def _own_pages(page):
    """Play a little, and return the pages that only a person in the middle of things sees."""
    seen = []
    walks.start_trial(page)
    seen.append(page.url)
    walks.answer(page)
    seen.append(page.url)
    walks.follow(page, walks.link(page, walks.NEXT_STEP))
    walks.finish_quiz(page)
    seen.append(page.url)
    walks.start_scenario(page, "/scenarios/promesse-de-vendredi")
    walks.decide_moment(page)
    walks.follow(page, walks.button(page, "Revenir avant ce choix"))
    walks.decide_moment(page, 1)
    seen.append(page.url)
    walks.follow(page, walks.link(page, "La suite"))
    walks.finish_scenario(page)
    seen.append(page.url)
    walks.open_desk(page)
    walks.decide(page)
    walks.close_session(page)
    walks.finish_exercise(page)
    seen.append(page.url)
    walks.open_desk(page)
    walks.decide(page)
    walks.dial(page, "/appels/encore-vous")
    walks.say(page)
    walks.hang_up(page)
    seen.append(page.url)
    walks.dial(page)
    walks.say(page)
    seen.append(page.url)
    return [re.sub(r"^https?://[^/]+|#.*$", "", url) for url in seen]


@pytest.fixture(scope="module")
def known(chromium, site):
    """A learner's cookies, and the addresses of all the pages they can reach."""
    context = chromium.new_context(viewport=PHONE, locale="fr-FR")
    page = context.new_page()
    page.goto(site.url)
    walks.enter_as(page, "Claire")
    paths = list(dict.fromkeys(_own_pages(page) + _linked_pages(page, "/parcours")))
    state = context.storage_state()
    context.close()
    return state, paths


def _faults(visitor, paths, size, scheme):
    faults = []
    for path in paths:
        visitor.shown_at(size, scheme)
        page = visitor.open(path)
        faults += [f"{path}: {violation}" for violation in visitor.axe()]
        too_wide = page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
        faults += [f"{path}: {too_wide} px too wide"] if too_wide > 0 else []
        levels = page.eval_on_selector_all("h1,h2,h3,h4,h5,h6", "(all) => all.map((each) => Number(each.tagName[1]))")
        faults += [f"{path}: headings {levels}"] if levels.count(1) != 1 or _skips(levels) else []
    return faults


def _skips(levels):
    return any(after - before > 1 for before, after in itertools.pairwise(levels))


@pytest.mark.parametrize(("size", "scheme"), VIEWS, ids=VIEW_NAMES)
def test_s50_s52_public_pages_hold_for_everybody(visitor, size, scheme):
    """Pages of visitors: no axe violation, no sideways scroll, one h1, no skipped heading level.

    As on every page of these tests, nothing is written in the console, so that no page breaks its own content policy
    (S50), and nothing is asked of another site (S52): `Visitor` notes both.
    """
    assert not _faults(visitor, PUBLIC, size, scheme)


@pytest.mark.parametrize(("size", "scheme"), VIEWS, ids=VIEW_NAMES)
def test_s50_s52_pages_of_learners_hold_for_everybody(site, newcomer, known, size, scheme):
    """Pages of learners, those in the middle of things included: the same four promises.

    All of them on the narrowest screen; elsewhere some of each template, for what differs then is the style alone.
    """
    state, paths = known
    paths = paths if (size, scheme) == VIEWS[0] else _some_of_each(paths)
    assert not _faults(newcomer(site, storage_state=state), paths, size, scheme)


def test_s39_pages_of_the_second_factor_hold_for_everybody(visitor):
    """Adding an application of codes, its recovery codes, drawing others, removing it, and both ways to enter with it (S39).

    Each in the narrowest dark view and on a desk by day; the recovery codes, shown once, where they are shown.
    """
    views, page = (VIEWS[1], VIEWS[2]), visitor.page
    visitor.open("/inscription")
    walks.sign_up(page, "moyens@exemple.fr")
    faults = [found for view in views for found in _faults(visitor, ["/reglages/securite"], *view)]
    faults += [found for view in views for found in _faults(visitor, ["/reglages/securite/application"], *view)]
    secret = page.locator(".written-key code").text_content().replace(" ", "")
    page.get_by_label("Code à six chiffres").fill(_code(secret))
    walks.follow(page, walks.button(page, "Ajouter cette application"))
    assert page.locator(".recovery-codes li").count() == 10
    faults += visitor.axe()
    held = ["/reglages/securite", "/reglages/securite/codes", "/reglages/securite/application/retirer"]
    faults += [found for view in views for found in _faults(visitor, held, *view)]
    visitor.context.clear_cookies()
    visitor.open("/connexion")
    page.get_by_label(re.compile("Adresse")).fill("moyens@exemple.fr")
    page.get_by_label(re.compile("Mot de passe")).first.fill(walks.PASSWORD)
    walks.follow(page, page.locator("form:has([name=password]) button[type=submit]"))
    assert page.url.endswith("/connexion/code")
    faults += [
        found for view in views for found in _faults(visitor, ["/connexion/code", "/connexion/code?secours"], *view)
    ]
    assert not faults


def _code(secret):
    """Return the code of this half-minute, as a telephone would."""
    return code_at(secret, step_at(datetime.now(UTC)))


def test_s50_s52_the_list_of_questions_to_review_holds_for_everybody(site, visitor):
    """« Questions à revoir » with every reason there is: the same four promises; a line leads to its question's measures."""
    quiz = real_content().catalog.quizzes["ton-et-silence"]
    worth = (1, 90, -0.5), (20, 60, -0.5), (60, 20, 0.0), (99, 1, None)  # right, mistaken, discrimination
    with contextlib.closing(sqlite3.connect(site.folder / "data" / "reglo.sqlite3", timeout=10)) as database, database:
        database.executemany(
            "REPLACE INTO question_measure (quiz_id, question_id, wording, answers, correct, sure_and_wrong, mistaken, mistake,"
            " discrimination, compared) VALUES (?, ?, ?, 100, ?, 30, ?, 'Parler plus fort que le client.', ?, 100)",
            [
                (quiz.id, question.id, wording_hash(question), *each)
                for question, each in zip(quiz.questions, worth, strict=False)
            ],
        )
    visitor.open("/demonstration")
    walks.enter_as(visitor.page, "Hugo")
    assert not [
        found for view in (VIEWS[1], VIEWS[2]) for found in _faults(visitor, ["/quiz/questions-a-revoir"], *view)
    ]
    page = visitor.open("/quiz/questions-a-revoir")
    walks.follow(page, page.locator("h3 a").first)
    assert page.url.endswith("/quiz/ton-et-silence/questions#question-1")
    assert page.locator("#question-1").is_visible()


def test_titles_are_unique(site, newcomer, known):
    """Every page has its own title, which names the step."""
    state, paths = known
    page = newcomer(site, storage_state=state).open("/")
    titles = {}
    for path in paths:
        answer = page.request.get(urljoin(page.url, path))  # a test is also led to from the address of its quiz
        titles.setdefault(TITLE.search(answer.text())[1], []).append(answer.url)
    assert not {title: same for title, same in titles.items() if len(same) > 1 and not _same_step(same)}


def _same_step(paths):
    """A question before and after its answer is one step, at one address."""
    return len(set(paths)) == 1


def test_first_visit_is_light(visitor):
    """The landing page weighs 150 KB at most for a phone that has nothing in cache, fonts included."""
    visitor.open("/")
    visitor.page.wait_for_load_state("networkidle")
    assert 0 < visitor.received_bytes <= 150 * 1024
