"""What `course check` proves of a scenario: sound graphs pass, every planted fault is found at its place."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_app.library.files import ScenarioFile, SourceFile, understand
from course_app.library.scenario_checks import scenario_findings
from course_app.library.scenario_proof import MAX_POSITIONS, prove
from course_app.library.yaml_reader import read_yaml
from tests.unit.scenarios.stories import SMALL, choice, ending, node, sound, story, text_of, written

EFFORT = settings(max_examples=60, deadline=None)


def _codes(text):
    return [finding.code for finding in scenario_findings(written(text))]


def test_a_small_story_is_proved_and_counted():
    """A sound story has no finding; its paths, endings and scores are counted exactly."""
    found = written(SMALL)
    assert list(scenario_findings(found)) == []
    proof = prove(found.value)
    # Monday: call, shout, or wait once then call or shout; each time two ways on Tuesday.
    assert (proof.situations, proof.endings, proof.paths) == (2, 2, 8)
    assert (proof.lowest, proof.highest) == (0, 100)
    assert sum(proof.by_ending.values()) == proof.paths


@EFFORT
@given(sound())
def test_sound_graphs_pass(edges):
    """A graph where every situation is reached and leads further down has no fault, and finitely many paths."""
    text = text_of(edges)
    assert _codes(text) == []
    proof = prove(written(text).value)
    ways = {len(edges): 1}
    for number in sorted(edges, reverse=True):
        ways[number] = sum(ways[end] for end in edges[number])
    assert proof.paths == ways[0]
    assert proof.lowest == proof.highest == 100


@EFFORT
@given(sound())
def test_an_isolated_situation_is_found(edges):
    """A situation no choice leads to is told, and nothing else is."""
    text = text_of(edges, extra=node("isolee", choice("a", "fin"), choice("b", "fin")))
    (finding,) = scenario_findings(written(text))
    assert finding.code == "situation-isolee"
    assert "« isolee »" in finding.message
    assert text.splitlines()[finding.line - 1] == "  - id: isolee"


@EFFORT
@given(sound(), st.data())
def test_an_endless_loop_is_found(edges, data):
    """A way back that changes nothing is told, with the ring of situations it goes through."""
    below = data.draw(st.integers(1, len(edges) - 1))
    above = next(number for number, ends in edges.items() if below in ends)
    text = text_of(edges, more={below: [choice("retour", f"s{above}")]})
    (finding,) = scenario_findings(written(text))
    assert finding.code == "boucle-sans-fin"
    assert "→" in finding.message


@EFFORT
@given(sound(), st.data())
def test_a_condition_that_never_holds_is_found(edges, data):
    """A choice that asks for a piece nobody can get is told at its condition."""
    number = data.draw(st.integers(0, len(edges) - 1))
    text = text_of(edges, more={number: [choice("jamais", "fin", more=", when: {has: [devis]}")]})
    (finding,) = scenario_findings(written(text))
    assert finding.code == "condition-impossible"
    assert f"« s{number} »" in finding.message
    assert text.splitlines()[finding.line - 1][finding.column - 1 :].startswith("{has")


@EFFORT
@given(sound(), st.data())
def test_a_dead_end_is_found_with_the_way_to_it(edges, data):
    """A situation where no choice is left on some path is told, with the choices that lead there."""
    above = data.draw(st.integers(0, len(edges) - 1))
    trap = node(
        "piege",
        choice("a", "fin", more=", when: {without: [prevenu]}"),
        choice("b", "fin", more=", when: {without: [prevenu]}"),
    )
    into = [choice("sain", "piege"), choice("entrer", "piege", more=", effects: {raises: [prevenu]}")]
    (finding,) = scenario_findings(written(text_of(edges, more={above: into}, extra=trap)))
    assert finding.code == "impasse"
    assert f"s{above}.entrer" in finding.message


def test_only_bad_choices_left_is_found():
    """A learner always has something decent to choose, whatever they did before."""
    text = SMALL.replace(
        'id: date, text: "Choix date", quality: juste', 'id: date, text: "Choix date", quality: a-revoir'
    )
    assert _codes(text) == ["sans-bon-choix"]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("to: payee, feedback", "to: ailleurs, feedback", "situation-inconnue"),
        ("{node: lundi,", "{node: dimanche,", "situation-inconnue"),
        ("raises: [prevenu]", "raises: [furieux]", "drapeau-inconnu"),
        ("has: [devis]", "has: [contrat]", "piece-inconnue"),
        ("unchosen: [lundi.attendre]", "unchosen: [lundi.dormir]", "choix-inconnu"),
        ("unchosen: [lundi.attendre]", "unvisited: [jeudi]", "situation-inconnue"),
        ("- id: mardi", "- id: lundi", "identifiant-en-double"),
        ("id: fachee, title", "id: mardi, title", "identifiant-en-double"),
        ("id: crier, text", "id: appeler, text", "identifiant-en-double"),
        ('text: "Choix crier"', 'text: "choix APPELER"', "reponse-en-double"),
        ("a-revoir, to: mardi", "juste, to: mardi", "ligne-rouge-juste"),
        ("{temperature: {min: 3}}", "{days: {min: 900}}", "condition-impossible"),
        ("{temperature: {min: 3}}", "{red_lines: {min: 2}}", "condition-impossible"),
    ],
)
def test_each_fault_has_its_code_line_and_node(old, new, code):
    """A name that nothing carries, a name used twice, a bound never reached: told with a stable code and a real line."""
    assert SMALL.count(old) >= 1
    text = SMALL.replace(old, new, 1)
    found = [finding for finding in scenario_findings(written(text)) if finding.code == code]
    assert found
    line = text.splitlines()[found[0].line - 1]
    assert line.strip()
    assert found[0].column <= len(line)


def test_a_variant_nobody_reads_is_found():
    """A paragraph whose condition never holds where it stands is told."""
    variant = '    variants:\n      - {when: {visited: [mardi]}, text: "Encore vous."}\n'
    text = story(
        "{node: lundi}",
        [
            node("lundi", choice("a", "mardi"), choice("b", "mardi"), more=variant),
            node("mardi", choice("a", "fin"), choice("b", "fin")),
        ],
        [ending("fin")],
    )
    assert _codes(text) == ["condition-impossible"]


def test_a_choice_without_feedback_is_a_fault_of_its_file():
    """A choice without comment is refused with its place, before any proof."""
    text = SMALL.replace(
        ', feedback: {consequence: "Il répond.", reason: "La question est simple.", rule: "Une date."}', "", 1
    )
    found, findings = understand(SourceFile("essai.yaml", text), read_yaml(text), ScenarioFile)
    assert found is None
    assert [(finding.code, "Choix appeler" in text.splitlines()[finding.line - 1]) for finding in findings] == [
        ("commentaire-absent", True)
    ]


def test_an_explosion_is_bounded_and_explained():
    """A story whose conditions tell too many positions apart stops the proof with what multiplies them."""
    wide = SMALL.partition("opening:")[0]
    wide += "".join(f'  - {{id: d{number}, label: "Drapeau {number}"}}\n' for number in range(16))
    nodes = [
        node(
            f"s{number}",
            choice("oui", f"s{number + 1}", more=f", effects: {{raises: [d{number}]}}"),
            choice("non", f"s{number + 1}"),
        )
        for number in range(16)
    ]
    flags = ", ".join(f"d{number}" for number in range(16))
    nodes.append(node("s16", choice("finir", "fin"), choice("tout", "fin", more=f", when: {{flags: [{flags}]}}")))
    (finding,) = scenario_findings(written(story("{node: s0}", nodes, [ending("fin")], head=wide)))
    assert finding.code == "trop-de-situations"
    assert str(MAX_POSITIONS) in finding.message
    assert "d0" in finding.message


def test_two_hundred_situations_are_proved_in_a_second():
    """A story of 200 situations with flags, days and a mood that matter is proved in under one second of processor."""
    nodes = []
    for number in range(200):
        ends = [f"s{number + 1}" if number < 199 else "fin", f"s{min(number + 7, 199)}" if number < 199 else "fin"]
        nodes.append(
            node(
                f"s{number}",
                choice("a", ends[0], more=", effects: {temperature: 1}"),
                choice("b", ends[1], "passable", more=", effects: {temperature: -1, days: 1}"),
                choice("c", ends[0], "a-revoir", more=", when: {temperature: {min: 2}, days: {max: 3}}"),
            )
        )
    found = written(story("{node: s0}", nodes, [ending("fin")]))
    spent = []
    for _again in range(3):  # a busy machine slows one reading, not three
        started = time.process_time()
        assert list(scenario_findings(found)) == []
        assert prove(found.value).paths > 10**30
        spent.append(time.process_time() - started)
    assert min(spent) < 1
