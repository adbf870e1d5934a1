"""Where people may be sent after signing in (S49)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_app.accounts.destinations import local_path
from tests.support.hostile import OFF_SITE_DESTINATIONS


@pytest.mark.parametrize("raw", OFF_SITE_DESTINATIONS)
def test_s49_off_site_values_are_refused(raw):
    """No value that any browser could read as another site is kept (S49)."""
    assert local_path(raw) is None


@pytest.mark.parametrize(
    "raw",
    ["/", "/parcours", "/lecons/oubli-et-facture-perdue", "/quiz/essais/1b4e28ba/question/3?retour=1", "/lecons/x#p-3",
     "/programme?q=d%C3%A9biteur&next=https://exemple.fr/", "/lecons/a%20b"],
)  # fmt: skip
def test_s49_local_pages_are_kept(raw):
    """Pages of this site are kept as they are, query included."""
    assert local_path(raw) == raw


@given(st.text(max_size=60))
def test_s49_whatever_is_typed_the_answer_is_local_or_nothing(raw):
    """No text makes the check fail or leave the site."""
    kept = local_path(raw)
    assert kept is None or (kept == raw and kept.startswith("/") and not kept.startswith(("//", "/\\")))
