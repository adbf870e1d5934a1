"""Judging answers again after a correction: previewed, explained, recorded, and nothing of the past destroyed."""
