"""The sandbox: a real local lmchat backend, for trying, training and tests."""
