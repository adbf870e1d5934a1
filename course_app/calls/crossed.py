"""Why a sentence crossed a red line: one reason for each kind of line, with its source.

Pure. What was said tells which line it is; where the words do not, what the sentence did does.
"""

from course_app.calls.intents import Intent, RedLine
from course_app.calls.understanding import Finding, find_red_lines
from course_app.calls.understanding.red_rules import LAWS

_LINE_OF = {
    Intent.THREATEN: RedLine.UNTITLED_THREAT,
    Intent.ATTACK: RedLine.INSULT,
    Intent.DISCLOSE: RedLine.DISCLOSURE,
    Intent.STATE_INVOICE: RedLine.DISCLOSURE,  # to a third party: the only way in which stating is a red line
}


def reasons(intent: Intent, said: str, *, to_third: bool) -> tuple[Finding, ...]:
    """Return each line that a sentence graded « ligne rouge » crossed, in the order of its words.

    `to_third`: whether somebody else than the person who owes may have heard it. Words cannot tell, and who owes hears
    nothing new of their own debt: to them it is a line only where the learner meant to tell it.
    A sentence whose words show no line gets that of what it did, its passage being all that was said; illicit pressure
    that no pattern names gets none.
    """
    can_disclose = to_third or intent is Intent.DISCLOSE
    found = tuple(each for each in find_red_lines(said) if can_disclose or each.line is not RedLine.DISCLOSURE)
    line = _LINE_OF.get(intent)
    if found or line is None:
        return found
    law = LAWS[line]
    return (Finding(line, law.explanation, law.source, said, 0, len(said)),)
