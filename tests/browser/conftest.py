"""A real site, a real browser, and visitors whose every complaint fails the test."""

import pytest
from playwright.sync_api import sync_playwright

from tests.support import walks
from tests.support.browser import QUIET, find_chromium
from tests.support.site import Site
from tests.support.visitor import arrive


@pytest.fixture(scope="session")
def chromium():
    """Chromium, started once."""
    path = find_chromium()
    assert path, "no Chromium on this machine: install it, or name it in CHROMIUM"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=QUIET)
        yield browser
        browser.close()


def _installed(folder):
    site = Site(folder)
    site.prepare()
    site.start()
    return site


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """The site in demonstration mode, shared by the tests of this process."""
    running = _installed(tmp_path_factory.mktemp("site"))
    yield running
    running.stop()


@pytest.fixture
def own_site(tmp_path):
    """A site of the test's own, which it may kill and start again."""
    running = _installed(tmp_path)
    yield running
    running.stop()


@pytest.fixture
def newcomer(chromium):
    """`newcomer(site, **options)`: a visitor nobody knows; what went wrong around them fails the test at its end."""
    arrived = []

    def come(site, **options):
        arrived.append(arrive(chromium, site.url, **options))
        return arrived[-1]

    yield come
    complaints = [complaint for visitor in arrived for complaint in visitor.complaints]
    for visitor in arrived:
        visitor.context.close()
    assert not complaints


@pytest.fixture
def visitor(site, newcomer):
    """A visitor on the shared site, on a phone."""
    return newcomer(site)


@pytest.fixture
def learner(visitor):
    """Lucie, of the demonstration, who has opened nothing yet."""
    visitor.open("/demonstration")
    walks.enter_as(visitor.page, "Lucie")
    return visitor
