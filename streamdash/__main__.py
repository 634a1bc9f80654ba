"""`python -m streamdash` is the command `streamdash`."""

import sys

from streamdash.cli import main

sys.exit(main())
