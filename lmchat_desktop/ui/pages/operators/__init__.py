"""The page of operators, of roles that wait for a second person, and of everybody's devices."""
