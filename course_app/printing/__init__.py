"""Paper: PDF by typst, tagged, in French, its fonts inside; the same bytes for the same data."""
