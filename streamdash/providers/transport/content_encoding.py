"""Reads `Content-Encoding` and unpacks bodies in pieces of bounded size."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from streamdash.streams.errors import StreamError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

UNPACKED_PIECE = 64 << 10
"""Bytes that are unpacked at a time, because a body may unpack to a thousand times its size."""

_PLAIN = frozenset(
    {
        "", "identity", "none", "null", "plain", "text", "chunked", "aws-chunked", "7bit", "8bit",
        "binary", "utf-8", "utf8", "utf_8", "us-ascii", "ascii", "unicode", "charset=utf-8",
    }
)  # fmt: skip
"""Values that servers send for a body that is not compressed."""
_SUPPORTED = frozenset({"gzip", "x-gzip", "deflate"})
_ANY_ZLIB = 47
"""Window bits that make zlib accept gzip and zlib frames."""


def encodings_of(values: Iterable[str]) -> tuple[str, ...]:
    """The real encodings, in lower case and in the order in which they were applied."""
    words = (
        word.strip().strip("\"'").strip().lower() for value in values for word in value.split(",")
    )
    return tuple(word for word in words if word not in _PLAIN)


def can_unpack(encodings: Iterable[str]) -> bool:
    """Whether all of these encodings are supported."""
    return _SUPPORTED.issuperset(encodings)


class Unpacker:
    """Undoes one encoding; raises StreamError if the data are not in it."""

    def __init__(self, encoding: str) -> None:
        self._encoding = encoding
        self._stream = zlib.decompressobj(_ANY_ZLIB)
        self._begun = False

    def unpack(self, data: bytes) -> Iterator[bytes]:
        """The unpacked bytes of `data`, in pieces of at most `UNPACKED_PIECE`."""
        while data:
            try:
                piece = self._stream.decompress(data, UNPACKED_PIECE)
            except zlib.error as error:
                if self._begun or self._encoding != "deflate":
                    raise StreamError("protocol", f"malformed data: {error}") from None
                # some servers send deflate data without the zlib frame
                self._begun = True
                self._stream = zlib.decompressobj(-zlib.MAX_WBITS)
                continue
            self._begun = True
            if piece:
                yield piece
            data = self._stream.unconsumed_tail
            if not data and self._stream.eof:
                data = self._stream.unused_data.lstrip(b"\0")
                self._stream = zlib.decompressobj(_ANY_ZLIB)
                if data[:2] != b"\x1f\x8b":
                    return  # not another gzip member: not part of the body


def unpacked(data: bytes, unpackers: list[Unpacker]) -> Iterator[bytes]:
    """The bytes of `data` after all unpackers, the outermost first."""
    if not unpackers:
        yield data
        return
    for piece in unpackers[0].unpack(data):
        yield from unpacked(piece, unpackers[1:])
