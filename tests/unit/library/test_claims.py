"""What no text may claim: figures typed by hand, and statements of old course books, each at its place."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_app.library import files
from course_app.library.claims import Claims
from course_app.library.registers import Fact, Trap
from course_app.library.yaml_reader import read_yaml
from tests.unit.library.material import FACTS, FILES, LESSON, QUIZ, TRAPS

REAL = Path(__file__).parents[3] / "content"


def _register(name, model):
    file = files.read(REAL / name, name)
    written, findings = files.understand(file, read_yaml(file.text), model)
    assert written is not None, findings
    return written.value


TRAP_LIST = _register("traps.yaml", files.TRAPS)
REGISTER = _register("facts.yaml", files.FACTS)
CLAIMS = Claims(REGISTER, TRAP_LIST)


def fact(value, *near):
    """Return a fact of the register with these words around it."""
    return Fact(
        id="un-fait", value=value, label="Un fait", source="P-33", checked_on=date(2026, 11, 22),
        next_check_on=date(2027, 1, 5), near=near,
    )  # fmt: skip


def test_the_forty_traps_are_there():
    """Each of the forty statements of the field guide has its rule, once."""
    assert [trap.number for trap in TRAP_LIST] == list(range(1, 41))


@pytest.mark.parametrize("trap", TRAP_LIST, ids=lambda trap: trap.id)
def test_each_trap_catches_its_examples_and_leaves_the_others(trap):
    """The whole register and all traps together take each false sentence and leave each true one."""
    alone = Claims((), (trap,))
    for text in trap.must:
        assert [fault.code for fault in alone.faults(text)] == ["piege"], text
    for text in trap.must_not:
        assert not list(alone.faults(text)), text


@pytest.mark.parametrize(
    ("value", "near", "text", "offset"),
    [
        ("40 €", "indemnité", "L’indemnité est de 40\u00a0€ par facture.", 19),
        ("40 €", "indemnité", "Le dossier coûte 40 €. L'indemnité est due.", None),
        ("40 €", "indemnité", "Une indemnité de 140 € est due.", None),
        ("40 €", "indemnité", "Une indemnité de 40 €/facture.", 17),
        ("cinq ans", "prescription", "La prescription est de cinq ans.", None),
        ("2,40 %", "BCE", "Le taux de la BCE est de 12,40 %.", None),
        ("2,40 %", "BCE", "Le taux de la BCE est de 2,40\u202f%.", 25),
    ],
)
def test_a_figure_is_not_typed_beside_its_subject(value, near, text, offset):
    """The value of a fact, typed in a sentence about it, is a fault where it stands; elsewhere it is only a number."""
    found = [fault.offset for fault in Claims((fact(value, near),), ()).faults(text)]
    assert found == ([] if offset is None else [offset])


def test_a_quoted_fact_is_no_fault(desk):
    """The same figure, quoted by its id, passes; typed, it fails at its line and column."""
    desk.write(FACTS, FILES[FACTS] + '  near: ["indemnité"]\n')
    assert not desk.told()
    desk.write(LESSON, FILES[LESSON].replace("{{fait:indemnite}}", "40 €"))
    assert [one.split()[:2] for one in desk.told()] == [[f"{LESSON}:21:50", "chiffre-a-la-main"]]


def test_a_wrong_answer_may_hold_what_people_believe(desk):
    """A trap in an option that is not right is what people say; in the right one, or in a feedback, it is ours."""
    false = "L'indemnité est due par client."
    wrong = FILES[QUIZ].replace("Vous attendez.", false)
    desk.write(QUIZ, wrong)
    assert not desk.told()
    desk.write(QUIZ, FILES[QUIZ].replace("Vous demandez une date.", false))
    assert [one.split()[1] for one in desk.told()] == ["piege"]
    desk.write(QUIZ, FILES[QUIZ].replace("Personne ne sait.", false))
    assert [one.split()[1] for one in desk.told()] == ["piege"]


def test_a_trap_that_misjudges_its_example_is_told(desk):
    """A rule that no longer takes its own false sentence, or that takes its true one, stops the check."""
    desk.write(TRAPS, FILES[TRAPS].replace('"par facture"', '"jamais"'))
    assert [one.split()[1] for one in desk.told()] == ["piege-mal-ecrit"]
    desk.write(TRAPS, FILES[TRAPS].replace('par client"\n  unless', 'par cliant"\n  unless'))
    assert [one.split()[1] for one in desk.told()] == ["piege-mal-ecrit"]
    desk.write(TRAPS, FILES[TRAPS].replace("indemnité.{0,40}", "(indemnité"))
    assert [one.split()[1] for one in desk.told()] == ["type-attendu"]


@given(st.text(alphabet=st.characters(), max_size=600))
def test_any_text_can_be_read(text):
    """No text makes the rules fail, and each fault lies inside it."""
    assert all(0 <= fault.offset < len(text) for fault in CLAIMS.faults(text))


def test_a_trap_needs_examples():
    """A rule without examples proves nothing, and is refused."""
    whole = TRAP_LIST[0].model_dump()
    assert Trap.model_validate(whole) == TRAP_LIST[0]
    with pytest.raises(ValueError, match="must"):
        Trap.model_validate(whole | {"must": ()})
