"""The real program in a process of its own, in an environment without the developer's variables."""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import functools
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tests.fork_server import ForkServer, reader

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

CHECKOUT = Path(__file__).parent.parent
PATIENCE_S = 60.0
"""A process that takes longer is killed, and its test fails."""

_SERIES = """
import json, os, sys
from streamdash.cli import main, run, report
from streamdash.providers import openai_chat
for number, arguments in enumerate(json.loads(sys.argv.pop())):
    child = os.fork()
    if child == 0:
        for descriptor, name in ((1, "out"), (2, "err")):
            os.dup2(os.open(f"{number}.{name}", os.O_WRONLY | os.O_CREAT), descriptor)
        sys.argv[1:] = arguments
        main.run()
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""
"""Loads the program once; a fork of that runs each command line."""


class Ended(NamedTuple):
    """The exit code of a program, and the text of its two outputs."""

    code: int
    out: str
    err: str


def environment(home: Path, **more: str) -> dict[str, str]:
    """Nothing but the search path, a home folder, UTF-8 and the variables in `more`."""
    passed_on = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
    return {**passed_on, "HOME": str(home), "LANG": "C.UTF-8", "PYTHONPATH": str(CHECKOUT), **more}


async def streamdash(
    *arguments: str,
    home: Path,
    stdin: bytes = b"",
    variables: Mapping[str, str] | None = None,
    interrupt_after: bytes | None = None,
) -> Ended:
    """Run `streamdash ARGUMENTS` in the folder `home`.

    With `interrupt_after` the program gets SIGINT as soon as it has printed that text.
    """
    if interrupt_after is None and ForkServer.serves(variables or {}):
        return await _forked(arguments, home, stdin, environment(home, **(variables or {})))
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-W",
        "error::ResourceWarning",
        "-m",
        "streamdash",
        *arguments,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        cwd=home,
        env=environment(home, **(variables or {})),
    )
    try:
        async with asyncio.timeout(PATIENCE_S):
            early = b""
            if interrupt_after is not None:
                assert process.stdout is not None
                while interrupt_after not in early:
                    more = await process.stdout.read(65536)
                    assert more, f"it ended without printing {interrupt_after!r}"
                    early += more
                process.send_signal(signal.SIGINT)
            out, err = await process.communicate(stdin or None)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert process.returncode is not None
    return Ended(process.returncode, (early + out).decode("utf-8", "replace"), err.decode())


async def _forked(
    arguments: Sequence[str], home: Path, stdin: bytes, environ: Mapping[str, str]
) -> Ended:
    read_in, write_in = os.pipe()
    read_out, write_out = os.pipe()
    read_err, write_err = os.pipe()
    theirs = (read_in, write_out, write_err)
    program = await _fork_server().start(arguments, home, environ, theirs)
    for descriptor in theirs:
        os.close(descriptor)
    out, err = await reader(read_out), await reader(read_err)
    try:
        async with asyncio.timeout(PATIENCE_S):
            _, printed, said, code = await asyncio.gather(
                asyncio.to_thread(_feed, write_in, stdin), out.read(), err.read(), program.wait()
            )
    except BaseException:
        os.kill(program.pid, signal.SIGKILL)
        raise
    await asyncio.sleep(0)  # the readers close their pipes
    return Ended(code, printed.decode("utf-8", "replace"), said.decode())


@functools.cache
def _fork_server() -> ForkServer:
    """One for all tests of this process."""
    server = ForkServer(environment(Path(os.sep)))
    atexit.register(server.close)
    return server


def _feed(descriptor: int, data: bytes) -> None:
    """Write everything into a pipe, unless its reader closes it before."""
    with contextlib.suppress(BrokenPipeError), os.fdopen(descriptor, "wb", 0) as pipe:
        view = memoryview(data)
        while view:
            view = view[pipe.write(view) :]


def streamdash_series(
    *commands: Sequence[str], home: Path, variables: Mapping[str, str] | None = None
) -> list[Ended]:
    """Run `streamdash` with each command line in turn; all of them load its modules once.

    Raises CalledProcessError if the series itself fails.
    """
    folder = home / "series"
    folder.mkdir()
    series = subprocess.run(
        [sys.executable, "-W", "error::ResourceWarning", "-c", _SERIES, json.dumps(commands)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        cwd=folder,
        env=environment(home, **(variables or {})),
        timeout=PATIENCE_S,
        check=True,
    )
    return [
        Ended(int(code), *((folder / f"{number}.{name}").read_text() for name in ("out", "err")))
        for number, code in enumerate(series.stdout.split())
    ]
