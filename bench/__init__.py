"""Speed and memory of the main job against named peers, measured together: `make bench`."""
