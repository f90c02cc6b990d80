"""The audit log as a Merkle tree: leaves, proofs, signed heads, and comparing two heads."""
