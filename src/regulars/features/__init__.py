"""Features: what is known of each customer, one row per customer (the tables `measures` and `features`)."""

from regulars.features.rfm import features, measures

__all__ = ["features", "measures"]
