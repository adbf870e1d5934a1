"""What is written in the audit register. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

ACT_LENGTH = 40
SUBJECT_LENGTH = 120


class Act(StrEnum):
    """An act that leaves a trace: who, when (UTC), on what (security.md S78)."""

    SIGNED_IN = "connexion"
    PASSWORD_CHANGED = "mot-de-passe-change"
    PASSWORD_RESET_SENT = "lien-de-mot-de-passe-envoye"
    FACTOR_ADDED = "second-moyen-ajoute"
    FACTOR_REMOVED = "second-moyen-retire"
    FACTORS_RESET = "seconds-moyens-effaces"
    RECOVERY_CODES_DRAWN = "codes-de-secours-tires"
    RECOVERY_CODE_USED = "code-de-secours-utilise"
    ADDRESS_CHANGED = "adresse-changee"
    ROLE_CHANGED = "role-change"
    PERSON_INVITED = "personne-invitee"
    INVITATION_REVOKED = "invitation-annulee"
    INVITATION_ACCEPTED = "invitation-acceptee"
    PERSON_DEACTIVATED = "acces-ferme"
    PERSON_REACTIVATED = "acces-rouvert"
    TEAM_CHANGED = "equipe-changee"
    PATH_GIVEN = "parcours-confie"
    COMPANY_CHANGED = "regles-de-l-entreprise-changees"
    DATA_EXPORTED = "donnees-exportees"
    DATA_ERASED = "donnees-effacees"
    CERTIFICATE_ISSUED = "attestation-etablie"
    CERTIFICATE_REVOKED = "attestation-retiree"
    ACCOUNT_OPENED = "compte-ouvert"
    CONTENT_PUBLISHED = "contenu-publie"
    ERASURE_ASKED = "effacement-demande"
    ERASURE_TAKEN_BACK = "effacement-annule"


@dataclass(frozen=True)
class Entry:
    """One line of the register.

    `actor_id` is None for what the site did by itself. `subject` names what was acted on by a kind and an id
    (« personne:… », « equipe:… »), never by a name: the register outlives an erasure. `details` are JSON values without
    secret, answer or free text.
    """

    organisation_id: UUID
    act: Act
    actor_id: UUID | None
    subject: str = ""
    details: Mapping[str, str | int | bool | None] = field(default_factory=dict)


@dataclass(frozen=True)
class Search:
    """What is looked for in the register; None asks nothing. `person_id`: who acted, or was acted on.

    `since` is included, `until` is not; `before_id` is the line after which to go on.
    """

    person_id: UUID | None = None
    act: Act | None = None
    since: datetime | None = None
    until: datetime | None = None
    before_id: int | None = None
