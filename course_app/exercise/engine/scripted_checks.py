"""Faults of a script that no single key shows: bad sums, unknown states, unreachable or dead ends.

Pure: receives the parts, returns French findings with the path of the key at fault.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from course_app.exercise.engine.contract_desk import Standing
from course_app.exercise.engine.scripted_parts import (
    EVERYONE,
    WAIT_ID,
    CustomerScript,
    EventScript,
    Option,
    Outcome,
    Script,
    StateScript,
)

Loc = tuple[str | int, ...]


@dataclass(frozen=True)
class Fault:
    """One fault: where (keys and positions from `script:`), a stable code, a French sentence."""

    loc: Loc
    code: str
    text: str


def faults(script: Script) -> list[Fault]:
    """Return every fault across keys, in the order of the file; graph faults only once names are right."""
    found = [*_calendar(script), *_duplicates(("customers",), [customer.id for customer in script.customers])]
    for position, customer in enumerate(script.customers):
        at: Loc = ("customers", position)
        named = [*_names(at, script, customer), *_sums(at, customer)]
        found += named or _graph(at, script, customer)
    return found


def _calendar(script: Script) -> Iterator[Fault]:
    days = [session.on for session in script.sessions]
    for position in range(1, len(days)):
        if days[position] <= days[position - 1]:
            yield Fault(("sessions", position, "on"), "dates-en-desordre", "chaque séance vient après la précédente")
    if script.ends_on <= days[-1]:
        yield Fault(("ends_on",), "dates-en-desordre", "la fin vient après la dernière séance")
    known = {customer.id for customer in script.customers}
    for position, session in enumerate(script.sessions):
        for letter_position, letter in enumerate(session.letters):
            if letter.customer and letter.customer not in known:
                loc = ("sessions", position, "letters", letter_position, "customer")
                yield Fault(loc, "client-inconnu", f"aucun client « {letter.customer} » dans ce script")


def _duplicates(at: Loc, ids: Iterable[str]) -> Iterator[Fault]:
    for name, count in Counter(ids).items():
        if count > 1:
            yield Fault(at, "id-en-double", f"« {name} » est écrit {count} fois : chaque id est unique")


def _outcomes(at: Loc, customer: CustomerScript) -> Iterator[tuple[Loc, tuple[Outcome, ...]]]:
    """Yield each list of outcomes of a customer, with its place."""
    for position, state in enumerate(customer.states):
        here: Loc = (*at, "states", position)
        if state.wait:
            yield (*here, "wait"), state.wait
        for rank, option in enumerate(state.options):
            yield (*here, "options", rank, "outcomes"), option.outcomes
    for position, event in enumerate(customer.events):
        yield (*at, "events", position, "outcomes"), event.outcomes


def _names(at: Loc, script: Script, customer: CustomerScript) -> Iterator[Fault]:
    """Ids: unique, and known where they are quoted."""
    yield from _duplicates((*at, "states"), [state.id for state in customer.states])
    yield from _duplicates((*at, "causes"), [cause.id for cause in customer.causes])
    yield from _duplicates((*at, "events"), [event.id for event in customer.events])
    yield from _invoice_names(at, customer)
    for position, state in enumerate(customer.states):
        yield from _state_names((*at, "states", position), script, state)
    known = customer.by_state
    if customer.start not in known:
        yield Fault((*at, "start"), "etat-inconnu", f"aucun état « {customer.start} » chez ce client")
    for loc, outcomes in _outcomes(at, customer):
        for rank, outcome in enumerate(outcomes):
            if outcome.to not in known:
                yield Fault((*loc, rank, "to"), "etat-inconnu", f"aucun état « {outcome.to} » chez ce client")
    for position, event in enumerate(customer.events):
        yield from _event_names((*at, "events", position), script, customer, event)
    if customer.truth is not None and customer.truth not in {cause.id for cause in customer.causes}:
        yield Fault((*at, "truth"), "cause-inconnue", f"aucune cause « {customer.truth} » chez ce client")


def _invoice_names(at: Loc, customer: CustomerScript) -> Iterator[Fault]:
    """Invoices: one at least, numbered apart, quoted by their numbers; a pending one is issued by some outcome."""
    numbers = [bill.number for bill in customer.bills]
    yield from _duplicates((*at, "invoices"), numbers)
    if (customer.invoice is None) == (not customer.invoices):
        yield Fault(at, "facture-absente", "écrivez « invoice » pour une facture, « invoices » pour plusieurs")
    issued: set[str] = set()
    for loc, outcomes in _outcomes(at, customer):
        for rank, outcome in enumerate(outcomes):
            issued.update(outcome.issues)
            named = (*outcome.issues, *(_destinations(outcome)))
            for name in named:
                if name not in numbers:
                    yield Fault((*loc, rank), "facture-inconnue", f"aucune facture « {name} » chez ce client")
    for bill in customer.bills:
        if bill.is_pending != (bill.number in issued):
            text = (
                f"la facture « {bill.number} » doit être « is_pending » et émise par une issue, ou ni l'un ni l'autre"
            )
            yield Fault((*at, "invoices"), "facture-jamais-emise", text)


def _destinations(outcome: Outcome) -> tuple[str, ...]:
    """Return the invoices where an outcome puts money."""
    return (
        *(outcome.pays.invoices if outcome.pays else ()),
        *(outcome.places.invoices if outcome.places else ()),
    )


def _state_names(at: Loc, script: Script, state: StateScript) -> Iterator[Fault]:
    ids = [option.id for option in state.options]
    yield from _duplicates((*at, "options"), [*ids, WAIT_ID])
    if state.is_final and (state.options or state.wait or state.later):
        yield Fault(at, "etat-final", "un état final n'a ni action, ni attente, ni suite : retirez-les")
    if not state.is_final and state.later is None:
        yield Fault(at, "suite-absente", "dites ce que devient ce dossier après l'exercice : ajoutez « later »")
    longest = max(session.minutes for session in script.sessions)
    for rank, option in enumerate(state.options):
        here = (*at, "options", rank)
        if option.minutes > longest:
            yield Fault((*here, "minutes"), "condition-impossible", f"aucune séance ne dure {option.minutes} minutes")
        if any(number > len(script.sessions) for number in option.sessions):
            text = f"il n'y a que {len(script.sessions)} séances"
            yield Fault((*here, "sessions"), "condition-impossible", text)


def _event_names(at: Loc, script: Script, customer: CustomerScript, event: EventScript) -> Iterator[Fault]:
    for key, names in (("moves", event.moves), ("shown_in", event.shown_in)):
        for rank, name in enumerate(names):
            if name not in customer.by_state:
                yield Fault((*at, key, rank), "etat-inconnu", f"aucun état « {name} » chez ce client")
    if not script.sessions[0].on < event.on <= script.ends_on:
        yield Fault((*at, "on"), "condition-impossible", "cette date tombe hors de l'exercice")


def _sums(at: Loc, customer: CustomerScript) -> Iterator[Fault]:
    """Chances: whole, for every cause; payments that settle, and only they, lead to « soldée »."""
    total = sum(cause.prior for cause in customer.causes)
    if total != 100:
        yield Fault((*at, "causes"), "somme-des-chances", f"les causes totalisent {total} % : il faut 100")
    causes = [cause.id for cause in customer.causes]
    for loc, outcomes in _outcomes(at, customer):
        for cause in causes:
            chance = sum(outcome.percent(cause) for outcome in outcomes)
            if chance != 100:
                text = f"les chances totalisent {chance} % pour la cause « {cause} » : il faut 100"
                yield Fault(loc, "somme-des-chances", text)
        for rank, outcome in enumerate(outcomes):
            yield from _unknown_causes((*loc, rank, "chance"), outcome.chance, causes)
            yield from _settlement((*loc, rank), customer, outcome)
    for position, state in enumerate(customer.states):
        if state.later is not None:
            loc = (*at, "states", position, "later", "chance")
            yield from _unknown_causes(loc, state.later.chance, causes)


def _unknown_causes(loc: Loc, chance: Mapping[str, int], causes: list[str]) -> Iterator[Fault]:
    for name in chance:
        if name != EVERYONE and name not in causes:
            yield Fault(loc, "cause-inconnue", f"aucune cause « {name} » chez ce client")


def _settlement(loc: Loc, customer: CustomerScript, outcome: Outcome) -> Iterator[Fault]:
    target = customer.by_state.get(outcome.to)
    if target is None:
        return
    settles = outcome.pays is not None and outcome.pays.settles
    if settles != (target.standing is Standing.PAID):
        yield Fault(loc, "solde-incoherent", "un paiement de 100 % mène à un état « soldee », et lui seul")


def _graph(at: Loc, script: Script, customer: CustomerScript) -> Iterator[Fault]:
    """Reachability over (séance, state), from the start, through what can be played and what can happen."""
    reached = reachable(script, customer)
    for position, state in enumerate(customer.states):
        here: Loc = (*at, "states", position)
        sessions = {session for session, name in reached if name == state.id}
        if not sessions and not _is_passed_through(script, customer, state.id, reached):
            yield Fault(here, "etat-inatteignable", f"rien ne mène à l'état « {state.id} »")
            continue
        for rank, option in enumerate(state.options):
            if option.sessions and not any(option.is_playable(session) for session in sessions):
                text = f"l'état « {state.id} » n'est jamais atteint à ces séances"
                yield Fault((*here, "options", rank, "sessions"), "condition-impossible", text)
        if _is_dead_end(script, customer, state, sessions):
            yield Fault(here, "impasse", f"depuis « {state.id} », il n'y a rien à faire et rien n'arrive")
    for position, event in enumerate(customer.events):
        for rank, name in enumerate(event.moves):
            if name not in _standing_before(script, customer, event, reached):
                text = f"aucun dossier ne peut être dans l'état « {name} » ce jour-là"
                yield Fault((*at, "events", position, "moves", rank), "condition-impossible", text)


def reachable(script: Script, customer: CustomerScript) -> frozenset[tuple[int, str]]:
    """Return the pairs (séance from 0, state) a file may be in when the séance opens; the end counts as one more."""
    current = {customer.start}
    found = {(0, customer.start)}
    for session in range(len(script.sessions)):
        current = _world(script, customer, session, _after_moves(customer, session, current))
        found |= {(session + 1, name) for name in current}
    return frozenset(found)


def _targets(outcomes: Iterable[Outcome]) -> set[str]:
    return {outcome.to for outcome in outcomes if any(outcome.chance.values())}


def _after_moves(customer: CustomerScript, session: int, names: set[str]) -> set[str]:
    after: set[str] = set()
    for name in names:
        state = customer.by_state[name]
        if state.is_final:
            after.add(name)
        for option in state.moves:
            if option.is_playable(session):
                after |= _targets(option.outcomes)
    return after


def _world(
    script: Script,
    customer: CustomerScript,
    session: int,
    names: set[str],
    seen: Callable[[EventScript, set[str]], None] = lambda _event, _names: None,
) -> set[str]:
    for event in script.events(customer, session):
        seen(event, names)
        moved = names.intersection(event.moves)
        names = (names - moved) | (_targets(event.outcomes) if moved else set())
    return names


def _standing_before(
    script: Script, customer: CustomerScript, event: EventScript, reached: frozenset[tuple[int, str]]
) -> set[str]:
    """Return the states a file may be in just before an event."""
    standing: set[str] = set()

    def note(met: EventScript, names: set[str]) -> None:
        if met.id == event.id:
            standing.update(names)

    for session in range(len(script.sessions)):
        opened = {name for at, name in reached if at == session}
        _world(script, customer, session, _after_moves(customer, session, opened), note)
    return standing


def _is_passed_through(
    script: Script, customer: CustomerScript, name: str, reached: frozenset[tuple[int, str]]
) -> bool:
    """Tell whether a state exists only between a decision and the event that follows it."""
    return any(
        name in _after_moves(customer, session, {state for at, state in reached if at == session})
        for session in range(len(script.sessions))
    )


def _is_dead_end(script: Script, customer: CustomerScript, state: StateScript, sessions: set[int]) -> bool:
    """Tell whether a séance may open, before the last, on a file that nobody can move and nothing will."""
    playable = [session for session in sessions if session < len(script.sessions) - 1]
    if state.is_final or not playable:
        return False
    leaves = any(_leaves(option, state.id, session) for session in playable for option in state.moves)
    waits = any(state.id in event.moves for session in playable for event in _from(script, customer, session))
    return not leaves and not waits


def _leaves(option: Option, name: str, session: int) -> bool:
    return option.is_playable(session) and _targets(option.outcomes) != {name}


def _from(script: Script, customer: CustomerScript, session: int) -> Iterator[EventScript]:
    for later in range(session, len(script.sessions)):
        yield from script.events(customer, later)
