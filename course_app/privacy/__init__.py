"""What a person may ask of their data, and what the site forgets by itself: erasure, replayed after a restore; ages."""
