"""A Chat Completions server that stamps what it writes; a process of its own.

It answers every request by its model name (see `workload`). On standard output it says its port,
and `ended` for each answer; a line on standard input asks for all stamps and forgets them; the end
of standard input ends it. Stamps are CLOCK_MONOTONIC, which all processes of a machine share.
"""

from __future__ import annotations

import asyncio
import gc
import heapq
import json
import sys
from array import array
from time import monotonic
from typing import NamedTuple, cast

from tests.bench.workload import Phase, chunks, first_delay, parse_model

_HEAD = (
    b"HTTP/1.1 200 OK\r\n"
    b"content-type: text/event-stream\r\n"
    b"cache-control: no-cache\r\n"
    b"transfer-encoding: chunked\r\n\r\n"
)
_NOT_FOUND = b"HTTP/1.1 404 Not Found\r\ncontent-type: text/plain\r\ncontent-length: 0\r\n\r\n"


def framed(data: str) -> bytes:
    """One server-sent event in one chunk of the body."""
    event = b"data: " + data.encode() + b"\n\n"
    return b"%x\r\n%b\r\n" % (len(event), event)


class Answer:
    """One answer on its way, chunk by chunk, each its own write."""

    def __init__(self, transport: asyncio.Transport, index: int, phases: tuple[Phase, ...]) -> None:
        self.index = index
        self.received = monotonic()
        self.written = array("d")
        self.done: float | None = None
        self.gone: float | None = None
        self.due = self.received + first_delay(index)
        self._transport = transport
        self._chunks = chunks(index, phases)
        start = f'{{"id":"bench-{index}","object":"chat.completion.chunk","created":1700000000,'
        self._before = start + '"model":"bench","choices":[{"index":0,"delta":'
        role = self._before + '{"role":"assistant","content":""},"finish_reason":null}]}'
        transport.write(_HEAD)
        transport.write(framed(role))

    def write_next(self) -> bool:
        """Write one chunk; False when the answer is over."""
        if self.gone is not None:
            return False
        step = next(self._chunks, None)
        if step is None:
            self._finish()
            return False
        text, pause = step
        said = json.dumps(text, ensure_ascii=False)
        data = framed(f'{self._before}{{"content":{said}}},"finish_reason":null}}]}}')
        self.written.append(monotonic())
        self._transport.write(data)
        self.due += pause
        return True

    def _finish(self) -> None:
        count = len(self.written)
        self.done = monotonic()
        usage = f'{{"prompt_tokens":1,"completion_tokens":{count},"total_tokens":{count + 1}}}'
        head = self._before.partition('"choices"')[0]
        self._transport.write(framed(self._before + '{},"finish_reason":"stop"}]}'))
        self._transport.write(framed(f'{head}"choices":[],"usage":{usage}}}'))
        self._transport.write(framed("[DONE]"))
        self._transport.write(b"0\r\n\r\n")

    def stamps(self) -> dict[str, object]:
        """Everything stamped, for JSON."""
        return {
            "index": self.index,
            "received": self.received,
            "written": list(self.written),
            "done": self.done,
            "gone": self.gone,
        }


class Turn(NamedTuple):
    """An answer's next chunk; `order` settles ties."""

    due: float
    order: int
    answer: Answer


class Pacer:
    """Lets each answer write when its next chunk is due."""

    def __init__(self) -> None:
        self.answers: list[Answer] = []
        self._turns: list[Turn] = []
        self._order = 0
        self._handle: asyncio.TimerHandle | None = None

    def add(self, answer: Answer) -> None:
        """Begin to write this answer at its time."""
        self.answers.append(answer)
        self._push(answer)
        self._schedule()

    def report(self) -> str:
        """All stamps as one line of JSON; the next report begins empty."""
        stamps = [answer.stamps() for answer in self.answers]
        self.answers = []
        return json.dumps(stamps)

    def _push(self, answer: Answer) -> None:
        self._order += 1
        heapq.heappush(self._turns, Turn(answer.due, self._order, answer))

    def _schedule(self) -> None:
        if self._handle is not None:
            self._handle.cancel()
        self._handle = None
        if self._turns:
            loop = asyncio.get_running_loop()
            self._handle = loop.call_at(self._turns[0].due, self._write_due)

    def _write_due(self) -> None:
        self._handle = None
        now = monotonic()
        while self._turns and self._turns[0].due <= now:
            answer = heapq.heappop(self._turns).answer
            if answer.write_next():
                self._push(answer)
            else:
                print("ended", flush=True)
        self._schedule()


class Connection(asyncio.Protocol):
    """Reads requests of one connection and hands their answers to the pacer."""

    def __init__(self, pacer: Pacer) -> None:
        self._pacer = pacer
        self._received = b""
        self._answers: list[Answer] = []
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._transport.set_write_buffer_limits(high=1 << 30)

    def data_received(self, data: bytes) -> None:
        self._received += data
        while (request := self._next_request()) is not None:
            self._answer(*request)

    def _next_request(self) -> tuple[str, bytes] | None:
        head, found, rest = self._received.partition(b"\r\n\r\n")
        if not found:
            return None
        length = 0
        for line in head.split(b"\r\n")[1:]:
            name, _, value = line.partition(b":")
            if name.strip().lower() == b"content-length":
                length = int(value)
        if len(rest) < length:
            return None
        self._received = rest[length:]
        return head.split(b"\r\n", 1)[0].decode("latin-1"), rest[:length]

    def _answer(self, line: str, body: bytes) -> None:
        assert self._transport is not None
        if not line.startswith("POST ") or "/chat/completions" not in line:
            self._transport.write(_NOT_FOUND)
            return
        index, phases = parse_model(json.loads(body)["model"])
        answer = Answer(self._transport, index, phases)
        self._answers.append(answer)
        self._pacer.add(answer)

    def connection_lost(self, exc: Exception | None) -> None:
        now = monotonic()
        for answer in self._answers:
            if answer.gone is None:
                answer.gone = now


async def serve() -> None:
    """Serve on a free loopback port until standard input ends."""
    loop = asyncio.get_running_loop()
    pacer = Pacer()
    over = asyncio.Event()

    def asked() -> None:
        if sys.stdin.readline():
            print(pacer.report(), flush=True)
        else:
            over.set()

    loop.add_reader(sys.stdin.fileno(), asked)
    server = await loop.create_server(
        lambda: Connection(pacer), "127.0.0.1", 0, backlog=1024, start_serving=True
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    await over.wait()
    server.close()


if __name__ == "__main__":
    # a collection in the middle of a run would be stamped as somebody else's slowness
    gc.disable()
    asyncio.run(serve())
