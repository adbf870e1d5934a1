"""The simulated call: what to say, to whom, in which order, before the phone rings for real."""
