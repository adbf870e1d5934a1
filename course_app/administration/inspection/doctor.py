"""The whole examination, and the part of it that decides whether a production may start (security.md S70)."""

from course_app.administration.inspection import configuration, database, files, surroundings
from course_app.administration.rules import Gravity, Remark, backup_remark, hole, holes, verified_remark
from course_app.config import Environment, Settings, SettingsError
from course_app.store.backup import notes
from course_app.web.clock import now


def examine(settings: Settings) -> list[Remark]:
    """Return every remark on an installation, served or not; content is looked at by the caller."""
    steady = surroundings.Steady()
    vital = database.remarks(settings)
    found = [*configuration.remarks(settings), *files.remarks(settings), *vital.modes, *vital.life]
    mails = surroundings.mail(settings)
    if mails:  # what the server answered says more than the form of its address
        found = [remark for remark in found if remark.topic != "courriel" or remark.gravity is not Gravity.GOOD]
    kept = notes.latest(settings.data_dir)
    moment = now()
    found += [*mails, surroundings.disk(settings)]
    found += [backup_remark(kept.made_at, moment), verified_remark(kept.verified_at, moment), steady.remark()]
    return found


def refuse_holes(settings: Settings) -> None:
    """Raise `SettingsError`, one French sentence a line, when this production would start with a hole."""
    if settings.environment is not Environment.PRODUCTION:
        return
    found = [*configuration.remarks(settings), *files.remarks(settings), *database.remarks(settings).modes]
    refused = holes(found)
    if refused:
        sentences = "\n".join(f"- {remark.sentence}" for remark in refused)
        raise SettingsError(f"le site ne démarre pas en production.\n{sentences}")


def unreadable(refusal: SettingsError) -> Remark:
    """Return what settings that cannot even be read deserve."""
    return hole("reglages", str(refusal))
