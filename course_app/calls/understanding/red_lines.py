"""Red lines found in a typed text: which rule, why, which source, which passage.

Deterministic: patterns of `red_rules` over plain words, nothing learned. A finding is an advice to the learner, never a
mark. Bounded like `words`: what is beyond the first 2,000 characters is not read.
"""

import re
from dataclasses import dataclass
from functools import cache

from course_app.calls.intents import RedLine
from course_app.calls.understanding.red_rules import LAWS, LISTS, RULES, Law
from course_app.calls.understanding.words import Words, single, words

_GAP = r"(?:(?:[\w]+|,) ){{0,{}}}"


@dataclass(frozen=True)
class Finding:
    """One crossed line. `start` and `end` (excluded) delimit `passage` in the text as typed."""

    line: RedLine
    explanation: str
    source: str
    passage: str
    start: int
    end: int


@dataclass(frozen=True)
class _Ready:
    line: RedLine
    law: Law
    pattern: re.Pattern[str]
    unless: re.Pattern[str] | None


def _compiled(pattern: str) -> re.Pattern[str]:
    """Return a pattern of `red_rules` as a regular expression, doubled letters written once as in `words`."""
    for _ in range(2):  # a list may hold another gap, never another list
        for name, listed in LISTS.items():
            pattern = pattern.replace("{" + name + "}", listed)
    pattern = re.sub(r"<(\d)>", lambda found: _GAP.format(found.group(1)), pattern)
    pattern = pattern.replace("<far>", r"[^.?]{0,80}")
    pattern = pattern.replace("<next>", r".{0,120}?\b").replace("<near>", r" (?:[\w,]+ ){0,4}(?:\. )?(?:[\w,]+ ){0,3}")
    return re.compile(single(pattern))


@cache
def _rules() -> tuple[_Ready, ...]:
    return tuple(
        _Ready(
            rule.line,
            rule.law or LAWS[rule.line],
            _compiled(rule.pattern),
            _compiled(rule.unless) if rule.unless else None,
        )
        for rule in RULES
    )


def find_red_lines(text: str) -> tuple[Finding, ...]:
    """Return what the text crosses, one finding a line, in the order of the text; any string is accepted."""
    return find_in(text, words(text))


def find_in(text: str, plain: Words) -> tuple[Finding, ...]:
    """Return the same for a text whose plain words are known already."""
    found: dict[RedLine, Finding] = {}
    for rule in _rules():
        if rule.line in found or not (hit := rule.pattern.search(plain.line)) or hit.start() == hit.end():
            continue
        if rule.unless and rule.unless.search(plain.line, *_sentence(plain.line, hit)):
            continue
        start, end = plain.passage(hit.start(), hit.end())
        found[rule.line] = Finding(rule.line, rule.law.explanation, rule.law.source, text[start:end], start, end)
    return tuple(sorted(found.values(), key=lambda finding: (finding.start, finding.end)))


def _sentence(line: str, hit: re.Match[str]) -> tuple[int, int]:
    """Return where the sentences that hold the hit begin and end."""
    start = max(line.rfind(stop, 0, hit.start()) for stop in ".?") + 1
    ends = [place for stop in ".?" if (place := line.find(stop, hit.end())) >= 0]
    return start, min(ends, default=len(line))
