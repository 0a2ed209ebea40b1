"""Profiles: what each group of customers is like, in words, and what to do about it."""
