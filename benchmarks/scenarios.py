"""`python -m benchmarks.scenarios`: what proving and drawing a story of 200 situations costs, as JSON.

Processor seconds, so that a shared machine changes little; the limit is that of the issue: one second for the proof.
"""

import json
import time
from collections.abc import Callable
from datetime import date

from course_app.library.files import ScenarioFile
from course_app.library.scenario_play import Story
from course_app.library.scenario_proof import Exploration, proof_of
from course_app.scenarios.drawing import draw

SITUATIONS = 200
_FEEDBACK = {"consequence": "Il répond.", "reason": "La question est simple.", "rule": "Une date."}


def _choice(name: str, to: str, quality: str, **more: object) -> dict[str, object]:
    return {"id": name, "text": name, "to": to, "quality": quality, "feedback": _FEEDBACK, **more}


def large_story() -> ScenarioFile:
    """Return a story of 200 situations whose conditions read the mood and the days."""
    nodes = []
    for number in range(SITUATIONS):
        near, far = (f"s{min(number + step, SITUATIONS - 1)}" for step in (1, 7))
        near, far = (near, far) if number < SITUATIONS - 1 else ("fin", "fin")
        when = {"temperature": {"min": 2}, "days": {"max": 3}}
        choices = [
            _choice("a", near, "juste", effects={"temperature": 1}),
            _choice("b", far, "passable", effects={"temperature": -1, "days": 1}),
            _choice("c", near, "a-revoir", when=when),
        ]
        nodes.append({"id": f"s{number}", "title": "S", "situation": "S", "prompt": "?", "choices": choices})
    ending = {"id": "fin", "title": "Fin", "outcome": "paye", "story": "Fin", "reason": "Fin", "rule": "Fin"}
    case = {"customer": "Menuiserie Bocage", "amount_cents": 100000, "on": date(2026, 10, 12)}
    head = {"id": "grande", "title": "Grande", "minutes": 5, "summary": "S", "audiences": ["equipe"], "case": case}
    rest = {"introduction": "I", "reviewed_on": date(2026, 11, 22), "opening": {"node": "s0"}}
    return ScenarioFile.model_validate({**head, **rest, "nodes": nodes, "endings": [ending]})


def _spent(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return round(time.process_time() - started, 3)


def main() -> None:
    """Measure and print."""
    story = Story(large_story())
    exploration = Exploration(story)
    names = [*story.nodes, *story.endings]
    pairs = [(node, move.choice.to) for node, moves in story.moves.items() for move in moves]
    figures = {
        "situations": SITUATIONS,
        "positions": len(exploration.positions),
        "paths_digits": len(str(proof_of(exploration).paths)),
        "proof_seconds": {"value": _spent(lambda: proof_of(Exploration(story))), "limit": 1},
        "drawing_seconds": {"value": _spent(lambda: draw(names, pairs)), "limit": 1},
    }
    print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
