"""What the doctor may say: a remark, how serious it is, and from which figures on.

Pure: knows neither the web nor the database. Sentences are French, say what to do, and name no secret.
"""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from course_app.core.french import count

MEGABYTE = 1_000_000
FULL_BYTES = 200 * MEGABYTE
"""Less than this free, and the next backup or the database itself may not fit."""
NARROW_BYTES = 1_000 * MEGABYTE
BACKUP_LATE = timedelta(hours=26)
"""security.md R14: at most 24 hours may be lost; two more for a nightly timer that ran late."""
VERIFIED_LATE = timedelta(days=8)
CLOCK_OFF = timedelta(seconds=2)
STUCK = timedelta(minutes=10)
"""A job that waits this long has no runner; the queue is looked at twice a second."""


class Gravity(StrEnum):
    """How serious a remark is. A production with a hole does not start."""

    GOOD = "bon"
    WATCH = "a-surveiller"
    HOLE = "trou"


@dataclass(frozen=True)
class Remark:
    """One thing looked at: `topic` is a stable code, `sentence` French."""

    topic: str
    gravity: Gravity
    sentence: str


def good(topic: str, sentence: str) -> Remark:
    """Return a remark that asks for nothing."""
    return Remark(topic, Gravity.GOOD, sentence)


def watch(topic: str, sentence: str) -> Remark:
    """Return a remark to act on some day."""
    return Remark(topic, Gravity.WATCH, sentence)


def hole(topic: str, sentence: str) -> Remark:
    """Return a remark that forbids to serve in production."""
    return Remark(topic, Gravity.HOLE, sentence)


def holes(remarks: Iterable[Remark]) -> tuple[Remark, ...]:
    """Return the remarks that forbid to serve in production."""
    return tuple(remark for remark in remarks if remark.gravity is Gravity.HOLE)


def megabytes(size: int) -> str:
    """Return a size in French: « 850 Mo », « 12,3 Go »."""
    if size < MEGABYTE:
        return "moins de 1 Mo"
    if size < NARROW_BYTES:
        return f"{size // MEGABYTE} Mo"
    return f"{size / 1_000_000_000:.1f} Go".replace(".", ",")


def disk_remark(free: int, database: int) -> Remark:
    """Judge the bytes free where the data lives; a backup needs as much again as the database."""
    said = f"{megabytes(free)} libres pour les données"
    if free < FULL_BYTES:
        return hole("disque", f"{said} : libérez de la place, ou les réponses ne seront plus enregistrées.")
    if free < max(NARROW_BYTES, 3 * database):
        return watch("disque", f"{said} : prévoyez de la place pour les sauvegardes.")
    return good("disque", f"{said}.")


def backup_remark(made_at: datetime | None, now: datetime) -> Remark:
    """Judge how old the last backup is."""
    if made_at is None:
        return watch("sauvegarde", "Aucune sauvegarde connue : lancez « course db backup --verify », puis chaque nuit.")
    if now - made_at > BACKUP_LATE:
        return watch("sauvegarde", f"Dernière sauvegarde {_ago(made_at, now)} : la sauvegarde de nuit ne passe plus.")
    return good("sauvegarde", f"Dernière sauvegarde {_ago(made_at, now)}.")


def verified_remark(verified_at: datetime | None, now: datetime) -> Remark:
    """Judge how old the last backup proved by restoring it is."""
    if verified_at is None:
        return watch("restauration", "Aucune sauvegarde n'a été relue : lancez « course db verify » sur la dernière.")
    if now - verified_at > VERIFIED_LATE:
        return watch("restauration", f"Dernière relecture {_ago(verified_at, now)} : relisez une sauvegarde récente.")
    return good("restauration", f"Dernière sauvegarde relue avec succès {_ago(verified_at, now)}.")


def _ago(moment: datetime, now: datetime) -> str:
    hours = max(0, int((now - moment).total_seconds() // 3600))
    if hours < 1:
        return "il y a moins d'une heure"
    return f"il y a {count(hours, 'heure')}" if hours < 48 else f"il y a {count(hours // 24, 'jour')}"


def clock_remark(offset: timedelta, latest: datetime | None, now: datetime) -> Remark:
    """Judge the clock. offset: database's clock minus ours; latest: most recent moment recorded, if any."""
    if abs(offset) > CLOCK_OFF:
        seconds = round(abs(offset).total_seconds())
        return watch("horloge", f"{count(seconds, 'seconde')} d'écart avec la base : réglez l'heure (paquet chrony).")
    if latest is not None and latest - now > CLOCK_OFF:
        return watch("horloge", "Une réponse est datée du futur : l'horloge a reculé. Réglez l'heure (paquet chrony).")
    return good("horloge", "L'heure est celle de la base, et elle avance.")


def jobs_remark(waiting_since: datetime | None, failed: int, now: datetime) -> Remark:
    """Judge the queue. waiting_since: when the oldest job not started was asked; failed: in the last day."""
    if waiting_since is not None and now - waiting_since > STUCK:
        return watch("calculs", f"Un calcul attend {_since(waiting_since, now)} : lancez « course jobs run ».")
    if failed:
        return watch(
            "calculs", f"{count(failed, 'calcul échoué', 'calculs échoués')} en un jour : « course jobs list »."
        )
    return good("calculs", "Rien n'attend depuis longtemps.")


def signature_remark(signed: Mapping[str, int], held: AbstractSet[str]) -> Remark:
    """Judge the keys. signed: attestations of the database by key id; held: ids of the keys of this server."""
    strange = sum(number for key_id, number in signed.items() if key_id not in held)
    if strange:
        told = count(strange, "attestation signée", "attestations signées")
        return hole(
            "signature", f"{told} par une clé absente de ce serveur : recopiez le dossier signature du premier serveur."
        )
    return good("signature", "Ce serveur a les clés qui ont signé les attestations.")


def _since(moment: datetime, now: datetime) -> str:
    return f"depuis {count(int((now - moment).total_seconds() // 60), 'minute')}"
