"""The certificates that TLS trusts (`SSL_CERT_FILE`, `SSL_CERT_DIR`), and `SSLKEYLOGFILE`.

The libraries would read these variables, too; here an error names its variable, and a bad one
does not affect streams without TLS.
"""

from __future__ import annotations

import os
import re
import ssl
import stat
from functools import cache
from typing import TYPE_CHECKING

import httpx2

from streamdash.streams.errors import StreamError

if TYPE_CHECKING:
    from collections.abc import Mapping

KEY_LOG = "SSLKEYLOGFILE"
_HASHED = re.compile(r"[0-9a-fA-F]{8}\.\d+")
"""The file name that OpenSSL looks for in a folder of certificates."""


def tls_context(environ: Mapping[str, str]) -> ssl.SSLContext:
    """The context of all TLS connections; the first call takes up to 0.1 s.

    Raises StreamError, kind `tls`, if a variable names something unusable.
    """
    return _context(*(environ.get(name, "") for name in ("SSL_CERT_FILE", "SSL_CERT_DIR", KEY_LOG)))


@cache
def _context(file: str, folder: str, key_log: str) -> ssl.SSLContext:
    if file:
        context = _from_file(file)
    elif folder:
        context = _from_folders(folder)
    else:
        context = httpx2.create_ssl_context(trust_env=False)
    if key_log:
        _log_keys(context, key_log)
    return context


def _from_file(file: str) -> ssl.SSLContext:
    try:
        mode = os.stat(file).st_mode
        if stat.S_ISDIR(mode):
            raise _unusable("SSL_CERT_FILE", file, "is a folder; a folder belongs in SSL_CERT_DIR")
        if not stat.S_ISREG(mode):
            raise _unusable("SSL_CERT_FILE", file, "is not a regular file")
        return ssl.create_default_context(cafile=file)
    except ssl.SSLError:
        raise _unusable("SSL_CERT_FILE", file, "holds no certificate in PEM form") from None
    except (OSError, ValueError) as error:
        raise _unusable("SSL_CERT_FILE", file, _reason(error)) from None


def _from_folders(folders: str) -> ssl.SSLContext:
    problem: StreamError | None = None
    for folder in filter(None, folders.split(os.pathsep)):
        try:
            if any(_HASHED.fullmatch(name) for name in os.listdir(folder)):
                return ssl.create_default_context(capath=folders)
            reason = "holds no certificate under a hashed name (see `openssl rehash`)"
        except (OSError, ValueError) as error:
            reason = _reason(error)
        problem = problem or _unusable("SSL_CERT_DIR", folder, reason)
    raise problem or _unusable("SSL_CERT_DIR", folders, "names no folder")


def _log_keys(context: ssl.SSLContext, path: str) -> None:
    try:
        if os.path.exists(path) and not stat.S_ISREG(os.stat(path).st_mode):
            # opening a FIFO without a reader would block
            what = "is a folder" if os.path.isdir(path) else "is not a regular file"
            raise _unusable(KEY_LOG, path, what)
        context.keylog_filename = path
    except (OSError, ValueError) as error:
        raise _unusable(KEY_LOG, path, _reason(error)) from None


def _unusable(variable: str, path: str, what: str) -> StreamError:
    return StreamError("tls", f"{variable}: {path}: {what}")


def _reason(error: Exception) -> str:
    number = getattr(error, "errno", None)
    return f"cannot be used: {os.strerror(number) if isinstance(number, int) else error}"
