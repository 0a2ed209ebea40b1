"""Segments: scores and named segments by rule, clusters learned from the features."""
