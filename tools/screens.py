"""Make docs/screens/*.png by playing the site: what each screen looks like, on a phone and on a computer.

Whole pages in light, their first screen in dark; the same people and texts every time.
"""

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.support import walks  # noqa: E402  # the root must be importable first
from tests.support.browser import QUIET, find_chromium  # noqa: E402
from tests.support.site import Site  # noqa: E402
from tests.support.visitor import DESK, PHONE  # noqa: E402

FOLDER = ROOT / "docs" / "screens"
SIZES = {"360": PHONE, "1280": DESK}
SCHEMES = ("light", "dark")
LESSON = "/lecons/oubli-et-facture-perdue"
QUIZ = "/quiz/facture-perdue"
TEAM = {
    "/equipe": "equipe-feu-vert",
    "/attestations/personnes": "equipe-attestations",
    "/equipe/dossiers": "equipe-dossiers",
}


def tour(page: Page) -> Iterator[str]:
    """Walk through the site; yield the name of each screen when it is there to be seen."""
    walks.go_to(page, "/")
    page.wait_for_load_state("networkidle")
    page.reload()  # fonts that come late are drawn on the next page only
    yield "accueil"
    walks.enter_as(page, "Claire")
    yield "mon-parcours"
    walks.go_to(page, LESSON)
    yield "lecon"
    walks.start_quiz(page, QUIZ)
    yield "question"
    walks.answer(page, rank=1)
    yield "question-expliquee"
    walks.open_desk(page)
    yield "exercice-bureau"
    walks.go_to(page, str(page.locator('a[href*="/client/"]').first.get_attribute("href")))
    yield "exercice-dossier"
    walks.go_to(page, page.url.split("/client/")[0])
    walks.decide(page)
    walks.finish_exercise(page)
    yield "exercice-debrief"
    for address, name in TEAM.items():
        walks.go_to(page, address)
        yield name


def _shoot(page: Page, path: Path, size: dict[str, int], *, whole: bool) -> None:
    """Save the screen; a whole page is shown in a window as tall as itself, so that sticky bars stay at its end."""
    page.evaluate("() => window.scrollTo(0, 0)")
    if whole:
        height = int(page.evaluate("() => document.documentElement.scrollHeight"))
        page.set_viewport_size({"width": size["width"], "height": height})
    page.screenshot(path=path)
    page.set_viewport_size(size)
    print(path.relative_to(ROOT))


def main() -> int:
    """Play the site once per size and scheme, on an installation of its own."""
    chromium = find_chromium()
    if chromium is None:
        print("Chromium manque : installez-le, ou nommez-le dans CHROMIUM.", file=sys.stderr)
        return 1
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=QUIET)
        for number, (name, size, scheme) in enumerate((n, s, c) for n, s in SIZES.items() for c in SCHEMES):
            site = Site(Path(folder) / str(number))
            site.prepare()
            site.start()
            context = browser.new_context(viewport=size, color_scheme=scheme, locale="fr-FR", reduced_motion="reduce")
            page = context.new_page()
            page.goto(site.url)
            for screen in tour(page):
                page.wait_for_load_state("networkidle")
                _shoot(page, FOLDER / f"{screen}-{name}-{scheme}.png", size, whole=scheme == "light")
            context.close()
            site.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
