"""The business at a glance: sales by time, place, category and shipping, top customers and products, in few scans."""

from regulars.overview.glance import overview

__all__ = ["overview"]
