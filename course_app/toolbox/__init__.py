"""Boîte à outils: calculators that show their working, letters and sheets to use at work."""
