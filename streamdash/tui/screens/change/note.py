"""The line above the keys of the form: what was changed, and what the keys would do with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streamdash.tui.widgets.parts import Part

if TYPE_CHECKING:
    from collections.abc import Sequence

    from streamdash.tui.screens.change.field_texts import FieldName

LEAST_NAMED = 36
"""Cells of the names of changed fields beside the other part of their line."""


def note_parts(changed: Sequence[FieldName], streams: int, objection: str) -> list[Part]:
    """The parts for these changed fields, or why the last key did not send them."""
    if objection:
        return [Part(objection, 0, "warn", flexible=True)]
    if not changed:
        return [Part("nothing is changed: enter reruns the request as it is", 0, "quiet")]
    named = f"changed: {', '.join(changed)}"
    # the other part has a short form, which is better than a cut name
    parts = [Part(named, 0, "note", flexible=True, least=min(len(named), LEAST_NAMED))]
    if streams > 1:
        to_all = f"ctrl+t gives {'this' if len(changed) == 1 else 'these'} to all"
        moved = "model" in changed
        effect = f"{to_all}: one model for all" if moved else f"{to_all}; models stay"
        parts.append(Part(effect, 1, "warn" if moved else "quiet", short=to_all))
    return parts
