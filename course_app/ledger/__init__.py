"""The chain of learning events: what makes a later rewriting of the log evident to whoever kept an earlier head."""
