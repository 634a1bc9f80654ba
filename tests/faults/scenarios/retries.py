"""Attempts after the first: when there is one, how long it waits, what it asks."""

from __future__ import annotations

import json
from email.utils import formatdate
from typing import TYPE_CHECKING

from streamdash.streams.events import Status
from tests.faults.dialects import CHAT
from tests.faults.framing import answered, chunk, chunked_head, streamed
from tests.faults.scenarios.scenario import PIECES, TEXT, Expected, Scenario, failed
from tests.faults.server import Close, Reset, Send

if TYPE_CHECKING:
    from collections.abc import Iterator

    from streamdash.streams.errors import ErrorKind
    from tests.faults.dialects import Dialect
    from tests.faults.server import Reply

DAYS_49 = 49 * 24 * 3600


def _busy(status: int = 503, **headers: str) -> Reply:
    fields = {name.replace("_", "-"): value for name, value in headers.items()}
    return answered(status, '{"error": {"message": "busy"}}', headers=fields)


def _second(d: Dialect, attempts: int = 2, wait_s: float | None = None) -> Expected:
    return Expected(
        status=Status.DONE,
        text=TEXT,
        finish=d.reason["stop"],
        attempts=attempts,
        retry_wait_s=wait_s,
    )


def retries(d: Dialect) -> Iterator[Scenario]:
    """Retried is what may go better next time, as long as nobody has seen a delta."""
    good = streamed(d.healthy(*PIECES))
    again: dict[str, Reply] = {
        **{f"status {status}": _busy(status) for status in (408, 409, 429, 500, 502, 503, 529)},
        "a reset": (Reset(),),
        "a close before the headers": (Close(),),
        "a cut before the first delta": (Send(chunked_head() + chunk(d.begin)), Close()),
        "an overloaded error object": streamed(d.begin, d.fail("overloaded_error", "busy")),
    }
    for name, first in again.items():
        # a connection kept from another scenario could be taken for one that had been closed
        yield Scenario(
            name=f"{name}, then an answer",
            script=(first, good),
            expected=_second(d),
            retries=2,
            place="alone",
        )
    yield Scenario(
        name="status 503 each time",
        script=(_busy(),),
        expected=_failed("server", attempts=3, http_status=503),
        retries=2,
    )
    yield Scenario(
        name="a port where nobody listens, each time",
        script=((),),
        expected=_failed("connect", attempts=3),
        retries=2,
        place="refused",
    )
    yield from _never(d, good)
    yield from _waits(d, good)
    if d is CHAT:
        yield from _forms(good)


def _failed(kind: ErrorKind, *, attempts: int = 1, text: str = "",
            http_status: int | None = None, says: tuple[str, ...] = ()) -> Expected:  # fmt: skip
    return Expected(
        status=Status.FAILED,
        kind=kind,
        attempts=attempts,
        text=text,
        http_status=http_status,
        says=says,
    )


def _never(d: Dialect, good: Reply) -> Iterator[Scenario]:
    for status, kind in ((400, "bad_request"), (401, "auth"), (404, "not_found")):
        yield Scenario(
            name=f"status {status}, which no second attempt makes better",
            script=(_busy(status), good),
            expected=failed(kind, http_status=status),  # type: ignore[arg-type]  # a literal above
            retries=2,
        )
    yield Scenario(
        name="a cut after the first delta, which is not taken back",
        script=((Send(chunked_head() + chunk(d.begin + d.say("kept"))), Close()), good),
        expected=failed("disconnected", text="kept"),
        retries=2,
    )
    yield Scenario(
        name="an error object after the first delta, which is not taken back",
        script=(streamed(d.begin, d.say("kept"), d.fail("overloaded_error", "busy")), good),
        expected=failed("overloaded", text="kept"),
        retries=2,
    )
    yield Scenario(
        name="malformed data, which no second attempt makes better",
        script=(streamed(d.begin, b"data: what?\n\n"), good),
        expected=failed("protocol"),
        retries=2,
    )


def _waits(d: Dialect, good: Reply) -> Iterator[Scenario]:
    for name, headers, wait_s in (
        ("3", {"retry_after": "3"}, 3.0),
        ("0.5", {"retry_after": "0.5"}, 0.5),
        ("0", {"retry_after": "0"}, 0.0),
        ("60", {"retry_after": "60"}, 60.0),
        ("1500 ms", {"retry_after_ms": "1500"}, 1.5),
        ("1500 ms and 3 s", {"retry_after_ms": "1500", "retry_after": "3"}, 1.5),
        ("junk ms and 3 s", {"retry_after_ms": "soon", "retry_after": "3"}, 3.0),
        ("a date in the past", {"retry_after": "Wed, 21 Oct 2015 07:28:00 GMT"}, None),
        ("-5", {"retry_after": "-5"}, None),
        ("soon", {"retry_after": "soon"}, None),
        ("nothing", {"retry_after": ""}, None),
        ("NaN", {"retry_after": "NaN"}, None),
        ("infinity", {"retry_after": "inf"}, None),
    ):
        yield Scenario(
            name=f"retry-after {name}, then an answer",
            script=(_busy(429, **headers), good),
            expected=_second(d, wait_s=wait_s),
            retries=1,
        )
    for name, headers, said in (
        ("61", {"retry_after": "61"}, "61 s"),
        ("49 days", {"retry_after": str(DAYS_49)}, "4233600 s"),
        ("49 days in ms", {"retry_after_ms": str(DAYS_49 * 1000)}, "4233600 s"),
        ("a date in 2199", {"retry_after": formatdate(7_226_582_400, usegmt=True)}, " s"),
    ):
        yield Scenario(
            name=f"retry-after {name}, which nobody waits for",
            script=(_busy(429, **headers), good),
            expected=_failed("rate_limit", http_status=429, says=("busy", said)),
            retries=2,
        )


def _refused(message: str) -> Reply:
    return answered(400, json.dumps({"error": {"message": message}}))


def _forms(good: Reply) -> Iterator[Scenario]:
    """A server that refuses a spelling gets one attempt with the other, retries or not."""
    options = _refused("Unrecognized request argument supplied: stream_options")
    limit = _refused(
        "Unsupported parameter: 'max_tokens' is not supported with this model. "
        "Use 'max_completion_tokens' instead."
    )
    newer = _refused("max_completion_tokens: extra fields not permitted")
    yield Scenario(
        name="stream_options refused", script=(options, good), expected=_second(CHAT, wait_s=0.0)
    )
    yield Scenario(
        name="stream_options refused in FastAPI's words",
        script=(
            answered(
                422,
                json.dumps({"detail": [{"type": "extra_forbidden", "msg": "x" * 400,
                                        "loc": ["body", "stream_options"]}]}),
            ),
            good,
        ),
        expected=_second(CHAT, wait_s=0.0),
    )  # fmt: skip
    yield Scenario(
        name="max_tokens refused",
        script=(limit, good),
        expected=_second(CHAT, wait_s=0.0),
        max_tokens=50,
    )
    yield Scenario(
        name="stream_options and max_tokens refused",
        script=(options, limit, good),
        expected=_second(CHAT, attempts=3, wait_s=0.0),
        max_tokens=50,
    )
    yield Scenario(
        name="either spelling of max_tokens refused",
        script=(limit, newer, good),
        expected=_failed("bad_request", attempts=2, http_status=400),
        max_tokens=50,
    )
    yield Scenario(
        name="max_tokens refused that was never sent",
        script=(limit, good),
        expected=_failed("bad_request", http_status=400),
    )
    yield Scenario(
        name="stream_options refused each time",
        script=(options,),
        expected=_failed("bad_request", attempts=2, http_status=400),
        retries=2,
    )
