"""Who belongs to which team, who is invited, and which path each person was given with its deadline."""
