"""A stream's request with other values in some of its fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from streamdash.promptfile.labels import relabelled
from streamdash.promptfile.model_references import Target
from streamdash.streams.conversation import reworded
from streamdash.streams.redaction.named_keys import HIDDEN, with_keys, without_keys

if TYPE_CHECKING:
    from collections.abc import Mapping

    from streamdash.streams.spec import StreamSpec
    from streamdash.tui.screens.change.field_texts import FieldName


def changed_spec(spec: StreamSpec, values: Mapping[FieldName, Any]) -> StreamSpec:
    """The request with these values, which `check_texts` returned.

    A label that was made from the model or the prompt follows them. A default of one dialect is
    not taken to another, nor a key in `params` to another endpoint.
    """
    settings: dict[str, Any] = {str(name): value for name, value in values.items()}
    target = settings.pop("model", Target(spec.endpoint, spec.model))
    question = settings.pop("prompt", None)
    if "stop" in settings:
        settings["stop"] = settings["stop"] or ()
    kept = spec.params if target.endpoint == spec.endpoint else {}
    params = settings.get("params", without_keys(spec.params))
    settings["params"] = _without_hidden(with_keys(params or {}, kept))
    if spec.has_default_limit:
        settings.setdefault("max_tokens", None)
    changed = spec._replace(endpoint=target.endpoint, model=target.model, **settings)
    changed = changed.with_default_limit()
    if question is not None:
        changed = reworded(changed, question)
    return changed._replace(label=relabelled(spec, changed))


def _without_hidden(value: Any) -> Any:
    """`value` without the entries of tables that are still hidden."""
    if isinstance(value, list):
        return [_without_hidden(item) for item in value]
    if isinstance(value, dict):
        return {name: _without_hidden(item) for name, item in value.items() if item != HIDDEN}
    return value
