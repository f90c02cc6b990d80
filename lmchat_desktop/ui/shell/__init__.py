"""The window around the pages: rail, top bar, status, palette, sign-in and trouble screens."""
