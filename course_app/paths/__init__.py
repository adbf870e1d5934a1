"""Landing, programme, trial and Mon parcours: finding one's way."""
