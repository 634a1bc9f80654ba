"""`streamdash replay`: plays a recording like the original run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streamdash.cli.check_gate import require_checks
from streamdash.cli.front_end import RunSource, choose_front_end
from streamdash.cli.gates import load_gates
from streamdash.cli.own_config import load_config
from streamdash.config.own_config import FILE
from streamdash.output.console import say
from streamdash.output.destination import Input
from streamdash.output.safe_text import clean_line
from streamdash.recording.lookup import find_recording
from streamdash.recording.reader import load_recording
from streamdash.recording.replay import ReplayRun
from streamdash.reporting.checked import load_engines, verdicts_of

if TYPE_CHECKING:
    from collections.abc import MutableMapping

    from streamdash.cli.commands import ReplayCommand
    from streamdash.cli.exit_codes import ExitCode
    from streamdash.streams.listener import Listener
    from streamdash.streams.run import Run


def replay(command: ReplayCommand, environ: MutableMapping[str, str]) -> ExitCode:
    """Play the recording; the exit code follows the rules of a live run."""
    config = load_config(command.own, environ)
    recording = load_recording(str(find_recording(command.recording)))
    require_checks(command.limits, recording.plan.specs)
    load_engines(recording.plan.specs)
    gates = load_gates(command.limits)
    inputs = [Input(str(recording.path), "the recording that is played"), *gates.inputs()]
    for warning in recording.warnings():
        say(f"streamdash: {clean_line(warning, 400)}")
    front_end = choose_front_end(command.display, None, config)
    # without a screen the recording plays at once
    speed = float(front_end.on_screen) if command.speed is None else command.speed

    def make(listeners: tuple[Listener, ...]) -> Run:
        run = ReplayRun(recording, speed=speed, listeners=listeners)
        run.texts.on_drop = verdicts_of
        return run

    notices = tuple(config.relevant((FILE, "theme", "markdown", "keys")))
    for line in notices:
        say(f"streamdash: {line}")
    source = RunSource(make, recording.started, recording=recording.path, notices=notices)
    with front_end.open_results(inputs) as out:
        return front_end.show(source, gates, out)
