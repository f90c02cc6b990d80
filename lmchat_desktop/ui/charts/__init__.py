"""Charts. The only folder that imports pyqtgraph; pages import it when they are first shown."""
