"""`course check` and `course new`, as an author runs them."""

import json

import pytest
from click.testing import CliRunner

from course_app.cli import course as program
from tests.unit.library.material import EXERCISE, LESSON, PATH, QUIZ


@pytest.fixture
def course(desk, monkeypatch):
    """Run a command on the desk's folders: `course("check", "--json")`."""
    monkeypatch.setenv("CONTENT_DIR", str(desk.root / "content"))
    monkeypatch.setenv("QUIZZES_DIR", str(desk.root / "quizzes"))
    monkeypatch.setenv("DATA_DIR", str(desk.root / "data"))
    desk.path(EXERCISE).unlink()  # the real engine would want a real script
    desk.change(LESSON, "\n::: exercise orpheline\n:::\n", "")
    desk.change(PATH, "  - {kind: exercise, id: orpheline}\n", "")

    def run(*arguments):
        return CliRunner().invoke(program, arguments)

    return run


def test_check_prints_the_counts(course):
    """Valid content: counts, no error, exit 0."""
    result = course("check")
    assert result.exit_code == 0
    assert result.output.replace("\u00a0", " ") == (
        "1 leçon, 1 quiz, 1 question, 0 exercice, 0 scénario, 0 appel, 0 lettre, 0 liste, 1 parcours, 1 terme, 1 fait, 1 source\n0 erreur, 0 avertissement\n"
    )


def test_check_prints_each_fault_on_its_line(desk, course):
    """A fault is one line `path:line:column code message`, and the exit code is 1."""
    desk.change(QUIZ, "type: single", "type: singel")
    result = course("check")
    assert result.exit_code == 1
    assert result.output.startswith("quizzes/oubli.yaml:11:11 valeur-inconnue valeur inconnue : « singel »")
    assert "1\u00a0erreur," in result.output


def test_strict_counts_warnings(desk, course):
    """A warning is told and passes; with --strict it fails."""
    desk.change(LESSON, "::: a-retenir", "::: regle")
    assert course("check").exit_code == 0
    assert "(avertissement)" in course("check").output
    assert course("check", "--strict").exit_code == 1


def test_json_holds_everything(desk, course):
    """The JSON form has counts, findings with all their fields, and the version."""
    desk.change(LESSON, "::: a-retenir", "::: regle")
    result = json.loads(course("check", "--json").output)
    assert set(result) == {"counts", "findings", "scenarios", "content_hash"}
    assert result["content_hash"] == desk.load().catalog.content_hash
    assert result["counts"] == dict.fromkeys(
        ("lessons", "quizzes", "questions", "paths", "terms", "facts", "sources"), 1
    ) | (dict.fromkeys(("exercises", "scenarios", "calls", "letters", "checklists"), 0))
    assert result["findings"] == [
        {
            "path": LESSON,
            "line": 15,
            "column": 1,
            "code": "sans-a-retenir",
            "severity": "avertissement",
            "message": "finissez par « ::: a-retenir »",
        }
    ]


def test_both_forms_count_the_same_kinds(course):
    """Whatever the catalogue holds is counted for a program and told to a person: no kind is left unnamed."""
    told = course("check").output.splitlines()[-2].split(", ")
    assert len(told) == len(json.loads(course("check", "--json").output)["counts"])


@pytest.mark.parametrize(
    ("what", "name"),
    [
        ("module", "content/modules/02-premier-appel.md"),
        ("quiz", "quizzes/premier-appel.yaml"),
        ("scenario", "content/scenarios/premier-appel.yaml"),
        ("lettre", "content/letters/01-premier-appel.yaml"),
    ],
)
def test_new_writes_a_file_that_only_its_author_can_finish(desk, course, what, name):
    """A skeleton is right in shape: its only errors are the places left to write, each told at its line."""
    result = course("new", what, "premier-appel")
    assert result.exit_code == 0
    assert name in result.output
    findings = [finding for finding in desk.load().findings if finding.path == name]
    assert {finding.code for finding in findings if finding.is_error} == {"a-completer"}
    lines = [number for number, line in enumerate(desk.path(name).read_text().split("\n"), 1) if "À COMPLÉTER" in line]
    assert [finding.line for finding in findings if finding.code == "a-completer"] == lines


def test_a_finished_skeleton_can_be_published(desk, course):
    """Once every mark is replaced, the new files pass without error."""
    course("new", "module", "premier-appel")
    course("new", "quiz", "premier-appel")
    course("new", "scenario", "premier-appel")
    names = (
        "content/modules/02-premier-appel.md",
        "quizzes/premier-appel.yaml",
        "content/scenarios/premier-appel.yaml",
    )
    for name in names:
        desk.write(name, desk.path(name).read_text(encoding="utf-8").replace("À COMPLÉTER", "Mot"))
    bundle = desk.load()
    assert [str(finding) for finding in bundle.findings if finding.is_error] == []
    groups = (bundle.catalog.lessons, bundle.catalog.quizzes, bundle.catalog.scenarios)
    assert all("premier-appel" in group for group in groups)


def test_new_never_overwrites(desk, course):
    """A name that is taken is refused, and the file stays as it was."""
    course("new", "quiz", "premier-appel")
    desk.write("quizzes/premier-appel.yaml", "gardé")
    result = course("new", "quiz", "premier-appel")
    assert result.exit_code == 1
    assert "existe déjà" in result.output
    assert desk.path("quizzes/premier-appel.yaml").read_text() == "gardé"


@pytest.mark.parametrize("slug", ["../x", "É", "a b", "", "A", "a" * 65, "/etc/x"])
def test_new_refuses_what_is_no_id(course, slug):
    """An identifier has plain letters, digits and hyphens only: no path leaves the folder."""
    assert course("new", "module", slug).exit_code == 2


def test_facts_due_lists_the_most_pressing_first(desk, course):
    """What must be looked at again, by date; a day too early, nothing is listed."""
    assert "0\u00a0fait" in course("facts", "due", "--days", "0").output
    due = json.loads(course("facts", "due", "--days", "3650", "--json").output)
    assert [fact["id"] for fact in due] == ["indemnite"]


def test_facts_impact_lists_every_place_that_shows_a_fact(course):
    """The lesson with its line, the question by its id; an unknown fact is refused with the nearest names."""
    told = json.loads(course("facts", "impact", "indemnite", "--json").output)
    assert told["people"] is None
    assert [(use["kind"], use["id"], use["part"]) for use in told["uses"]] == [
        ("leçon", "oubli", ""),
        ("quiz", "oubli", "premier-contact"),
    ]
    assert told["uses"][0]["line"] == 21
    refused = course("facts", "impact", "indemnites")
    assert refused.exit_code == 1
    assert "indemnite" in refused.output
