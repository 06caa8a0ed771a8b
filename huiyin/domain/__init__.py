"""Rules in plain Python: no clock, no setting, no database is read here."""
