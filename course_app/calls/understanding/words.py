"""A typed sentence as a line of plain words, each tied to the passage it came from.

One spelling for everybody: lower case, no accents, elisions written out, text-message shorthand spelled, digits that
stand for letters read as letters, doubled letters written once. The « ne » of negations goes, since spoken French drops it. Pure and bounded: any
string is accepted, whatever it holds, and what is beyond MOST_CHARACTERS is not read.
"""

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass

MOST_CHARACTERS = 2000  # twice the longest reply the page accepts

_SPECIAL = {"œ": "oe", "æ": "ae", "’": "'", "‘": "'", "ʼ": "'", "`": "'", "´": "'", "€": " euros ", "…": ". "}
_TOKEN = re.compile(r"(?<![a-z])(?:m\.|mm\.)|[a-z]+'|[a-z0-9@$]+|[.!?,;:]")
_PUNCTUATION = {".": ".", "!": ".", "?": "?", ",": ",", ";": ",", ":": ","}
_LEET = str.maketrans("013457@$", "oieastas")
_MIXED = re.compile(r"(?=.*[013457@$])(?=(?:[^a-z]*[a-z]){3})[a-z013457@$]+")
_AMOUNT = re.compile(r"(\d+)(e|eur|euro)")
_DOUBLED = re.compile(r"([a-z])\1+")
_SPELLED = 4  # « h u i s s i e r »: from four lone letters on, somebody spells a word

_ELISIONS = {
    "j'": "je", "l'": "le", "d'": "de", "qu'": "que", "c'": "ce", "n'": "", "s'": "se", "m'": "me", "t'": "te",
    "y'": "y", "vot'": "votre", "not'": "notre", "aut'": "autre", "z'": "vous", "lorsqu'": "lorsque",
    "puisqu'": "puisque", "jusqu'": "jusque", "quelqu'": "quelque",
}  # fmt: skip

_SHORTHAND = {
    "n": "", "ne": "", "vs": "vous", "ns": "nous", "jvs": "je vous", "jvous": "je vous", "jte": "je te", "pr": "pour",
    "ke": "que", "ki": "qui", "koi": "quoi", "kes": "qu est ce", "kel": "quel", "kan": "quand", "kand": "quand",
    "pk": "pourquoi", "pkoi": "pourquoi", "pq": "pourquoi", "c": "ce est", "cest": "ce est", "ct": "ce etait",
    "g": "je ai", "jai": "je ai", "jsuis": "je suis", "jsui": "je suis", "sui": "suis", "chui": "je suis",
    "jvais": "je vais", "jvai": "je vais", "vai": "vais", "jpeux": "je peux", "jpeu": "je peux", "jmet": "je mets",
    "jrappel": "je rappelle", "jrapel": "je rappelle", "jappel": "je appelle", "tapel": "te appelle",
    "jrecap": "je recapitule", "recap": "recapitule", "jcomprend": "je comprends",
    "jcomprends": "je comprends", "jfai": "je fais", "jporte": "je porte", "jdirai": "je dirai", "dite": "dites",
    "jregarde": "je regarde", "jlai": "je le ai", "jpasse": "je passe", "mapel": "me appelle",
    "lhuissier": "le huissier", "huissie": "huissier", "dargent": "de argent", "descroc": "de escroc", "di": "dit",
    "ds": "dans", "avc": "avec", "avt": "avant", "pa": "pas", "tjs": "toujours", "tt": "tout", "tte": "toutes",
    "ttes": "toutes", "ts": "tous", "bjr": "bonjour", "slt": "salut", "cc": "coucou", "mci": "merci", "bcp": "beaucoup",
    "m.": "monsieur", "mm.": "messieurs", "mr": "monsieur", "mme": "madame", "m": "monsieur", "svp": "s il vous plait", "stp": "s il te plait",
    "pb": "probleme", "pbs": "problemes", "fact": "facture", "cpte": "compte", "msg": "message", "dmain": "demain",
    "ajd": "aujourd hui", "auj": "aujourd hui", "mtn": "maintenant", "dc": "donc",
    "nimporte": "n importe", "qd": "quand", "qqn": "quelqu un", "qqch": "quelque chose", "tps": "temps",
    "fo": "faut", "ya": "y a", "yaura": "y aura", "che": "chez", "o": "au", "ske": "ce que",
    "dsl": "desole", "tkt": "inquiete pas", "dacc": "d accord", "oki": "ok", "bl": "bon de livraison",
    "estce": "est ce", "quil": "que il", "kil": "que il", "quun": "que un", "qun": "que un",
    "vot": "votre", "vien": "vient", "balles": "euros", "balle": "euros", "eur": "euros",
    "euro": "euros", "aprem": "apres midi", "boss": "patron", "msieur": "monsieur",
}  # fmt: skip


@dataclass(frozen=True)
class Words:
    """A line of words parted by single spaces.

    `line` holds a to z, digits and the marks « . », « , » and « ? » as words of their own; `starts` gives where each
    word begins in the line, `spans` the (start, end) of its source in the text as typed. Both have one entry a word.
    """

    line: str
    starts: tuple[int, ...]
    spans: tuple[tuple[int, int], ...]

    def passage(self, start: int, end: int) -> tuple[int, int]:
        """Return where the piece of line from `start` to `end` (end excluded, not empty) stands in the typed text."""
        first = max(bisect_right(self.starts, start) - 1, 0)
        last = max(bisect_right(self.starts, end - 1) - 1, 0)
        return self.spans[first][0], self.spans[last][1]


def words(text: str) -> Words:
    """Return the plain words of a typed text; any string, of any length."""
    tokens = [piece for token in _joined(_tokens(*_plain(text[:MOST_CHARACTERS]))) for piece in _spelled(*token)]
    starts, position = [], 0
    for word, _, _ in tokens:
        starts.append(position)
        position += len(word) + 1
    return Words(
        " ".join(word for word, _, _ in tokens), tuple(starts), tuple((start, end) for _, start, end in tokens)
    )


def _plain(text: str) -> tuple[str, list[int]]:
    """Return the text in lower case without accents, and for each character the place it comes from."""
    letters: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        lowered = character.lower()
        known = _SPECIAL.get(lowered) or unicodedata.normalize("NFKD", lowered)
        for letter in known.lower():
            if not unicodedata.combining(letter):
                letters.append(letter)
                places.append(place)
    return "".join(letters), places


def _tokens(plain: str, places: list[int]) -> list[tuple[str, int, int]]:
    """Return (token, start, end) of each word, number or mark."""
    return [
        (found.group(), places[found.start()], places[found.end() - 1] + 1)
        for found in _TOKEN.finditer(plain.replace("−", "-"))
    ]


def _joined(tokens: list[tuple[str, int, int]]) -> list[tuple[str, int, int]]:
    """Join letters written one by one (« s a i s i e ») into the word they spell."""
    joined: list[tuple[str, int, int]] = []
    run: list[tuple[str, int, int]] = []
    for token in [*tokens, ("", 0, 0)]:
        if len(token[0]) == 1 and token[0].isalpha():
            run.append(token)
            continue
        if len(run) >= _SPELLED:
            joined.append(("".join(letter for letter, _, _ in run), run[0][1], run[-1][2]))
        else:
            joined.extend(run)
        run = []
        joined.append(token)
    return joined[:-1]


def _spelled(token: str, start: int, end: int) -> list[tuple[str, int, int]]:
    """Return the words a token stands for, none for those that carry no sense."""
    if token in _PUNCTUATION:
        return [(_PUNCTUATION[token], start, end)]
    if amount := _AMOUNT.fullmatch(token):
        return [(amount.group(1), start, end), ("euros", start, end)]
    if _MIXED.fullmatch(token):
        token = token.translate(_LEET)
    full = _ELISIONS.get(token, _SHORTHAND.get(token, token.rstrip("'")))
    return [(single(word), start, end) for word in full.split()]


def single(text: str) -> str:
    """Return the text with doubled letters written once: « rappelle » and « rapele » read the same."""
    return _DOUBLED.sub(r"\1", text)
