"""`streamdash [FILE]`: plans the streams, runs them, and records them."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from streamdash.cli.check_gate import require_checks
from streamdash.cli.commands import STANDARD_INPUT
from streamdash.cli.demo_file import DEMO, DEMO_NAME, runs_demo
from streamdash.cli.exit_codes import ExitCode
from streamdash.cli.front_end import RunSource, choose_front_end
from streamdash.cli.gates import load_gates
from streamdash.cli.model_sources import demo_server, model_sources
from streamdash.cli.own_config import load_config
from streamdash.cli.plan_size import agreed, size_lines, usual_concurrency
from streamdash.cli.rounds import with_rounds
from streamdash.config.own_config import FILE, OwnConfig, parts_of
from streamdash.output.console import say
from streamdash.output.destination import Input, identity, spare
from streamdash.promptfile import load_plan
from streamdash.providers.api_keys import read_key
from streamdash.providers.catalog import builtin_endpoints, check_base_urls
from streamdash.providers.key_destinations import unexpected_destinations
from streamdash.providers.registry import Providers
from streamdash.recording.journal import open_journal
from streamdash.recording.run_title import short_question
from streamdash.reporting.checked import verdicts_of
from streamdash.reporting.pricing import load_prices
from streamdash.streams.errors import StreamError, UsageError
from streamdash.streams.live import live_run

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, MutableMapping, Sequence

    from streamdash.cli.commands import RunCommand, RunRequest
    from streamdash.cli.gates import Gates
    from streamdash.models.model_sources import ModelSources
    from streamdash.promptfile.plan import LoadedPlan
    from streamdash.providers.endpoint_state import EndpointState
    from streamdash.recording.journal import Journal
    from streamdash.streams.listener import Listener
    from streamdash.streams.run import Run
    from streamdash.streams.spec import Endpoint, RunPlan
    from streamdash.watching.reading import WatchedFile


def run_streams(command: RunCommand, environ: MutableMapping[str, str]) -> ExitCode:
    """Run the streams of the command line. Raises UsageError before anything is sent."""
    request = command.request
    _check_watch(request)
    prompt_files: list[str] = []
    config = load_config(command.own, environ)
    plan, names, warnings = _load(request, config, environ, prompt_files)
    for line in warnings:
        say(f"streamdash: {line}")
    require_checks(command.limits, plan.specs)
    gates = load_gates(command.limits)
    inputs = _inputs(request, prompt_files, gates)
    front_end = choose_front_end(command.display, request.file, config)
    if not front_end.on_screen and not all(spec.messages for spec in plan.specs):
        raise UsageError("no prompt: give one with -p TEXT, in a FILE, or on standard input with -")
    if request.watch and not front_end.on_screen:
        raise UsageError("--watch follows the file on the dashboard, and there is none here")
    notices = (
        *size_lines(plan),
        *_destinations(plan, environ),
        *config.others(parts_of(plan, request.overrides.models), on_screen=front_end.on_screen),
    )
    without_key = tuple(key_warnings(plan, environ))
    for line in (*without_key, *notices):
        say(f"streamdash: {line}")
    if not (request.yes or agreed(plan, on_screen=front_end.on_screen)):
        say("streamdash: nothing was sent")
        return ExitCode.INTERRUPTED
    started = datetime.now(UTC)
    with front_end.open_results(inputs) as out:
        maker = _RunMaker(plan, environ, started, _open_journal(request, started))
        try:
            models = model_sources(plan, names, config, environ) if out is None else None
            source = maker.source(notices, models)
            if request.watch:
                said = (*warnings, *without_key, *notices)
                watched = _watched_file(request, config, environ, tuple(prompt_files), said)
                source = source._replace(watched=watched)
            return front_end.show(source, gates, out)
        finally:
            maker.close(name_recording=front_end.on_screen)


class _RunMaker:
    """Makes the run of a plan, recorded by `journal` from its first event if there is one."""

    def __init__(
        self,
        plan: RunPlan,
        environ: Mapping[str, str],
        started: datetime,
        journal: Journal | None,
    ) -> None:
        self._plan = plan
        self._environ = environ
        self._started = started
        self._journal = journal
        self._begun = False

    def source(self, notices: tuple[str, ...], models: ModelSources | None) -> RunSource:
        """Return the run's source for a front end."""
        journal = self._journal
        return RunSource(
            self._make,
            self._started.isoformat(timespec="milliseconds"),
            recording=None if journal is None else journal.path,
            problem=None if journal is None else lambda: journal.problem,
            notices=notices,
            models=models,
            check=self._check,
        )

    def _check(self, endpoints: Sequence[Endpoint]) -> Iterator[tuple[str, EndpointState]]:
        # loaded here: only a board without a prompt needs it
        from streamdash.cli.endpoint_states import endpoint_states

        return endpoint_states(endpoints, self._environ)

    def _make(self, listeners: tuple[Listener, ...]) -> Run:
        if self._journal is not None:
            listeners = (self._journal, *listeners)
        load_prices(spec.endpoint for spec in self._plan.specs)
        providers = Providers(self._environ, demo=demo_server)
        run = live_run(self._plan, providers, listeners=listeners)
        run.texts.on_drop = verdicts_of
        run.watchers.append(lambda _, index: load_prices([run.states[index].spec.endpoint]))
        if self._journal is not None:
            self._journal.begin(run, self._started)
            self._begun = True
        return run

    def close(self, *, name_recording: bool) -> None:
        """Close the journal, and print its error or the name of its file."""
        if self._journal is None:
            return
        self._journal.close()
        if self._journal.problem is not None:
            say(f"streamdash: {self._journal.problem}")
        elif name_recording and self._begun:
            say(f"recorded in {self._journal.path}")


def _open_journal(request: RunRequest, started: datetime) -> Journal | None:
    """Open the recording. Raises UsageError where results or messages go into the same file."""
    if not request.recorded:
        return None
    if request.record is not None:
        streams = [Input(1, "where standard output goes"), Input(2, "where standard error goes")]
        spare(f"--record {request.record}", identity(request.record), streams)
    return open_journal(request.record, started)


def _inputs(request: RunRequest, prompt_files: Iterable[str], gates: Gates) -> list[Input]:
    """List the files of the command that its results must not replace."""
    found = [Input(path, "a file that the prompt file takes in") for path in prompt_files]
    if request.file == STANDARD_INPUT:
        found.insert(0, Input(0, "the prompt itself, which standard input reads"))
    elif request.file is not None:
        found.insert(0, Input(request.file, "the prompt file itself"))
    found += gates.inputs()
    if request.record is not None:
        found.append(Input(request.record, "the recording of this run"))
    return found


def _load(
    request: RunRequest, config: OwnConfig, environ: Mapping[str, str], prompt_files: list[str]
) -> LoadedPlan:
    """Load the plan, with the rounds and the title of the command line.

    `prompt_files` gets the files that its prompts are read from. Raises UsageError, also with the
    mistakes in the parts of the config that the plan depends on.
    """
    overrides = request.overrides
    path = _prompt_file(request, config)
    own = OwnConfig() if path == str(DEMO) else config
    stdin = sys.stdin.buffer if path == STANDARD_INPUT and sys.stdin is not None else None
    try:
        loaded = load_plan(
            path,
            overrides,
            endpoints=builtin_endpoints(environ),
            own=own.settings,
            stdin=stdin,
            files=prompt_files,
        )
    except UsageError as error:
        # a model may be unknown only because the config that names it has a mistake
        named = {"models", *(f"aliases.{model}" for model in overrides.models)}
        mistakes = [*own.relevant(named), *own.others(named, on_screen=False)]
        raise UsageError(*error.problems, *mistakes) from None
    plan = loaded.plan
    if mistakes := own.relevant(parts_of(plan, overrides.models)):
        raise UsageError(*mistakes)
    check_base_urls(spec.endpoint for spec in plan.specs)
    plan = with_rounds(plan, request.rounds)._replace(
        title=_title(plan, overrides.prompt),
        concurrency=request.concurrency or usual_concurrency(len(plan.specs)),
    )
    return loaded._replace(plan=plan)


def _prompt_file(request: RunRequest, config: OwnConfig) -> str | None:
    """Return the path of the prompt file; None where models alone are enough."""
    overrides = request.overrides
    if runs_demo(request.file, overrides, config):
        return str(DEMO)
    if request.file is None and not (overrides.replace_models or config.settings.models):
        hint = 'which models? as in: -m openai:gpt-4o-mini -p "...", or models in your config'
        raise UsageError(hint, *config.relevant((FILE, "models")))
    return request.file


def _check_watch(request: RunRequest) -> None:
    """Raise UsageError if `--watch` has no file to follow."""
    if request.watch and request.file in (None, STANDARD_INPUT, DEMO_NAME):
        raise UsageError("--watch needs a prompt file to follow, such as prompts.toml")


def _watched_file(
    request: RunRequest,
    config: OwnConfig,
    environ: Mapping[str, str],
    files: tuple[str, ...],
    said: tuple[str, ...],
) -> WatchedFile:
    """The prompt file to follow, loaded as the first time: the command line still overrides it.

    Its path is absolute, because the working directory may be deleted and made again.
    """
    from streamdash.watching.reading import LoadedFile, WatchedFile

    typed, here = request.file or "", os.getcwd()
    path = os.path.join(here, typed)
    request = request._replace(file=path)

    def load(files: list[str]) -> LoadedFile:
        try:
            plan, _, warnings = _load(request, config, environ, files)
        except UsageError as error:
            problems = (problem.replace(path, typed, 1) for problem in error.problems)
            raise UsageError(*problems) from None
        found = (*warnings, *key_warnings(plan, environ), *_destinations(plan, environ))
        return LoadedFile(plan, found)

    return WatchedFile(path, load, tuple(os.path.join(here, file) for file in files), said)


def _destinations(plan: RunPlan, environ: Mapping[str, str]) -> tuple[str, ...]:
    """One line for each key that goes to a host that is not its own."""
    return tuple(unexpected_destinations((spec.endpoint for spec in plan.specs), environ))


def _title(plan: RunPlan, prompt: str | None) -> str:
    """Return the plan's title, followed by the beginning of a prompt from the command line."""
    if not plan.title or prompt is None:
        return plan.title
    return f"{plan.title} · {short_question(prompt)}"


def key_warnings(plan: RunPlan, environ: Mapping[str, str]) -> Iterator[str]:
    """Yield one line for each endpoint whose key is missing or broken; only its streams fail."""
    seen: set[str] = set()
    for spec in plan.specs:
        if spec.endpoint.name in seen:
            continue
        seen.add(spec.endpoint.name)
        try:
            read_key(spec.endpoint, environ)
        except StreamError as error:
            yield error.message
