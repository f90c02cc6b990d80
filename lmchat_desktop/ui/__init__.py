"""The window: Qt Widgets over the cache; nothing here waits for network, disk or mathematics."""
