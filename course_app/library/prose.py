"""The words we print: sentences that are too long, tutoiement, forbidden words, missing accents, « huissier » alone.

Pure: takes plain French text (no markup), gives faults by offset. The same rules hold for lessons, quizzes and
exercises; `Style` says which of them a text must follow. Thresholds: experience.md §3 and §5, 42, 43, 57, 58.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

MAX_SENTENCE_WORDS = 25
MAX_AVERAGE_WORDS = 15
MAX_FEEDBACK_WORDS = 60

_SENTENCE_END = re.compile(r"[.!?…]+(?=[\s\u00a0\u202f»”\")\]]|$)")
_ABBREVIATION = re.compile(r"(?:^|[\s(«'’])(?:M|MM|art|cf|ex|etc|p|av|bd|tél|env|min|max|[A-Z])$", re.IGNORECASE)
_THOUSANDS = re.compile(r"(?<=\d)[ \u00a0\u202f](?=\d{3}(?!\d))")
_ALPHANUMERIC = re.compile(r"[^\W_]")
_WORD = re.compile(r"\w+")

_TU = re.compile(r"(?<![\w’'])(?:tu|te|toi|tes|ta)(?![\w’'])", re.IGNORECASE)
_T_APOSTROPHE = re.compile(r"(?<![\w’'-])t['’](?=[aeéêèiouyh])", re.IGNORECASE)
_PAST_OF_TAIRE = re.compile(r"\b(?:est|sont|suis|êtes|sommes|était|étaient|serait|soit|être)\s+$", re.IGNORECASE)
_TON = re.compile(r"(?<![\w’'-])ton(?=\s+(\w+))", re.IGNORECASE)
# « ton » is also a noun: after one of these words, or before one of these, it is the tone of a voice.
_BEFORE_NOUN = re.compile(
    r"(?:\b(?:le|un|du|au|de|ce|quel|quelque|même|votre|notre|leur|son|mon|bon|autre|aucun|chaque|sans|tout|seul|"
    r"demi|juste|bas|haut|mauvais|autres|hausser|hausse|changer|change|changez|d)|[’'])\s*$",
    re.IGNORECASE,
)
_AFTER_NOUN = re.compile(
    r"(?:est|reste|restera|compte|doit|peut|monte|baisse|change|non|pas|ferme|calme|posé|neutre|poli|courtois|"
    r"agressif|amical|sec|froid|cordial|juste|égal|et|ou|de|du|des|qui|que|à|pour|plus|moins|trop|très|assez)\b",
    re.IGNORECASE,
)
_HARSH = re.compile(
    r"vous êtes (?:nul|nulle|incapable|stupide|bête)s?\b|pour les nuls|\bimbéciles?\b|\bidiote?s?\b", re.IGNORECASE
)
_BLAME = re.compile(
    r"\bmauvais(?:e|es)?\b|\béchecs?\b|\bececs?\b|\bnul(?:le)?s?\b|c['’]est de votre faute\b", re.IGNORECASE
)
_UNACCENTED = re.compile(
    r"\b(?:E(?:tat|tap|tabli|tant|tes\b|tre\b|tud|tranger|chea|chéa|chec|cri|cout|cart|conom|quip|quiv|vit|vid|"
    r"vene|véne|valu|lev|loign|mett|mis|nerg|nonc|pargn|gal|lectr)\w*|Ca\b(?!\s*\.)|"
    r"(?:ECHEANCE|ECRIT|EQUIPE|CREANCE|IMPAYE|RESUME|RAPPELE|DEJA|DELAI|PENALITE|PROCEDURE|MODELE|SOCIETE)S?\b)"
)
_BARE_A = re.compile(
    r"(?:^|(?<=[.!?…]\s)|(?<=«\s)|(?<=«\u00a0))A(?=\s+(?:l['’]|la\b|le\b|partir|faire|retenir|noter|savoir|défaut|chaque|"
    r"ce\b|cette|quel|votre|vous|qui|éviter|[Jj][+-]|[0-9]))"
)
_BAILIFF = re.compile(r"\bhuissiers?\b", re.IGNORECASE)
_BAILIFF_EXPLAINED = re.compile(
    r"commissaires? de justice|anciens?\s+huissier|appel(?:ait|aient|é|és)\s+huissier", re.IGNORECASE
)
# Folded words of which a text must hold one before the pattern beside it is tried: most texts hold none, and looking
# words up costs a tenth of trying the patterns.
_FAMILIAR = frozenset(["tu", "te", "toi", "tes", "ta", "t", "ton"])
_HURTING = frozenset(
    [
        f"{word}{plural}"
        for word in ("nul", "nulle", "incapable", "stupide", "bête", "imbécile", "idiot", "idiote")
        for plural in ("", "s")
    ]
)
_BLAMING = frozenset(
    ["mauvais", "mauvaise", "mauvaises", "échec", "échecs", "ecec", "ececs", "nul", "nuls", "nulle", "nulles", "faute"]
)
_BAILIFFS = frozenset(["huissier", "huissiers"])
_ACRONYM = re.compile(r"(?<![\w.-])(?<![A-Z]\s)[A-Z]{2,6}(?![\w-])(?!\s[A-Z]{2})")
_EVERYDAY = frozenset(
    ["TVA", "SA", "SAS", "SARL", "EURL", "PME", "TPE", "PDF", "SMS", "RIB", "IBAN", "HT", "TTC", "CB", "OK"]
)


@dataclass(frozen=True)
class Style:
    """Which rules hold: `sentences` bounds their length, `feedback` bans the words that judge."""

    sentences: bool = True
    feedback: bool = False


@dataclass(frozen=True)
class ProseFault:
    """A fault of wording at an offset of the text."""

    offset: int
    code: str
    message: str


@dataclass(frozen=True)
class Sentence:
    """A sentence: where it starts in the text, how many words it holds."""

    offset: int
    words: int


def count_words(text: str) -> int:
    """Return the number of words: what spaces separate and holds a letter or a digit; « 2 480,00 » is one."""
    return sum(1 for part in _THOUSANDS.sub("", text).split() if _ALPHANUMERIC.search(part))


def sentences(text: str) -> list[Sentence]:
    """Return the sentences of one block of text, in order; a text without full stop is one sentence."""
    found, start = [], 0
    ends = [m.end() for m in _SENTENCE_END.finditer(text) if not (m.group() == "." and _abbreviates(text, m.start()))]
    for end in [*ends, len(text)]:
        part = text[start:end]
        words = count_words(part)
        if words:
            lead = _ALPHANUMERIC.search(part)
            found.append(Sentence(start + (lead.start() if lead else 0), words))
        start = end
    return found


def _abbreviates(text: str, dot: int) -> bool:
    return bool(_ABBREVIATION.search(text[max(0, dot - 8) : dot]))


def faults(text: str, style: Style) -> Iterator[ProseFault]:
    """Yield the faults of one block of text, rule by rule."""
    if style.sentences:
        yield from _long_sentences(text)
    words = frozenset(_WORD.findall(text.casefold()))
    if style.feedback and not words.isdisjoint(_BLAMING):
        yield from _matches(text, _BLAME, "mot-interdit", "« {} » juge la personne : dites ce que la décision change")
    for rule in _RULES:
        yield from rule(text, words)


def _long_sentences(text: str) -> Iterator[ProseFault]:
    if len(text.split()) <= MAX_SENTENCE_WORDS:  # fewer words in all than one sentence may hold
        return
    for sentence in sentences(text):
        if sentence.words > MAX_SENTENCE_WORDS:
            message = f"phrase de {sentence.words} mots : {MAX_SENTENCE_WORDS} au plus, coupez-la"
            yield ProseFault(sentence.offset, "phrase-longue", message)


def _matches(text: str, pattern: re.Pattern[str], code: str, message: str) -> Iterator[ProseFault]:
    for match in pattern.finditer(text):
        yield ProseFault(match.start(), code, message.format(match.group()))


_TU_MESSAGE = "« {} » : vouvoyez toujours"


def _tutoiement(text: str, words: frozenset[str]) -> Iterator[ProseFault]:
    if words.isdisjoint(_FAMILIAR):
        return
    for match in _TU.finditer(text):
        if match.group().lower() != "tu" or not _PAST_OF_TAIRE.search(text[max(0, match.start() - 12) : match.start()]):
            yield ProseFault(match.start(), "tutoiement", _TU_MESSAGE.format(match.group()))
    yield from _matches(text, _T_APOSTROPHE, "tutoiement", _TU_MESSAGE)
    for match in _TON.finditer(text):
        noun = _BEFORE_NOUN.search(text[max(0, match.start() - 12) : match.start()]) or _AFTER_NOUN.match(
            match.group(1)
        )
        if not noun:
            yield ProseFault(match.start(), "tutoiement", _TU_MESSAGE.format(match.group()))


def acronyms(text: str) -> Iterator[tuple[int, str, bool]]:
    """Yield the acronyms everyday French does not know: offset, letters, whether a bracket explains it here."""
    for match in _ACRONYM.finditer(text):
        explained = text[: match.start()].endswith("(") or text[match.end() :].lstrip().startswith("(")
        if match.group() not in _EVERYDAY:
            yield match.start(), match.group(), explained


def _harsh(text: str, words: frozenset[str]) -> Iterator[ProseFault]:
    if not words.isdisjoint(_HURTING):
        yield from _matches(text, _HARSH, "mot-interdit", "« {} » blesse : dites ce que la décision change")


def _accents(text: str, _words: frozenset[str]) -> Iterator[ProseFault]:
    if "E" in text or "Ca" in text:
        yield from _matches(text, _UNACCENTED, "capitale-sans-accent", "« {} » : les majuscules portent leurs accents")
    if "A" in text:
        yield from _matches(text, _BARE_A, "capitale-sans-accent", "« {} » : écrivez « À »")


def _bailiff(text: str, words: frozenset[str]) -> Iterator[ProseFault]:
    if not words.isdisjoint(_BAILIFFS) and not _BAILIFF_EXPLAINED.search(text):
        message = "« {} » seul : écrivez « commissaire de justice, l'ancien huissier »"
        yield from _matches(text, _BAILIFF, "huissier-seul", message)


_RULES: tuple[Callable[[str, frozenset[str]], Iterator[ProseFault]], ...] = (_tutoiement, _harsh, _accents, _bailiff)
