"""Deciding in scenario quizzes."""
