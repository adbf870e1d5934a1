"""Journey 8 of experience.md §6: the director, signed in, knows in one click who may call."""

from tests.support import walks
from tests.support.visitor import DESK


def test_journey_8_one_click_tells_who_may_call(visitor):
    """From Mon parcours, « Équipe » says how many may call in its title, and who needs help first."""
    visitor.shown_at(DESK, "light")
    visitor.open("/demonstration")
    walks.enter_as(visitor.page, "Claire")
    walks.follow(visitor.page, walks.link(visitor.page, "Équipe"))
    assert "le feu vert pour appeler" in visitor.page.locator("h1").inner_text()
    assert visitor.page.locator("table.team tbody tr").count() >= 5
