"""The register of what people did to accounts and data: appended, never changed (security.md S78)."""
