"""The promises of the product, one per test."""
