"""What a managing director who opens the demonstration finds about their team."""

from html import unescape

import pytest

from course_app import demo
from course_app.accounts import service as accounts
from course_app.config import Environment
from course_app.web.clock import now
from tests.support.browsers import browser


@pytest.fixture
def director(make_app, session, catalog):
    """Claire, entered from the demonstration's list."""
    assert demo.seed(session, catalog, now())
    session.commit()
    visitor = browser(make_app(environment=Environment.DEMONSTRATION), None, session)
    claire = next(one for one in accounts.demonstration_people(session) if one.first_name == "Claire")
    assert visitor.post("/demonstration", person=claire.user_id).status_code == 303
    return visitor


def _read(director, path):
    answer = director.client.get(path)
    assert answer.status_code == 200
    return unescape(answer.get_data(as_text=True)).replace("\u202f", " ").replace("\u00a0", " ")


def test_the_demonstration_shows_what_a_team_is_for(director, catalog):
    """A briefing waits, made of what people really played, each with its sheet, no name; all stand where their line says."""
    page = _read(director, "/equipe/bilan")
    main = page[page.index("<main") : page.index("</main>")]
    assert "Les erreurs les plus partagées" in main
    assert "Les types de décision les plus coûteux" in main
    played = (
        catalog.quizzes["facture-perdue"],
        catalog.calls["mon-assistante"],
        catalog.exercises["facture-orpheline"],
    )
    assert all(item.title.replace("\u202f", " ").replace("\u00a0", " ") in main for item in played)
    assert not any(name in main for name in demo.TRAINED)
    sheets = {part.partition('"')[0] for part in main.split('href="/equipe/bilan/')[1:]}
    assert len(sheets) >= 4
    read = [_read(director, f"/equipe/bilan/{sheet}") for sheet in sheets]
    assert all("La règle à garder" in sheet and "« «" not in sheet for sheet in read)
    team = _read(director, "/equipe")
    assert "1 personne sur 8 a le feu vert pour appeler." in team
    assert "Sans activité depuis 7 jours" in team
    assert team.count("Pas commencé") >= 2
