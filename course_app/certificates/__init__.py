"""Attestations of skills and certificates of completion: earned, signed, printed, checked by anybody, withdrawn."""
