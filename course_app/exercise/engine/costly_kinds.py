"""Kinds of decision that a briefing may name: their words, apart from whoever made them.

A kind is a slug: of a portfolio, the skill that a decision trains or the red line it crosses; of a script, the very
option, in its situation (`client/situation/option`). Only the slugs of a run leave the exercise, never its amounts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from course_app.core.french import typeset
from course_app.exercise.engine.contract_review import Grade, KindInWords, MomentReview
from course_app.exercise.engine.debrief import RULES, Skill
from course_app.exercise.engine.portfolio_red_lines import AFTER_JUDGMENT, RED_LINES, RedLine, red_line
from course_app.exercise.engine.scripted_parts import Option, Script, StateScript

COSTLY = frozenset({Grade.MISTAKE, Grade.COSTLY})
"""Grades that make a decision costly: a loss above 4 % of what was owed (`contract_review.LOSS_CUTS`)."""


@dataclass(frozen=True)
class _Trade:
    title: str
    case: str
    chosen: str
    why: str


_TRADE: Mapping[Skill, _Trade] = MappingProxyType(
    {
        Skill.REACTIVITY: _Trade(
            "La première relance d'une facture échue",
            "Une facture est échue depuis dix jours. Personne n'a encore écrit ni appelé. Votre semaine est chargée.",
            "Laisser passer encore une séance, « le client va bien finir par payer »",
            "Plus la dette vieillit, moins elle rentre. Le client range la facture derrière celles qu'on lui rappelle.",
        ),
        Skill.FOLLOW_UP: _Trade(
            "Le lendemain d'une promesse ou d'une date annoncée",
            "Le client avait promis un virement pour hier. Ce matin, rien n'est arrivé sur le compte.",
            "Attendre quelques jours de plus, ou renvoyer un simple mail",
            "Une date qui passe sans un mot apprend au client que vos dates ne comptent pas.",
        ),
        Skill.ORGANISATION: _Trade(
            "L'ordre du matin : le relevé, puis les relances",
            "Il est neuf heures, huit clients sont à relancer. Le relevé bancaire du jour n'est pas encore ouvert.",
            "Commencer tout de suite à relancer, pour gagner du temps",
            "Parmi les huit, l'un a peut-être payé. Le relancer coûte des minutes et un peu de sa confiance.",
        ),
        Skill.PROOF: _Trade(
            "La cause et les pièces, avant de durcir le ton",
            "Le client dit que sa facture est incomplète. Le bon de livraison signé manque au dossier.",
            "Relancer plus fort, sans traiter ce qu'il demande ni réunir les pièces",
            "Tant que la cause reste, le paiement reste bloqué. Sans pièces, l'étape suivante ne tiendra pas.",
        ),
        Skill.PROPORTION: _Trade(
            "La fermeté, au bon moment",
            "Un client a dix jours de retard. C'est son premier, et personne ne lui a encore parlé.",
            "Passer tout de suite à l'étape la plus dure, ou répéter des menaces sans suite",
            "Trop tôt, la fermeté abîme une relation qui allait payer. Répétée sans acte, elle ne vaut plus rien.",
        ),
        Skill.LAW: _Trade(
            "Ne rien réclamer à qui a payé",
            "Un virement est arrivé lundi. Mercredi, le dossier est encore marqué « en retard ».",
            "Relancer sans avoir pointé les paiements",
            "Le client a tenu parole, et on l'accuse. La prochaine fois, il paiera sans se presser.",
        ),
    }
)
_FORBIDDEN: Mapping[str, RedLine] = MappingProxyType({**RED_LINES, AFTER_JUDGMENT.kind.value: AFTER_JUDGMENT})
_CROSSED = "ligne-rouge/"


def of_portfolio(skill: Skill, action: str) -> str:
    """Return the kind of a decision of a portfolio: the red line it crosses, or the skill it trains."""
    return f"{_CROSSED}{action}" if red_line(action) else skill.value


def of_script(customer_id: str, state_id: str, option_id: str) -> str:
    """Return the kind of a decision of a script."""
    return f"{customer_id}/{state_id}/{option_id}"


def costly(moments: Sequence[MomentReview]) -> tuple[str, ...]:
    """Return the kinds of the judged decisions that cost dearly or crossed a red line, each once, in order of slug."""
    return tuple(sorted({one.kind for one in moments if one.kind and (one.red_line or one.grade in COSTLY)}))


def portfolio_words(kind: str) -> KindInWords | None:
    """Return a kind of decision of portfolios in words; None for an unknown slug."""
    forbidden = _FORBIDDEN.get(kind.removeprefix(_CROSSED)) if kind.startswith(_CROSSED) else None
    if forbidden is not None:
        return _typeset(
            "Une ligne rouge",
            "Le client ne paie pas, il ne rappelle pas, et la patience manque. Une phrase vient toute seule.",
            forbidden.label,
            forbidden.reason,
            forbidden.rule,
            forbidden.why.lesson_id,
        )
    skill = next((one for one in Skill if one.value == kind), None)
    if skill is None:
        return None
    told, rule = _TRADE[skill], RULES[skill]
    return _typeset(told.title, told.case, told.chosen, told.why, rule.sentence, rule.lesson)


def script_words(script: Script, kind: str) -> KindInWords | None:
    """Return a decision of a script in words; None when the script no longer has it."""
    customer_id, _slash, rest = kind.partition("/")
    state_id, _slash, option_id = rest.partition("/")
    customer = script.by_customer.get(customer_id)
    state = customer.by_state.get(state_id) if customer else None
    option = state.move(option_id) if state else None
    if customer is None or state is None or option is None:
        return None
    why = option.why or state.why
    case = f"{customer.about} {' '.join(state.known)}".strip()
    title = f"{customer.name} : {state.label}"
    rule = why.rule if why else script.takeaway
    return _typeset(title, case, option.label, _why(state, option), rule, why.lesson if why else "")


def _why(state: StateScript, option: Option) -> str:
    """Return why an option costs: the red line it crosses, or the question the situation asked."""
    return option.red_line or state.hint


def _typeset(title: str, case: str, chosen: str, why: str, rule: str, lesson_id: str) -> KindInWords:
    return KindInWords(typeset(title), typeset(case), typeset(chosen), typeset(why), typeset(rule), lesson_id)
