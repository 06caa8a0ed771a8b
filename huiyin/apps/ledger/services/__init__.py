"""Every write to the ledger: one verb each, always permission, rule, save, witness."""
