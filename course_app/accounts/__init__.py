"""People, organisations, sign-in and permissions."""
