"""What search engines show under a page's title."""

import re

import pytest

DESCRIPTION = re.compile(r'<meta name="description" content="([^"]+)">')
LESSON = "/lecons/oubli-et-facture-perdue"
OPEN = ["/", "/programme", "/outils", LESSON, "/connexion", "/recherche", "/glossaire", "/chiffres"]
OWN = ["/", "/programme", "/outils", LESSON]


def _description(client, path):
    answer = client.get(path)
    assert answer.status_code == 200, path
    (found,) = DESCRIPTION.findall(answer.get_data(as_text=True))
    return found


@pytest.mark.parametrize("path", OPEN)
def test_every_open_page_is_described(client, path):
    """A page that anybody may open says in a sentence what is there, short enough to be shown whole."""
    assert 40 <= len(_description(client, path)) <= 160


def test_main_pages_have_their_own(client):
    """Landing, programme, tools and lesson each say what they hold."""
    assert len({_description(client, path) for path in OWN}) == len(OWN)
