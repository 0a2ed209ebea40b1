"""Scoring by a frozen study: one customer or many, placed by what the study has learned. Nothing is learned anew."""

from regulars.scoring.model import Card, Orders, Placed, Scorer

__all__ = ["Card", "Orders", "Placed", "Scorer"]
