"""The sandbox's routes, a module per resource; each serves operations of the contract."""
