"""Moves that are never allowed: what they are called, what they really do, why they are forbidden.

They stay on the desk under the words people really use, so that recognising them is part of the exercise. The
model knows none of them: each is played as a call badly led, and its fixed expected penalty is counted apart from
money. Penalties are weights of teaching, not of law (simulator.md §8: 300 € for a disclosure, four times that for
unlawful pressure).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from course_app.core.french import typeset
from course_app.exercise.engine.contract_desk import ActionKind
from course_app.exercise.engine.contract_review import Why

DISCLOSURE_CENTS = 30_000
PRESSURE_CENTS = 4 * DISCLOSURE_CENTS
_LESSON, _ANCHOR = "lignes-rouges", "s-les-dix-phrases"


@dataclass(frozen=True)
class RedLine:
    """One forbidden move: its words on the desk, its minutes, its penalty in cents, and the reason in French."""

    kind: ActionKind
    label: str
    minutes: int
    penalty_cents: int
    reason: str
    rule: str
    source: str

    @property
    def why(self) -> Why:
        """Where the verdict comes from."""
        return Why(_LESSON, _ANCHOR, typeset(self.rule), self.source)


_OPEN = (
    RedLine(
        kind=ActionKind.DISCLOSURE,
        label="Laisser un message au standard : « Dites-lui que sa facture est impayée »",
        minutes=5,
        penalty_cents=DISCLOSURE_CENTS,
        reason="On ne parle pas de la dette à un tiers, pas même au standard.",
        rule="La dette ne se raconte qu'au débiteur : à un tiers, on demande seulement d'être rappelé.",
        source="C-06",
    ),
    RedLine(
        kind=ActionKind.FALSE_TITLE,
        label="Annoncer au téléphone une saisie pour demain",
        minutes=10,
        penalty_cents=PRESSURE_CENTS,
        reason="Sans titre exécutoire, personne ne peut saisir : l'annoncer est une fausse menace.",
        rule="On n'annonce que ce que l'on peut faire : sans titre, il n'y a pas de saisie.",
        source="C-05",
    ),
    RedLine(
        kind=ActionKind.CRIMINAL_THREAT,
        label="Prévenir que « c'est du pénal » et qu'une plainte va partir",
        minutes=10,
        penalty_cents=PRESSURE_CENTS,
        reason="Un retard de paiement n'est pas un délit : brandir le pénal est une pression interdite.",
        rule="On parle de la facture, de la date et de la suite décidée. Jamais de pénal.",
        source="C-05",
    ),
    RedLine(
        kind=ActionKind.UNDUE_FEES,
        label="Ajouter 15 % de frais de dossier à ce qui est réclamé",
        minutes=5,
        penalty_cents=DISCLOSURE_CENTS,
        reason="Ces frais ne sont pas dus. Seules les sommes prévues par la loi et le contrat se réclament.",
        rule="On réclame le principal, les pénalités et l'indemnité forfaitaire. Aucun frais de son invention.",
        source="P-33",
    ),
)
RED_LINES: Mapping[str, RedLine] = {line.kind.value: line for line in _OPEN}
"""Red lines that can be crossed on any file that is due and in our hands, by the id of the move."""

AFTER_JUDGMENT = RedLine(
    kind=ActionKind.AFTER_JUDGMENT,
    label="Réclamer quand même le paiement au client",
    minutes=5,
    penalty_cents=DISCLOSURE_CENTS,
    reason="Depuis le jugement, le client n'a plus le droit de payer cette dette. On ne la lui réclame plus.",
    rule="Après le jugement d'ouverture, toute relance s'arrête : la créance se déclare au mandataire.",
    source="I-01",
)
"""The one that stays possible once a customer is in insolvency proceedings."""

CHASED_REASON = "Ce client avait déjà payé. Le relevé l'aurait dit en cinq minutes."
UNCHECKED_REASON = (
    "Le relevé de cette séance n'est pas lu, et ce client a peut-être déjà payé. Pointez d'abord les paiements."
)


def red_line(action: str) -> RedLine | None:
    """Return the forbidden move of this id, None for a lawful one."""
    return AFTER_JUDGMENT if action == AFTER_JUDGMENT.kind.value else RED_LINES.get(action)
