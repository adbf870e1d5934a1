"""What this room contributes to a dossier de preuve: the files of the documents issued on the path."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from course_app.certificates import logos, service
from course_app.certificates.issuing import Press, file_of
from course_app.certificates.rules import CertificateKind
from course_app.progress.evidence import Attached, Piece, Wanted

_TITLES = {
    CertificateKind.SKILLS: "Attestation de compétences",
    CertificateKind.COMPLETION: "Certificat de réalisation",
}


@dataclass(frozen=True)
class DocumentsEvidence:
    """The room, with the press that makes its files again."""

    press: Press

    def evidence(self, session: Session, wanted: Wanted) -> Iterable[Piece]:
        """Yield the sealed file of each document of the path that still stands, the first issued first.

        They hold a name, aims and a date, never a result: whoever may have the dossier may have them.
        """
        rows = service.issued_to(session, wanted.learner)
        for row in reversed(rows):
            if row.path_id == wanted.path.id and row.revoked_at is None and row.erased_at is None:
                name = f"{row.kind.value}-{row.code[:5].lower()}.pdf"
                yield Attached(name, _TITLES[row.kind], file_of(self.press, row, logos.of(session, row)))
