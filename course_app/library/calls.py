"""What the catalogue holds of simulated calls: the call, the objections of the trade, the sentences shared by all.

Frozen values; see `library.model` for what they have in common. In a sentence, `{client}`, `{personne}`, `{montant}`,
`{facture}`, `{echeance}`, `{fournisseur}`, `{jour}` and `{moyen}` stand for the file's own words: the room `calls`
fills them when the sentence is said.
"""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, StrictBool, StrictInt

from course_app.library.model import (
    Audience,
    Day,
    Frozen,
    Header,
    Item,
    ItemKind,
    Line,
    Reference,
    Slug,
    Text,
)
from course_app.library.questions import FactLine

LARGEST_AMOUNT_CENTS = 100_000_000
OBJECTION_COUNT = 27
"""The objections of the trade are numbered 1 to 27 (domaine.md §3.4)."""


class Persona(StrEnum):
    """Why this customer does not pay, hidden until the debrief (domaine.md §7.1)."""

    FORGETFUL = "etourdi"
    LOST_INVOICE = "facture-perdue"
    LARGE_ACCOUNT = "grand-compte"
    SINCERE_DISPUTE = "litigieux-sincere"
    IMAGINARY_DISPUTE = "litige-imaginaire"
    SHORT_OF_CASH = "tresorerie-tendue"
    STRATEGIST = "stratege"
    AVOIDER = "evitant"
    NEARLY_INSOLVENT = "pre-cessation"
    FRAUDSTER = "escroc"


class Temperature(StrEnum):
    """How warm the call starts; chosen by the learner."""

    CALM = "calme"
    HURRIED = "presse"
    TENSE = "tendu"


class Answerer(StrEnum):
    """Who picks up."""

    RIGHT_PERSON = "bonne-personne"
    SWITCHBOARD = "standard"
    SPOUSE = "conjoint"
    COLLEAGUE = "collegue"
    VOICEMAIL = "repondeur"


class Motive(StrEnum):
    """The reason a customer gives, in the order of the dialogue's causes 1 to 5."""

    FORGOTTEN = "oubli"
    PAPER = "piece"
    DISPUTE = "litige"
    CASH = "tresorerie"
    EVASION = "derobade"


Lines = tuple[Line, ...]
Number = Annotated[StrictInt, Field(ge=1, le=OBJECTION_COUNT)]


class Objection(Frozen):
    """One of the 27 objections: how it sounds, what it may hide, what to answer, what not to do, when to come back."""

    number: Number
    title: Line
    says: Annotated[Lines, Field(min_length=2)]
    diagnosis: Line
    answer: Line
    fault: Line
    next_step: Line


class Replies(Frozen):
    """What the learner may say, several wordings for each intent."""

    introduce: Lines = ()
    verify: Lines = ()
    state_invoice: Lines = ()
    ask_openly: Lines = ()
    listen: Lines = ()
    rephrase: Lines = ()
    offer: Lines = ()
    ask_date: Lines = ()
    recap: Lines = ()
    cite_documents: Lines = ()
    threaten: Lines = ()
    attack: Lines = ()
    disclose: Lines = ()
    pressure: Lines = ()
    end: Lines = ()


class Answers(Frozen):
    """What the other end says, several wordings for each reaction.

    The first five are said by whoever picks up in the right person's place; `takes` opens the right person's part.
    `rises` and `falls` follow another sentence when irritation moves; `hangs_up` and `runs_out` end the call.
    """

    picks_up: Lines = ()
    asks_who: Lines = ()
    keeps_line: Lines = ()
    puts_through: Lines = ()
    overhears: Lines = ()
    takes: Lines = ()
    greets: Lines = ()
    hears: Lines = ()
    tells_cause: Lines = ()
    evades: Lines = ()
    softens: Lines = ()
    confirms: Lines = ()
    weighs: Lines = ()
    commits: Lines = ()
    refuses: Lines = ()
    agrees: Lines = ()
    bristles: Lines = ()
    already: Lines = ()
    puzzled: Lines = ()
    waits: Lines = ()
    says_goodbye: Lines = ()
    hangs_up: Lines = ()
    runs_out: Lines = ()
    rises: Lines = ()
    falls: Lines = ()


class Remarks(Frozen):
    """The comment of each kind of turn, read in the debrief: what it changed, and the rule."""

    named: Text | None = None
    named_again: Text | None = None
    verified: Text | None = None
    verified_again: Text | None = None
    asked_stranger: Text | None = None
    stated: Text | None = None
    stated_unnamed: Text | None = None
    stated_again: Text | None = None
    stated_blind: Text | None = None
    stated_to_stranger: Text | None = None
    asked_before_stating: Text | None = None
    asked_openly: Text | None = None
    asked_again: Text | None = None
    listened: Text | None = None
    listened_to_heat: Text | None = None
    listened_too_long: Text | None = None
    rephrased: Text | None = None
    rephrased_nothing: Text | None = None
    rephrased_again: Text | None = None
    offered: Text | None = None
    offered_blind: Text | None = None
    offered_again: Text | None = None
    cited: Text | None = None
    cited_cold: Text | None = None
    asked_date: Text | None = None
    asked_date_blind: Text | None = None
    asked_date_again: Text | None = None
    recapped: Text | None = None
    recapped_nothing: Text | None = None
    recapped_again: Text | None = None
    threatened: Text | None = None
    attacked: Text | None = None
    disclosed: Text | None = None
    pressed: Text | None = None
    ended_well: Text | None = None
    ended_early: Text | None = None


class MotiveWords(Frozen):
    """What a reason sounds like, how to say it back, and what to offer for it."""

    tells_cause: Annotated[Lines, Field(min_length=2)]
    rephrase: Annotated[Lines, Field(min_length=2)]
    offer: Annotated[Lines, Field(min_length=2)]


class Motives(Frozen):
    """The words of the five reasons; the keys are the values of `Motive`."""

    oubli: MotiveWords
    piece: MotiveWords
    litige: MotiveWords
    tresorerie: MotiveWords
    derobade: MotiveWords


class Thirds(Frozen):
    """What those who pick up in somebody's place say; the keys are the values of `Answerer`."""

    standard: Answers
    conjoint: Answers
    collegue: Answers
    repondeur: Answers


class Phrasebook(Frozen):
    """The sentences every call may fall back on: `content/repliques.yaml`."""

    replies: Replies
    answers: Answers
    thirds: Thirds
    motives: Motives
    comments: Remarks


class CallHeader(Header):
    """What a file of `content/calls/` and a call share.

    `called_on` is the simulated day; `chased` counts the reminders before this call (0 to 2); `proved` tells whether
    the proofs are in the file, `broken` whether a promise was already missed. `promise_days` after the call, at most
    a week (domaine.md C-10), is the day the customer gives when they promise.
    """

    summary: Line
    audiences: Annotated[tuple[Audience, ...], Field(min_length=1)]
    lesson: Slug | None = None
    reviewed_on: Day
    sources: tuple[Reference, ...] = ()
    supplier: Line
    customer: Line
    contact: Line
    role: Line
    invoice: Line
    amount_cents: Annotated[StrictInt, Field(gt=0, le=LARGEST_AMOUNT_CENTS)]
    yearly_margin_cents: Annotated[StrictInt, Field(ge=0, le=LARGEST_AMOUNT_CENTS)]
    due_on: Day
    called_on: Day
    chased: Annotated[StrictInt, Field(ge=0, le=2)] = 0
    proved: StrictBool = True
    broken: StrictBool = False
    aim: Line
    rules: Annotated[tuple[Line, ...], Field(min_length=3, max_length=3)]
    facts: Annotated[tuple[FactLine, ...], Field(min_length=1, max_length=8)]
    persona: Persona
    temperature: Temperature
    answerer: Answerer
    motive: Motive
    objections: Annotated[tuple[Number, ...], Field(min_length=1, max_length=4)]
    promise_days: Annotated[StrictInt, Field(ge=1, le=7)]
    means: Line
    replies: Replies = Replies()
    answers: Answers = Answers()
    comments: Remarks = Remarks()


class Call(CallHeader, Item):
    """A simulated call, whole.

    It holds the objections it raises and the sentences it falls back on, so that an archived call can be played again
    word for word.
    """

    kind: Literal[ItemKind.CALL] = ItemKind.CALL
    objection_texts: tuple[Objection, ...]
    phrasebook: Phrasebook
