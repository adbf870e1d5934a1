"""The dialogue engine: what a sentence does to a call, what the customer answers, what each move was worth. Pure."""
