"""Question banks of other platforms: GIFT and Moodle XML, read and written without losing a word."""
