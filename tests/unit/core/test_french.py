"""French as printed."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_app.core import french


@pytest.mark.parametrize(
    ("source", "printed"),
    [
        ("Que faites-vous ce matin ?", "Que faites-vous ce matin\u202f?"),
        ("L'oubli : 2 480,00 € à 12 %", "L’oubli\u00a0: 2\u202f480,00\u00a0€ à 12\u00a0%"),
        ('Elle dit "oui" ; vous notez !', "Elle dit «\u00a0oui\u00a0»\u202f; vous notez\u202f!"),
        ("« Le chèque est parti. »", "«\u00a0Le chèque est parti.\u00a0»"),
        ("à 9 h 30", "à 9\u00a0h\u00a030"),
        ("en 2026 100 dossiers", "en 2026 100 dossiers"),
        ("F-2026-0418 du 31/07", "F-2026-0418 du 31/07"),
        ("Écrire à aide@exemple.fr ?", "Écrire à aide@exemple.fr\u202f?"),
        ("%(name)s, c'est à vous", "%(name)s, c’est à vous"),
    ],
)
def test_typeset_gives_french_its_invisible_marks(source: str, printed: str) -> None:
    """A text typed in plain ASCII punctuation comes out with French spaces and apostrophes."""
    assert french.typeset(source) == printed


@given(st.text(max_size=200))
def test_typeset_is_idempotent_and_never_fails(text: str) -> None:
    """Typesetting twice changes nothing more, whatever the text."""
    once = french.typeset(text)
    assert french.typeset(once) == once


@given(st.integers(min_value=-(10**12), max_value=10**12))
def test_euros_lose_no_cent(cents: int) -> None:
    """The printed amount reads back to the same number of cents."""
    printed = french.euros(cents).replace("\u202f", "").replace("\u00a0€", "").replace("−", "-").replace(",", "")
    assert int(printed) == cents


def test_dates_times_and_durations_follow_the_house_style() -> None:
    """Dates, hours and durations print as experience.md §3 says."""
    assert french.long_date(date(2026, 12, 8)) == "8 décembre 2026"
    assert french.long_date(date(2027, 3, 1)) == "1er mars 2027"
    assert french.weekday_date(date(2026, 12, 8)) == "mardi 8 décembre"
    assert french.clock_time(datetime(2026, 12, 8, 9, 5, tzinfo=UTC)) == "9\u00a0h\u00a005"
    assert [french.duration(minutes) for minutes in (35, 120, 140)] == ["35\u00a0min", "2\u00a0h", "2\u00a0h\u00a020"]


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("Karim", "de Karim"), ("Inès", "d’Inès"), ("Élise", "d’Élise"), ("Ömer", "d’Ömer"),
        ("Yanis", "de Yanis"), ("Yves", "d’Yves"), ("Hugo", "de Hugo"), ("omar@exemple.fr", "d’omar@exemple.fr"),
    ],
)  # fmt: skip
def test_a_name_is_elided_before_a_vowel(name: str, told: str) -> None:
    """« de » loses its vowel before another one, accented or not; a « y » before a vowel keeps it."""
    assert french.of_name(name) == told


def test_the_french_plural_begins_at_two() -> None:
    """Zero and one take the singular."""
    assert [french.count(n, "jour") for n in (0, 1, 2)] == ["0\u00a0jour", "1\u00a0jour", "2\u00a0jours"]


@pytest.mark.parametrize(
    ("name", "printed"),
    [
        ("Atelier Rivoire", "d’Atelier Rivoire"),
        ("Inès", "d’Inès"),
        ("Élise", "d’Élise"),
        ("Œnologie Plus", "d’Œnologie Plus"),
        ("EDB Services", "d’EDB Services"),
        ("Uzès", "d’Uzès"),
        ("Karim", "de Karim"),
        ("Yves", "d’Yves"),
        ("Yanis", "de Yanis"),
        ("Yéléna", "de Yéléna"),
        ("Y", "de Y"),
        ("Hélène", "d’Hélène"),
        ("Hugues", "d’Hugues"),
        ("Hôtel Clairandon", "d’Hôtel Clairandon"),
        ("Horlogerie Mas", "d’Horlogerie Mas"),
        ("Hamid", "de Hamid"),
        ("Hangar 12", "de Hangar 12"),
        ("Huit Pains", "de Huit Pains"),
        ("11 Rue Neuve", "de 11 Rue Neuve"),
        ("8 à Huit", "de 8 à Huit"),
        ("Onze Toits", "de Onze Toits"),
        ("Oui Déco", "de Oui Déco"),
        ("Ouest Menuiserie", "d’Ouest Menuiserie"),
        ("« Atelier »", "de « Atelier »"),
        ("", "de "),
    ],
)
def test_a_name_is_joined_as_it_is_said(name: str, printed: str) -> None:
    """« de » loses its e before a vowel or a mute h, and nowhere else: figures, aspirated h, « onze », Yanis."""
    assert french.of_name(name) == printed


def test_other_small_words_are_joined_alike() -> None:
    """« que » follows the same rule."""
    assert french.joined("que", "Élise") == "qu’Élise"
    assert french.joined("que", "Rose") == "que Rose"


@given(st.text(max_size=40))
def test_joining_never_fails_nor_changes_the_name(name: str) -> None:
    """Whatever the name, it comes out whole after « de » or « d’ »."""
    assert french.of_name(name) in {f"de {name}", f"d’{name}"}
