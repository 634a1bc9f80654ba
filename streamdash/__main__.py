"""`python -m streamdash` is the command `streamdash`."""

from streamdash.cli.main import run

run()
