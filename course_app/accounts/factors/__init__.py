"""The second factor: codes of an application, passkeys, recovery codes (security.md S39)."""
