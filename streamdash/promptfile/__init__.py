"""From a prompt file and the command line to the plan of a run."""

from streamdash.promptfile.overrides import Overrides
from streamdash.promptfile.plan import load_plan

__all__ = ["Overrides", "load_plan"]
