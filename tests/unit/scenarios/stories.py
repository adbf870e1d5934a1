"""Stories of tests: small files that a checker reads, and sound graphs drawn at random with faults to plant."""

from hypothesis import strategies as st

from course_app.library.files import ScenarioFile, SourceFile, Written, understand
from course_app.library.yaml_reader import read_yaml

HEAD = """\
id: essai
title: "Un essai"
summary: "Une histoire d'essai."
minutes: 5
audiences: [equipe]
introduction: "Vous commencez."
case: {customer: "Menuiserie Bocage", amount_cents: 100000, on: 2026-10-12}
reviewed_on: 2026-11-22
evidence:
  - {id: devis, label: "Devis signé"}
flags:
  - {id: prevenu, label: "Client prévenu"}
"""
FEEDBACK = '{consequence: "Il répond.", reason: "La question est simple.", rule: "Une date."}'


def choice(name, to, quality="juste", more=""):
    """Return one choice as a line of YAML; `more` holds further keys."""
    return f'      - {{id: {name}, text: "Choix {name}", quality: {quality}, to: {to}, feedback: {FEEDBACK}{more}}}\n'


def node(name, *choices, more=""):
    """Return one situation as lines of YAML."""
    head = f'  - id: {name}\n    title: "Situation {name}"\n    situation: "Vous y êtes."\n    prompt: "Et là ?"\n'
    return f"{head}{more}    choices:\n{''.join(choices)}"


def ending(name):
    """Return one ending as a line of YAML."""
    told = 'story: "Fini.", reason: "Voilà pourquoi.", rule: "Une date."'
    return f'  - {{id: {name}, title: "Fin {name}", outcome: paye, {told}}}\n'


def story(opening, nodes, endings, head=HEAD):
    """Return the text of a scenario file."""
    return f"{head}opening: {opening}\nnodes:\n{''.join(nodes)}endings:\n{''.join(endings)}"


def written(text) -> Written[ScenarioFile]:
    """Return a scenario file understood; the test fails when its shape does not hold."""
    found, faults = understand(SourceFile("content/scenarios/essai.yaml", text), read_yaml(text), ScenarioFile)
    assert found is not None, [str(fault) for fault in faults]
    return found


SMALL = story(
    "{node: lundi, temperature: 2, has: [devis]}",
    [
        node(
            "lundi",
            choice("appeler", "mardi", more=", effects: {days: 1, temperature: 1}"),
            choice(
                "crier", "mardi", "a-revoir", more=", red_line: true, effects: {temperature: -2, raises: [prevenu]}"
            ),
            choice("attendre", "lundi", "passable", more=", effects: {days: 2}, when: {unchosen: [lundi.attendre]}"),
        ),
        node(
            "mardi",
            choice("date", "payee", more=", effects: {settles: true}"),
            choice("remise", "fachee", "a-revoir", more=", routes: [{when: {temperature: {min: 3}}, to: payee}]"),
        ),
    ],
    [ending("payee"), ending("fachee")],
)
"""Two situations, a loop that closes by itself, a route that depends on the mood, two endings."""


@st.composite
def sound(draw):
    """Draw the ends of each situation: all lower down, each situation reached, the last one ending; the size is the end."""
    size = draw(st.integers(2, 12))
    edges = {number: [] for number in range(size)}
    for number in range(1, size):
        free = [above for above in range(number) if len(edges[above]) < 2]
        edges[draw(st.sampled_from(free))].append(number)
    for number, ends in edges.items():
        wanted = max(1, 2 - len(ends))
        ends.extend(draw(st.lists(st.integers(number + 1, size), min_size=wanted, max_size=wanted)))
    if not any(size in ends for ends in edges.values()):
        edges[size - 1].append(size)
    return edges


def text_of(edges, *, more=None, extra=""):
    """Return the text of a drawn graph: situations s0…, one ending « fin »; `more` adds lines of choices to some."""
    size = len(edges)
    names = {number: "fin" if number == size else f"s{number}" for number in range(size + 1)}
    nodes = []
    for number, ends in edges.items():
        choices = [choice(f"c{rank}", names[end]) for rank, end in enumerate(ends)]
        nodes.append(node(names[number], *choices, *(more or {}).get(number, ())))
    return story("{node: s0}", [*nodes, extra], [ending("fin")])
