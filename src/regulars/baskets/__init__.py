"""What sells together: frequent itemsets, rules with their evidence, bundles in words."""
