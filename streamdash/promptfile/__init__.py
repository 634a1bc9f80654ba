"""From a prompt file and the command line to the plan of a run."""

from streamdash.promptfile.labels import no_such_label
from streamdash.promptfile.overrides import Overrides
from streamdash.promptfile.plan import load_plan

__all__ = ["Overrides", "load_plan", "no_such_label"]
