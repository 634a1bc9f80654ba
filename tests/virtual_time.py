"""The virtual clock under the name by which tests import it."""

from streamdash.demo.virtual_time import VirtualLoop, run_virtual, virtual_clock

__all__ = ["VirtualLoop", "run_virtual", "virtual_clock"]
