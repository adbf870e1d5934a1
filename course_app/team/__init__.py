"""What a manager sees of a team: who may call, who needs help, the next briefing; and what each person sees of that."""
