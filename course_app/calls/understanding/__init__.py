"""What a typed sentence does, and which red lines it crosses: rules first, then a small trained classifier.

Pure: NumPy and the standard library. Recognises an intent, not the quality of the French, nor irony, nor tone; a guess
is a proposal that the learner confirms, never a mark.
"""
