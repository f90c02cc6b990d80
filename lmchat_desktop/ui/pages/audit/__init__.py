"""The audit log: how its history stands, its entries, and exports with proofs."""
