"""The HTTP client of the lmchat admin API, usable without Qt."""
