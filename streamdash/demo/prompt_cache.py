"""The prompt cache of the embedded server: which tokens of a prompt it has seen before."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from streamdash.demo.question import pieces, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

BLOCK = 16
"""Tokens that are cached together."""
MODEL = "cached"
"""The model that caches prompts by itself, as OpenAI's do; Anthropic's do so only if asked."""
KEPT = 10_000
"""Blocks after which the cache is emptied."""
_FRONT = ("tools", "system", "instructions", "messages", "input")
"""The fields of a prompt in any dialect, in the order in which a model reads them."""


class CacheUse(NamedTuple):
    """The tokens of one prompt that the cache had, and those that were added to it."""

    read: int = 0
    written: int = 0


class PromptCache:
    """Remembers the beginnings of prompts, in blocks of tokens, as long as the server lives."""

    def __init__(self) -> None:
        self._seen: set[int] = set()

    def use(self, body: Mapping[str, object], *, asked: bool) -> CacheUse:
        """Look a prompt up and keep it.

        If `asked`, that is done up to the last `cache_control` of the request, and not at all
        without one; else only for `MODEL`, and without the last token, which is always computed.
        """
        if not asked and body.get("model") != MODEL:
            return CacheUse()
        texts = list(_texts(body))
        if asked:
            texts = texts[: max((at for at, (_, mark) in enumerate(texts, 1) if mark), default=0)]
        tokens = [piece for text, _ in texts for piece in pieces(text)]
        whole = len(tokens) - (not asked)
        front = hash(body.get("model"))
        blocks = []
        for start in range(0, whole - BLOCK + 1, BLOCK):
            front = hash((front, *tokens[start : start + BLOCK]))
            blocks.append(front)
        known = next((n for n, block in enumerate(blocks) if block not in self._seen), len(blocks))
        if len(self._seen) > KEPT:
            self._seen.clear()
        self._seen.update(blocks)
        return CacheUse(known * BLOCK, (len(blocks) - known) * BLOCK)


def _texts(body: Mapping[str, object]) -> Iterator[tuple[str, bool]]:
    """The texts of a prompt in order, each with whether it has a `cache_control`."""
    for name in _FRONT:
        value = body.get(name)
        for row in value if isinstance(value, list) else [value]:
            content = row.get("content", row) if isinstance(row, dict) else row
            for part in content if isinstance(content, list) else [content]:
                if isinstance(part, dict):
                    words = [text for text in part.values() if isinstance(text, str)]
                    yield " ".join(words), bool(part.get("cache_control"))
                else:
                    yield text_of(part), False
