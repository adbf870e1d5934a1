"""Fonts on a bad day: what is being read never moves (experience.md 36)."""

import pytest

from tests.support import walks
from tests.support.visitor import DESK, PHONE

MOST_SHIFT = 0.02
LATE_MS, SETTLED_MS = 500, 200
LESSON = "/lecons/oubli-et-facture-perdue"
_OBSERVE = """window.shift = 0; new PerformanceObserver((list) => list.getEntries().forEach((each) => {
  if (!each.hadRecentInput) shift += each.value; })).observe({ type: "layout-shift", buffered: true });"""


def _shift(context, address, size):
    """Open a page by a browser that knows no font; let fonts come once it is read; return how much it moved."""
    page, held = context.new_page(), []

    def hold(font):
        held.append(font)

    page.set_viewport_size(size)
    page.add_init_script(_OBSERVE)
    page.route("**/*.woff2", hold)
    page.goto(address, wait_until="domcontentloaded")
    page.wait_for_timeout(LATE_MS)
    assert held, "this page asks for no font"
    for font in held:
        font.continue_()
    page.evaluate("() => document.fonts.ready")
    page.wait_for_timeout(SETTLED_MS)
    moved = page.evaluate("() => shift")
    page.close()
    return moved


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["360", "1280"])
def test_late_fonts_move_nothing(site, newcomer, size):
    """Landing, tools, lesson, question and team: fonts that come after the page shift it by 0.02 at most."""
    entering = newcomer(site)
    entering.open("/demonstration")
    walks.enter_as(entering.page, "Claire")
    walks.start_quiz(entering.page, "/quiz/facture-perdue")
    signed_in = [entering.page.url.removeprefix(site.url), "/equipe"]
    known = entering.context.storage_state()
    moved = {}
    for state, paths in ((None, ["/", "/outils", LESSON]), (known, signed_in)):
        for path in paths:
            fresh = newcomer(site, storage_state=state)
            moved[path, state is not None] = _shift(fresh.context, site.url + path, size)
    assert not {path: shift for path, shift in moved.items() if shift > MOST_SHIFT}


def test_fonts_of_the_site_are_used(site, newcomer):
    """Fonts that came are those that are drawn on the next page: waiting for them loses the site's face for one page only."""
    page = newcomer(site).open("/")
    page.wait_for_load_state("networkidle")
    page.goto(f"{site.url}/outils")
    wire = page.context.new_cdp_session(page)
    for domain in ("DOM", "CSS"):
        wire.send(f"{domain}.enable")
    root = wire.send("DOM.getDocument")["root"]["nodeId"]
    drawn = set()
    for selector in ("h1", "main p", ".menu-button", ".footer p"):
        node = wire.send("DOM.querySelector", {"nodeId": root, "selector": selector})["nodeId"]
        drawn |= {font["familyName"] for font in wire.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]}
    assert {name.partition(" ")[0] for name in drawn} == {"Bricolage", "Atkinson"}
