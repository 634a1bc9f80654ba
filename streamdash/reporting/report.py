"""Reports of one recorded run, or of several side by side, in every form but the drawn one."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Literal, get_args

from streamdash.output.safe_text import clean_line
from streamdash.reporting.changes import CHANGE_TITLES, change_cells
from streamdash.reporting.comparison import NUMBERS, Change, pairs
from streamdash.reporting.repetitions import turn_of, with_earlier
from streamdash.reporting.reported_run import with_unique_names
from streamdash.reporting.result import VERSION, run_result
from streamdash.reporting.text_table import aligned, csv_table, markdown_report, md_cell, text_table
from streamdash.reporting.verdict import Comparison

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from streamdash.reporting.comparison import Pair
    from streamdash.reporting.reported_run import ReportedRun
    from streamdash.reporting.result import Result

Style = Literal["text", "json", "jsonl", "csv", "markdown", "html"]
STYLES: tuple[Style, ...] = get_args(Style)
SUFFIXES: dict[Style, str] = {
    "text": ".txt",
    "json": ".json",
    "jsonl": ".jsonl",
    "csv": ".csv",
    "markdown": ".md",
    "html": ".html",
}
NAME_CELLS = 60
LABEL_CELLS = 30
QUESTION_CELLS = 160
MOST_QUESTIONS = 5
MOST_LABELS = 3
"""Of a report as text: questions, and streams that are named with one."""


def report(sources: Sequence[ReportedRun], style: Style, *, width: int | None = None) -> str:
    """The report, ending in a newline. The first of several runs is what the others are held
    against; `width` is the terminal's, for `text`.
    """
    sources = with_unique_names(sources)
    if style == "html":
        from streamdash.reporting.html.page import page

        return page(sources, comparisons(sources))
    if style == "text":
        return _text(sources, width)
    written: dict[str, Callable[[Sequence[ReportedRun]], str]] = {
        "json": _json,
        "jsonl": _jsonl,
        "csv": _csv,
        "markdown": _markdown,
    }
    return written[style](sources)


def comparisons(sources: Sequence[ReportedRun]) -> list[Comparison]:
    """Each further run against the first."""
    return [Comparison(sources[0], after) for after in sources[1:]]


def _text(sources: Sequence[ReportedRun], width: int | None) -> str:
    blocks = []
    for compared in comparisons(sources):
        blocks.append("\n".join(compared.sentences))
        lines = [CHANGE_TITLES, *_change_lines(compared.pairs)]
        blocks.append(aligned(lines, {2, 3, 4, 5}))
    for source in sources:
        title = clean_line(source.board.plan.title, NAME_CELLS)
        head = " · ".join(filter(None, [clean_line(source.name, NAME_CELLS), title, source.when]))
        warnings = [f"! {clean_line(warning, 400)}" for warning in source.warnings]
        questions = list(_questions(source.results))
        blocks.append("\n".join([head, *warnings, *questions, text_table(source.results, width)]))
    return "\n\n".join(blocks) + "\n"


def _questions(results: Sequence[Result]) -> Iterator[str]:
    """A line for each question, the first few: what was asked of whom."""
    asked: dict[str, list[str]] = {}
    for result in with_earlier(results):
        label = clean_line(str(result["label"]), LABEL_CELLS)
        if turn_of(result) > 1:
            label += f", turn {turn_of(result)}"
        labels = asked.setdefault(str(result.get("question") or ""), [])
        if label not in labels:
            labels.append(label)
    asked.pop("", None)
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


def _json(sources: Sequence[ReportedRun]) -> str:
    runs = [run_result(source.board, source.started) for source in sources]
    if len(runs) == 1:
        return _dumped(runs[0])
    for run, source in zip(runs, sources, strict=True):
        run["recording"] = source.name
    return _dumped(
        {
            "version": VERSION,
            "runs": runs,
            "comparisons": [
                {
                    "before": compared.before.name,
                    "after": compared.after.name,
                    "summary": " ".join(compared.sentences),
                    "streams": [
                        {"label": pair.label, "numbers": _change_fields(pair)}
                        for pair in compared.pairs
                    ],
                }
                for compared in comparisons(sources)
            ],
        }
    )


def _change_fields(pair: Pair) -> dict[str, dict[str, float | None]]:
    return {
        change.number.field: {
            "before": change.before,
            "after": change.after,
            "difference": change.difference,
            "ratio": change.ratio,
        }
        for change in pair.changes()
    }


def _jsonl(sources: Sequence[ReportedRun]) -> str:
    if len(sources) == 1:
        return "".join(map(_dumped, sources[0].results))
    return "".join(
        _dumped({"recording": source.name, **result})
        for source in sources
        for result in source.results
    )


def _dumped(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    try:
        text.encode()
    except UnicodeEncodeError:
        # half of a surrogate pair can be written as an escape only
        text = json.dumps(value, default=str)
    return text + "\n"


def _csv(sources: Sequence[ReportedRun]) -> str:
    if len(sources) == 1:
        return csv_table(sources[0].results)
    further: list[dict[str, object]] = []
    for source in sources:
        against = pairs(sources[0].results, source.results)
        changes = {id(pair.after): pair.changes() for pair in against if pair.before is not None}
        for result in source.results:
            known = (
                {}
                if source is sources[0]
                else {change.number.field: change for change in changes.get(id(result), [])}
            )
            further.append({"recording": source.name, **_change_columns(known)})
    return csv_table([result for source in sources for result in source.results], further)


def _change_columns(known: dict[str, Change]) -> dict[str, object]:
    """Two columns for each number: its difference to the first run and its ratio."""
    columns: dict[str, object] = {}
    for number in NUMBERS:
        change = known.get(number.field)
        columns[f"{number.field}_difference"] = change and change.difference
        columns[f"{number.field}_ratio"] = change and change.ratio
    return columns


def _markdown(sources: Sequence[ReportedRun]) -> str:
    parts = []
    for compared in comparisons(sources):
        names = f"{md_cell(compared.after.name)} against {md_cell(compared.before.name)}"
        lines = [f"# {names}", "", " ".join(map(md_cell, compared.sentences)), ""]
        lines.append("| " + " | ".join(CHANGE_TITLES) + " |")
        lines.append("| --- | --- | ---: | ---: | ---: | ---: |")
        lines += [
            "| " + " | ".join(map(md_cell, cells)) + " |" for cells in _change_lines(compared.pairs)
        ]
        parts.append("\n".join(lines) + "\n")
    for source in sources:
        title = source.board.plan.title
        if len(sources) > 1:
            title = " · ".join(filter(None, [source.name, title]))
        warnings = "".join(f"> {md_cell(warning)}\n\n" for warning in source.warnings)
        parts.append(warnings + markdown_report(source.results, title))
    return "\n".join(parts)
