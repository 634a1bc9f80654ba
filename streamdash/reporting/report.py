"""Reports of one run, or of several side by side, in every style; `html` draws the page."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Literal, get_args

from streamdash.output.safe_text import clean_line
from streamdash.recording.run_title import title_of
from streamdash.reporting.changes import CHANGE_TITLES, change_cells
from streamdash.reporting.comparison import Change, Comparison, pairs
from streamdash.reporting.csv_table import csv_table
from streamdash.reporting.markdown import markdown_report, md_cell, md_row
from streamdash.reporting.models.table import model_tables, models_text
from streamdash.reporting.quantities import QUANTITIES
from streamdash.reporting.repetitions import with_earlier
from streamdash.reporting.reported_run import with_unique_names
from streamdash.reporting.result import paired_rounds, run_result
from streamdash.reporting.result_json import VERSION, result_json, run_json
from streamdash.reporting.text_table import aligned, text_table
from streamdash.reporting.verdict import verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from streamdash.reporting.comparison import Pair
    from streamdash.reporting.reported_run import ReportedRun
    from streamdash.reporting.result import StreamResult

Style = Literal["text", "json", "jsonl", "csv", "markdown", "html", "junit"]
STYLES: tuple[Style, ...] = get_args(Style)
SUFFIXES: dict[Style, str] = {
    "text": ".txt",
    "json": ".json",
    "jsonl": ".jsonl",
    "csv": ".csv",
    "markdown": ".md",
    "html": ".html",
    "junit": ".xml",
}
NAME_CELLS = 60
LABEL_CELLS = 30
QUESTION_CELLS = 160
MOST_QUESTIONS = 5
MOST_LABELS = 3
"""How many questions a text report lists, and up to how many labels it names with each."""


def report(runs: Sequence[ReportedRun], style: Style, *, width: int | None = None) -> str:
    """The report, which ends in a newline. Further runs are compared with the first.

    `width` is the terminal's, for `text`.
    """
    runs = with_unique_names(runs)
    if style == "html":
        from streamdash.reporting.html.page import page

        return page(runs, comparisons(runs))
    if style == "text":
        return _text(runs, width)
    written: dict[str, Callable[[Sequence[ReportedRun]], str]] = {
        "json": _json,
        "jsonl": _jsonl,
        "csv": _csv,
        "markdown": _markdown,
        "junit": _junit,
    }
    return written[style](runs)


def comparisons(runs: Sequence[ReportedRun]) -> list[Comparison]:
    """Each further run compared with the first."""
    return [Comparison(runs[0], after) for after in runs[1:]]


def _text(runs: Sequence[ReportedRun], width: int | None) -> str:
    blocks = []
    for compared in comparisons(runs):
        blocks.append("\n".join(verdict(compared)))
        lines = [CHANGE_TITLES, *_change_lines(compared.pairs)]
        blocks.append(aligned(lines, {2, 3, 4, 5}))
    for run in runs:
        title = clean_line(title_of(run.snapshot), NAME_CELLS)
        head = " · ".join(filter(None, [clean_line(run.name, NAME_CELLS), title, run.when]))
        warnings = [f"! {clean_line(warning, 400)}" for warning in run.warnings]
        questions = list(_questions(run.results))
        blocks.append("\n".join([head, *warnings, *questions, _table(run, width)]))
    return "\n\n".join(blocks) + "\n"


def _table(run: ReportedRun, width: int | None) -> str:
    paired = paired_rounds(run.snapshot, run.results)
    table = text_table(run.results, width, lag_p99_s=run.snapshot.lag.p99_s, paired=paired)
    return "\n\n".join([table, *models_text(run.snapshot, run.results, width)])


def _questions(results: Sequence[StreamResult]) -> Iterator[str]:
    """One line for each of the first few questions, with the labels of its streams."""
    asked: dict[str, list[str]] = {}
    for result in with_earlier(results):
        if not result.question:
            continue
        label = clean_line(result.label, LABEL_CELLS)
        if result.turn > 1:
            label += f", turn {result.turn}"
        labels = asked.setdefault(result.question, [])
        if label not in labels:
            labels.append(label)
    for question, labels in list(asked.items())[:MOST_QUESTIONS]:
        whom = f"{len(labels)} streams" if len(labels) > MOST_LABELS else "; ".join(labels)
        yield f"asked of {whom}: {clean_line(question, QUESTION_CELLS)}"
    if len(asked) > MOST_QUESTIONS:
        yield f"and {len(asked) - MOST_QUESTIONS} other questions"


def _change_lines(paired: Sequence[Pair]) -> Iterator[tuple[str, ...]]:
    for pair in paired:
        label = clean_line(pair.label, LABEL_CELLS)
        for change in pair.changes():
            yield (label, *change_cells(change))
            label = ""


def _json(runs: Sequence[ReportedRun]) -> str:
    objects = [run_json(run_result(run.snapshot, run.started)) for run in runs]
    if len(runs) == 1:
        return _dumped(objects[0])
    for fields, run in zip(objects, runs, strict=True):
        fields["recording"] = run.name
    return _dumped(
        {
            "version": VERSION,
            "runs": objects,
            "comparisons": [
                {
                    "before": compared.before.name,
                    "after": compared.after.name,
                    "summary": " ".join(verdict(compared)),
                    "streams": [
                        {"label": pair.label, "numbers": _change_fields(pair)}
                        for pair in compared.pairs
                    ],
                }
                for compared in comparisons(runs)
            ],
        }
    )


def _change_fields(pair: Pair) -> dict[str, dict[str, float | None]]:
    return {
        change.quantity.field: {
            "before": change.before,
            "after": change.after,
            "difference": change.difference,
            "ratio": change.ratio,
        }
        for change in pair.changes()
    }


def _jsonl(runs: Sequence[ReportedRun]) -> str:
    return "".join(
        _dumped({**({"recording": run.name} if len(runs) > 1 else {}), **result_json(result)})
        for run in runs
        for result in run.results
    )


def _dumped(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    try:
        text.encode()
    except UnicodeEncodeError:
        # half of a surrogate pair has no UTF-8 form, only an escape
        text = json.dumps(value, default=str)
    return text + "\n"


def _csv(runs: Sequence[ReportedRun]) -> str:
    first = runs[0]
    if len(runs) == 1:
        return csv_table(first.results)
    further: list[dict[str, object]] = []
    for run in runs:
        paired = [] if run is first else pairs(first.results, run.results)
        changes = {id(pair.after): pair.changes() for pair in paired if pair.before is not None}
        further += [
            {"recording": run.name, **_change_columns(changes.get(id(result), []))}
            for result in run.results
        ]
    return csv_table([result for run in runs for result in run.results], further)


def _change_columns(changes: Sequence[Change]) -> dict[str, float | None]:
    """Two columns for each number: its difference from the first run and its ratio to it."""
    by_field = {change.quantity.field: change for change in changes}
    columns: dict[str, float | None] = {}
    for quantity in QUANTITIES:
        change = by_field.get(quantity.field)
        columns[f"{quantity.field}_difference"] = change and change.difference
        columns[f"{quantity.field}_ratio"] = change and change.ratio
    return columns


def _junit(runs: Sequence[ReportedRun]) -> str:
    from streamdash.reporting.junit import JunitRun, junit

    several = len(runs) > 1
    found = [JunitRun(run.name if several else "", run.results, run.started) for run in runs]
    return junit(found, runs[0].snapshot.plan.title)


def _markdown(runs: Sequence[ReportedRun]) -> str:
    parts = []
    for compared in comparisons(runs):
        names = f"{md_cell(compared.after.name)} against {md_cell(compared.before.name)}"
        lines = [f"# {names}", "", " ".join(map(md_cell, verdict(compared))), ""]
        lines.append(md_row(CHANGE_TITLES))
        lines.append("| --- | --- | ---: | ---: | ---: | ---: |")
        lines += [md_row(map(md_cell, cells)) for cells in _change_lines(compared.pairs)]
        parts.append("\n".join(lines) + "\n")
    for run in runs:
        title = title_of(run.snapshot)
        if len(runs) > 1:
            title = " · ".join(filter(None, [run.name, title]))
        warnings = "".join(f"> {md_cell(warning)}\n\n" for warning in run.warnings)
        parts.append(
            warnings
            + markdown_report(
                run.results,
                title,
                lag_p99_s=run.snapshot.lag.p99_s,
                paired=paired_rounds(run.snapshot, run.results),
                models=model_tables(run.snapshot, run.results),
            )
        )
    return "\n".join(parts)
