"""The database: base classes, column types, session and migrations; knows no feature."""
