"""Tables: columns, read-only models, the view, copying and exporting."""
