"""The feu vert: who may call real customers, for which kind of call, since when and until when."""
