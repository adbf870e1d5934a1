"""Words of the trade shared by every room; standard library only."""
