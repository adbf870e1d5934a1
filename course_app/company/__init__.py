"""How a company gets paid: its own terms, tone, reminders, contacts and logo, laid over what everybody learns."""
