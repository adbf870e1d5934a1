"""Pages that list people, with a thousand of them: fifty lines, few statements, and anybody found by name."""

import uuid
from datetime import timedelta

from benchmarks.statements import heard
from course_app.accounts.models import User
from course_app.accounts.rules import Role
from course_app.membership.models import Invitation, TeamMember
from course_app.quality.models import LearnerRequest
from course_app.quality.rules import RequestKind
from course_app.store.session import db
from course_app.tutoring.models import TutorMessage
from course_app.web.clock import now

MANY = 1_000
LISTS = (
    ("/equipe/membres", 'th scope="row"><a href="/equipe/membres/', "page"),
    ("/equipe/membres", "/renvoyer", "invitations"),
    ("/equipe/membres", "/rouvrir", "fermes"),
    ("/equipe/membres/equipes/{team}", 'li><a href="/equipe/membres/', "page"),
    ("/equipe/messages", 'href="/equipe/messages/', "page"),
    ("/equipe/messages/{karim}", 'class="message-text"', "page"),
    ("/administration/demandes", 'name="answer"', "page"),
    ("/attestations/personnes", 'href="/attestations/personnes/', "page"),
)
"""Each page, what each of its lines holds, and the word of its address that asks for the following ones."""


def _crowd(session, vercors):
    """Add a thousand people to « Bureau », each with a request and a message, as many gone, and as many invited."""
    moment, mine = now(), {"organisation_id": vercors.office.organisation_id}
    for rank in range(MANY):
        learner, asked = uuid.uuid4(), moment + timedelta(seconds=rank)
        common = {**mine, "first_name": f"Élève{rank:04d}", "role": Role.LEARNER, "created_at": moment}
        about = {**mine, "learner_id": learner, "key": learner}
        stay = {"team_id": vercors.office.id, "user_id": learner, "leads": False, "joined_at": moment}
        said = {"from_learner": True, "text": f"Bonjour {rank}", "about": "", "written_at": asked}
        sent = {"invited_by": vercors.nadege.id, "created_at": asked, "expires_at": moment + timedelta(days=7)}
        session.add(User(id=learner, email=f"eleve{rank}@exemple.fr", **common))
        session.add(User(id=uuid.uuid4(), email=f"parti{rank}@exemple.fr", deactivated_at=moment, **common))
        session.flush()
        session.add_all(
            [
                LearnerRequest(**about, kind=RequestKind.COMPLAINT, text="Non", answer="", asked_at=asked),
                TutorMessage(**about, author_id=learner, **said),
                TutorMessage(
                    **{**about, "learner_id": vercors.karim.id, "key": uuid.uuid4()}, author_id=vercors.karim.id, **said
                ),
                TeamMember(**mine, **stay),
                Invitation(
                    **mine, email=f"invite{rank}@exemple.fr", first_name="", token_hash=f"{rank:064d}",
                    role=Role.LEARNER, team_id=vercors.office.id, **sent,
                ),
            ]
        )  # fmt: skip
    session.commit()


def test_a_thousand_lines_make_pages_of_fifty(app, session, vercors, nadege):
    """Each list shows fifty lines, has a last page with the rest, and asks fewer than ten statements (B4)."""
    _crowd(session, vercors)
    with app.app_context():
        engine = db.engine
    for address, line, name in LISTS:
        page = address.format(team=vercors.office.id, karim=vercors.karim.id)
        nadege.client.get(page)
        with heard(engine) as asked:
            first = nadege.client.get(page).text
        assert (first.count(line), address) == (50, address)
        assert len(asked) < 10, (address, asked)
        last = nadege.client.get(f"{page}?{name}=999").text
        assert 0 < last.count(line) <= 50, address
        assert "Page précédente" in last or "Messages plus récents" in last, address


def test_anybody_is_found_by_name_among_a_thousand(session, vercors, nadege):
    """A name typed without accents finds one person on each page, and nobody else (B4)."""
    _crowd(session, vercors)
    for address, line, name in LISTS:
        if name == "page" and "{karim}" not in address:
            page = nadege.client.get(address.format(team=vercors.office.id), query_string={"q": "eleve0742"}).text
            assert (page.count(line), address) == (1, address)
            assert "Élève0742" in page
    told = nadege.client.get("/administration/demandes").text
    assert "1\u202f000 demandes attendent" in told
    assert nadege.client.get("/equipe/membres?q=invite742@").text.count("/renvoyer") == 1
    assert nadege.client.get("/equipe/membres?q=parti742@").text.count("/rouvrir") == 1
