"""A form older than its session (security.md R10)."""

import uuid


def test_r10_a_late_answer_leads_to_sign_in_and_back(client, sign_in, csrf):
    """After the browser dropped the session's cookie, a sent answer goes to sign-in, then back to its page."""
    sign_in(client)
    token = csrf(client.get("/quiz/facture-perdue"))
    started = client.post("/quiz/facture-perdue", data={"csrf_token": token, "key": str(uuid.uuid4())})
    question = started.location
    token = csrf(client.get(question))
    for cookie in ("reglo", "reglo-souvenir"):
        client.delete_cookie(cookie)
    sent = {"csrf_token": token, "key": str(uuid.uuid4()), "option": "a"}
    answer = client.post(question, data=sent, headers={"Referer": f"http://localhost{question}"})
    assert answer.status_code == 302
    assert answer.location.startswith("/connexion?next=/quiz/essais/")


def test_r10_a_late_background_save_is_told_in_json(client, sign_in, csrf):
    """The reading beacon of a closed session gets 401 in JSON, and where to sign in."""
    sign_in(client)
    client.delete_cookie("reglo")
    answer = client.post("/lecons/avant-de-decrocher/place", json={"paragraph": "p-2"})
    assert answer.status_code == 401
    assert answer.json["sign_in"].startswith("/connexion")


def test_s47_a_signed_in_form_without_token_stays_refused(client, sign_in, session):
    """Somebody signed in who sends a form without its token gets 400, and nothing is recorded."""
    sign_in(client)
    answer = client.post("/quiz/facture-perdue", data={"key": str(uuid.uuid4())})
    assert answer.status_code == 400
