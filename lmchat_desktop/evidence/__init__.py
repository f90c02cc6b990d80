"""What leaves the building: files that prove what they say to whoever has nothing else."""
