"""`python -m streamdash` is the command `streamdash`."""

from streamdash.cli import run

run()
