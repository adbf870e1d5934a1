"""Questions to review, across all quizzes: counted beside the pages, ranked by stated rules, one line of why each."""
