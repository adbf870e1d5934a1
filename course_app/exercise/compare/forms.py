"""The laboratory's form: ordered rules that are added, moved and removed without script, or read from YAML.

Every button of the form sends it whole; what the button asks (`op`) changes the rules shown, and only « Tester » stores
something. The words of a rule are checked by the engine, the only judge of what a policy is.
"""

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from wtforms import Field, FieldList, FormField, IntegerField, SelectField, StringField, TextAreaField
from wtforms import Form as PlainForm
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from course_app.exercise.compare import words
from course_app.exercise.engine.laboratory import LARGEST, MOST_RULES, NAME_LENGTH, one_situation_each
from course_app.exercise.engine.laboratory_starts import STARTS
from course_app.web.forms import KeyedForm
from course_app.web.i18n import _, lazy_

YAML_LENGTH = 20_000
TRUTH = {"oui": True, "non": False}
MOST_SESSIONS = 100


def _choices(labels: Mapping[str, str]) -> list[tuple[str, str]]:
    return [(slug, _(label)) for slug, label in labels.items()]


class Chosen:
    """Marks a list that always holds something: it is not « facultatif », and there is nothing to check."""

    field_flags: ClassVar[dict[str, bool]] = {"required": True}

    def __call__(self, _form: PlainForm, _field: Field) -> None:
        """Accept."""


def _select(label: str, labels: Mapping[str, str]) -> SelectField:
    return SelectField(lazy_(label), [Chosen()], choices=lambda: _choices(labels), default=next(iter(labels)))


def _count(label: str, largest: int = LARGEST, least: int = 0) -> IntegerField:
    message = lazy_("Écrivez un nombre entier, de %(least)s à %(largest)s.", least=least, largest=largest)
    return IntegerField(lazy_(label), validators=[Optional(), NumberRange(least, largest, message)])


class RuleForm(PlainForm):
    """One rule: when, and what to do. A blank condition holds always."""

    class Meta:
        """French messages, as in every form."""

        locales: ClassVar[list[str]] = ["fr"]

    situation = _select("Quand", words.SITUATIONS)
    niveau_min = _select("Niveau, au moins", words.LEVELS)
    niveau_max = _select("Niveau, au plus", words.LEVELS)
    reponse = _select("Dernière réponse du client", words.ANSWERS)
    appels_min = _count("Appels déjà passés, au moins", 100)
    appels_max = _count("Appels déjà passés, au plus", 100)
    promesses_rompues_min = _count("Promesses rompues, au moins", 100)
    promesses_rompues_max = _count("Promesses rompues, au plus", 100)
    plans_min = _count("Échéanciers proposés, au moins", 100)
    plans_max = _count("Échéanciers proposés, au plus", 100)
    montant_min = _count("Montant dû en euros, au moins")
    montant_max = _count("Montant dû en euros, au plus")
    pieces = _select("Pièces réunies", words.YES_NO)
    litige_traite = _select("Litige déjà traité", words.YES_NO)
    seance_min = _count("À partir de la séance (la première est 0)", 1_000)
    toutes_les = _count("Une séance sur", 100, 1)
    faire = _select("Faire", words.ACTIONS)

    def rule(self) -> dict[str, Any]:
        """Return the rule as the engine reads it; meaningful once validated."""
        conditions = {name: _value(name, field.data) for name, field in self._fields.items() if name != "faire"}
        kept = {name: value for name, value in conditions.items() if value is not None}
        return {**({"quand": kept} if kept else {}), "faire": self.faire.data}


def _value(name: str, data: Any) -> Any:
    if data in (None, ""):
        return None
    if name in {"pieces", "litige_traite"}:
        return TRUTH.get(data)
    return int(data) if name.startswith("niveau") and str(data).isdigit() else data


def rules_of(raw: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the values of the rules' fields, for a form that shows a policy already checked."""
    shown = []
    for rule in one_situation_each(raw["regles"]):
        conditions = rule["quand"]
        texts = {name: ("oui" if value else "non") for name, value in conditions.items() if isinstance(value, bool)}
        levels = {name: str(value) for name, value in conditions.items() if name.startswith("niveau")}
        shown.append({**conditions, **texts, **levels, "faire": rule["faire"]})
    return shown


class RuleList(FieldList):
    """Ordered rules that can be moved and removed, what was typed kept as it was typed."""

    def _extract_indices(self, prefix: str, formdata: Any) -> Iterator[int]:
        """Yield the ranks posted; a rank that is no plain small number is left out, not a crash (« ² » is a digit)."""
        for name in formdata:
            rank = name[len(prefix) + 1 :].split("-", 1)[0] if name.startswith(prefix) else ""
            if rank.isascii() and rank.isdigit() and len(rank) < 4:
                yield int(rank)

    def move(self, rank: int, by: int) -> int:
        """Move a rule up (−1) or down (+1) and return its new rank; at an end, or for no rule, nothing moves."""
        to = rank + by
        if not (0 <= rank < len(self.entries) and 0 <= to < len(self.entries)):
            return rank
        self.entries[rank], self.entries[to] = self.entries[to], self.entries[rank]
        self._compact_indices()
        return to

    def remove(self, rank: int) -> None:
        """Remove a rule, if there is one at this rank."""
        if 0 <= rank < len(self.entries):
            del self.entries[rank]
            self._compact_indices()

    def add(self) -> bool:
        """Add an empty rule at the end; False when there are as many as allowed."""
        if len(self.entries) >= MOST_RULES:
            return False
        self.append_entry({})
        return True


class LaboratoryForm(KeyedForm):
    """A policy under construction."""

    nom = StringField(
        lazy_("Nom de votre scénario"),
        filters=[lambda text: text.strip() if text else ""],
        validators=[
            InputRequired(lazy_("Donnez un nom à votre scénario.")),
            Length(max=NAME_LENGTH, message=lazy_("Gardez 80 caractères au plus.")),
        ],
    )
    portefeuilles = _select("Sur quels impayés", words.SCENARIOS)
    releve_toutes_les = SelectField(lazy_("Lire le relevé bancaire"), [Chosen()], validate_choice=False, default="1")
    regles = RuleList(FormField(RuleForm), max_entries=MOST_RULES)
    depart = SelectField(lazy_("Partir de"), [Chosen()], validate_choice=False)
    yaml = TextAreaField(
        lazy_("Coller un scénario écrit en YAML"),
        validators=[Length(max=YAML_LENGTH, message=lazy_("Gardez 20 000 caractères au plus."))],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer the starts and the rhythms of reading, with the one in the form if it is another."""
        super().__init__(*args, **kwargs)
        self.depart.choices = [(name, _(words.POLICIES[name])) for name in STARTS]
        self.offer_rhythms()

    def offer_rhythms(self) -> None:
        """Offer the usual rhythms of reading the statement, and the one chosen when it is another."""
        chosen = str(self.releve_toutes_les.data or "")
        other = [] if chosen in words.READINGS else [(chosen, _("Toutes les %(count)s séances", count=chosen[:6]))]
        self.releve_toutes_les.choices = [*_choices(words.READINGS), *other]

    def validate_releve_toutes_les(self, field: Field) -> None:
        """Accept a whole number of séances, from 1 to 100."""
        raw = str(field.data or "")
        if not (raw.isascii() and raw.isdigit() and len(raw) < 4 and 1 <= int(raw) <= MOST_SESSIONS):
            raise ValidationError(_("Choisissez un rythme de lecture dans la liste."))

    def policy(self) -> dict[str, Any]:
        """Return the policy as the engine reads it; meaningful once validated."""
        return {
            "nom": self.nom.data,
            "releve_toutes_les": int(self.releve_toutes_les.data),
            "regles": [entry.form.rule() for entry in self.regles],
        }

    def show(self, raw: Mapping[str, Any]) -> None:
        """Replace what the form shows by a valid policy."""
        self.nom.data = raw["nom"]
        self.releve_toutes_les.data = str(raw.get("releve_toutes_les", 1))
        self.offer_rhythms()
        self.regles.entries.clear()
        self.regles.last_index = -1
        for values in rules_of(raw):
            self.regles.append_entry(values)

    def problems(self) -> list[tuple[str, str]]:
        """Return what is to correct: the id of the field, and the sentence that says so."""
        own = [(field.id, message) for field in self if field.name != "regles" for message in field.errors]
        return own + [
            (
                field.id,
                _(
                    "Règle %(number)s, « %(label)s » : %(text)s",
                    number=rank,
                    label=field.label.text,
                    text=message,
                ),
            )
            for rank, entry in enumerate(self.regles, 1)
            for field in entry.form
            for message in field.errors
        ]
