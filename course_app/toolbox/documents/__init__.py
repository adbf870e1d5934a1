"""Letters as files: Word and PDF, the same bytes for the same letter. Takes a composed document, knows no form."""
