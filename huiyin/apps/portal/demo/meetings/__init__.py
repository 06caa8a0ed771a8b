"""Report meetings and forums of the demo: planned in TOML files, drawn before the ledger is written, then held."""
