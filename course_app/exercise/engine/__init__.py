"""Pure rules of the dunning exercise; no web, no database."""
