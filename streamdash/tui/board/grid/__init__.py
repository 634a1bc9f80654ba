"""The grid: which panes are shown, where, and in which styles."""
