"""Deciding in stories that branch."""
