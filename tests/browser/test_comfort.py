"""What makes the site usable by everybody: keyboard, no script, double clicks, chosen colours."""

import re

from tests.support import walks
from tests.support.visitor import DESK, NARROWEST

MOST_STOPS = 120
FOCUSED_TEXT = """() => { const it = document.activeElement;
  return (it.labels?.[0]?.innerText ?? it.innerText ?? "").trim(); }"""


def tab_to(page, label):
    """Press Tab until the element that says `label` has the focus."""
    pattern = re.compile(label)
    for _stop in range(MOST_STOPS):
        page.keyboard.press("Tab")
        if pattern.search(page.evaluate(FOCUSED_TEXT)):
            return
    raise AssertionError(f"Tab never reaches {label!r} on {page.url}")


def activate(page, label):
    """Reach a link or a button by Tab alone, press Enter on it, and wait for the page it leads to."""
    tab_to(page, label)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def answer_by_keyboard(page):
    """Choose the first answer with the keyboard, and send it."""
    first = page.locator('label[for="option-0"]').inner_text()
    tab_to(page, re.escape(first.strip()))
    page.keyboard.press("Space")
    activate(page, "^Dire$|^Valider ma réponse$")
    page.locator("#feedback").wait_for()


def test_skip_link_comes_first(visitor):
    """The first Tab reaches the skip link, which leads to the content."""
    page = visitor.open("/")
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUSED_TEXT) == "Aller au contenu"
    page.keyboard.press("Enter")
    assert page.evaluate("() => document.activeElement.id") == "contenu"


def test_the_trial_is_played_by_keyboard_alone(visitor):
    """From the landing page to the account, a person who has no mouse meets no dead end."""
    page = visitor.open("/")
    activate(page, "^Essayer un appel")
    page.wait_for_url("**/essai")
    activate(page, "^Composer le numéro$")
    page.wait_for_url("**/question/1")
    while page.locator('label[for="option-0"]').count():
        answer_by_keyboard(page)
        activate(page, f"{walks.SUMMARY}|{walks.NEXT_STEP.pattern}")
    activate(page, "^Créer mon compte$")
    page.wait_for_url("**/inscription")
    for label, text in (("^Prénom", "Nadia"), ("^Adresse", "nadia@clavier.fr"), ("^Mot de passe", walks.PASSWORD)):
        tab_to(page, label)
        page.keyboard.type(text)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.wait_for_url("**/parcours")


def test_a_decision_is_played_then_undone_by_keyboard_alone(learner):
    """A person who has no mouse opens a file, plays a decision, and takes it back."""
    page = learner.open("/exercices/facture-orpheline")
    activate(page, "^Ouvrir le bureau$")
    first_customer = page.locator('a[href*="/client/"] .name').first.inner_text()
    activate(page, f"^{re.escape(first_customer)}")
    tab_to(page, re.escape(page.locator('label[for="action-0"]').inner_text().strip()))
    page.keyboard.press("Space")
    activate(page, "^Jouer cette décision$")
    activate(page, "^Annuler la dernière décision$")
    assert page.get_by_text("Aucune pour l’instant").count() == 1


UNCOVERED = """() => { const it = document.activeElement, box = it.getBoundingClientRect();
  const at = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  const mine = [it, ...(it.labels ?? [])];
  return it === document.body || mine.some((each) => each.contains(at) || at?.contains(each)); }"""


def test_no_focused_element_hides_behind_a_sticky_bar(visitor):
    """On a small phone, Tab always shows what it reaches: question, feedback, file, end of the exercise."""
    page = visitor.open("/essai")
    page.set_viewport_size(NARROWEST)
    walks.start_trial(page)
    covered = _covered(page)
    walks.answer(page)
    covered += _covered(page)
    walks.open_desk(page)
    covered += _covered(page)
    walks.go_to(page, page.locator('a[href*="/client/"]').first.get_attribute("href"))
    covered += _covered(page)
    assert not covered


def _covered(page):
    """Press Tab all the way through the page; return what it reached that something covers."""
    found = []
    for _stop in range(page.locator("a, button, input:not([type=hidden]), select, summary").count()):
        page.keyboard.press("Tab")
        if not page.evaluate(UNCOVERED):
            found.append(f"{page.url}: {page.evaluate(FOCUSED_TEXT)}")
    return found


def test_everything_works_without_scripts(site, newcomer):
    """Without JavaScript: trial, account, lesson and quiz go through."""
    page = newcomer(site, java_script_enabled=False).open("/")
    walks.start_trial(page)
    walks.finish_quiz(page)
    walks.follow(page, walks.link(page, "Créer mon compte"))
    walks.sign_up(page, "sans.script@exemple.fr")
    walks.read_lesson(page, "/lecons/oubli-et-facture-perdue")
    walks.start_quiz(page, "/quiz/facture-perdue")
    walks.finish_quiz(page)


def test_double_click_stores_one_answer(visitor):
    """Two quick clicks on « Valider » leave one answer, and no refusal on the screen."""
    page = visitor.open("/essai")
    walks.start_trial(page)
    walks.choose(page)
    walks.button(page, walks.ANSWER).dblclick(delay=5)
    page.locator("#feedback").wait_for()
    assert page.get_by_text("Cette question avait déjà une réponse").count() == 0
    assert page.get_by_text("Votre réponse :").count() == 1


def test_back_shows_the_previous_question_with_its_answer(visitor):
    """The browser's Back button returns to the previous question, its answer still there."""
    page = visitor.open("/essai")
    walks.start_trial(page)
    walks.answer(page)
    walks.follow(page, walks.link(page, walks.NEXT_STEP))
    page.go_back()
    page.wait_for_url("**/question/1*")
    page.get_by_text("Votre réponse").first.wait_for()


def test_empty_answer_is_explained(visitor):
    """Sending nothing shows a summary that has the focus and leads to the first choice."""
    page = visitor.open("/essai")
    walks.start_trial(page)
    walks.follow(page, walks.button(page, walks.ANSWER))
    assert page.evaluate("() => document.activeElement.id") == "error-summary"
    assert page.title().startswith("Erreur")
    page.locator("#error-summary a").first.click()
    assert page.evaluate("() => document.activeElement.id") == "option-0"


def test_theme_follows_the_system_then_the_choice(learner):
    """Colours follow the device until somebody chooses; the choice stays on the next page and the next visit."""
    page = learner.page
    background = "() => getComputedStyle(document.body).backgroundColor"
    page.emulate_media(color_scheme="dark")
    dark = page.evaluate(background)
    page.emulate_media(color_scheme="light")
    assert page.evaluate(background) != dark
    learner.open("/reglages")
    page.get_by_label("Sombre").check()
    walks.follow(page, walks.button(page, "Enregistrer l’affichage"))
    learner.open("/programme")
    assert page.evaluate(background) == dark


def test_nothing_moves_for_people_who_asked_for_calm(site, newcomer):
    """With reduced motion, no animation or transition runs."""
    page = newcomer(site, reduced_motion="reduce", viewport=DESK).open("/")
    assert page.evaluate("() => document.getAnimations().filter((each) => each.playState === 'running').length") == 0
