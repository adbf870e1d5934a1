"""What comes back to the desk: replies, letters returned, bank, court. Worded in several ways, by a draw of its own.

A wording depends on what was said, never on why: two customers with other causes who say the same thing say it with
the same words.
"""

from collections.abc import Mapping

from course_app.exercise.engine.vocabulary import Event, Observation

Texts = tuple[str, ...]

BY_MAIL: Mapping[Observation, Texts] = {
    Observation.PROMISE: (
        "Bien reçu. Le virement est programmé : vous l'aurez au plus tard le {day}.",
        "Merci du rappel. Je règle cette facture pour le {day}.",
        "C'est noté, paiement le {day} au plus tard. Bonne journée.",
        "Désolé de l'attente. Comptez dessus pour le {day}.",
    ),
    Observation.PAPER: (
        "Je ne retrouve pas cette facture dans notre outil. Il nous faut le numéro de commande pour la saisir.",
        "Votre facture est bloquée : elle ne porte pas la bonne adresse de facturation.",
        "Nos factures passent par le portail fournisseurs. La vôtre n'y est pas.",
        "Pouvez-vous m'envoyer un duplicata avec le bon de commande ? Sans lui, je ne peux rien lancer.",
    ),
    Observation.DISPUTE: (
        "Nous ne payons pas pour l'instant : la livraison n'était pas complète.",
        "Le prix facturé n'est pas celui du devis. Merci de revoir votre copie.",
        "Une partie du travail est à reprendre. Nous réglerons ensuite.",
        "Nous avons signalé un défaut, et personne n'a répondu.",
    ),
    Observation.CASH: (
        "Le mois est difficile. Nous attendons un gros règlement et ne pouvons pas tout payer.",
        "Je ne vous cache pas que la trésorerie est tendue. Il nous faut un peu de temps.",
        "Nous payons dans l'ordre, et l'argent rentre lentement en ce moment.",
    ),
    Observation.EVASIVE: (
        "Votre message a bien été transmis au service concerné.",
        "Nous revenons vers vous dès que possible.",
        "Je vois cela avec mon associé et je vous tiens au courant.",
        "Le dossier est en cours de traitement.",
    ),
}
BY_PHONE: Mapping[Observation, Texts] = {
    Observation.UNANSWERED: (
        "Six sonneries, puis la messagerie. Vous avez laissé votre nom et votre numéro, sans parler de la dette.",
        "La personne qui paie est absente. Le standard ne sait pas quand elle revient.",
        "Personne ne décroche, ni le matin ni l'après-midi.",
    ),
    Observation.PROMISE: (
        "« Oui, je l'ai sous les yeux. Je vous paie pour le {day}, sans faute. »",
        "« Vous avez raison, elle a glissé. Virement le {day} au plus tard. »",
        "« Je la mets dans la prochaine série : le {day}, c'est chez vous. »",
    ),
    Observation.PAPER: (
        "« Elle n'est pas passée : il manque notre numéro de commande. Renvoyez-la avec, et je la valide. »",
        "« Votre facture ? Je n'en ai pas trace. Elle a dû partir à l'ancienne adresse. »",
        "« Chez nous, sans bon de livraison signé, la comptabilité ne valide rien. »",
    ),
    Observation.DISPUTE: (
        "« Je veux bien payer, mais pas tout : il manquait une partie de la commande. »",
        "« Votre équipe devait revenir. Elle n'est jamais revenue. »",
        "« Ce n'est pas le prix convenu. Tant que ce n'est pas réglé, on garde la facture de côté. »",
    ),
    Observation.CASH: (
        "« Honnêtement, en ce moment, je ne peux pas. J'ai les salaires à la fin du mois. »",
        "« On attend un paiement, nous aussi. Tout d'un coup, ce ne sera pas possible. »",
        "« Je ne conteste rien. C'est la caisse qui est vide. »",
    ),
    Observation.EVASIVE: (
        "« C'est en cours, ne vous inquiétez pas. » Aucune date n'est venue.",
        "« La signature appartient à la direction. Je ne peux pas vous en dire plus. »",
        "« On fait au mieux. Rappelez plus tard. »",
    ),
}
STEPS: Mapping[Observation, Texts] = {
    Observation.OBTAINED: (
        "Les pièces manquantes sont retrouvées, signées et classées.",
        "Le livreur avait gardé les doubles : le dossier de preuve est complet.",
    ),
    Observation.NOT_OBTAINED: (
        "Après recherche, les pièces manquantes restent introuvables.",
        "Ni vos équipes ni le client n'ont gardé les pièces qui manquent.",
    ),
    Observation.DELIVERED: (
        "L'avis de réception est revenu, signé.",
        "Votre recommandé a été remis contre signature.",
    ),
    Observation.RETURNED: (
        "Votre recommandé revient : « pli avisé et non réclamé ».",
        "Le recommandé n'a pas été retiré au bureau de poste.",
    ),
    Observation.SERVED: ("La sommation a été remise. Le commissaire de justice vous en envoie la copie.",),
    Observation.NOT_SERVED: ("La sommation n'a pas pu être remise : personne à l'adresse.",),
    Observation.ACCEPTED: (
        "L'échéancier est signé : trois mensualités égales, par prélèvement.",
        "D'accord pour trois prélèvements, avec reconnaissance écrite de la dette.",
    ),
    Observation.REFUSED: (
        "L'échéancier est refusé : « On verra plus tard. »",
        "Le client ne veut signer aucun échéancier.",
    ),
}
EVENTS: Mapping[Event, Texts] = {
    Event.FAILED: (
        "Jugement d'ouverture d'une procédure collective. La créance est déclarée ; on peut en attendre {paid}.",
    ),
    Event.INSTALMENT: ("Une mensualité de l'échéancier est arrivée : {paid}.",),
    Event.MISSED: ("Le prélèvement d'une mensualité est revenu impayé.",),
    Event.DISMISSED: ("Le tribunal a rejeté la demande, faute de preuve suffisante.",),
    Event.OPPOSED: ("Le client a fait opposition. Une transaction clôt l'affaire : {paid} reçus.",),
    Event.UNPAID_TITLE: ("Le tribunal vous donne raison, mais le client ne peut pas tout payer : {paid} reçus.",),
}
PAID_BY_THIRD: Texts = ("Le dossier est soldé : {paid} versés par le client.",)
LAPSED: Texts = (
    "La date promise est passée. Le client n'a rien annoncé.",
    "Le jour dit est passé, sans un mot du client.",
)
EXPIRED: Texts = ("Le délai que vous aviez donné est passé, sans réaction.",)
CHASED: Texts = (
    "« Mais nous avons payé ! Regardez votre compte avant de nous relancer. »",
    "« Ce virement est parti depuis plusieurs jours. C'est désagréable, votre message. »",
)
SUBJECTS: Mapping[Observation, str] = {
    Observation.UNANSWERED: "Appel sans réponse",
    Observation.PROMISE: "Promesse de paiement",
    Observation.PAPER: "Quelque chose manque à la facture",
    Observation.DISPUTE: "Contestation",
    Observation.CASH: "Difficulté de trésorerie",
    Observation.EVASIVE: "Réponse vague",
    Observation.OBTAINED: "Pièces retrouvées",
    Observation.NOT_OBTAINED: "Pièces introuvables",
    Observation.DELIVERED: "Recommandé distribué",
    Observation.RETURNED: "Recommandé revenu",
    Observation.SERVED: "Sommation remise",
    Observation.NOT_SERVED: "Sommation non remise",
    Observation.ACCEPTED: "Échéancier accepté",
    Observation.REFUSED: "Échéancier refusé",
}
EVENT_SUBJECTS: Mapping[Event, str] = {
    Event.PAID: "Dossier soldé",
    Event.FAILED: "Annonce au BODACC",
    Event.INSTALMENT: "Mensualité reçue",
    Event.MISSED: "Mensualité impayée",
    Event.DISMISSED: "Demande rejetée",
    Event.OPPOSED: "Opposition",
    Event.UNPAID_TITLE: "Titre obtenu",
}


def picked(texts: Texts, drawn: int) -> str:
    """Return one of several wordings; `drawn` is any whole number ≥ 0."""
    return texts[drawn % len(texts)]
