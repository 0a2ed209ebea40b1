"""Orders: the canonical lines -> clean lines (`sales`) and orders (`orders`), with every line accounted for."""

from regulars.orders.clean import REASONS, Cleaned, account_of, clean, reconcile

__all__ = ["REASONS", "Cleaned", "account_of", "clean", "reconcile"]
