"""Rules of API keys: secrets, networks, budgets, rotation, and what a request is let through."""
