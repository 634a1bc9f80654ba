"""How a body is packed: what `Content-Encoding` means, and unpacking that stays bounded."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from streamdash.streams.errors import StreamError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

UNPACKED_PIECE = 64 << 10
"""Bytes that are unpacked at a time: a thousandfold of what came must not be in memory at once."""

_PLAIN = frozenset(
    {
        "", "identity", "none", "null", "plain", "text", "chunked", "aws-chunked", "7bit", "8bit",
        "binary", "utf-8", "utf8", "utf_8", "us-ascii", "ascii", "unicode", "charset=utf-8",
    }
)  # fmt: skip
"""What servers write although nothing is packed."""
_PACKED = frozenset({"gzip", "x-gzip", "deflate"})
_ANY_ZLIB = 47
"""Window bits that recognise gzip and zlib by themselves."""


def packings_of(values: Iterable[str]) -> tuple[str, ...]:
    """The encodings that really pack, in the order they were applied; lower case."""
    words = (
        word.strip().strip("\"'").strip().lower() for value in values for word in value.split(",")
    )
    return tuple(word for word in words if word not in _PLAIN)


def can_unpack(packings: Iterable[str]) -> bool:
    """Whether all of these can be undone here."""
    return _PACKED.issuperset(packings)


class Unpacker:
    """Undoes one encoding; raises StreamError where the data are not packed in it."""

    def __init__(self, packing: str) -> None:
        self._packing = packing
        self._stream = zlib.decompressobj(_ANY_ZLIB)
        self._begun = False

    def unpack(self, data: bytes) -> Iterator[bytes]:
        """What `data` brings, in pieces of at most `UNPACKED_PIECE` bytes."""
        while data:
            try:
                piece = self._stream.decompress(data, UNPACKED_PIECE)
            except zlib.error as error:
                if self._begun or self._packing != "deflate":
                    raise StreamError("protocol", f"malformed data: {error}") from None
                # some servers leave out the frame around what they deflate
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
                    return  # no further member: nothing that belongs to the body


def unpacked(data: bytes, unpackers: list[Unpacker]) -> Iterator[bytes]:
    """What `data` brings through all unpackers, the outermost first."""
    if not unpackers:
        yield data
        return
    for piece in unpackers[0].unpack(data):
        yield from unpacked(piece, unpackers[1:])
