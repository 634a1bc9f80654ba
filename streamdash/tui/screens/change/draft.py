"""What was typed into a form that was closed without sending."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from streamdash.tui.screens.change.field_texts import FieldName


class Draft(NamedTuple):
    """The texts of the fields that were changed."""

    texts: Mapping[FieldName, str] = {}
    set_aside: Mapping[FieldName, str] = {}
    """The texts that the user took back."""
    field: FieldName = "prompt"
    """The field that had the keyboard last."""
