"""Ways of working compared on thousands of portfolios: the laboratory, and the learner's own from a debrief."""
