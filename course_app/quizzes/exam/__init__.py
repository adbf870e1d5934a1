"""The test that certifies a path: drawn, kept, checked, sent once, explained."""
