"""Reports of a run's numbers: results, tables, comparisons, pages."""
