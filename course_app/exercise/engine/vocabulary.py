"""The words of the model: profiles, actions, observations, stages and the observable state of one file.

Owns the names and their order (an order is a storage format here: vectors and tables follow it). Knows no
probability, no euro and no date.
"""

from enum import IntEnum, StrEnum
from typing import NamedTuple


class Profile(StrEnum):
    """Hidden reason why a customer does not pay; the order is that of every vector of ten numbers."""

    ORDINARY = "ordinaire"
    FORGETFUL = "etourdi"
    LOST_INVOICE = "facture-perdue"
    LARGE_ACCOUNT = "grand-compte"
    SINCERE_DISPUTE = "litige-sincere"
    IMAGINARY_DISPUTE = "litige-imaginaire"
    SHORT_OF_CASH = "tresorerie"
    STRATEGIST = "stratege"
    FRAUDSTER = "fraudeur"
    NEARLY_INSOLVENT = "quasi-insolvable"


class Action(StrEnum):
    """A move on one file in one session; codes of the specification in the order W, RA, ME ... PP."""

    WAIT = "attendre"
    COURTESY = "rappel-avant-echeance"
    MAIL = "mail"
    CALL = "appel"
    BAD_CALL = "appel-mal-conduit"
    ULTIMATUM = "ultimatum"
    FORMAL_NOTICE = "mise-en-demeure"
    CONFORM = "conformite"
    TREAT_DISPUTE = "traiter-litige"
    GATHER_DOCUMENTS = "pieces"
    HOLD = "blocage"
    PLAN = "echeancier"
    SUMMONS = "sommation"
    PAYMENT_ORDER = "injonction"
    REFERE = "refere"
    AGENCY = "agence"
    WRITE_OFF = "passage-en-pertes"


class Observation(StrEnum):
    """What a move shows at once."""

    NONE = "rien"
    UNANSWERED = "sans-reponse"
    PROMISE = "promesse"
    PAPER = "piece-manquante"
    DISPUTE = "litige"
    CASH = "tresorerie"
    EVASIVE = "evasif"
    OBTAINED = "pieces-obtenues"
    NOT_OBTAINED = "pieces-introuvables"
    DELIVERED = "lettre-distribuee"
    RETURNED = "lettre-revenue"
    SERVED = "acte-remis"
    NOT_SERVED = "acte-non-remis"
    ACCEPTED = "plan-accepte"
    REFUSED = "plan-refuse"


STATEMENTS = (
    Observation.PROMISE,
    Observation.PAPER,
    Observation.DISPUTE,
    Observation.CASH,
    Observation.EVASIVE,
)


class Event(StrEnum):
    """What nature does between two sessions."""

    CONTINUES = "rien"
    PAID = "paiement"
    FAILED = "procedure-collective"
    LAPSED = "promesse-non-tenue"
    INSTALMENT = "mensualite-payee"
    MISSED = "mensualite-impayee"
    DISMISSED = "demande-rejetee"
    OPPOSED = "opposition"
    UNPAID_TITLE = "titre-impaye"
    WRITTEN_OFF = "perte"


class Stage(IntEnum):
    """Process and clock of a file; the figure is the number of sessions left, this one included.

    OUT: the deadline has expired and the announced step is due.
    """

    NOT_DUE_2 = 0
    NOT_DUE_1 = 1
    REMINDED_2 = 2
    REMINDED_1 = 3
    IDLE = 4
    MAIL_2 = 5
    MAIL_1 = 6
    CALL_2 = 7
    CALL_1 = 8
    PROMISE_2 = 9
    PROMISE_1 = 10
    LAPSED_2 = 11
    LAPSED_1 = 12
    ULTIMATUM_2 = 13
    ULTIMATUM_1 = 14
    ULTIMATUM_OUT_2 = 15
    ULTIMATUM_OUT_1 = 16
    NOTICE_3 = 17
    NOTICE_2 = 18
    NOTICE_1 = 19
    NOTICE_OUT_2 = 20
    NOTICE_OUT_1 = 21
    SUMMONS_2 = 22
    SUMMONS_1 = 23
    SUMMONS_OUT_2 = 24
    SUMMONS_OUT_1 = 25
    ORDER = 26
    REFERE = 27
    PLAN_3 = 28
    PLAN_2 = 29
    PLAN_1 = 30
    AGENCY = 31


NOT_DUE = frozenset({Stage.NOT_DUE_2, Stage.NOT_DUE_1, Stage.REMINDED_2, Stage.REMINDED_1})
FRESH_MAIL = frozenset({Stage.MAIL_2, Stage.MAIL_1})
FRESH_CALL = frozenset({Stage.CALL_2, Stage.CALL_1})
PROMISED = frozenset({Stage.PROMISE_2, Stage.PROMISE_1})
LAPSED = frozenset({Stage.LAPSED_2, Stage.LAPSED_1})
DEADLINES = frozenset(
    {
        Stage.ULTIMATUM_2,
        Stage.ULTIMATUM_1,
        Stage.NOTICE_3,
        Stage.NOTICE_2,
        Stage.NOTICE_1,
        Stage.SUMMONS_2,
        Stage.SUMMONS_1,
    }
)
NOTICES = frozenset({Stage.NOTICE_3, Stage.NOTICE_2, Stage.NOTICE_1})
EXPIRED = frozenset(
    {
        Stage.ULTIMATUM_OUT_2,
        Stage.ULTIMATUM_OUT_1,
        Stage.NOTICE_OUT_2,
        Stage.NOTICE_OUT_1,
        Stage.SUMMONS_OUT_2,
        Stage.SUMMONS_OUT_1,
    }
)
LAST_CHANCE = frozenset({Stage.LAPSED_1, Stage.ULTIMATUM_OUT_1, Stage.NOTICE_OUT_1, Stage.SUMMONS_OUT_1})
PLANS = frozenset({Stage.PLAN_3, Stage.PLAN_2, Stage.PLAN_1})
COURT = frozenset({Stage.ORDER, Stage.REFERE})
PENDING = COURT | PLANS | {Stage.AGENCY}

NEXT_STAGE: dict[Stage, Stage] = {
    Stage.NOT_DUE_2: Stage.NOT_DUE_1,
    Stage.NOT_DUE_1: Stage.IDLE,
    Stage.REMINDED_2: Stage.REMINDED_1,
    Stage.REMINDED_1: Stage.IDLE,
    Stage.IDLE: Stage.IDLE,
    Stage.MAIL_2: Stage.MAIL_1,
    Stage.MAIL_1: Stage.IDLE,
    Stage.CALL_2: Stage.CALL_1,
    Stage.CALL_1: Stage.IDLE,
    Stage.PROMISE_2: Stage.PROMISE_1,
    Stage.PROMISE_1: Stage.LAPSED_2,
    Stage.LAPSED_2: Stage.LAPSED_1,
    Stage.LAPSED_1: Stage.IDLE,
    Stage.ULTIMATUM_2: Stage.ULTIMATUM_1,
    Stage.ULTIMATUM_1: Stage.ULTIMATUM_OUT_2,
    Stage.ULTIMATUM_OUT_2: Stage.ULTIMATUM_OUT_1,
    Stage.ULTIMATUM_OUT_1: Stage.IDLE,
    Stage.NOTICE_3: Stage.NOTICE_2,
    Stage.NOTICE_2: Stage.NOTICE_1,
    Stage.NOTICE_1: Stage.NOTICE_OUT_2,
    Stage.NOTICE_OUT_2: Stage.NOTICE_OUT_1,
    Stage.NOTICE_OUT_1: Stage.IDLE,
    Stage.SUMMONS_2: Stage.SUMMONS_1,
    Stage.SUMMONS_1: Stage.SUMMONS_OUT_2,
    Stage.SUMMONS_OUT_2: Stage.SUMMONS_OUT_1,
    Stage.SUMMONS_OUT_1: Stage.IDLE,
    Stage.ORDER: Stage.ORDER,
    Stage.REFERE: Stage.REFERE,
    Stage.PLAN_3: Stage.PLAN_3,
    Stage.PLAN_2: Stage.PLAN_2,
    Stage.PLAN_1: Stage.PLAN_1,
    Stage.AGENCY: Stage.AGENCY,
}


class Cause(IntEnum):
    """The cause that was treated, if any."""

    NONE = 0
    CONFORMITY = 1
    DISPUTE = 2


class Documents(IntEnum):
    """Signed quote, delivery note and accepted terms, as one flag."""

    MISSING = 0
    PRESENT = 1
    MISSING_TRIED = 2


class State(NamedTuple):
    """Everything the learner can see of one file, the paid or failed files left out.

    | field       | range | meaning |
    |-------------|-------|---------|
    | stage       | Stage | process and clock |
    | ladder      | 0..5  | none, one reminder, two or more, ultimatum, formal notice, sommation |
    | credibility | 0..2  | 2: every announcement was kept; lost by idle threats |
    | cause       | Cause | what was treated |
    | hold        | 0..1  | deliveries are on hold |
    | documents   | Documents | proof of the claim |
    | broken      | 0..1  | a promise or an instalment was missed |
    """

    stage: Stage
    ladder: int = 0
    credibility: int = 2
    cause: Cause = Cause.NONE
    hold: int = 0
    documents: Documents = Documents.PRESENT
    broken: int = 0


PROFILES = tuple(Profile)
ACTIONS = tuple(Action)
OBSERVATIONS = tuple(Observation)
EVENTS = tuple(Event)
ACTION_CODE = {action: code for code, action in enumerate(ACTIONS)}
OBSERVATION_CODE = {observation: code for code, observation in enumerate(OBSERVATIONS)}
EVENT_CODE = {event: code for code, event in enumerate(EVENTS)}
PROFILE_CODE = {profile: code for code, profile in enumerate(PROFILES)}
