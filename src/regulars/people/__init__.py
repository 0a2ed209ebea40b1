"""Statistics of people: who is in which segment, who is under-served, what goes with what. Read from aggregates and a
bounded sample of customers, never from all of them in Python.
"""

from regulars.people.figures import people_figures

__all__ = ["people_figures"]
