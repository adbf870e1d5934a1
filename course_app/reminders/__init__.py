"""What calls people back: reminders by mail, what each person wants of them, dates for their own calendar."""
