"""Keeps the model lists of endpoints for a day, in the user's cache folder."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import stat
import time
from pathlib import Path
from typing import TYPE_CHECKING

from streamdash.output.whole_file import WholeFile
from streamdash.providers.model_names import MOST_MODELS, ModelList, is_name

if TYPE_CHECKING:
    from collections.abc import Callable

    from streamdash.streams.spec import Endpoint

KEPT_S = 24 * 3600.0
_VERSION = 1
_LARGEST = 8 << 20
"""Bytes of a file that are read at most."""
_KEY_DIGITS = 4
"""Hex digits of a key's hash that a file's name has: enough to tell a user's keys apart, and too
few to recognise a key by, because one in 65,536 guesses fits."""


def cache_folder() -> Path:
    """The folder of the lists, which need not exist."""
    from platformdirs import user_cache_dir

    return Path(user_cache_dir("streamdash", appauthor=False)) / "models"


class ListCache:
    """One file for each dialect, base URL and key; `clock` gives seconds since 1970.

    A file that is missing, old, damaged, or not the user's own is no entry. A list that cannot be
    written is not kept.
    """

    def __init__(
        self, folder: Path | None = None, *, clock: Callable[[], float] = time.time
    ) -> None:
        self._folder = folder
        self._clock = clock

    def read(self, endpoint: Endpoint, secret: str) -> ModelList | None:
        """The list of the endpoint as `secret` (its key and headers) saw it within the last day."""
        try:
            return self._parse(_read_private(self._path(endpoint, secret)), endpoint)
        except (OSError, ValueError, RecursionError):
            return None

    def write(self, endpoint: Endpoint, secret: str, found: ModelList) -> None:
        """Keep a list that has just been fetched."""
        content = {
            "version": _VERSION,
            "api": endpoint.api,
            "base_url": endpoint.base_url,
            "fetched": self._clock(),
            "left_out": found.left_out,
            "models": found.models,
        }
        path = self._path(endpoint, secret)
        with contextlib.suppress(OSError):
            _make_folder(path.parent)
            _replace(path, json.dumps(content).encode())

    def _path(self, endpoint: Endpoint, secret: str) -> Path:
        place = f"{endpoint.api}\n{endpoint.base_url}"
        where = hashlib.sha256(place.encode()).hexdigest()[:24]
        key = hashlib.sha256(f"{place}\n{secret}".encode()).hexdigest()[:_KEY_DIGITS]
        return (self._folder or cache_folder()) / f"{where}-{key}.json"

    def _parse(self, data: bytes, endpoint: Endpoint) -> ModelList | None:
        content = json.loads(data)
        if not isinstance(content, dict) or content.get("version") != _VERSION:
            return None
        if (content.get("api"), content.get("base_url")) != (endpoint.api, endpoint.base_url):
            return None
        fetched, models = content.get("fetched"), content.get("models")
        left_out = content.get("left_out")
        if not isinstance(fetched, int | float) or not isinstance(models, list):
            return None
        if not 0 <= self._clock() - fetched < KEPT_S or len(models) > MOST_MODELS:
            return None
        if not isinstance(left_out, int) or not all(
            isinstance(name, str) and is_name(name) for name in models
        ):
            return None
        return ModelList(tuple(dict.fromkeys(models)), max(0, left_out))


def _read_private(path: Path) -> bytes:
    """The content of a regular file of the user's own. Raises OSError for any other."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with open(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode) or status.st_uid != os.geteuid():
            raise OSError("not a file of the user's own")
        data = file.read(_LARGEST + 1)
    if len(data) > _LARGEST:
        raise OSError("too large for a list")
    return data


def _make_folder(folder: Path) -> None:
    """Create the cache folder, for its owner only; the folders above it are as usual."""
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o700)


def _replace(path: Path, data: bytes) -> None:
    """Put a private file in place of the old one, in one step."""
    file = WholeFile(str(path), mode=0o600)
    try:
        with open(os.dup(file.descriptor), "wb") as out:
            out.write(data)
        if not file.place_new(str(path)):
            os.unlink(path)
            file.place_new(str(path))
    finally:
        file.discard()
