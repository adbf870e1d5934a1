"""The append-only learning events and what they add up to."""
