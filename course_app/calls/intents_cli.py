"""`course evaluate-intents`: how well typed sentences are understood, and how to train again."""

import json
from dataclasses import asdict

import click

from course_app.calls.understanding import evaluation, training
from course_app.calls.understanding.classifier import WEIGHTS_FILE, shipped
from course_app.calls.understanding.evaluation import Measure, RedLineMeasure


@click.command("evaluate-intents")
@click.option("--json", "as_json", is_flag=True, help="Sortie JSON.")
@click.option("--train", is_flag=True, help="Réapprendre d'abord les poids à partir du corpus.")
@click.option("--leave-out", is_flag=True, help="Mesurer aussi chaque voix d'apprentissage, mise de côté à son tour.")
def evaluate_intents(as_json: bool, train: bool, leave_out: bool) -> None:
    """Mesurer la compréhension des phrases tapées, sur des voix jamais apprises."""
    if train:
        training.write(evaluation.retrain())
        shipped.cache_clear()
        click.echo(f"Poids écrits : {WEIGHTS_FILE.stat().st_size / 1e6:.2f} Mo", err=True)
    held = evaluation.held_out()
    left = evaluation.left_out() if leave_out else {}
    red = evaluation.red_lines()
    if as_json:
        content = {
            "held_out": {voice: asdict(measure) for voice, measure in held.items()},
            "left_out": {voice: asdict(measure) for voice, measure in left.items()},
            "red_lines": asdict(red),
        }
        click.echo(json.dumps(content, ensure_ascii=False))
        return
    click.echo("\n".join([*_table("Voix jamais apprises", held), *_table("Voix mises de côté", left), *_red(red)]))


def _table(title: str, measures: dict[str, Measure]) -> list[str]:
    if not measures:
        return []
    head = (
        f"{title:22} phrases  1er choix  3 premiers  sans phase  phase fausse  nuisibles  fausses alertes  hors sujet"
    )
    rows = [
        f"{'ensemble' if voice == '*' else voice:22} {found.sentences:7}  {found.first:9.1%}  {found.first_three:10.1%}"
        f"  {found.first_without_phase:10.1%}  {found.first_any_phase:12.1%}  {_percent(found.harmful_recall):>9}"
        f"  {found.harmful_false_alarms:15.1%}  {found.off_topic_accepted:10.1%}"
        for voice, found in measures.items()
    ]
    whole = measures["*"]
    recalls = [f"  {slug:26} {share:6.1%}" for slug, share in sorted(whole.recall.items(), key=lambda item: item[1])]
    bins = [
        f"  promis {each.promised:6.1%}  tenu {each.kept:6.1%}  ({each.guesses})"
        for each in whole.calibration
        if each.guesses
    ]
    return [head, *rows, "Rappel par intention", *recalls, "Confiance", *bins, *_confused(whole), ""]


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.1%}"


def _confused(measure: Measure) -> list[str]:
    wrong = [
        (number, meant, understood)
        for meant, row in measure.confusion.items()
        for understood, number in row.items()
        if understood != meant
    ]
    return [
        "Confusions",
        *(f"  {number} × {meant} lu {understood}" for number, meant, understood in sorted(wrong)[::-1]),
    ]


def _red(found: RedLineMeasure) -> list[str]:
    return [
        f"Lignes rouges : {len(found.missed)} manquées sur {found.harmful}",
        f"Fausses alertes : {len(found.false_alarms)} sur {found.harmless}",
        *(f"  manquée : {text}" for text in found.missed),
        *(f"  fausse alerte : {text}" for text in found.false_alarms),
    ]
