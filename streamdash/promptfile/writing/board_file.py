"""A whole board as a prompt file that asks the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from streamdash.promptfile.input_text import MAX_BYTES
from streamdash.promptfile.overrides import Overrides
from streamdash.promptfile.plan import load_plan
from streamdash.promptfile.writing import toml_text
from streamdash.promptfile.writing.endpoint_tables import endpoint_tables
from streamdash.promptfile.writing.rows import Rows, crossed_rows, single_rows
from streamdash.promptfile.writing.stream_settings import default_comments, key_lines, table_lines
from streamdash.streams.errors import UsageError
from streamdash.streams.redaction.named_keys import HIDDEN, without_keys
from streamdash.streams.spec import Deadlines

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from streamdash.promptfile.own_settings import OwnSettings
    from streamdash.streams.spec import Endpoint, RunPlan, StreamSpec

_NAME = "the written file"


class BoardFile(NamedTuple):
    """The text of a prompt file, and a sentence for each thing that it cannot say."""

    text: str
    notes: tuple[str, ...] = ()


def board_file(
    plan: RunPlan, builtin: Mapping[str, Endpoint], own: OwnSettings, *, recorded: bool = False
) -> BoardFile:
    """A prompt file for the streams of `plan`, in their order.

    Streams with common prompts are written as prompts x models if that reads back as the same
    streams, others one by one. `builtin` are the built-in endpoints, `own` the user's config under
    which the file will run, `recorded` says that the specs come from a recording.
    Raises UsageError where no prompt file asks the same.
    """
    specs = [spec for spec in plan.specs if spec.messages]
    if not specs:
        raise UsageError("there is no prompt to write yet")
    notes = []
    if len(specs) < len(plan.specs):
        left_out = len(plan.specs) - len(specs)
        notes.append(f"{left_out} without a prompt {'is' if left_out == 1 else 'are'} left out")
    tables = endpoint_tables(
        (spec.endpoint for spec in specs), builtin, own.endpoints, recorded=recorded
    )
    notes += tables.notes
    if any(without_keys(spec.params) != spec.params for spec in specs) or (
        recorded and any(HIDDEN in str(spec.params) for spec in specs)
    ):
        notes.append(f"{HIDDEN} in params stands for a key that is to be filled in")
    reader = _Reader(specs, builtin, own)
    text = ""
    try:
        for rows in _layouts(specs, own):
            text = _text(plan, rows, tables.lines, specs)
            if reader.reads_back(text, labels=True):
                return BoardFile(text, tuple(notes))
    except toml_text.UnwritableError as error:
        raise UsageError(f"a prompt file cannot hold this board: {error.reason}") from None
    reader.check(text)
    if not reader.reads_back(text, labels=False):
        notes.append("the [defaults] of your config will change what it asks")
    return BoardFile(text, tuple(notes))


def _layouts(specs: Sequence[StreamSpec], own: OwnSettings) -> Iterator[Rows]:
    """The ways to write the streams, from the shortest to the safest."""
    explicit = own.defaults.given
    for labels in (False, True):
        crossed = crossed_rows(specs, explicit, labels=labels)
        if crossed is not None:
            yield crossed
    yield single_rows(specs, explicit)


def _text(plan: RunPlan, rows: Rows, endpoints: Sequence[str], specs: Sequence[StreamSpec]) -> str:
    lines = ["# Written by streamdash: the streams of a board.", *_run_comments(plan)]
    if plan.title.strip():
        lines.append(f"title = {toml_text.text(plan.title)}")
    if rows.models:
        lines.append(f"models = {_list(rows.models)}")
    anthropic = any(spec.endpoint.api == "anthropic" for spec in specs)
    used = {*rows.defaults, *(key for _, row in rows.prompts for key in row)}
    used.update(key for *_, row in rows.streams for key in row)
    lines += ["", "[defaults]"]
    lines += key_lines("defaults", rows.defaults, default_comments(used, anthropic=anthropic))
    lines += ["", *endpoints] if endpoints else [""]
    for label, row in rows.prompts:
        lines += [*table_lines("prompts", {} if label is None else {"label": label}, row), ""]
    for label, model, row in rows.streams:
        lines += [*table_lines("streams", {"label": label, "model": model}, row), ""]
    return "\n".join(lines)


def _run_comments(plan: RunPlan) -> Iterator[str]:
    """The options of the command line that a prompt file has no keys for."""
    options = []
    if plan.repeat > 1:
        options.append(f"--repeat {plan.repeat}")
    if plan.warmup:
        options.append(f"--warmup {plan.warmup}")
    if plan.order != "together":
        options.append(f"--order {plan.order}")
    if plan.until is not None:
        options.append(f"--until {plan.until * 100:g}%")
    if plan.concurrency:
        options.append(f"--concurrency {plan.concurrency}")
    if options:
        yield f"# It ran with {' '.join(options)}"


def _list(items: Sequence[str]) -> str:
    inner = ", ".join(map(toml_text.text, items))
    if len(inner) <= 80:
        return f"[{inner}]"
    return "[\n" + "".join(f"    {toml_text.text(item)},\n" for item in items) + "]"


class _Reader:
    """Reads a written file as the program will, and compares its streams with the board's."""

    def __init__(
        self, specs: Sequence[StreamSpec], builtin: Mapping[str, Endpoint], own: OwnSettings
    ) -> None:
        self._wanted = [_comparable(spec) for spec in specs]
        self._builtin = builtin
        self._own = own

    def reads_back(self, text: str, *, labels: bool) -> bool:
        """Whether the file has the same streams; with `labels` they are compared, too."""
        try:
            found = self._read(text, self._own)
        except UsageError:
            return False
        return found == self._wanted if labels else _requests(found) == _requests(self._wanted)

    def check(self, text: str) -> None:
        """Raise UsageError if the file asks something else, even without the config's defaults."""
        bare = self._own._replace(defaults=type(self._own.defaults)())
        if _requests(self._read(text, bare)) != _requests(self._wanted):
            raise UsageError("a prompt file cannot hold this board: it would ask something else")

    def _read(self, text: str, own: OwnSettings) -> list[StreamSpec]:
        size = len(text.encode())
        if size > MAX_BYTES:
            raise UsageError(
                f"the board has {size / MAX_BYTES:.1f} MiB of text; a prompt file holds 1 MiB"
            )
        plan = load_plan(_NAME, Overrides(), endpoints=self._builtin, own=own, toml=text).plan
        return [_comparable(spec) for spec in plan.specs]


def _comparable(spec: StreamSpec) -> StreamSpec:
    """The spec without what no prompt file holds: secrets, and how its conversation came about."""
    endpoint = spec.endpoint
    params = without_keys(spec.params)
    limits = zip(spec.deadlines, Deadlines(), strict=True)
    return spec._replace(
        endpoint=endpoint._replace(key_env=None, headers={}, builtin=False),
        params=params if isinstance(params, dict) else {},
        # no limit at all is nothing that a file can say
        deadlines=Deadlines(*(given if given > 0 else usual for given, usual in limits)),
        turn=1,
        case=None,
        prompt_label=None,
    )


def _requests(specs: Sequence[StreamSpec]) -> list[StreamSpec]:
    return [spec._replace(label="") for spec in specs]
