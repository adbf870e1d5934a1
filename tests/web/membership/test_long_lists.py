"""Long lists of people: the cost does not follow the length."""

from benchmarks.statements import heard
from course_app.membership.models import Invitation
from course_app.store.session import db


def test_a_long_list_is_sent_in_a_few_statements(app, session, vercors, claire, company):
    """Two hundred people are invited by as many statements as two, and the page of members shows the newest fifty."""
    order = {"team": str(vercors.office.id), "role": "apprenant", "path": "", "deadline_on": ""}
    with app.app_context():
        engine = db.engine
    with heard(engine) as asked:
        claire.post("/equipe/inviter/envoyer", people="a@exemple.fr,b@exemple.fr", **order)
    people = "\n".join(f"personne{rank}@exemple.fr" for rank in range(200))
    with heard(engine) as asked_for_many:
        assert claire.post("/equipe/inviter/envoyer", people=people, **order).status_code == 303
    assert len(asked_for_many) == len(asked)
    text = claire.client.get("/equipe/membres").text
    assert "202 invitations sans réponse" in text
    assert text.count("/renvoyer") == 50
    assert len(company.all(Invitation)) == 202
