"""The streams that come from a prompt file, and what an edit of the file does to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from streamdash.streams.rounds.round import planned_rounds
from streamdash.watching.matching import match_streams, request_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from streamdash.streams.run import Run
    from streamdash.streams.spec import RunPlan, StreamSpec


class FileStream(NamedTuple):
    """A stream of the run as the prompt file had it last, whatever was changed on the board."""

    run_index: int
    """Its index in the run."""
    spec: StreamSpec
    gone: bool = False
    """Whether the file has it no more; its pane stays for a moment."""


class Update(NamedTuple):
    """What an edit does: streams to launch again, to revise, to add, and those that are gone."""

    before: tuple[FileStream, ...]
    """The streams that it starts from."""
    plan: RunPlan
    """The file's streams and title now."""
    matches: tuple[FileStream | None, ...]
    """For each of these streams that of the run; None for one to add."""
    changed: Mapping[int, StreamSpec]
    """Streams with another request than before, by index."""
    revised: Mapping[int, tuple[StreamSpec, StreamSpec]]
    """The old and new spec of streams with the same request but other labels, limits or checks."""
    added: tuple[StreamSpec, ...]
    gone: tuple[int, ...]
    returned: tuple[int, ...]
    """Streams that were gone, and are in the file again."""

    @property
    def to_send(self) -> tuple[StreamSpec, ...]:
        """The streams to launch."""
        return (*self.changed.values(), *self.added)


def update_of(before: Sequence[FileStream], plan: RunPlan) -> Update:
    """The update from `before` to the streams of an edited file."""
    places = match_streams([stream.spec for stream in before], plan.specs)
    matches = [None if place is None else before[place] for place in places]
    changed: dict[int, StreamSpec] = {}
    revised: dict[int, tuple[StreamSpec, StreamSpec]] = {}
    for spec, match in zip(plan.specs, matches, strict=True):
        if match is None:
            continue
        if request_key(match.spec) != request_key(spec):
            changed[match.run_index] = spec
        elif match.spec != spec:
            revised[match.run_index] = match.spec, spec
    kept = {match.run_index for match in matches if match is not None}
    return Update(
        before=tuple(before),
        plan=plan,
        matches=tuple(matches),
        changed=changed,
        revised=revised,
        added=tuple(spec for spec, match in zip(plan.specs, matches, strict=True) if match is None),
        gone=tuple(one.run_index for one in before if one.run_index not in kept and not one.gone),
        returned=tuple(one.run_index for one in before if one.run_index in kept and one.gone),
    )


def apply_update(run: Run, update: Update) -> tuple[FileStream, ...]:
    """Make the run what the file says; returns the file's streams, with those that are gone.

    A stream that was removed by hand is added again if its request has changed. The others keep
    what was changed by hand in all that the edit leaves alone.
    """
    run.retitle(update.plan.title)
    kept = {match.run_index for match in update.matches if match is not None}
    gone = {one.run_index for one in update.before} - kept - run.removed
    revised = {
        index: _revised(run.states[index].spec, *specs)
        for index, specs in update.revised.items()
        if index not in run.removed
    }
    changed = {i: spec for i, spec in update.changed.items() if i not in run.removed}
    run.revise(revised, leaving={*gone, *changed})
    run.change(changed, leaving=gone)
    back = [index for index in update.changed if index in run.removed]
    added = run.add([*(update.changed[index] for index in back), *update.added], leaving=gone)
    # those that leave give their labels away
    run.revise({index: run.states[index].spec for index in gone})
    return _file_streams(
        run, update, gone, dict(zip(back, added, strict=False)), added[len(back) :]
    )


def _file_streams(
    run: Run, update: Update, gone: set[int], back: Mapping[int, int], added: Iterable[int]
) -> tuple[FileStream, ...]:
    """The file's streams after an update, in its order; those that are gone at their old places.

    `back` has the new indices of streams that were removed by hand, `added` those of new streams.
    """
    fresh = iter(added)
    streams = [
        FileStream(
            next(fresh) if match is None else back.get(match.run_index, match.run_index), spec
        )
        for spec, match in zip(update.plan.specs, update.matches, strict=True)
    ]
    for place, (index, spec, _) in enumerate(update.before):
        if index in gone:
            spec = spec._replace(label=run.states[index].spec.label)
            streams.insert(min(place, len(streams)), FileStream(index, spec, gone=True))
    return tuple(streams)


def requests_of(run: Run, update: Update) -> int:
    """How many requests the update sends: one for each stream, or those of all rounds."""
    changed = set(update.changed) - run.removed
    rounds = len(planned_rounds(run.plan)) if changed >= set(run.present) else 1
    return rounds * len(changed) + len(update.to_send) - len(changed)


def _revised(current: StreamSpec, old: StreamSpec, new: StreamSpec) -> StreamSpec:
    """The spec on the board with the edit's label and limits, where it still has the file's."""
    if current.label == old.label:
        current = current._replace(label=new.label)
    if current.deadlines == old.deadlines:
        current = current._replace(deadlines=new.deadlines)
    if current.retries == old.retries:
        current = current._replace(retries=new.retries)
    if current.checks == old.checks:
        current = current._replace(checks=new.checks)
    return current._replace(case=new.case, prompt_label=new.prompt_label)
