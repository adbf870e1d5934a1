"""Errors of the domain: a stable code and a French sentence that says what to do.

Knows nothing of HTTP: `web.errors` alone maps these classes to statuses and pages.
"""


class CourseError(Exception):
    """A refusal a person can understand.

    `code` is a stable slug for logs and tests; `message` is French, shown as it is, and says what to do. `heading`
    stands above it in the place of what is said of every refusal of its kind: a decision is refused, nothing was lost.
    """

    code = "erreur"
    message = "Cette action n'a pas abouti. Revenez à la page précédente et réessayez."
    heading = ""

    def __init__(self, message: str | None = None, *, code: str | None = None) -> None:
        self.message = message or self.message
        self.code = code or self.code
        super().__init__(self.message)


class OperatorError(Exception):
    """What stops a command or a start; the message is French and tells whoever runs the site what to do."""


class NotFound(CourseError):
    """The thing does not exist, or belongs to somebody else: both read the same."""

    code = "introuvable"
    message = "Cette page n'existe pas, ou n'existe plus. Repartez de l'accueil."


class Forbidden(CourseError):
    """The thing is visible, but this function is not allowed to this person."""

    code = "interdit"
    message = "Votre rôle ne permet pas cette action. Demandez à votre responsable."


class Stale(CourseError):
    """The request came too late, too early or twice with another content."""

    code = "perime"
    message = "Cette page a changé entre-temps. Rechargez-la, puis recommencez."


class Gone(CourseError):
    """A link that was used or has expired."""

    code = "lien-expire"
    message = "Ce lien a déjà servi ou a expiré. Demandez-en un nouveau."


class Invalid(CourseError):
    """A value that cannot be accepted; what was typed stays on the screen."""

    code = "invalide"
    message = "Cette réponse n'est pas valable. Vérifiez-la, puis validez à nouveau."
