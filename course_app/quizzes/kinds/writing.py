"""Writing a text, and saying which criteria it meets: compared with a model, never marked."""

from course_app.core.errors import Invalid
from course_app.library.questions import FreeTextQuestion
from course_app.quizzes.kinds.answers import Explained, Grade, Kind, Mark, Part, Response, refuse_strangers

LONGEST_TEXT = 5000
"""Characters (security.md S23)."""


def parse(question: FreeTextQuestion, sent: Response) -> Response:
    """Return the text without the blanks around it, and the ticked criteria in the question's order."""
    known = tuple(criterion.id for criterion in question.criteria)
    text = sent.typed.strip().replace("\r\n", "\n")
    if not text:
        raise Invalid("Écrivez votre texte, puis validez.", code="reponse-vide")
    if len(text) > LONGEST_TEXT:
        raise Invalid("Votre texte dépasse 5 000 caractères. Raccourcissez-le.", code="texte-trop-long")
    refuse_strangers(sent.chosen, known)
    return Response(tuple(each for each in known if each in sent.chosen), text)


def grade(_question: FreeTextQuestion, _response: Response) -> Grade:
    """Give no mark."""
    return Grade(None, None)


def explain(question: FreeTextQuestion, response: Response) -> Explained:
    """Set each criterion beside what the learner ticked, with what it changes; then the model."""
    parts = tuple(
        Part(each.text, Mark.TICKED if each.id in response.chosen else Mark.UNTICKED, expected=each.why)
        for each in question.criteria
    )
    return Explained(parts, model=question.model)


def words(_question: FreeTextQuestion, response: Response) -> tuple[str, ...]:
    """Return the text."""
    return (response.typed,)


KIND = Kind(parse, grade, explain, words)
