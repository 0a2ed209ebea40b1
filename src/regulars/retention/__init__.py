"""Coming back: cohorts by first purchase, who of each month is new or back, how long a second purchase takes."""
