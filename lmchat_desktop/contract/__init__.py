"""The lmchat admin API's types, a module per resource; the OpenAPI document comes from here."""
