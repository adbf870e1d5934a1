"""Which estimates a verdict hangs on, in the words of a learner.

Every estimated constant of the model is tried at both ends of its band (`sensitivity`); the one that moves the loss
most is named, the others are counted.
"""

from collections.abc import Sequence

from course_app.core.french import count, typeset
from course_app.exercise.engine.game import Decision
from course_app.exercise.engine.kernel import Kernel
from course_app.exercise.engine.sensitivity import Doubt, doubts
from course_app.exercise.engine.values import Values

WORDS = {
    "hazard_no_contact": "les paiements spontanés d'un client jamais relancé",
    "hazard_idle": "les paiements qui arrivent quand rien n'est en cours",
    "hazard_mail": "l'effet d'un mail",
    "hazard_call": "l'effet d'un appel",
    "hazard_ultimatum": "l'effet d'un dernier avis",
    "hazard_notice": "l'effet d'une mise en demeure",
    "hazard_expired": "les paiements qui arrivent une fois le délai expiré",
    "hazard_summons": "l'effet d'une sommation",
    "hazard_court": "les paiements pendant une procédure",
    "hazard_agency": "ce que l'agence encaisse",
    "hazard_promise": "les paiements qui arrivent avant la date promise",
    "failure": "le risque de faillite du client",
    "share_unpaid": "la part des causes rares parmi les retards",
    "share_before_due": "la part des clients difficiles avant l'échéance",
    "paid_at_due": "les paiements à l'échéance sans rappel",
    "paid_at_due_reminded": "les paiements à l'échéance après un rappel",
    "promise_kept": "la part des promesses tenues",
    "promise_kept_broken": "la part des promesses tenues après une première rompue",
    "call_reaches": "les chances de joindre quelqu'un au téléphone",
    "mail_answered": "les chances qu'un mail reçoive une réponse",
    "says_promise": "la part des réponses qui promettent un paiement",
    "says_paper": "la part des réponses qui signalent un document manquant",
    "says_dispute": "la part des réponses qui contestent",
    "says_cash": "la part des réponses qui avouent un manque d'argent",
    "says_evasive": "la part des réponses évasives",
    "notice_returned": "la part des recommandés qui reviennent",
    "summons_not_served": "la part des sommations qui ne trouvent personne",
    "plan_accepted": "la part des échéanciers acceptés",
    "instalment_paid": "la part des mensualités payées",
    "instalment_paid_broken": "la part des mensualités payées après une promesse rompue",
    "documents_obtained": "les chances de retrouver les pièces",
    "order_paid": "la part des injonctions suivies d'un paiement",
    "order_opposed": "la part des injonctions frappées d'opposition",
    "refere_granted": "la part des référés gagnés",
    "refere_paid": "la part des référés suivis d'un paiement",
    "goodwill": "ce qu'un ton trop dur coûte à la relation",
    "pressure": "l'importance que ce client donne à votre crédibilité",
    "without_documents": "l'effet d'une menace quand les pièces manquent",
    "on_hold": "les paiements quand les livraisons sont suspendues",
    "concession": "l'avoir accordé pour régler un litige",
    "opposed_worth": "ce que l'on récupère après une opposition",
    "title_worth": "ce que l'on récupère avec un titre impayé",
    "statement_minutes": "le temps de lecture du relevé",
    "paid_chased_loss": "ce que coûte la relance d'un client qui a payé",
    "credibility_middle": "le poids d'une menace après une annonce non suivie d'effet",
    "credibility_low": "le poids d'une menace quand on ne vous croit plus",
    "promise_credibility": "l'effet de votre crédibilité sur les promesses",
    "worn_contact": "l'effet des mails et des appels qui se répètent",
    "conformity_process": "les paiements d'un grand compte une fois la facture corrigée",
    "conformity_lost": "les paiements d'une facture perdue une fois renvoyée",
    "conformity_promise": "les promesses tenues d'un grand compte une fois la facture corrigée",
    "dispute_sincere": "les paiements une fois un vrai litige traité",
    "dispute_promise": "les promesses tenues une fois un vrai litige traité",
    "dispute_imaginary": "les paiements après un litige de façade démonté, pièces en main",
    "dispute_imaginary_bare": "les paiements après un litige de façade, sans pièces",
    "order_granted": "la part des injonctions accordées, pièces en main",
    "order_granted_bare": "la part des injonctions accordées sans pièces",
    "opposed_bare": "ce que l'on récupère après une opposition, sans pièces",
    "refere_resolves": "la vitesse du juge des référés",
    "refere_bare": "la part des référés gagnés sans pièces",
    "plan_broken": "la part des échéanciers acceptés après une promesse rompue",
    "documents_before_due": "les chances de réunir les pièces avant l'échéance",
    "reach_recent": "les chances d'une nouvelle réponse juste après un échange",
    "promise_recent": "les promesses obtenues juste après un échange",
    "reach_deadline": "les chances d'une réponse pendant un délai",
    "promise_deadline": "les promesses obtenues pendant un délai",
    "mail_worn": "les réponses aux mails qui se répètent",
    "bad_call_promise": "les promesses obtenues en haussant le ton",
    "bad_call_paper": "les documents manquants signalés malgré un ton dur",
    "bad_call_dispute": "les contestations dites malgré un ton dur",
    "bad_call_cash": "les difficultés avouées malgré un ton dur",
    "loss_fresh": "ce que coûte à la relation un contact trop rapproché",
    "loss_during_promise": "ce que coûte une menace pendant une promesse",
    "loss_sincere": "ce que coûte une menace pendant un vrai litige",
    "loss_paper": "ce que coûte une menace quand la facture est en cause",
    "drift": "la vitesse à laquelle un client laissé seul se durcit",
}
"""Every estimated constant, as the name of something that can be higher or lower."""


def contested(kernel: Kernel, values: Values, history: Sequence[Decision], age: int, loss: float) -> str:
    """Return what could turn the verdict on the last decision of a file's history, empty when nothing does.

    `age` is that of the file at the start, in séances; `loss` what the decision was judged to lose, in euros.
    """
    found = doubts(kernel, values, history, age)
    if not found:
        return ""
    first = max(found, key=lambda doubt: abs(doubt.loss - loss))
    return typeset(_worded(first, len({doubt.constant for doubt in found}) - 1))


def _worded(first: Doubt, others: int) -> str:
    way = "haute" if first.factor > 1 else "basse"
    lead = f"Ce verdict tient à une estimation : {WORDS[first.constant]}. Un peu plus {way}, elle le changerait."
    return lead + (f" Il tient aussi à {count(others, 'autre estimation', 'autres estimations')}." if others else "")
