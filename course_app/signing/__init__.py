"""Signatures that anybody can check without us: Ed25519 keys, signed bytes, sealed files."""
