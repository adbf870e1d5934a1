"""How documents look: one template per kind and version, drawn from the facts alone."""
