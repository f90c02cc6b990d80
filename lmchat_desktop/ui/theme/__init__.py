"""Design tokens and all that is made of them: palette, stylesheet, type, icons, live theme."""
