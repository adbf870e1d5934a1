"""What learners think of their training, what it yields, what they ask: surveys, public results, requests."""
