"""Signing in with the company's account: OpenID Connect, by settings."""
