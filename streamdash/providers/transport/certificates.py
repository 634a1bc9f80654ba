"""The certificates that TLS trusts, and the file that its secrets are logged to, if one is named.

The variables are read here and not left to the libraries: what is wrong with one of them is said
with its name, and a broken one does not disturb streams that use no TLS.
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
"""The name of a certificate in a folder that OpenSSL looks through."""


def trust(environ: Mapping[str, str]) -> ssl.SSLContext:
    """What a TLS connection is checked against. Loading it takes up to 0.1 s, once.

    Raises StreamError, kind `tls`, where a variable names something that is no use.
    """
    return _context(*(environ.get(name, "") for name in ("SSL_CERT_FILE", "SSL_CERT_DIR", KEY_LOG)))


@cache
def _context(file: str, folder: str, key_log: str) -> ssl.SSLContext:
    if file:
        context = _of_file(file)
    elif folder:
        context = _of_folders(folder)
    else:
        context = httpx2.create_ssl_context(trust_env=False)
    if key_log:
        _log_keys(context, key_log)
    return context


def _of_file(file: str) -> ssl.SSLContext:
    try:
        mode = os.stat(file).st_mode
        if stat.S_ISDIR(mode):
            raise _broken("SSL_CERT_FILE", file, "is a folder; a folder belongs in SSL_CERT_DIR")
        if not stat.S_ISREG(mode):
            raise _broken("SSL_CERT_FILE", file, "is no regular file")
        return ssl.create_default_context(cafile=file)
    except ssl.SSLError:
        raise _broken("SSL_CERT_FILE", file, "holds no certificate in PEM form") from None
    except (OSError, ValueError) as error:
        raise _broken("SSL_CERT_FILE", file, _reason(error)) from None


def _of_folders(folders: str) -> ssl.SSLContext:
    problem: StreamError | None = None
    for folder in filter(None, folders.split(os.pathsep)):
        try:
            if any(_HASHED.fullmatch(name) for name in os.listdir(folder)):
                return ssl.create_default_context(capath=folders)
            wrong = "holds no certificate under a hashed name (see `openssl rehash`)"
        except (OSError, ValueError) as error:
            wrong = _reason(error)
        problem = problem or _broken("SSL_CERT_DIR", folder, wrong)
    raise problem or _broken("SSL_CERT_DIR", folders, "names no folder")


def _log_keys(context: ssl.SSLContext, path: str) -> None:
    try:
        if os.path.exists(path) and not stat.S_ISREG(os.stat(path).st_mode):
            # a FIFO without a reader would hold us for ever
            what = "is a folder" if os.path.isdir(path) else "is no regular file"
            raise _broken(KEY_LOG, path, what)
        context.keylog_filename = path
    except (OSError, ValueError) as error:
        raise _broken(KEY_LOG, path, _reason(error)) from None


def _broken(variable: str, path: str, what: str) -> StreamError:
    return StreamError("tls", f"{variable}: {path}: {what}")


def _reason(error: Exception) -> str:
    number = getattr(error, "errno", None)
    return f"cannot be used: {os.strerror(number) if isinstance(number, int) else error}"
