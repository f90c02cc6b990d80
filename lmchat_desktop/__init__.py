"""lmchat desktop: administration of the lmchat gateway."""

__version__ = "0.1.0"
