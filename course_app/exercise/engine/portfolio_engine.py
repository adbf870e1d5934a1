"""The portfolio engine: a whole portfolio of late payers, played séance after séance behind the contract.

Puts the simulator (`board`, `kernel`, `values`) on the desk. The state is a value; draws are keyed by the seed, the
customer and the séance, so that changing one decision leaves every other customer's fortune untouched.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from course_app.exercise.engine import portfolio_desk, portfolio_rules
from course_app.exercise.engine.contract import Debrief, Decision, Desk, IllegalAction, KindInWords, play
from course_app.exercise.engine.costly_kinds import portfolio_words
from course_app.exercise.engine.moves import REACHES_CUSTOMER
from course_app.exercise.engine.portfolio_journal import seen_at
from course_app.exercise.engine.portfolio_model import PortfolioBody
from course_app.exercise.engine.portfolio_play import Portfolio, RunState, closed, opened, planned, played_action
from course_app.exercise.engine.portfolio_red_lines import UNCHECKED_REASON, red_line
from course_app.exercise.engine.portfolio_review import costly_kinds, debrief
from course_app.exercise.engine.portfolio_tables import Tables, read_versions
from course_app.exercise.engine.portfolio_words import hint
from course_app.exercise.engine.vocabulary import PENDING


class PortfolioEngine:
    """Plays portfolio exercises; see `contract.Engine` for the promises of each method."""

    def __init__(self, versions: Mapping[str, Tables] | None = None, version: str | None = None) -> None:
        """Play with one of these versions (default: the current one, which comes first)."""
        self._versions = read_versions() if versions is None else versions
        self.version = next(iter(self._versions)) if version is None else version

    def of_version(self, version: str) -> "PortfolioEngine | None":
        """Return the engine that plays a version, None when it is no longer kept."""
        if version == self.version:
            return self
        return PortfolioEngine(self._versions, version) if version in self._versions else None

    @property
    def tables(self) -> Tables:
        """The compiled model and the values of this version."""
        return self._versions[self.version]

    def warm(self) -> None:
        """Compile the model and read its values now rather than under the first learner."""
        _ = self.tables.kernel, self.tables.stored

    def prepare(self, body: Mapping[str, Any]) -> Portfolio:
        """Return the portfolio of a checked content file."""
        return Portfolio(PortfolioBody.model_validate(body), self._versions[self.version])

    def brief(self, exercise: Portfolio) -> tuple[str, ...]:
        """Return the paragraphs that open the exercise."""
        return exercise.body.brief

    def initial(self, exercise: Portfolio, seed: int) -> RunState:
        """Return the first séance, nothing decided."""
        return opened(exercise, seed)

    def observe(self, state: RunState) -> Desk:
        """Return the desk of the open séance."""
        _check_running(state)
        return portfolio_desk.observe(state)

    def decide(self, state: RunState, decision: Decision) -> RunState:
        """Plan one action of the open séance."""
        _check_running(state)
        portfolio_rules.check(state, decision)
        return planned(state, decision)

    def close_session(self, state: RunState) -> RunState:
        """Carry out what was planned; customers without a decision wait."""
        _check_running(state)
        return closed(state)

    def is_over(self, state: RunState) -> bool:
        """Tell whether the last séance is closed."""
        return state.is_over

    def red_line(self, state: RunState, decision: Decision) -> str:
        """Return why a move crosses a red line, empty when it does not.

        Chasing is stopped on what can be known: the statement of the séance was not read. Whether the customer has
        paid stays hidden.
        """
        forbidden = red_line(decision.action)
        if forbidden is not None:
            return forbidden.reason
        number = state.number(decision.customer_id)
        if number is None or state.session_index == 0 or state.has_read:
            return ""
        seen = state.seen(number)
        chases = played_action(seen, decision.action, state.kernel) in REACHES_CUSTOMER
        return UNCHECKED_REASON if chases and seen.stage not in PENDING else ""

    def hint(self, state: RunState, customer_id: str) -> str:
        """Return the hint of guided play on a customer, empty when there is none."""
        number = state.number(customer_id)
        if number is None or not state.is_open(number) or state.seen(number).stage in PENDING:
            return ""
        return hint(seen_at(state, number, state.session_index))

    def review(self, exercise: Portfolio, seed: int, decisions: Sequence[Decision]) -> Debrief:
        """Judge a finished run."""
        state: RunState = play(self, exercise, seed, decisions)
        if not state.is_over:
            message = "Terminez toutes les séances : le débrief vient après la dernière."
            raise IllegalAction(message, code="hors-seance")
        return debrief(state, decisions)

    def ready_to_judge(self, exercise: Portfolio) -> None:
        """Do nothing: the values of every position come with the version."""

    def costly_kinds(self, state: RunState, decisions: Sequence[Decision]) -> tuple[str, ...]:
        """Return the kinds of decision that cost dearly."""
        return costly_kinds(state, decisions)

    def kind_in_words(self, exercise: Portfolio, kind: str) -> KindInWords | None:
        """Return a kind of decision in words, the same in every portfolio."""
        return portfolio_words(kind)


def _check_running(state: RunState) -> None:
    if state.is_over:
        raise IllegalAction("Cette partie est terminée. Ouvrez son débrief.", code="partie-finie")
