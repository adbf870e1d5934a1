"""Backups: one file and its manifest, made by the database's own means, proved by restoring it (security.md R14)."""
