"""Answers in several parts: each arrives once, in order, and does not run into the next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streamdash.streams.events import Status
from tests.faults.dialects import CHAT, DONE, MESSAGES, RESPONSES, event
from tests.faults.framing import streamed
from tests.faults.scenarios.scenario import Expected, Scenario, once

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.faults.dialects import Dialect


def parts(d: Dialect) -> Iterator[Scenario]:
    """Text behind tools, several messages, several parts of reasoning, pieces of one sentence."""
    if d is CHAT:
        yield from _chat()
    elif d is RESPONSES:
        yield from _responses()
    else:
        yield from _messages()


def _met(
    name: str, *events: bytes, text: str = "", reasoning: str = "", tool: str = ""
) -> Scenario:
    expected = Expected(status=Status.DONE, text=text, reasoning=reasoning, tool=tool)
    return Scenario(name=name, script=once(*streamed(*events)), expected=expected)


def _chat() -> Iterator[Scenario]:
    def say(**delta: object) -> bytes:
        return event({"choices": [{"index": 0, "delta": delta}]})

    end = CHAT.finish() + DONE
    call = {"index": 0, "function": {"name": "f", "arguments": "{}"}}
    yield _met(
        "text on both sides of a tool call",
        say(content="Let me look."),
        say(tool_calls=[call]),
        say(content="# Found"),
        say(content=" it"),
        end,
        text="Let me look.\n\n# Found it",
        tool="{}",
    )
    yield _met(
        "text on both sides of a tool that the server ran",
        say(content="Let me look.\n"),
        say(executed_tools=[{"type": "search"}]),
        say(content="It is 4."),
        end,
        text="Let me look.\n\nIt is 4.",
    )
    yield _met(
        "reasoning on both sides of a tool call",
        say(reasoning="Hm."),
        say(tool_calls=[call]),
        say(reasoning="Ah."),
        say(content="4"),
        end,
        text="4",
        reasoning="Hm.\n\nAh.",
        tool="{}",
    )
    yield _met(
        "content that is a list of texts",
        say(content=["a", {"text": {"value": "b"}}]),
        say(content={"type": "text", "text": "c"}),
        end,
        text="abc",
    )


def _named(name: str, **fields: object) -> bytes:
    return event({"type": name, **fields}, name)


def _block(index: object, kind: str, **fields: object) -> bytes:
    return _named("content_block_start", index=index, content_block={"type": kind, **fields})


def _more(index: object, kind: str, **fields: object) -> bytes:
    return _named("content_block_delta", index=index, delta={"type": kind, **fields})


def _messages() -> Iterator[Scenario]:
    end = MESSAGES.finish() + MESSAGES.end()
    texts = ("Let me look.", "## Found")
    between = (
        ("a server tool", "server_tool_use"),
        ("its result", "web_search_tool_result"),
        ("hidden reasoning", "redacted_thinking"),
        ("a block of tomorrow", "block_of_tomorrow"),
    )
    for name, kind in between:
        for numbers in ((0, 1, 2), ("0", "1", "2"), (0, 0, 0), (None, None, None), (0, 7, 3)):
            yield _met(
                f"text on both sides of {name}, indexes {numbers}",
                _block(numbers[0], "text", text=""),
                _more(numbers[0], "text_delta", text=texts[0]),
                _block(numbers[1], kind),
                _block(numbers[2], "text", text=""),
                _more(numbers[2], "text_delta", text=texts[1]),
                end,
                text="Let me look.\n\n## Found",
            )
    yield _met(
        "blocks of text that follow each other, cut for citations",
        _block(0, "text", text=""),
        _more(0, "text_delta", text="The sky "),
        _named("content_block_stop", index=0),
        _block(1, "text", text="", citations=[]),
        _more(1, "text_delta", text="is blue"),
        _more(1, "citations_delta", citation={"cited_text": "blue"}),
        _block(2, "text", text="."),
        end,
        text="The sky is blue.",
    )
    yield _met(
        "two blocks of reasoning",
        _block(0, "thinking", thinking=""),
        _more(0, "thinking_delta", thinking="Hm."),
        _more(0, "signature_delta", signature="x"),
        _block(1, "thinking", thinking="Ah"),
        _more(1, "thinking_delta", thinking="!"),
        _block(2, "text", text="4"),
        end,
        text="4",
        reasoning="Hm.\n\nAh!",
    )
    yield _met(
        "deltas without the starts of their blocks",
        _more(0, "text_delta", text="One."),
        _more(1, "input_json_delta", partial_json="{}"),
        _more(2, "text_delta", text="Two."),
        _more(2, "text_delta", text=" Three."),
        end,
        text="One.\n\nTwo. Three.",
        tool="{}",
    )
    yield _met(
        "a tool's input whole in the start of its block",
        _block(0, "tool_use", id="t", name="f", input={"a": 1}),
        end,
        tool='{"a": 1}',
    )
    yield _met(
        "a tool's input in the start of its block and once more in deltas",
        _block(0, "tool_use", input={"a": 1}),
        _more(0, "input_json_delta", partial_json='{"a"'),
        _more(0, "input_json_delta", partial_json=":1}"),
        _named("content_block_stop", index=0),
        end,
        tool='{"a": 1}',
    )
    yield _met(
        "a tool's input in deltas behind an empty one",
        _block(0, "mcp_tool_use", input={}),
        _more(0, "input_json_delta", partial_json="{}"),
        end,
        tool="{}",
    )
    yield _met(
        "reasoning in a delta of another name",
        _more(0, "reasoning_delta", text="Hm."),
        _more(1, "text_delta", text="4"),
        end,
        text="4",
        reasoning="Hm.",
    )


def _responses() -> Iterator[Scenario]:
    def say(text: str, **place: object) -> bytes:
        return _named("response.output_text.delta", delta=text, **place)

    def all_said(text: str, **place: object) -> bytes:
        return _named("response.output_text.done", text=text, **place)

    def item(kind: str, name: str = "added", **fields: object) -> bytes:
        place = {key: fields.pop(key) for key in ("output_index",) if key in fields}
        return _named(f"response.output_item.{name}", item={"type": kind, **fields}, **place)

    def message(*texts: str, **fields: object) -> dict[str, object]:
        content = [{"type": "output_text", "text": text} for text in texts]
        return {"type": "message", "content": content, **fields}

    def end(*output: dict[str, object]) -> bytes:
        response: dict[str, object] = {"status": "completed"}
        if output:
            response["output"] = list(output)
        return _named("response.completed", response=response)

    yield _met(
        "two messages, streamed",
        item("message", output_index=0),
        say("One.", output_index=0),
        all_said("One.", output_index=0),
        item("message", output_index=1),
        say("Two", output_index=1),
        say(".", output_index=1),
        all_said("Two.", output_index=1),
        end(message("One."), message("Two.")),
        text="One.\n\nTwo.",
    )
    for name, first, second in (
        ("numbers", {"output_index": 0}, {"output_index": 2}),
        ("texts", {"output_index": "0"}, {"output_index": "1"}),
        ("names", {"item_id": "a"}, {"item_id": "b"}),
        ("the same number", {"output_index": 0}, {"output_index": 0}),
        ("nothing", {}, {}),
    ):
        yield _met(
            f"two messages, one streamed and one only done, told apart by {name}",
            item("message", **first),
            say("One", **first),
            say(".", **first),
            all_said("One.", **first),
            item("message", **second),
            all_said("Two.", **second),
            end(message("One."), message("Two.")),
            text="One.\n\nTwo.",
        )
    yield _met(
        "two equal messages, one streamed and one only done",
        say("Yes.", output_index=0),
        all_said("Yes.", output_index=0),
        all_said("Yes.", output_index=1),
        end(message("Yes."), message("Yes.")),
        text="Yes.\n\nYes.",
    )
    yield _met(
        "two messages, the second only in its item",
        say("One.", output_index=0),
        item("message", "done", output_index=1, content=[{"type": "output_text", "text": "Two."}]),
        end(),
        text="One.\n\nTwo.",
    )
    yield _met(
        "two messages, the second only in the last event",
        say("One.", output_index=0),
        end(message("One."), message("Two.")),
        text="One.\n\nTwo.",
    )
    yield _met(
        "a text whose deltas were cut off, whole when it is done",
        say("One, tw", output_index=0),
        all_said("One, two.", output_index=0),
        end(message("One, two.")),
        text="One, two.",
    )
    yield _met(
        "a text said in five places",
        item("message", output_index=0),
        say("One.", output_index=0),
        all_said("One.", output_index=0),
        _named(
            "response.content_part.done",
            output_index=0,
            part={"type": "output_text", "text": "One."},
        ),
        item("message", "done", output_index=0, content=[{"type": "output_text", "text": "One."}]),
        end(message("One.")),
        text="One.",
    )
    yield _met(
        "a text that is trimmed when it is done",
        say(" One. \n", output_index=0),
        all_said("One.", output_index=0),
        end(message("One.")),
        text=" One. \n",
    )
    yield _met(
        "parts of one message",
        say("The sky ", output_index=0, content_index=0),
        say("is blue.", output_index=0, content_index=1),
        end(message("The sky ", "is blue.")),
        text="The sky is blue.",
    )
    yield _met(
        "text behind a server's tool",
        say("Let me look.", output_index=0),
        item("web_search_call", output_index=1),
        say("# Found", output_index=2),
        end(message("Let me look."), {"type": "web_search_call"}, message("# Found")),
        text="Let me look.\n\n# Found",
    )
    think = "response.reasoning_summary_text.delta"
    yield _met(
        "two parts of a summary",
        _named(think, delta="Hm.", output_index=0, summary_index=0),
        _named(think, delta="Ah.", output_index=0, summary_index=1),
        say("4", output_index=1),
        end({"type": "reasoning", "summary": [{"text": "Hm."}, {"text": "Ah."}]}, message("4")),
        text="4",
        reasoning="Hm.\n\nAh.",
    )
    yield _met(
        "a summary that is the reasoning itself",
        end(
            {"type": "reasoning", "summary": [{"text": "Hm."}], "content": [{"text": "Hm."}]},
            message("4"),
        ),
        text="4",
        reasoning="Hm.",
    )
    for name, field in (
        ("custom_tool_call_input", "input"),
        ("mcp_call_arguments", "arguments"),
        ("mcp_call.arguments", "arguments"),
        ("code_interpreter_call_code", "code"),
    ):
        yield _met(
            f"deltas of {name}",
            _named(f"response.{name}.delta", delta="x = 1"),
            _named(f"response.{name}.done", **{field: "x = 1"}),
            end(),
            tool="x = 1",
        )
    yield _met(
        "arguments that are an object",
        _named("response.mcp_call_arguments.delta", delta={"a": 1}),
        end(),
        tool='{"a": 1}',
    )
    yield _met(
        "calls that come only with the last event",
        end(
            {"type": "custom_tool_call", "input": "x"},
            {"type": "function_call", "arguments": {"a": 1}},
        ),
        tool='x{"a": 1}',
    )
