"""Features: what is known of each customer, one row per customer (the table `features`)."""

from regulars.features.rfm import features

__all__ = ["features"]
