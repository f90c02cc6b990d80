"""The lmchat admin API's types, one module per resource; the OpenAPI document is exported from here."""
