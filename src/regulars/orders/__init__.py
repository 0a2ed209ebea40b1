"""Orders: the canonical lines -> clean lines (`sales`) and orders (`orders`), with every line accounted for."""

from regulars.orders.clean import Cleaned, clean, reconcile

__all__ = ["Cleaned", "clean", "reconcile"]
