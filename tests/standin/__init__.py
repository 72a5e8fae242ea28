"""A card company for tests: it answers, forgets, is late and keeps its own ledger."""
