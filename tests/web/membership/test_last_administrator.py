"""Nobody joins a company whose administrators all leave (security.md S12)."""

import uuid

from course_app.accounts import service as accounts
from course_app.accounts.sessions import actor_of
from course_app.privacy import service as privacy
from course_app.web.clock import now
from tests.support import mails
from tests.support.browsers import browser


def test_s12_a_link_opens_no_company_that_goes(app, session, vercors, claire, company):
    """Everybody else gone, the administrator asked to be erased: a link waits until they take it back (S12)."""
    order = {"team": str(vercors.office.id), "role": "apprenant", "path": "", "deadline_on": ""}
    claire.post("/equipe/inviter/envoyer", people="rose@exemple.fr", **order)
    path = mails.path_in(mails.sent_to(app, "rose@exemple.fr")[-1])
    for person in (vercors.claire, vercors.karim, vercors.lucie):
        accounts.deactivate(session, company.organisation.id, person.id, now())
    boss = actor_of(vercors.nadege, uuid.uuid4())
    privacy.ask(session, boss, now())
    visitor = browser(app, None, session)
    refused = visitor.post(path, first_name="Rose")
    assert (refused.status_code, "demandé l’effacement" in refused.text) == (409, True)
    privacy.take_back(session, boss, now())
    assert visitor.post(path, first_name="Rose").status_code == 303
