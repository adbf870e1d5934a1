"""Content on disk: read, checked, rendered once, published as immutable versions.

Owns the meaning of every file under `content/` and `quizzes/`. Must not know Flask, the database, who reads,
nor the rules of an exercise: the model of an exercise's body is given to it.
"""
