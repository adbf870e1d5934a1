"""What the toolbox computes: late interest, due dates, indicators, plans, deadlines. Pure; rates and delays come in."""
