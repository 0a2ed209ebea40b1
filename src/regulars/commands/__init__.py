"""The commands, one a file; `cli` puts them together."""
