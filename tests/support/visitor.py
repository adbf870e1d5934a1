"""Somebody at a browser: one page, and everything that goes wrong around it noted down."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request

AXE = Path(__file__).resolve().parent.parent / "vendor" / "axe.min.js"
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_RUN_AXE = """(tags) => axe.run(document, { runOnly: { type: "tag", values: tags } }).then((found) =>
  found.violations.map((each) => each.id + ": " + each.nodes.map((node) => node.target.join(" ")).join(", ")))"""
_END_MOVEMENTS = """() => document.getAnimations()
  .filter((each) => Number.isFinite(each.effect.getComputedTiming().endTime)).forEach((each) => each.finish())"""
PHONE = {"width": 360, "height": 740}
NARROWEST = {"width": 320, "height": 640}
DESK = {"width": 1280, "height": 800}
TALL = 2400


@dataclass
class Visitor:
    """A page and what was noted: console messages, crashes, requests that leave the site, bytes received."""

    context: BrowserContext
    page: Page
    site_url: str
    complaints: list[str] = field(default_factory=list)
    received_bytes: int = 0

    def open(self, path: str) -> Page:
        """Go to an address of the site."""
        self.page.goto(self.site_url + path)
        return self.page

    def shown_at(self, width: dict[str, int], scheme: str) -> None:
        """Show the page at a size, in light or dark."""
        self.page.set_viewport_size(width)
        self.page.emulate_media(color_scheme=scheme)

    def axe(self) -> list[str]:
        """Return the accessibility violations of the whole page.

        Movements are brought to their end first: text half faded in has no contrast to speak of.
        The page is shown tall: a bar that sticks to the bottom of a short window half covers whatever control
        happens to scroll under it, which the rule on target sizes would report at random.
        """
        shown = self.page.viewport_size or PHONE
        self.page.set_viewport_size({**shown, "height": TALL})
        if not self.page.evaluate("() => 'axe' in window"):
            self.page.evaluate(AXE.read_text(encoding="utf-8"))
        self.page.evaluate(_END_MOVEMENTS)
        found: list[str] = self.page.evaluate(_RUN_AXE, AXE_TAGS)
        self.page.set_viewport_size(shown)
        return found

    def note(self, message: ConsoleMessage) -> None:
        """Note a console message. A refused form is a page with its own status, which Chromium also writes there.

        So it does when a script gave the focus before `autofocus` could: the focus is where it should be.
        """
        is_refused_page = (
            message.text.startswith("Failed to load resource") and message.location["url"] == self.page.url
        )
        is_focused_already = message.type == "info" and message.text.startswith("Autofocus processing was blocked")
        if not is_refused_page and not is_focused_already:
            self.complaints.append(f"console {message.type} on {self.page.url}: {message.text}")

    def watch(self, request: Request) -> None:
        """Note a request that leaves the site."""
        if not request.url.startswith((f"{self.site_url}/", "data:", "blob:", "about:")):
            self.complaints.append(f"request to {request.url} from {self.page.url}")

    def weigh(self, event: dict[str, Any]) -> None:
        """Add what a finished transfer weighed, headers included."""
        self.received_bytes += int(event["encodedDataLength"])


def arrive(browser: Browser, site_url: str, **options: Any) -> Visitor:
    """Return a visitor nobody knows, with an empty cache, at 360 px unless told otherwise."""
    context = browser.new_context(**{"viewport": PHONE, "locale": "fr-FR", "timezone_id": "Europe/Paris", **options})
    context.set_default_timeout(15_000)
    page = context.new_page()
    visitor = Visitor(context, page, site_url)
    page.on("console", visitor.note)
    page.on("pageerror", lambda error: visitor.complaints.append(f"crash on {page.url}: {error}"))
    context.on("request", visitor.watch)
    wire = context.new_cdp_session(page)
    wire.on("Network.loadingFinished", visitor.weigh)
    wire.send("Network.enable")
    return visitor
