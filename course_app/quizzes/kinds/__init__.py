"""The kinds of question: one module each says what an answer may be, what it is worth, and what it is told."""
