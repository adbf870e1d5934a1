"""What is sent to ask for an erasure."""

from course_app.accounts.proof import ProofForm


class ErasureForm(ProofForm):
    """Asking to be erased: an open session on a borrowed phone is no proof."""
