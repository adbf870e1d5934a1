"""Finding: lessons, words of the trade, figures and tools, from a few words typed with or without accents."""
