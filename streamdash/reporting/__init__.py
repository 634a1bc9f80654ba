"""What the numbers of a run say: results, tables, comparisons, pages."""
