"""The encrypted local store of what one principal may see at one backend."""
