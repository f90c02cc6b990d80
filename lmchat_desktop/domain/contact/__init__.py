"""Rules on how people are reached: addresses, codes that prove them, and ways back in."""
