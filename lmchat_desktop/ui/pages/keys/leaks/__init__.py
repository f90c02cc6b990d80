"""Keys that somebody found in public: looked for in any text, named, and ended with a notice."""
