"""What a typed sentence does, and which red lines it crosses: rules first, then a small trained classifier.

Pure: NumPy and the standard library. Recognises an intent, not the quality of the French, nor irony, nor tone; a guess
is a proposal that the learner confirms, never a mark.
"""

from course_app.calls.understanding.reading import Candidate, Guess, understand
from course_app.calls.understanding.red_lines import Finding, find_red_lines

__all__ = ["Candidate", "Finding", "Guess", "find_red_lines", "understand"]
