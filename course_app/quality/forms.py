"""Surveys, requests and answers as forms."""

from functools import cache

from wtforms import RadioField, SelectChoice, SelectField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from course_app.core.french import typeset
from course_app.quality.rules import COMMENT_LIMIT, REQUEST_LIMIT, SURVEYS, RequestKind, SurveyKind
from course_app.web.forms import Form, KeyedForm
from course_app.web.i18n import lazy_

CHOOSE = lazy_("Choisissez une réponse.")


class SurveyForm(Form):
    """A comment; `survey_form` adds the questions."""

    comment = TextAreaField(
        lazy_("Un mot à ajouter ?"),
        validators=[Length(max=COMMENT_LIMIT, message=lazy_("Gardez 1 000 caractères au plus."))],
        render_kw={"rows": 4},
    )


@cache
def survey_form(kind: SurveyKind) -> type[SurveyForm]:
    """Return the form of a survey: one group of choices per question, then the comment."""
    questions = {
        asked.slug: RadioField(
            typeset(asked.text),
            choices=[SelectChoice(value, typeset(label)) for value, label in asked.answers.items()],
            validators=[InputRequired(CHOOSE)],
        )
        for asked in SURVEYS[kind]
    }
    return type("SurveyForm", (SurveyForm,), questions)


KINDS = (
    SelectChoice(RequestKind.ADAPTATION.value, lazy_("Une adaptation : handicap, vue, lecture, rythme")),
    SelectChoice(RequestKind.COMPLAINT.value, lazy_("Une réclamation : quelque chose ne va pas")),
)


class RequestForm(KeyedForm):
    """What is asked."""

    kind = SelectField(lazy_("Votre demande"), choices=KINDS, validators=[InputRequired(CHOOSE)])
    text = TextAreaField(
        lazy_("Expliquez en quelques lignes"),
        validators=[
            DataRequired(lazy_("Écrivez votre demande, puis envoyez-la.")),
            Length(max=REQUEST_LIMIT, message=lazy_("Gardez 2 000 caractères au plus : dites l'essentiel.")),
        ],
        render_kw={"rows": 5},
    )


class ReplyForm(Form):
    """The answer to a request."""

    answer = TextAreaField(
        lazy_("Votre réponse"),
        validators=[
            DataRequired(lazy_("Écrivez votre réponse, puis envoyez-la.")),
            Length(max=REQUEST_LIMIT, message=lazy_("Gardez 2 000 caractères au plus : dites l'essentiel.")),
        ],
        render_kw={"rows": 4},
    )
