"""Mails as rows: written with what they tell of, sent beside the pages, each once (security.md R18, R20, S80)."""
