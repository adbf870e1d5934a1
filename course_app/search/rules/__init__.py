"""How words are compared, how entries are ranked, how a passage is shown. Values in, values out."""
