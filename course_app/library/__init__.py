"""Content on disk: read, checked, rendered once, published; knows no web framework and no database."""
