"""What customers will still be worth: models of when they come back and what they spend, checked on later orders."""
