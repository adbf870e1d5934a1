"""Words as they are compared: without accents, capitals, plurals nor endings; and the nearest known word to a typo."""

import re
import threading
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass

import Stemmer

# Words too common to tell one lesson from another, as typed once folded. « pas », « plus » and « sans » stay: « ne répond
# plus » and « sans devis » say something.
STOP_WORDS = frozenset(
    re.findall(
        r"\w+",
        """
    a ai aux au avec avoir c ce cela ces cette comment d dans de des doit donc du elle elles en est et etre eu fait
    faire faut il ils j je l la le les leur leurs lui m ma mais me mes mon n ne nos notre nous on ont ou par peut
    pour qu quand que quel quelle quelles quels qui quoi s sa se ses si son sont suis sur t ta te tes toi ton tout
    tu un une va vos votre vous y
    """,
    )
)
CLOSEST = 78
"""The least likeness (0-100, rapidfuzz's ratio) of a typo to the word it stands for; two wrong letters in seven pass."""
_SHORTEST_TYPO = 4
_WORD = re.compile(r"[^\W_]+|€")
_ODD = re.compile(r"[^a-z0-9]")
_SPELLED = str.maketrans({"œ": "oe", "æ": "ae", "Œ": "oe", "Æ": "ae", "€": "euros"})
_stemmer = Stemmer.Stemmer("french")
_one_at_a_time = threading.Lock()


def fold(text: str) -> str:
    """Return a text in small letters without accents; ligatures become two letters, and € a word."""
    split = unicodedata.normalize("NFKD", text.translate(_SPELLED).lower())
    return "".join(letter for letter in split if not unicodedata.combining(letter))


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a text: where it stands (`start`, `end` in the text as written), folded, and its stem."""

    start: int
    end: int
    folded: str
    stem: str


def stem(folded: str) -> str:
    """Return what the forms of a folded word share, by Snowball's French rules."""
    return _stemmed([folded])[0]


def _stemmed(folded: list[str]) -> list[str]:
    with _one_at_a_time:  # a stemmer keeps its word in a buffer of its own
        return list(_stemmer.stemWords(folded))


def words(text: str) -> tuple[Word, ...]:
    """Return the words of a text, common ones included, in order."""
    found = [(match, _ODD.sub("", fold(match[0]))) for match in _WORD.finditer(text)]
    stems = _stemmed([folded for _match, folded in found])
    return tuple(
        Word(match.start(), match.end(), folded, each)
        for (match, folded), each in zip(found, stems, strict=True)
        if folded
    )


def telling(text: str) -> tuple[Word, ...]:
    """Return the words of a text that tell something: common ones are left out, unless there is nothing else."""
    found = words(text)
    return tuple(word for word in found if word.folded not in STOP_WORDS) or found


def nearest(folded: str, known: Collection[str]) -> str | None:
    """Return the known word most like a typed one, None when none is like enough."""
    if len(folded) < _SHORTEST_TYPO:
        return None
    from rapidfuzz import fuzz, process  # noqa: PLC0415 - loaded by the first typo: no page needs it

    found = process.extractOne(folded, list(known), scorer=fuzz.ratio, score_cutoff=CLOSEST)
    return str(found[0]) if found else None
