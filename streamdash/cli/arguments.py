"""The command line, parsed into the frozen values of `cli.commands`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streamdash.cli import parsers
from streamdash.cli.commands import (
    ConfigCommand,
    ConfigOptions,
    Display,
    GateLimits,
    ModelsCommand,
    ReplayCommand,
    ReportCommand,
    RoundsRequest,
    RunCommand,
    RunRequest,
    RunsCommand,
)

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from streamdash.cli.commands import Shell


def parse_run(words: Sequence[str]) -> RunCommand:
    """Parse the words after `streamdash`, where the first one is no command."""
    options = parsers.run_parser().parse_args(words)
    from streamdash.promptfile import Overrides

    overrides = Overrides(
        models=tuple(options.model),
        prompt=options.prompt,
        set=tuple(options.settings),
        only=tuple(options.only),
        connect_timeout=options.connect_timeout,
        ttft_timeout=options.ttft_timeout,
        stall_timeout=options.stall_timeout,
        timeout=options.timeout,
        retries=options.retries,
        cases=options.cases,
    )
    request = RunRequest(
        file=options.file,
        overrides=overrides,
        rounds=RoundsRequest(
            options.repeat,
            options.warmup,
            options.order,
            options.until,
            options.seed,
            options.reference,
        ),
        concurrency=options.concurrency,
        recorded=not options.no_record,
        record=options.record,
        watch=options.watch,
        yes=options.yes,
    )
    return RunCommand(request, _display(options), _limits(options), _own(options))


def parse_replay(words: Sequence[str]) -> ReplayCommand:
    """Parse the words after `streamdash replay`."""
    options = parsers.replay_parser().parse_args(words)
    return ReplayCommand(
        options.recording, options.speed, _display(options), _limits(options), _own(options)
    )


def parse_report(words: Sequence[str]) -> ReportCommand:
    """Parse the words after `streamdash report`."""
    options = parsers.report_parser().parse_args(words)
    return ReportCommand(tuple(options.recordings), options.format, options.output)


def parse_runs(words: Sequence[str]) -> RunsCommand:
    """Parse the words after `streamdash runs`."""
    options = parsers.runs_parser().parse_args(words)
    return RunsCommand(options.prune, options.yes)


def parse_endpoints(words: Sequence[str]) -> ConfigOptions:
    """Parse the words after `streamdash endpoints`."""
    return _own(parsers.endpoints_parser().parse_args(words))


def parse_models(words: Sequence[str]) -> ModelsCommand:
    """Parse the words after `streamdash models`."""
    options = parsers.models_parser().parse_args(words)
    return ModelsCommand(tuple(options.endpoints), options.refresh, _own(options))


def parse_config(words: Sequence[str]) -> ConfigCommand:
    """Parse the words after `streamdash config`."""
    options = parsers.config_parser().parse_args(words)
    return ConfigCommand(options.config, options.init)


def parse_completion(words: Sequence[str]) -> Shell:
    """Parse the words after `streamdash completion`."""
    shell: Shell = parsers.completion_parser().parse_args(words).shell
    return shell


def _own(options: argparse.Namespace) -> ConfigOptions:
    return ConfigOptions(options.config, options.no_config, tuple(options.env_file))


def _display(options: argparse.Namespace) -> Display:
    return Display(options.headless, options.format, options.output, options.plain)


def _limits(options: argparse.Namespace) -> GateLimits:
    return GateLimits(
        max_ttft_s=options.max_ttft,
        max_total_s=options.max_total,
        max_felt_ttft_s=options.max_felt_ttft,
        max_felt_total_s=options.max_felt_total,
        baseline=options.baseline,
        max_regression=options.max_regression,
        min_pass_rate=options.min_pass_rate,
    )
