"""What is done with keys: wishes checked, acts, bulk jobs, standings, use, suggestions."""
