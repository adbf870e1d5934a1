"""Six questions before a path: what one already knows need not be read again. The learner decides."""
