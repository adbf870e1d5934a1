"""The author's view of questions: which ones are too hard, do not tell apart, or mislead."""
