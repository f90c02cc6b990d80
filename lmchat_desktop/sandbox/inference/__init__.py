"""An OpenAI-compatible endpoint with canned answers, at which keys are really checked.

It is not part of the admin API: inference keys open this and nothing else, admin tokens all else.
"""
