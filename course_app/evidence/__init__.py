"""The « dossier de preuve »: what shows that a person was trained, in one signed file that anybody can check."""
