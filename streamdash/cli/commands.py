"""The typed arguments of each command, as frozen values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, get_args

if TYPE_CHECKING:
    from datetime import timedelta

    from streamdash.headless import Format
    from streamdash.promptfile import Overrides
    from streamdash.reporting.report import Style
    from streamdash.streams.spec import Order

STANDARD_INPUT = "-"
"""The FILE that stands for a prompt on standard input."""


Shell = Literal["bash", "zsh", "fish"]
SHELLS: tuple[Shell, ...] = get_args(Shell)
"""The shells that a completion script can be printed for."""


class RoundsRequest(NamedTuple):
    """How often to run the streams, and how to compare them; None where nothing was given."""

    repeat: int | None = None
    warmup: int = 0
    order: Order = "together"
    until: float | None = None
    """A fraction."""
    seed: int | None = None
    reference: str | None = None


class ConfigOptions(NamedTuple):
    """Which config and which files of variables to read."""

    config: str | None = None
    """A file instead of the one in the user's config folder."""
    no_config: bool = False
    env_files: tuple[str, ...] = ()


class RunRequest(NamedTuple):
    """What to run, and where to record it."""

    file: str | None
    """The prompt file, or `-`; None if none was given."""
    overrides: Overrides
    rounds: RoundsRequest
    concurrency: int
    """Streams at once; 0 where none was given."""
    recorded: bool
    record: str | None
    """The file to record to, instead of a new one in the runs folder."""
    watch: bool = False
    """Whether the dashboard follows the prompt file."""
    yes: bool = False
    """Whether to send many requests without a question."""


class Display(NamedTuple):
    """How to show a run."""

    headless: bool
    format: Format | None
    output: str | None
    """The file that the results go to, or `-`; None if none was given."""
    plain: bool
    """Whether to do without colour, animation and rendered Markdown."""

    @property
    def wants_screen(self) -> bool:
        """Whether nothing in the command line rules the dashboard out."""
        return not (self.headless or self.format or self.output is not None)


class GateLimits(NamedTuple):
    """The limits that a run must meet for exit code 0; None where there is no limit."""

    max_ttft_s: float | None
    max_total_s: float | None
    max_felt_ttft_s: float | None
    max_felt_total_s: float | None
    baseline: str | None
    """A recording's file, name or number."""
    max_regression: float | None
    """The fraction by which a number may be worse than the baseline's."""
    min_pass_rate: float | None = None
    """The share of each model's answers that is enough to pass; None if all have to."""


class RunCommand(NamedTuple):
    """`streamdash [FILE]`."""

    request: RunRequest
    display: Display
    limits: GateLimits
    own: ConfigOptions = ConfigOptions()


class ReplayCommand(NamedTuple):
    """`streamdash replay RUN`."""

    recording: str
    speed: float | None
    """Recorded seconds per second, 0 for at once; None lets the front end choose."""
    display: Display
    limits: GateLimits
    own: ConfigOptions = ConfigOptions()


class ReportCommand(NamedTuple):
    """`streamdash report RUN...`."""

    recordings: tuple[str, ...]
    style: Style | None
    output: str | None


class RunsCommand(NamedTuple):
    """`streamdash runs`."""

    prune: timedelta | None
    """Recordings older than this are deleted."""
    yes: bool
    """Whether to delete without a question."""


class ModelsCommand(NamedTuple):
    """`streamdash models [ENDPOINT...]`."""

    endpoints: tuple[str, ...]
    """Their names; empty for those that can be asked."""
    refresh: bool
    """Whether to ask also where a list of the last day is cached."""
    own: ConfigOptions = ConfigOptions()


class ConfigCommand(NamedTuple):
    """`streamdash config`."""

    config: str | None
    """A file instead of the one in the user's config folder."""
    init: bool
    """Whether to write a commented config."""
