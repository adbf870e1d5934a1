"""Pure rules of the team's pages."""
