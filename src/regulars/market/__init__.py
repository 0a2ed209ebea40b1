"""What a segmentation is used for: who waits for discounts, who is slipping away, where each segment grows."""

from regulars.market.models import Market

__all__ = ["Market"]
