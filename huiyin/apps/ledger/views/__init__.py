"""Pages of the ledger: public ones, those of askers, and the desk's."""
