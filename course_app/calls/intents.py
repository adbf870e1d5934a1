"""What a learner may be doing when speaking, and where the conversation stands: the words shared by the whole room.

Pure vocabulary. Intents are those of the call's model; phases are what the understanding of a typed sentence needs to
know of the conversation, no more.
"""

from enum import StrEnum


class Intent(StrEnum):
    """What one sentence of the caller does. The value is the French slug stored with a turn."""

    INTRODUCE = "s-identifier"
    VERIFY = "verifier-interlocuteur"
    STATE_INVOICE = "enoncer-facture"
    ASK_OPENLY = "question-ouverte"
    LISTEN = "ecouter"
    REPHRASE = "reformuler"
    OFFER = "proposer-solution"
    ASK_DATE = "demander-engagement"
    RECAP = "recapituler"
    CITE_DOCUMENTS = "rappeler-pieces"
    THREATEN = "menacer"
    ATTACK = "agresser"
    DISCLOSE = "divulguer"
    PRESSURE = "pression-illicite"
    END = "conclure"


class CallPhase(StrEnum):
    """Where the conversation stands, as the caller knows it, in the order of a call that goes well."""

    OPENING = "ouverture"  # nobody is verified yet
    STATING = "enonce"  # the right person is there, the invoice is not stated yet
    DIAGNOSIS = "diagnostic"  # the invoice is stated, the cause is not known
    TREATMENT = "traitement"  # a cause was heard
    COMMITMENT = "engagement"  # a way out was offered, no date is given yet
    CLOSING = "cloture"  # a date was given


class RedLine(StrEnum):
    """What is never said on the phone, whatever the customer says."""

    UNTITLED_THREAT = "menace-sans-titre"
    DISCLOSURE = "divulgation-tiers"
    HARASSMENT = "harcelement"
    FALSE_STATUS = "faux-statut"
    UNDUE_FEES = "frais-indus"
    INSULT = "insulte"
    PERSONAL_PRESSURE = "pression-entourage"


HARMFUL = frozenset({Intent.THREATEN, Intent.ATTACK, Intent.DISCLOSE, Intent.PRESSURE})
