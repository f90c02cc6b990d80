"""The keys page: API keys of an account or of the whole service."""
