"""What people do on the site, by the words they read: used by the browser journeys and by the screenshots."""

import re

from playwright.sync_api import Locator, Page

PASSWORD = "quatre mouettes sur un quai"
ANSWER = re.compile("^(Dire|Valider ma réponse)$")
NEXT_STEP = re.compile("^(La suite de l.appel|Question suivante)$")
SUMMARY = "Voir le bilan"


def go_to(page: Page, path: str) -> None:
    """Open an address of the site where the page already is."""
    origin = "/".join(page.url.split("/")[:3])
    page.goto(origin + path)


def button(page: Page, label: str | re.Pattern[str]) -> Locator:
    """Return the button that carries this label."""
    return page.get_by_role("button", name=label, exact=isinstance(label, str))


def link(page: Page, label: str | re.Pattern[str]) -> Locator:
    """Return the link that carries this label."""
    return page.get_by_role("link", name=label, exact=isinstance(label, str))


def enter_as(page: Page, first_name: str) -> None:
    """Enter as one of the demonstration's people."""
    go_to(page, "/demonstration")
    button(page, f"Entrer comme {first_name}").click()
    page.wait_for_url("**/parcours")


def sign_up(page: Page, email: str, first_name: str = "Nadia") -> None:
    """Open an account from the sign-up page, and arrive on Mon parcours."""
    page.get_by_label("Prénom").fill(first_name)
    page.get_by_label(re.compile("Adresse")).fill(email)
    page.get_by_label(re.compile("Mot de passe")).fill(PASSWORD)
    button(page, "Créer mon compte").click()
    page.wait_for_url("**/parcours")


def options(page: Page) -> Locator:
    """Return the answers of the question on the screen."""
    return page.locator('input[name="option"]')


def choose(page: Page, rank: int = 0) -> None:
    """Choose an answer by its place on the screen."""
    options(page).nth(rank).check()


def answer(page: Page, rank: int = 0) -> None:
    """Choose an answer and send it; ends on its feedback."""
    choose(page, rank)
    button(page, ANSWER).click()
    page.locator("#feedback").wait_for()


def start_trial(page: Page) -> None:
    """From the trial's first screen, place the call; ends on its first turn."""
    go_to(page, "/essai")
    button(page, "Composer le numéro").click()
    page.wait_for_url("**/question/*")


def finish_quiz(page: Page) -> None:
    """Answer every remaining question; ends on the summary."""
    while options(page).count():
        answer(page)
        if link(page, SUMMARY).count():
            link(page, SUMMARY).click()
            break
        link(page, NEXT_STEP).click()
    page.wait_for_url("**/bilan")


def read_lesson(page: Page, path: str) -> None:
    """Open a lesson and go on to what follows it."""
    go_to(page, path)
    button(page, "Continuer").click()
    page.wait_for_url(lambda url: path not in url)


def start_quiz(page: Page, path: str) -> None:
    """Open a quiz and start it, or resume it; ends on the question to answer."""
    go_to(page, path)
    button(page, re.compile("^(Commencer|Reprendre où vous en étiez|Rejouer)$")).click()
    page.wait_for_url("**/question/*")
