"""From a typed command line to an exit code, one file per command."""
