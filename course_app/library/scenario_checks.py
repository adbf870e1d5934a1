"""The proof of a scenario: whatever is chosen, it goes on, it ends, it explains, and nothing in it is out of reach.

Names are checked first; a file whose names hold is then explored whole (`library.scenario_proof`). Each finding names
the situation and stands at its line.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from course_app.library.files import ScenarioFile, Written
from course_app.library.model import Finding
from course_app.library.scenario_model import ChoiceQuality, Condition, Named
from course_app.library.scenario_play import State, Story
from course_app.library.scenario_proof import MAX_POSITIONS, Exploration, TooManyPositionsError
from course_app.library.yaml_reader import Location

_SHOWN = 8
_WORDS: Mapping[str, str] = {
    "days": "les jours",
    "cash_cents": "l'argent reçu",
    "red_lines": "les lignes rouges",
    "temperature": "la température",
}


def scenario_findings(written: Written[ScenarioFile]) -> Iterator[Finding]:
    """Yield the faults of a scenario that no single key shows."""
    named = list(_names(written))
    yield from named
    yield from _fair_choices(written)
    if named:
        return
    try:
        exploration = Exploration(Story(written.value))
    except TooManyPositionsError as error:
        yield written.finding(("nodes",), "trop-de-situations", _explosion(error))
        return
    yield from _unreached(written, exploration)
    yield from _stuck(written, exploration)
    yield from _loop(written, exploration)


def _explosion(error: TooManyPositionsError) -> str:
    read = [_WORDS.get(name, name.partition(":")[2]) for name in error.read]
    shown = ", ".join(read[:_SHOWN]) + ("…" if len(read) > _SHOWN else "")
    return (
        f"plus de {MAX_POSITIONS} positions possibles : la preuve s'arrête là. Lisez moins de choses dans « when » "
        f"(ici : {shown}), ou coupez l'histoire en deux"
    )


# Names


def _names(written: Written[ScenarioFile]) -> Iterator[Finding]:
    """Yield the ids used twice, and the names that nothing carries."""
    story = written.value
    places = [node.id for node in story.nodes] + [ending.id for ending in story.endings]
    yield from _repeated(written, ("evidence",), [piece.id for piece in story.evidence])
    yield from _repeated(written, ("flags",), [flag.id for flag in story.flags])
    yield from _repeated(written, ("nodes",), [node.id for node in story.nodes])
    for rank, ending in enumerate(story.endings):
        if places.count(ending.id) > 1:
            message = f"l'identifiant « {ending.id} » sert déjà"
            yield written.finding(("endings", rank, "id"), "identifiant-en-double", message)
    for number, node in enumerate(story.nodes):
        yield from _repeated(written, ("nodes", number, "choices"), [choice.id for choice in node.choices])
    yield from _targets(written)
    yield from _marks(written)


def _repeated(written: Written[Any], under: Location, ids: Iterable[str]) -> Iterator[Finding]:
    seen: set[str] = set()
    for number, one in enumerate(ids):
        if one in seen:
            message = f"l'identifiant « {one} » sert déjà plus haut"
            yield written.finding((*under, number, "id"), "identifiant-en-double", message)
        seen.add(one)


def _targets(written: Written[ScenarioFile]) -> Iterator[Finding]:
    story = written.value
    nodes, endings = {node.id for node in story.nodes}, {ending.id for ending in story.endings}
    if story.opening.node not in nodes:
        message = f"la situation de départ « {story.opening.node} » n'existe pas"
        yield written.finding(("opening", "node"), "situation-inconnue", message)
    for number, node in enumerate(story.nodes):
        for rank, choice in enumerate(node.choices):
            place: Location = ("nodes", number, "choices", rank)
            routes = ((("routes", at, "to"), route.to) for at, route in enumerate(choice.routes))
            for under, to in ((("to",), choice.to), *routes):
                if to not in nodes | endings:
                    message = f"situation « {node.id} », choix « {choice.id} » : « {to} » n'existe pas"
                    yield written.finding((*place, *under), "situation-inconnue", message)


def _marks(written: Written[ScenarioFile]) -> Iterator[Finding]:
    """Yield the pieces, flags, situations and choices that a condition or an effect names and nothing declares."""
    story = written.value
    pieces, flags = _ids(story.evidence), _ids(story.flags)
    nodes = {node.id for node in story.nodes}
    choices = {f"{node.id}.{choice.id}" for node in story.nodes for choice in node.choices}
    known = {
        **dict.fromkeys(("has", "lacks", "adds"), (pieces, "pièce inconnue")),
        **dict.fromkeys(("flags", "without", "raises", "lowers"), (flags, "drapeau inconnu")),
        **dict.fromkeys(("visited", "unvisited"), (nodes, "situation inconnue")),
        **dict.fromkeys(("chosen", "unchosen"), (choices, "choix inconnu")),
    }
    for location, lists in _lists_of_names(written):
        for key, names in lists.items():
            declared, words = known[key]
            for rank, name in enumerate(names):
                if name not in declared:
                    code = words.replace("è", "e").replace(" ", "-")
                    yield written.finding((*location, key, rank), code, f"{words} : « {name} »")


def _ids(named: Iterable[Named]) -> set[str]:
    return {one.id for one in named}


def _lists_of_names(written: Written[ScenarioFile]) -> Iterator[tuple[Location, Mapping[str, tuple[str, ...]]]]:
    """Yield each place that names marks, with its lists by key."""
    story = written.value
    yield ("opening",), {"has": story.opening.has, "flags": story.opening.flags}
    for location, condition in _conditions(written):
        keys = ("has", "lacks", "flags", "without", "visited", "unvisited", "chosen", "unchosen")
        yield location, {key: getattr(condition, key) for key in keys}
    for number, node in enumerate(story.nodes):
        for rank, choice in enumerate(node.choices):
            effects = choice.effects
            lists = {"adds": effects.adds, "raises": effects.raises, "lowers": effects.lowers}
            yield ("nodes", number, "choices", rank, "effects"), lists


def _conditions(written: Written[ScenarioFile]) -> Iterator[tuple[Location, Condition]]:
    for number, node in enumerate(written.value.nodes):
        here: Location = ("nodes", number)
        for rank, variant in enumerate(node.variants):
            yield (*here, "variants", rank, "when"), variant.when
        for rank, choice in enumerate(node.choices):
            yield (*here, "choices", rank, "when"), choice.when
            for at, route in enumerate(choice.routes):
                yield (*here, "choices", rank, "routes", at, "when"), route.when


# Choices


def _fair_choices(written: Written[ScenarioFile]) -> Iterator[Finding]:
    for number, node in enumerate(written.value.nodes):
        texts: set[str] = set()
        for rank, choice in enumerate(node.choices):
            place: Location = ("nodes", number, "choices", rank)
            if choice.red_line and choice.quality is not ChoiceQuality.POOR:
                message = f"situation « {node.id} » : une ligne rouge n'est jamais un bon choix"
                yield written.finding((*place, "red_line"), "ligne-rouge-juste", message)
            if choice.text.casefold() in texts:
                message = f"situation « {node.id} » : ce choix est déjà proposé plus haut"
                yield written.finding((*place, "text"), "reponse-en-double", message)
            texts.add(choice.text.casefold())


# What exploring shows


def _unreached(written: Written[ScenarioFile], exploration: Exploration) -> Iterator[Finding]:
    """Yield the situations, endings, choices, variants and routes that no path meets."""
    met: dict[str, list[State]] = {}
    for position in exploration.positions:
        met.setdefault(position.node, []).append(position.state)
    for rank, ending in enumerate(written.value.endings):
        if ending.id not in met:
            message = f"aucun chemin ne mène à la fin « {ending.id} »"
            yield written.finding(("endings", rank, "id"), "situation-isolee", message)
    for number, node in enumerate(written.value.nodes):
        if node.id not in met:
            message = f"aucun chemin ne mène à la situation « {node.id} »"
            yield written.finding(("nodes", number, "id"), "situation-isolee", message)
        else:
            for under, words in _never(exploration.story, node.id, met[node.id]):
                message = f"situation « {node.id} », {words}"
                yield written.finding(("nodes", number, *under, "when"), "condition-impossible", message)


def _never(story: Story, node: str, states: list[State]) -> Iterator[tuple[Location, str]]:
    """Yield what a situation holds and nobody meets in the states in which it is reached."""
    for rank, guard in enumerate(story.variants[node]):
        if not any(guard.holds(state) for state in states):
            yield ("variants", rank), f"variante {rank + 1} : sa condition n'est jamais remplie"
    for rank, move in enumerate(story.moves[node]):
        here = [state for state in states if move.guard.holds(state)]
        if not here:
            yield ("choices", rank), f"choix « {move.choice.id} » : sa condition n'est jamais remplie"
            continue
        if not move.routes:
            continue
        taken = {move.route(move.felt(state)) for state in here}
        for at in set(range(len(move.routes))) - taken:
            yield ("choices", rank, "routes", at), f"choix « {move.choice.id} » : personne ne prend cette route"


def _stuck(written: Written[ScenarioFile], exploration: Exploration) -> Iterator[Finding]:
    """Yield the situations where a path stops without ending, or where nothing good is left to choose."""
    ranks = {node.id: number for number, node in enumerate(written.value.nodes)}
    told: set[tuple[str, str]] = set()
    for rank, position in enumerate(exploration.positions):
        if position.node not in ranks:
            continue
        offered = [edge.move.choice.quality for edge in exploration.edges[rank]]
        if not offered:
            code, words = "impasse", "aucun choix n'est possible"
        elif set(offered) == {ChoiceQuality.POOR}:
            code, words = "sans-bon-choix", "tous les choix possibles sont à revoir"
        else:
            continue
        if (position.node, code) not in told:
            told.add((position.node, code))
            message = f"situation « {position.node} » : {words}{_after(exploration, rank)}"
            yield written.finding(("nodes", ranks[position.node], "id"), code, message)


def _loop(written: Written[ScenarioFile], exploration: Exploration) -> Iterator[Finding]:
    ring = exploration.loop()
    if not ring:
        return
    names = [exploration.positions[rank].node for rank in ring]
    ranks = {node.id: number for number, node in enumerate(written.value.nodes)}
    message = (
        f"boucle sans fin : {' → '.join([*names[:_SHOWN], names[0]])}. Rien n'y change qu'une condition lise : "
        "fermez le retour par « unchosen », un drapeau ou un nombre de jours"
    )
    yield written.finding(("nodes", ranks[names[0]], "id"), "boucle-sans-fin", message)


def _after(exploration: Exploration, rank: int) -> str:
    way = exploration.way_to(rank)
    if not way:
        return " dès le départ"
    start = "… → " if len(way) > _SHOWN else ""
    return f" après {start}{' → '.join(way[-_SHOWN:])}"
