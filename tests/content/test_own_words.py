"""Our sentences are ours: facts come from the articles and the field guide, wording does not."""

from pathlib import Path

from tools.fingerprints import KEPT, SIZE, fingerprint, runs

ROOT = Path(__file__).parents[2]
TITLES_OF_WORKS = {"content/sources.yaml"}
FEWEST_RUNS = 10_000


def _known():
    kept = KEPT.read_bytes()
    return {kept[start : start + SIZE] for start in range(0, len(kept), SIZE)}


def _texts():
    for folder, pattern in (("content", "**/*.md"), ("content", "**/*.yaml"), ("quizzes", "*.yaml")):
        for path in sorted((ROOT / folder).glob(pattern)):
            if path.relative_to(ROOT).as_posix() not in TITLES_OF_WORKS:
                yield path.relative_to(ROOT), path.read_text(encoding="utf-8")


def test_no_eight_words_are_copied():
    """No line of content shares eight words in a row with the articles or the field guide."""
    known = _known()
    copied = [
        f"{path}:{number}: {run}"
        for path, text in _texts()
        for number, line in enumerate(text.splitlines(), 1)
        for run in runs(line)
        if fingerprint(run) in known
    ]
    assert len(known) > FEWEST_RUNS
    assert not copied


def test_a_copied_sentence_is_found():
    """Accents, capitals, punctuation and line ends hide nothing: the same eight words give the same fingerprint."""
    assert [*runs("Un, deux ; TROIS quatre cinq six sept huît !")] == ["un deux trois quatre cinq six sept huit"]
    assert fingerprint("un deux trois quatre cinq six sept huit") == fingerprint(
        next(runs("un deux trois quatre cinq six sept huit"))
    )
    assert not [*runs("sept mots ne font pas une phrase")]
