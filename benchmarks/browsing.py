"""What a phone sees, as experience.md states it: Lighthouse's scores, paint, shifts, taps and weights; a page of its own.

`python -m benchmarks L` measures these alone. Chromium is that of the machine, throttled through its own protocol to a
slow 4G (1.6 Mb/s, 150 ms) and a phone's processor (a quarter of this one). Lighthouse's scores: `lighthouse.py`.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, CDPSession, Locator, Page, sync_playwright

from benchmarks.figures import Figure, below
from benchmarks.learners import Learner
from benchmarks.lighthouse import Asked, score_figures
from tests.support import walks
from tests.support.browser import QUIET, find_chromium
from tests.support.site import Site
from tests.support.visitor import PHONE

LESSON = "/lecons/oubli-et-facture-perdue"
OPEN_PAGES = ("/", "/programme", LESSON, "/connexion", "/outils", "/recherche", "/essai")
OWN_PAGES = ("/parcours", LESSON, "/exercices", "/appels", "/scenarios/promesse-de-vendredi", "/reglages")
SLOW_4G = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 0.75e6 / 8}
SLOWER = 4
SETTLED_MS = 700
CALL_TURNS = 4
_ONWARD = re.compile(f"{walks.SUMMARY}|{walks.NEXT_STEP.pattern}")
KIBI = 1024
_OBSERVE = """() => {
  window.seen = { lcp: 0, cls: 0 };
  const each = (type, note) => new PerformanceObserver((list) => list.getEntries().forEach(note))
    .observe({ type, buffered: true, durationThreshold: 16 });
  each("largest-contentful-paint", (entry) => { seen.lcp = entry.startTime; });
  each("layout-shift", (entry) => { if (!entry.hadRecentInput) seen.cls += entry.value; });
  each("event", (entry) => {
    if (entry.interactionId) {
      const slowest = Math.max(Number(sessionStorage.getItem("inp") ?? 0), entry.duration);
      sessionStorage.setItem("inp", String(slowest));
    }
  });
}"""


@dataclass
class Seen:
    """What was met on the pages opened: milliseconds, shifts, bytes received by kind of file."""

    lcp_ms: dict[str, float] = field(default_factory=dict)
    shifts: dict[str, float] = field(default_factory=dict)
    received: dict[str, dict[str, int]] = field(default_factory=dict)
    tap_ms: float = 0.0


class _Weighing:
    """Bytes that came over the wire since the last `empty`, by kind of file."""

    def __init__(self, devtools: CDPSession) -> None:
        self.bytes: dict[str, int] = {}
        self._kinds: dict[str, str] = {}
        devtools.send("Network.enable")
        devtools.on("Network.responseReceived", lambda told: self._kinds.update({told["requestId"]: told["type"]}))
        devtools.on("Network.loadingFinished", self._add)

    def _add(self, told: Mapping[str, Any]) -> None:
        kind = self._kinds.get(told["requestId"], "Other")
        self.bytes[kind] = self.bytes.get(kind, 0) + int(told["encodedDataLength"])

    def empty(self) -> dict[str, int]:
        found, self.bytes = self.bytes, {}
        return found


@contextmanager
def _phone(site: Site, learner: Learner | None = None) -> Iterator[BrowserContext]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=QUIET)
        context = browser.new_context(viewport=PHONE, device_scale_factor=2, is_mobile=True, has_touch=True)  # type: ignore[arg-type]
        context.add_init_script(f"({_OBSERVE})()")
        if learner is not None:
            name, value = learner.headers["Cookie"].split("=", 1)
            context.add_cookies([{"name": name, "value": value, "url": site.url}])
        yield context
        browser.close()


def _throttled(context: BrowserContext, page: Page) -> _Weighing:
    devtools = context.new_cdp_session(page)
    weighing = _Weighing(devtools)
    devtools.send("Network.emulateNetworkConditions", SLOW_4G)
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    return weighing


def _open(page: Page, site: Site, path: str, weighing: _Weighing, seen: Seen) -> None:
    answer = page.goto(site.url + path, wait_until="networkidle")
    if answer is None or not answer.ok:
        raise RuntimeError(f"{path}: {answer and answer.status}")
    page.wait_for_timeout(SETTLED_MS)
    found = page.evaluate("() => window.seen")
    seen.lcp_ms[path] = max(found["lcp"], seen.lcp_ms.get(path, 0.0))
    seen.shifts[path] = max(found["cls"], seen.shifts.get(path, 0.0))
    seen.received[path] = weighing.empty()


def look(site: Site, learner: Learner) -> Seen:
    """Open the pages of a visitor, each by a browser that knows nothing; then a learner's, one after the other; then tap."""
    seen, own = Seen(), Seen()
    for path in OPEN_PAGES:
        with _phone(site) as context:
            page = context.new_page()
            _open(page, site, path, _throttled(context, page), seen)
    with _phone(site, learner) as context:
        page = context.new_page()
        weighing = _throttled(context, page)
        for path in (*OWN_PAGES, learner.answers[0].path):
            _open(page, site, path, weighing, own)
        own.tap_ms = _tap_through(page, site)
    for path, value in own.lcp_ms.items():
        seen.lcp_ms[f"{path} (signed in)"] = value
        seen.shifts[f"{path} (signed in)"] = own.shifts[path]
        seen.received[f"{path} (signed in)"] = own.received[path]
    seen.tap_ms = own.tap_ms
    return seen


def _tap(page: Page, target: Locator) -> None:
    """Tap what has come to rest under the finger: a page that still scrolls shows the press after the scroll only."""
    target.scroll_into_view_if_needed()
    page.wait_for_timeout(SETTLED_MS)
    target.tap()


def _tap_through(page: Page, site: Site) -> float:
    """Play the trial's call to its end by taps; return the slowest answer to one, in milliseconds (interaction to next paint)."""
    page.goto(f"{site.url}/essai", wait_until="networkidle")
    page.evaluate("() => sessionStorage.removeItem('inp')")
    _tap(page, walks.button(page, "Composer le numéro"))
    page.wait_for_url("**/question/*")
    turns = 0
    while walks.options(page).count():
        turns += 1
        _tap(page, page.locator("label.choice").first)
        _tap(page, walks.button(page, walks.ANSWER))
        page.locator("#feedback").wait_for()
        with page.expect_navigation(wait_until="networkidle"):
            _tap(page, walks.link(page, _ONWARD))
    if turns < CALL_TURNS:
        raise RuntimeError(f"the call ended after {turns} turns, on {page.url}")
    return float(page.evaluate("() => Number(sessionStorage.getItem('inp') ?? 0)"))


def _looked_at(learner: Learner) -> list[Asked]:
    """Return the pages that Lighthouse looks at: a visitor's on a phone and on a desk, then those of somebody signed in."""
    question = learner.answers[0].path
    own = ("lesson", "a lesson", LESSON), ("path", "Mon parcours", "/parcours"), ("question", "a question", question)
    return [
        Asked("L2.landing", "Lighthouse mobile, /", "/"),
        Asked("L2.lesson", f"Lighthouse mobile, {LESSON}", LESSON),
        Asked("L2.tools", "Lighthouse mobile, /outils", "/outils"),
        *(
            Asked(f"L2.own.{name}", f"Lighthouse mobile, signed in, {what}", path, headers=learner.headers)
            for name, what, path in own
        ),
        Asked("L3.landing", "Lighthouse desktop, /", "/", is_desktop=True, performance=100),
    ]


def measure_browsing(site: Site, learner: Learner, scratch: Path) -> list[Figure]:
    """Return the figures of experience.md §5, numbered as its statements: 2, 3, 33 to 37."""
    if find_chromium() is None:
        return [Figure("L35", "paint on a slow 4G: not measured, no Chromium here", 0.0)]
    seen = look(site, learner)
    paint, shift = (max(values, key=lambda path: values[path]) for values in (seen.lcp_ms, seen.shifts))
    later = max((path for path in seen.received if "signed in" in path and OWN_PAGES[0] not in path),
                key=lambda path: sum(seen.received[path].values()))  # fmt: skip
    first = seen.received["/"]
    script = max(sum(size for kind, size in found.items() if kind == "Script") for found in seen.received.values())
    return [
        below("L33", "first visit, bytes received, KiB", sum(first.values()) / KIBI, 150),
        below("L33.later", f"the heaviest later page, {later}, KiB", sum(seen.received[later].values()) / KIBI, 40),
        below("L34", "scripts of the heaviest page, as sent, KiB", script / KIBI, 35),
        below("L35", f"largest paint on a slow 4G and a slow phone, worst page {paint}, ms", seen.lcp_ms[paint], 2500),
        below("L36", f"layout shifts, worst page {shift}", seen.shifts[shift], 0.05),
        below("L37", "slowest answer to a tap, through the call of the trial, ms", seen.tap_ms, 200),
        *score_figures(site.url, _looked_at(learner), scratch),
    ]
