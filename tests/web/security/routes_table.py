"""Who gets what at each address: the declared answers of S01. One line per method and rule; add yours.

Each request carries a valid CSRF token and nothing else, so a person who is let in with an empty form reads 422,
and one who asks for a thing that does not exist 404: both mean that access was given.
"""

import uuid
from collections.abc import Mapping

OWN_ACTORS = ("anonymous", "guest", "learner", "manager", "author", "administrator", "former")
"""`former` was deactivated a moment ago and still holds a cookie: they are nobody.

Strangers are a learner and a manager who ask for things that exist, in another company (`belongings.py`): they read what
their role reads of a thing that does not exist.
"""
STRANGERS = {"stranger_learner": "learner", "stranger_manager": "manager"}
ACTORS = (*OWN_ACTORS, *STRANGERS)

# What stands for the variable parts of a rule.
EXAMPLES: Mapping[str, str] = {
    "session_id": str(uuid.UUID(int=1)),
    "passkey_id": str(uuid.UUID(int=1)),
    "token": "x" * 43,
    "filename": "img/nothing.svg",
    "lesson_id": "oubli-et-facture-perdue",
    "content_hash": "0" * 64,
    "quiz_id": "facture-perdue",
    "exercise_id": "facture-orpheline",
    "attempt_id": str(uuid.UUID(int=2)),
    "scenario_id": "promesse-de-vendredi",
    "run_id": str(uuid.UUID(int=3)),
    "learner_id": str(uuid.UUID(int=5)),
    "request_id": str(uuid.UUID(int=6)),
    "kind": "a-chaud",
    "job_id": str(uuid.UUID(int=4)),
    "team_id": str(uuid.UUID(int=5)),
    "user_id": str(uuid.UUID(int=6)),
    "invitation_id": str(uuid.UUID(int=7)),
    "customer_id": "menuiserie-bocage",
    "number": "1",
    "call_id": "mon-assistante",
    "client_id": str(uuid.UUID(int=4)),
    "name": "penalites",
    "path_id": "equipe",
    "letter_id": "rappel-j3",
    "topic_id": str(uuid.UUID(int=7)),
    "checklist_id": "douze-pieces",
    "certificate_id": str(uuid.UUID(int=5)),
    "code": "0" * 26,
}


def anybody(status: int) -> dict[str, int]:
    """Everybody gets the same answer."""
    return dict.fromkeys(OWN_ACTORS, status)


def signed_in(status: int, **exceptions: int) -> dict[str, int]:
    """Guests and members get `status`; visitors and former people are sent to sign in."""
    return {**anybody(status), "anonymous": 302, "former": 302, **exceptions}


def members(status: int, **exceptions: int) -> dict[str, int]:
    """Members get `status`, guests 403, visitors and former people are sent to sign in."""
    return {**signed_in(status), "guest": 403, **exceptions}


def testers(status: int) -> dict[str, int]:
    """Managers, authors and administrators get `status`, other people who are signed in 403."""
    return members(status, learner=403)


def seers(status: int) -> dict[str, int]:
    """Managers and administrators get `status`, other people who are signed in 403."""
    return members(status, learner=403, author=403)


def administrators(status: int) -> dict[str, int]:
    """Administrators get `status`, other people who are signed in 403."""
    return {**signed_in(403), "administrator": status}


def managers(status: int) -> dict[str, int]:
    """Managers and administrators get `status`, other people who are signed in 403."""
    return members(status, learner=403, author=403)


def authors(status: int) -> dict[str, int]:
    """Authors and administrators get `status`, other people who are signed in 403."""
    return {**signed_in(403), "author": status, "administrator": status}


def strangers(status: int, *, members_get: int = 303) -> dict[str, int]:
    """Whoever has no account in hand gets `status`; members are sent to where they belong."""
    return {**anybody(members_get), "anonymous": status, "guest": status, "former": status}


_TOLD: Mapping[str, Mapping[str, int]] = {
    "GET /static/<path:filename>": anybody(404),
    "GET /healthz": anybody(200),
    "GET /readyz": anybody(200),
    "GET /administration": administrators(200),
    "GET /administration/journal": administrators(200),
    "POST /administration/journal": administrators(200),
    "GET /metrics": anybody(200),  # these requests come from this machine; tests/web/administration has the others
    # members and teams
    "GET /equipe/membres": seers(200),
    "POST /equipe/membres.csv": seers(200),
    "POST /equipe/membres.xlsx": seers(200),
    "POST /equipe/membres/equipes": seers(422),
    "GET /equipe/membres/equipes/<uuid:team_id>": seers(404),
    "GET /equipe/membres/equipes/<uuid:team_id>/composition": seers(404),
    "POST /equipe/membres/equipes/<uuid:team_id>/composition": seers(404),
    "POST /equipe/membres/equipes/<uuid:team_id>/composition/enregistrer": seers(404),
    "POST /equipe/membres/equipes/<uuid:team_id>/renommer": seers(404),
    "POST /equipe/membres/equipes/<uuid:team_id>/parcours": seers(404),
    "POST /equipe/membres/equipes/<uuid:team_id>/archiver": seers(404),
    "POST /equipe/membres/equipes/<uuid:team_id>/rouvrir": seers(404),
    "GET /equipe/membres/<uuid:user_id>": seers(404),
    "POST /equipe/membres/<uuid:user_id>/equipes": seers(404),
    "POST /equipe/membres/<uuid:user_id>/role": administrators(404),
    "POST /equipe/membres/<uuid:user_id>/parcours": seers(404),
    "POST /equipe/membres/<uuid:user_id>/parcours/retirer": seers(404),
    "POST /equipe/membres/<uuid:user_id>/fermer": seers(404),
    "POST /equipe/membres/<uuid:user_id>/rouvrir": seers(404),
    # invitations
    "GET /equipe/inviter": seers(200),
    "POST /equipe/inviter": seers(422),
    "POST /equipe/inviter/corriger": seers(200),
    "POST /equipe/inviter/envoyer": seers(422),
    "POST /equipe/invitations/<uuid:invitation_id>/renvoyer": seers(404),
    "POST /equipe/invitations/<uuid:invitation_id>/annuler": seers(404),
    "GET /invitation/<token>": anybody(410),
    "POST /invitation/<token>": anybody(410),
    "POST /invitation/<token>/redemander": anybody(303),
    # search
    "GET /recherche": anybody(200),
    "GET /glossaire": anybody(200),
    "GET /chiffres": anybody(200),
    # placement
    "GET /parcours/<path_id>/positionnement": signed_in(200),
    "POST /parcours/<path_id>/positionnement": signed_in(303),
    "GET /parcours/<path_id>/positionnement/resultat": anybody(302),
    "POST /parcours/<path_id>/positionnement/resultat": signed_in(303),
    # certificates
    "GET /attestations": members(200),
    "GET /attestations/parcours/<path_id>": members(404),
    "POST /attestations/parcours/<path_id>": members(404),
    "GET /attestations/<uuid:certificate_id>/fichier.pdf": members(404),
    "GET /attestations/<uuid:certificate_id>/badge.svg": members(404),
    "GET /attestations/<uuid:certificate_id>/badge.jwt": members(404),
    "GET /attestations/<uuid:certificate_id>/retirer": administrators(404),
    "POST /attestations/<uuid:certificate_id>/retirer": administrators(404),
    "GET /attestations/personnes": managers(200),
    "GET /attestations/personnes/<uuid:user_id>": managers(404),
    "GET /attestations/personnes/<uuid:user_id>/<path_id>": managers(404),
    "POST /attestations/personnes/<uuid:user_id>/<path_id>": managers(404),
    "GET /attestations/cle-publique": anybody(200),
    "GET /.well-known/reglo-attestations.json": anybody(200),
    "GET /verifier": anybody(200),
    "GET /verifier/<code>": anybody(404),
    # toolbox
    "GET /outils": anybody(200),
    "GET /outils/calculs/<name>": anybody(200),
    "GET /outils/lettres/<letter_id>": anybody(200),
    "POST /outils/lettres/<letter_id>": anybody(422),
    "GET /outils/listes/<checklist_id>": anybody(200),
    # quality
    "GET /resultats": anybody(200),
    "GET /enquetes/<path_id>/<kind>": members(404),
    "POST /enquetes/<path_id>/<kind>": members(404),
    "GET /demandes": members(200),
    "POST /demandes": members(422),
    "GET /administration/demandes": administrators(200),
    "POST /administration/demandes/<uuid:request_id>": administrators(404),
    # company
    "GET /entreprise": administrators(200),
    "POST /entreprise": administrators(422),
    "GET /entreprise/logo.png": members(404),
    # tutoring
    "GET /tuteur": members(200),
    "POST /tuteur": members(404),
    "POST /tuteur/lu": members(303),
    "GET /equipe/messages": seers(200),
    "GET /equipe/messages/<uuid:learner_id>": seers(404),
    "POST /equipe/messages/<uuid:learner_id>": seers(404),
    "POST /equipe/messages/<uuid:learner_id>/lu": seers(404),
    # evidence
    "GET /mes-preuves": members(200),
    "POST /mes-preuves/<path_id>": members(200),
    "GET /equipe/dossiers": seers(200),
    "POST /equipe/dossiers": seers(422),
    "GET /equipe/dossiers/<uuid:job_id>.zip": seers(404),
    # accounts
    "GET /garder": strangers(200),
    "POST /garder": strangers(422),
    "GET /connexion/par-code": strangers(200),
    "POST /connexion/par-code": strangers(422),
    "GET /code": strangers(200),
    "POST /code": strangers(422),
    "GET /inscription": strangers(200),
    "POST /inscription": strangers(422),
    "GET /connexion": strangers(200),
    "POST /connexion": anybody(422),
    "POST /deconnexion": anybody(303),
    "GET /mot-de-passe-oublie": anybody(200),
    "POST /mot-de-passe-oublie": anybody(422),
    "GET /reinitialiser/<token>": anybody(410),
    "POST /reinitialiser/<token>": anybody(410),
    "GET /reglages": signed_in(200),
    "POST /reglages/affichage": signed_in(422),
    "POST /reglages/mot-de-passe": members(422),
    "GET /reglages/premier-mot-de-passe": members(200),
    "POST /reglages/premier-mot-de-passe": members(422),
    "POST /reglages/sessions/<uuid:session_id>/fermer": members(404),
    "POST /reglages/sessions/autres/fermer": members(303),
    "POST /reglages/donnees": signed_in(200),
    "GET /reglages/securite": members(200),
    "GET /reglages/securite/application": members(200),
    "POST /reglages/securite/application": members(422),
    "GET /reglages/securite/application/retirer": members(404),
    "POST /reglages/securite/application/retirer": members(404),
    "GET /reglages/securite/cle": members(404),  # the tests' address is a number, for which browsers make no passkey
    "POST /reglages/securite/cle": members(404),
    "GET /reglages/securite/cles/<uuid:passkey_id>/retirer": members(404),
    "POST /reglages/securite/cles/<uuid:passkey_id>/retirer": members(404),
    "GET /reglages/securite/codes": members(404),
    "POST /reglages/securite/codes": members(404),
    "GET /connexion/code": anybody(302),
    "POST /connexion/code": anybody(303),
    "POST /connexion/cle": anybody(303),
    "GET /reglages/adresse": members(200),
    "POST /reglages/adresse": members(422),
    "GET /adresse/<token>": anybody(410),
    "POST /adresse/<token>": anybody(410),
    "GET /connexion/entreprise": anybody(404),
    "GET /connexion/entreprise/retour": anybody(404),
    "POST /connexion/entreprise/retour": anybody(404),
    "GET /administration/personnes/<uuid:user_id>/acces": administrators(404),
    "POST /administration/personnes/<uuid:user_id>/acces/lien": administrators(404),
    "POST /administration/personnes/<uuid:user_id>/acces/effacer": administrators(404),
    # reminders
    "GET /reglages/courriels": members(200),
    "POST /reglages/courriels": members(303),
    "GET /courriels/arret/<token>": anybody(410),
    "POST /courriels/arret/<token>": anybody(410),
    "GET /agenda/echeances.ics": signed_in(200),
    "GET /agenda/rappel": anybody(200),
    "POST /agenda/rappel": anybody(422),
    # privacy
    "GET /reglages/effacement": members(200),
    "POST /reglages/effacement": members(303),
    "POST /reglages/effacement/annuler": members(303),
    "GET /demonstration": anybody(404),
    "POST /demonstration": anybody(404),
    # paths
    "GET /": {**anybody(302), "anonymous": 200, "guest": 200, "former": 200},
    "GET /programme": anybody(200),
    "GET /parcours": signed_in(200),
    "POST /parcours/choix": signed_in(422),
    "GET /confidentialite": anybody(200),
    "GET /accessibilite": anybody(200),
    # lessons
    "GET /lecons/<lesson_id>": anybody(200),
    "POST /lecons/<lesson_id>/place": signed_in(422),
    "POST /lecons/<lesson_id>/terminer": signed_in(422),
    "POST /lecons/<lesson_id>/rouvrir": signed_in(303),
    "GET /lecons/<lesson_id>/versions/<content_hash>": signed_in(404),
    # quizzes
    "GET /essai": anybody(200),
    "POST /essai": anybody(422),
    "GET /quiz/<quiz_id>": signed_in(200),
    "POST /quiz/<quiz_id>": signed_in(422),
    "GET /quiz/essais/<uuid:attempt_id>/question/<int:number>": signed_in(404),
    "POST /quiz/essais/<uuid:attempt_id>/question/<int:number>": signed_in(404),
    "POST /quiz/essais/<uuid:attempt_id>/question/<int:number>/raison": signed_in(404),
    "POST /quiz/essais/<uuid:attempt_id>/raccrocher": signed_in(404),
    "GET /quiz/essais/<uuid:attempt_id>/bilan": signed_in(404),
    "GET /exercices/parties/<uuid:run_id>/facon": signed_in(404),
    "POST /exercices/parties/<uuid:run_id>/facon": signed_in(404),
    # laboratory
    "GET /laboratoire": testers(200),
    "POST /laboratoire": testers(422),
    "GET /laboratoire/essais/<uuid:job_id>": testers(404),
    "POST /laboratoire/essais/<uuid:job_id>/effacer": testers(404),
    # team
    "GET /equipe": managers(200),
    "POST /equipe.csv": managers(200),
    "POST /equipe.xlsx": managers(200),
    "GET /equipe/personnes/<uuid:user_id>": managers(404),
    "GET /equipe/feux-verts": managers(200),
    "GET /equipe/bilan": managers(200),
    "POST /equipe/bilan/<uuid:team_id>": managers(404),
    "GET /equipe/bilan/<uuid:topic_id>": managers(404),
    "GET /ce-que-voit-votre-responsable": members(200),
    "GET /avant-de-commencer": anybody(200),
    "POST /avant-de-commencer": members(422),
    # jobs
    "GET /calculs/<uuid:job_id>": signed_in(404),
    # questions, for authors
    "GET /quiz/questions-a-revoir": authors(200),
    "GET /quiz/<quiz_id>/questions": authors(200),
    "GET /quiz/<quiz_id>/questions.csv": authors(200),
    "GET /quiz/<quiz_id>/reevaluation": authors(200),
    "POST /quiz/<quiz_id>/reevaluation": authors(422),
    # scenarios
    "GET /scenarios/<scenario_id>": signed_in(200),
    "POST /scenarios/<scenario_id>": signed_in(422),
    "GET /scenarios/<scenario_id>/carte": authors(200),
    "GET /scenarios/parties/<uuid:attempt_id>": signed_in(404),
    "GET /scenarios/parties/<uuid:attempt_id>/moment/<int:number>": signed_in(404),
    "POST /scenarios/parties/<uuid:attempt_id>/moment/<int:number>": signed_in(404),
    "POST /scenarios/parties/<uuid:attempt_id>/moment/<int:number>/rejouer": signed_in(404),
    "POST /scenarios/parties/<uuid:attempt_id>/retour": signed_in(404),
    "GET /scenarios/parties/<uuid:attempt_id>/debrief": signed_in(404),
    # tests
    "GET /tests/<quiz_id>": members(404),
    "POST /tests/<quiz_id>": members(404),
    "GET /tests/essais/<uuid:attempt_id>/question/<int:number>": members(404),
    "POST /tests/essais/<uuid:attempt_id>/question/<int:number>": members(404),
    "GET /tests/essais/<uuid:attempt_id>/verifier": members(404),
    "POST /tests/essais/<uuid:attempt_id>/envoyer": members(404),
    "GET /tests/essais/<uuid:attempt_id>/resultat": members(404),
    # exercise
    "GET /exercices": signed_in(200),
    "GET /exercices/<exercise_id>": signed_in(200),
    "POST /exercices/<exercise_id>": signed_in(422),
    "GET /exercices/parties/<uuid:run_id>": signed_in(404),
    "GET /exercices/parties/<uuid:run_id>/client/<customer_id>": signed_in(404),
    "POST /exercices/parties/<uuid:run_id>/decision": signed_in(404),
    "POST /exercices/parties/<uuid:run_id>/annuler": signed_in(404),
    "GET /exercices/parties/<uuid:run_id>/seance": signed_in(404),
    "POST /exercices/parties/<uuid:run_id>/seance": signed_in(404),
    "GET /exercices/parties/<uuid:run_id>/debrief": signed_in(404),
    "GET /exercices/parties/<uuid:run_id>/debrief/decisions": signed_in(404),
    "GET /exercices/parties/<uuid:run_id>/debrief/moment/<int:number>": signed_in(404),
    "POST /exercices/parties/<uuid:run_id>/debrief/moment/<int:number>/rejouer": signed_in(404),
    "POST /exercices/parties/<uuid:run_id>/retenir": signed_in(404),
    # calls
    "GET /appels": signed_in(200),
    "GET /appels/<call_id>": signed_in(200),
    "POST /appels/<call_id>": signed_in(422),
    "GET /appels/<call_id>/fiche": signed_in(200),
    "GET /appels/essais/<uuid:attempt_id>": signed_in(404),
    "POST /appels/essais/<uuid:attempt_id>": signed_in(404),
    "POST /appels/essais/<uuid:attempt_id>/reprendre": signed_in(404),
    "POST /appels/essais/<uuid:attempt_id>/raccrocher": signed_in(404),
    "GET /appels/essais/<uuid:attempt_id>/bilan": signed_in(404),
    "POST /appels/essais/<uuid:attempt_id>/rejouer/<int:number>": signed_in(404),
    "GET /appels/essais/<uuid:attempt_id>/dire": signed_in(404),
    "POST /appels/essais/<uuid:attempt_id>/dire": signed_in(404),
    "GET /appels/clients/nouveau": signed_in(200),
    "POST /appels/clients/nouveau": signed_in(422),
    "GET /appels/clients/<uuid:client_id>": signed_in(404),
    "POST /appels/clients/<uuid:client_id>": signed_in(404),
    "GET /appels/clients/<uuid:client_id>/fiche": signed_in(404),
    "GET /appels/clients/<uuid:client_id>/effacer": signed_in(404),
    "POST /appels/clients/<uuid:client_id>/effacer": signed_in(404),
}
EXPECTED: Mapping[str, Mapping[str, int]] = {
    route: {**answers, **{stranger: answers[role] for stranger, role in STRANGERS.items()}}
    for route, answers in _TOLD.items()
}
