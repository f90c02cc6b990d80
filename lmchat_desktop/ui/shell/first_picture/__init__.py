"""What is seen at a start before the session is open: what the person saw last."""
