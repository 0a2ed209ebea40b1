"""Statistics of people: who is in which segment, who is missing among the best, what goes with what.

Read from sums that the engine made and from a bounded sample of customers, never from all of them.
"""
