"""Starts the program as a fork of a process that has loaded it, because loading takes most time.

A fork has its own descriptors, folder and variables; only what Python reads at its very start is
the server's. `FORK_SAFE` excludes variables that matter then.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

_SERVER = """
import gc, json, os, signal, socket, sys
from streamdash.cli import config, endpoints, main, replay, report, run, runs
from streamdash.demo import server
from streamdash import headless
from streamdash.providers.sdk_imports import import_in_parts
from streamdash.providers.sdk_warmup import rehearse
from streamdash.providers import anthropic_messages, openai_chat, openai_responses

import_in_parts()
rehearse(openai_chat.ChatProvider)
rehearse(openai_responses.ResponsesProvider)
rehearse(anthropic_messages.MessagesProvider)
gc.freeze()

def receive(control):
    message, descriptors, _, _ = socket.recv_fds(control, 1 << 20, 5)
    return json.loads(message) if message else None, descriptors

def begin(request, descriptors):
    for number, descriptor in enumerate(descriptors[:3]):
        os.dup2(descriptor, number)
    os.closerange(3, 256)
    os.chdir(request["folder"])
    os.environ.clear()
    os.environ.update(request["environ"])
    sys.argv = ["streamdash", *request["arguments"]]

control = socket.socket(fileno=int(sys.argv[1]))
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
while True:
    request, descriptors = receive(control)
    if request is None:
        break
    if os.fork() == 0:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        reply = descriptors[3]
        program = os.fork()
        if program == 0:
            begin(request, descriptors)
            main.run()
        else:
            for descriptor in (0, 1, 2, control.fileno(), *descriptors[:3]):
                os.close(descriptor)
            os.write(reply, b"%d\\n" % program)
            os.write(reply, b"%d\\n" % os.waitstatus_to_exitcode(os.waitpid(program, 0)[1]))
            os._exit(0)
    for descriptor in descriptors:
        os.close(descriptor)
"""
_READ_AT_THE_START = ("PYTHON", "LC_", "LANG", "SSL", "MALLOC")


class Forked:
    """A program that runs as a fork of the server."""

    def __init__(self, pid: int, replies: asyncio.StreamReader) -> None:
        self.pid = pid
        self._replies = replies
        self._code: int | None = None

    async def wait(self) -> int:
        """The exit code, or the negative number of the signal that ended the program."""
        if self._code is None:
            self._code = int((await self._replies.read()).split()[0])
        return self._code


class ForkServer:
    """One process that loads the program once, and forks."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._server = subprocess.Popen(
            [sys.executable, "-W", "error::ResourceWarning", "-c", _SERVER, str(theirs.fileno())],
            pass_fds=(theirs.fileno(),),
            # what Python notes about its standard files at the start fits pipes, as the forks have
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=dict(environ),
        )
        theirs.close()

    def close(self) -> None:
        """End the server once its programs have ended."""
        self._control.close()
        self._server.communicate()

    @staticmethod
    def serves(variables: Mapping[str, str]) -> bool:
        """Whether a fork sees these variables as a new process does."""
        return not any(name.startswith(_READ_AT_THE_START) for name in variables)

    async def start(
        self,
        arguments: Sequence[str],
        folder: Path,
        environ: Mapping[str, str],
        descriptors: tuple[int, int, int],
    ) -> Forked:
        """Fork a program whose standard descriptors are these."""
        read, write = os.pipe()
        request = {"arguments": arguments, "folder": str(folder), "environ": dict(environ)}
        socket.send_fds(self._control, [json.dumps(request).encode()], [*descriptors, write])
        os.close(write)
        replies = await reader(read)
        return Forked(int(await replies.readline()), replies)


async def reader(descriptor: int) -> asyncio.StreamReader:
    """A reader of a pipe, which it closes at its end."""
    found = asyncio.StreamReader()
    protocol = asyncio.StreamReaderProtocol(found)
    pipe = os.fdopen(descriptor, "rb", 0)
    await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, pipe)
    return found
