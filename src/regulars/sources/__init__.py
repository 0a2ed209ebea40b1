"""Sources: a file, a folder, a database or a frame -> the canonical table `lines`."""
