"""What people do on the site, by the words they read: used by the browser journeys and by the screenshots."""

import re
from urllib.parse import urljoin

from playwright.sync_api import Locator, Page

PASSWORD = "quatre mouettes sur un quai"
ANSWER = re.compile("^(Dire|Valider ma réponse)$")
NEXT_STEP = re.compile("^(La suite de l.appel|Question suivante)$")
SUMMARY = "Voir le bilan"


def go_to(page: Page, path: str) -> None:
    """Open an address of the site where the page already is."""
    page.goto(urljoin(page.url, path))


def button(page: Page, label: str | re.Pattern[str]) -> Locator:
    """Return the first button that carries this label."""
    return page.get_by_role("button", name=label, exact=isinstance(label, str)).first


def link(page: Page, label: str | re.Pattern[str]) -> Locator:
    """Return the first link that carries this label."""
    return page.get_by_role("link", name=label, exact=isinstance(label, str)).first


def enter_as(page: Page, first_name: str) -> None:
    """Enter as one of the demonstration's people."""
    go_to(page, "/demonstration")
    follow(page, button(page, f"Entrer comme {first_name}"))
    page.wait_for_url("**/parcours")


def sign_up(page: Page, email: str, first_name: str = "Nadia") -> None:
    """Open an account from the sign-up page, and arrive on Mon parcours."""
    page.get_by_label("Prénom").fill(first_name)
    page.get_by_label(re.compile("Adresse")).fill(email)
    page.get_by_label(re.compile("Mot de passe")).fill(PASSWORD)
    follow(page, button(page, "Créer mon compte"))
    page.wait_for_url("**/parcours")


def follow(page: Page, target: Locator) -> None:
    """Press a link or a button that leads to another page, and wait for that page."""
    with page.expect_navigation():
        target.click()


def options(page: Page) -> Locator:
    """Return the answers of the question on the screen."""
    return page.locator('input[name="option"]')


def choose(page: Page, rank: int = 0) -> None:
    """Choose an answer by its place on the screen."""
    options(page).nth(rank).check()


def answer(page: Page, rank: int = 0) -> None:
    """Choose an answer and send it; ends on its feedback."""
    choose(page, rank)
    follow(page, button(page, ANSWER))
    page.locator("#feedback").wait_for()


def start_trial(page: Page) -> None:
    """From the trial's first screen, place the call; ends on its first turn."""
    go_to(page, "/essai")
    follow(page, button(page, "Composer le numéro"))
    page.wait_for_url("**/question/*")


def finish_quiz(page: Page) -> None:
    """Answer every remaining question; ends on the summary."""
    while options(page).count():
        answer(page)
        follow(page, link(page, re.compile(f"{SUMMARY}|{NEXT_STEP.pattern}")))
    page.wait_for_url("**/bilan")


def read_lesson(page: Page, path: str) -> None:
    """Open a lesson and go on to what follows it."""
    go_to(page, path)
    follow(page, button(page, "J’ai lu cette leçon"))


def start_quiz(page: Page, path: str) -> None:
    """Open a quiz and start it, or resume it; ends on the question to answer."""
    go_to(page, path)
    follow(page, button(page, re.compile("^(Commencer|Reprendre où vous en étiez|Rejouer)$")))
    page.wait_for_url("**/question/*")


def start_scenario(page: Page, path: str) -> None:
    """Open a story and start it, or resume it; ends on the moment to decide."""
    go_to(page, path)
    follow(page, button(page, re.compile("^(Commencer|Reprendre où vous en étiez|Rejouer depuis le début)$")))
    page.wait_for_url("**/moment/*")


def decide_moment(page: Page, rank: int = 0) -> None:
    """Make a choice of a story by its place on the screen; ends on what it changes."""
    page.locator('input[name="choice"]').nth(rank).check()
    follow(page, button(page, "Décider"))
    page.locator("#feedback").wait_for()


def finish_scenario(page: Page) -> None:
    """Make the first choice everywhere; ends on the debrief."""
    while page.locator('input[name="choice"]').count():
        decide_moment(page)
        follow(page, link(page, re.compile("^(La suite|Voir comment cela finit)$")))
    page.wait_for_url("**/debrief")


def open_desk(page: Page, path: str = "/exercices/facture-orpheline") -> None:
    """Start a run of an exercise, guided; ends on its desk."""
    go_to(page, path)
    follow(page, button(page, re.compile("^(Ouvrir le bureau|Nouvelle partie)$")))


def decide(page: Page) -> None:
    """From the desk, open the first customer's file and play the first action that needs no date."""
    go_to(page, str(page.locator('a[href*="/client/"]').first.get_attribute("href")))
    choices = page.locator("label").filter(has=page.locator('input[name="action"]'))
    choices.filter(has_not_text="avec une date").first.click()
    follow(page, button(page, "Jouer cette décision"))


def close_session(page: Page) -> None:
    """Close the séance: ends on the next one's desk, or on the debrief's first page."""
    follow(page, link(page, "Terminer la séance"))
    follow(page, button(page, re.compile("^Terminer et ")))


def finish_exercise(page: Page) -> None:
    """Close every remaining séance; ends on the debrief."""
    while link(page, "Terminer la séance").count():
        close_session(page)
    follow(page, link(page, "Passer"))


def dial(page: Page, path: str = "/appels/mon-assistante") -> None:
    """Prepare a simulated call and dial, calm so that nobody hangs up at the first sentence; ends on its first turn."""
    go_to(page, path)
    page.get_by_label("Calme").check()
    follow(page, button(page, "Composer le numéro"))
    page.wait_for_url("**/appels/essais/**")


def say(page: Page, rank: int = 0) -> None:
    """Say one of the three sentences of a call, by its place; ends on what is answered, or on the debrief."""
    page.locator('input[name="choice"]').nth(rank).check()
    follow(page, button(page, "Dire"))


def hang_up(page: Page) -> None:
    """Hang up a simulated call; ends on its debrief."""
    follow(page, button(page, "Raccrocher"))
    page.wait_for_url("**/bilan")
