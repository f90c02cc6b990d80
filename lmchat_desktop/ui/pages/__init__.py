"""The pages, a folder each; `registry` says who sees which."""
