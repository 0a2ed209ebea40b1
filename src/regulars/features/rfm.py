"""Recency, frequency, monetary value and what goes with them: the table `features`, one row per customer."""
