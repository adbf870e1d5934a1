"""B7: the search of the product, forty questions over all content, beside bare FTS5 queries on the same texts."""

import sqlite3
from pathlib import Path

from ruamel.yaml import YAML

from benchmarks.figures import Figure, against
from benchmarks.timing import interleaved
from course_app.library.catalog import Catalog
from course_app.search.rules.words import words
from course_app.search.service import Finder, entries

QUESTIONS = Path(__file__).parent.parent / "tests" / "content" / "search_questions.yaml"
ROUNDS = 15


def _bare(catalog: Catalog) -> sqlite3.Connection:
    database = sqlite3.connect(":memory:")
    database.execute("CREATE VIRTUAL TABLE entry USING fts5(title, aims, body)")
    for entry in entries(catalog):
        body = " ".join(section.text for section in entry.sections)
        database.execute("INSERT INTO entry VALUES (?, ?, ?)", (entry.title, entry.aims, body))
    return database


def measure_search(catalog: Catalog) -> list[Figure]:
    """Ask all questions of both, in turn."""
    asked = [question for question, _lessons in YAML(typ="safe").load(QUESTIONS)]
    matches = [" OR ".join(f'"{word.folded}"' for word in words(question)) for question in asked]
    finder, bare = Finder(()), _bare(catalog)
    finder.find(catalog, asked[0])  # the index is made at the first question

    def ours() -> None:
        for question in asked:
            finder.find(catalog, question)

    def theirs() -> None:
        for match in matches:
            bare.execute("SELECT rowid, bm25(entry) FROM entry WHERE entry MATCH ? ORDER BY 2", (match,)).fetchall()

    value, limit = (1000 * each / len(asked) for each in interleaved(ours, theirs, rounds=ROUNDS))
    return [against("B7", "a question, ms of CPU, against a bare FTS5 query on the same texts", value, limit, "<= 3")]
