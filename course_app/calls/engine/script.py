"""A call as it is played: the file, the truth behind it, and every sentence with its words filled in.

Owns the passage from a catalogue call to what the dialogue needs. Pure; a script is built once per content and kept.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from course_app.calls.engine.dialogue import Reaction, State
from course_app.calls.engine.ends import File
from course_app.calls.intents import Intent
from course_app.core.calendar import is_working_day, next_working_day
from course_app.core.french import euros, joined, long_date, typeset, weekday_date
from course_app.library.calls import Answerer, Call, Motive, Persona, Temperature

PROFILES: Mapping[Persona, int] = {
    Persona.FORGETFUL: 1,
    Persona.LOST_INVOICE: 2,
    Persona.LARGE_ACCOUNT: 3,
    Persona.SINCERE_DISPUTE: 4,
    Persona.IMAGINARY_DISPUTE: 5,
    Persona.SHORT_OF_CASH: 6,
    Persona.STRATEGIST: 7,
    Persona.FRAUDSTER: 8,
    Persona.NEARLY_INSOLVENT: 9,
    Persona.AVOIDER: 6,
}
"""Rank of each persona's profile in the end values; who avoids calls is usually short of money (domaine.md §7.1 H)."""

CAUSES: Mapping[Motive, int] = {motive: rank for rank, motive in enumerate(Motive, 1)}

STARTS: Mapping[Temperature, State] = {
    Temperature.CALM: State(trust=1, irritation=0),
    Temperature.HURRIED: State(trust=0, irritation=0),
    Temperature.TENSE: State(trust=0, irritation=1),
}
"""Trust and irritation when the telephone is answered: our choice."""

REPLY_FIELDS: Mapping[Intent, str] = {
    Intent.INTRODUCE: "introduce",
    Intent.VERIFY: "verify",
    Intent.STATE_INVOICE: "state_invoice",
    Intent.ASK_OPENLY: "ask_openly",
    Intent.LISTEN: "listen",
    Intent.REPHRASE: "rephrase",
    Intent.OFFER: "offer",
    Intent.ASK_DATE: "ask_date",
    Intent.RECAP: "recap",
    Intent.CITE_DOCUMENTS: "cite_documents",
    Intent.THREATEN: "threaten",
    Intent.ATTACK: "attack",
    Intent.DISCLOSE: "disclose",
    Intent.PRESSURE: "pressure",
    Intent.END: "end",
}
CAUSE_DEPENDENT = frozenset({Intent.REPHRASE, Intent.OFFER})
"""What the learner may say of a reason: the words of that reason come before the common ones."""
MOST_TIMES_RAISED = 2
"""One objection comes back once, in other words, then gives way to the next."""
THIRD_REACTIONS = frozenset({"picks_up", "asks_who", "keeps_line", "puts_through", "overhears"})

Wordings = tuple[tuple[str, ...], ...]
"""Ways to say one thing, in groups: a group is used up before the next."""
_OF_A_NAME = re.compile(r"\b(de|que) (\{(?:client|personne|fournisseur)\})")
SCRIPTS_KEPT = 128


@dataclass(frozen=True)
class Truth:
    """What the learner does not know: the profile's rank, the reason's rank (1..5), whether a stranger picks up."""

    profile: int
    cause: int
    stranger: bool


@dataclass(frozen=True)
class Script:
    """A playable call."""

    call: Call

    @cached_property
    def file(self) -> File:
        """The claim, as the end values see it."""
        call = self.call
        return File(
            amount=call.amount_cents / 100,
            margin=call.yearly_margin_cents / 100,
            days_late=working_days(call.due_on, call.called_on),
            chased=call.chased,
            proved=call.proved,
            broken=call.broken,
        )

    @cached_property
    def truth(self) -> Truth:
        """Who really answers, and why they do not pay."""
        call = self.call
        return Truth(PROFILES[call.persona], CAUSES[call.motive], call.answerer is not Answerer.RIGHT_PERSON)

    @cached_property
    def promised_on(self) -> date:
        """The day the customer gives when they promise: a working day, a week away at most."""
        day = self.call.called_on + timedelta(days=self.call.promise_days)
        return day if is_working_day(day) else next_working_day(day)

    @property
    def check_on(self) -> date:
        """When to look whether the promise was kept: the next working day (domaine.md C-10)."""
        return next_working_day(self.promised_on)

    def start(self, temperature: Temperature) -> State:
        """The first state of a call at this temperature."""
        return STARTS[temperature]

    @cached_property
    def _blanks(self) -> Mapping[str, str]:
        call = self.call
        return {
            "{client}": call.customer,
            "{personne}": call.contact,
            "{montant}": euros(call.amount_cents),
            "{facture}": call.invoice,
            "{echeance}": long_date(call.due_on),
            "{fournisseur}": call.supplier,
            "{jour}": weekday_date(self.promised_on),
            "{moyen}": call.means,
        }

    def filled(self, text: str) -> str:
        """Return a sentence with its blanks filled, capital first, typeset."""
        text = _OF_A_NAME.sub(lambda found: joined(found[1], self._blanks[found[2]]), text)
        for blank, words in self._blanks.items():
            text = text.replace(blank, words)
        return typeset(text[:1].upper() + text[1:])

    def _filled(self, *groups: Iterable[str]) -> Wordings:
        return tuple(tuple(dict.fromkeys(map(self.filled, group))) for group in groups if group)

    def wordings(self, intent: Intent, *, blind: bool = False) -> Wordings:
        """Return the ways to say something, the call's own before the common ones.

        `blind`: nothing was heard yet, so that no wording may give the reason away.
        """
        name, book = REPLY_FIELDS[intent], self.call.phrasebook
        common: tuple[str, ...] = getattr(book.replies, name)
        own: tuple[str, ...] = getattr(self.call.replies, name)
        if intent not in CAUSE_DEPENDENT:
            return self._filled(own, common)
        of_motive: tuple[str, ...] = getattr(getattr(book.motives, self.call.motive.value), name)
        return self._filled(common) if blind else self._filled(own, of_motive)

    def answers(self, reaction: str, *, third: bool = False) -> Wordings:
        """Return what the other end may say for a reaction, best fitting first; `third`: somebody else speaks."""
        key = (reaction, third)
        if key not in self._known_answers:
            self._known_answers[key] = self._answers(reaction, third=third)
        return self._known_answers[key]

    @cached_property
    def _known_answers(self) -> dict[tuple[str, bool], Wordings]:
        """Answers already filled: they never change."""
        return {}

    def _answers(self, reaction: str, *, third: bool) -> Wordings:
        book, call = self.call.phrasebook, self.call
        if third and reaction in THIRD_REACTIONS:
            return self._filled(getattr(getattr(book.thirds, call.answerer.value), reaction))
        own: tuple[str, ...] = getattr(call.answers, reaction)
        if reaction == Reaction.EVADES.name.lower():
            return self._filled(own, *self._objections)
        if reaction == Reaction.TELLS_CAUSE.name.lower():
            return self._filled(own, getattr(book.motives, call.motive.value).tells_cause)
        return self._filled(own, getattr(book.answers, reaction))

    @property
    def _objections(self) -> Wordings:
        """The objections of the call, one group each: an objection is worn out before the next one comes."""
        by_number = {one.number: one.says for one in self.call.objection_texts}
        return tuple(by_number[number][:MOST_TIMES_RAISED] for number in self.call.objections if number in by_number)


_shelf: dict[str, Script] = {}


def script_of(call: Call) -> Script:
    """Return the script of a call, built once per content."""
    known = _shelf.get(call.content_hash)
    if known is None:
        if len(_shelf) >= SCRIPTS_KEPT:
            _shelf.clear()
        known = _shelf[call.content_hash] = Script(call)
    return known


def working_days(since: date, until: date) -> int:
    """Return how many working days lie after `since`, up to `until` included."""
    days = (since + timedelta(days=offset) for offset in range(1, (until - since).days + 1))
    return sum(is_working_day(day) for day in days)
