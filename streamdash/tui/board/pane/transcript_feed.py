"""Feeds a transcript with one stream's conversation, answer and ending."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streamdash.tui.board.pane.conversation import conversation, unsent_note

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from streamdash.streams.run import Run
    from streamdash.streams.spec import StreamSpec
    from streamdash.streams.state import StreamState
    from streamdash.tui.board.pane.conversation import Passage
    from streamdash.tui.transcript.transcript import TextStyle, Transcript

ANSWER: TextStyle = "answer"
REASONING: TextStyle = "reasoning"
TOOL: TextStyle = "tool"


class TranscriptFeed:
    """Appends what is new in stream `index` to a transcript, each character once.

    `invite` has the text of a stream that has not been asked anything yet.
    No other code tracks how much of a state is shown.
    """

    def __init__(
        self,
        run: Run,
        index: int,
        transcript: Transcript,
        invite: Callable[[StreamSpec], Iterable[Passage]],
    ) -> None:
        self._run = run
        self._invite = invite
        self._index = index
        self._transcript = transcript
        self.state: StreamState | None = None
        """The state whose text is shown; None before the first one."""
        self.ended = False
        """Whether the ending is shown, which follows the last text."""
        self.note = ""
        """The note on the ending, if it is shown."""
        self.without_texts = False
        """Whether the texts were not in memory when the state was shown."""
        self._reset()

    def _reset(self) -> None:
        self._revision = -1
        self._shown = {"reasoning": 0, "answer": 0, "refusal": 0, "tool": 0}
        self._has_conversation = False
        self.ended = False
        self.note = ""

    def follow(self, state: StreamState) -> None:
        """Show another state of the stream, from its beginning."""
        if self.state is not None:
            self.restart()
        self.state = state
        self.without_texts = state.texts_dropped

    def restart(self) -> None:
        """Empty the transcript; `advance` fills it again."""
        self._transcript.clear()
        self._reset()
        self.without_texts = self.state is not None and self.state.texts_dropped

    def is_behind(self, state: StreamState) -> bool:
        """Whether something has happened to `state` since the last `advance`."""
        return state is not self.state or state.revision != self._revision

    def advance(self, state: StreamState) -> bool:
        """Append new text and paint it; True if text is left for the next frame."""
        if state.revision != self._revision:
            self._revision = state.revision
            if not self._has_conversation:
                self._has_conversation = True
                for text, style in conversation(state.spec, self._run.earlier[self._index]):
                    self._transcript.append(text, style=style)
                if not state.spec.messages:
                    for text, style in self._invite(state.spec):
                        self._transcript.append(text, style=style)
            self._append_new(state)
        return self._transcript.paint()

    def end(self, state: StreamState, note: str) -> bool:
        """Append the ending: `note`, then unsent follow-ups; True if text is left to paint."""
        self.ended = True
        self.note = note
        if note:
            style: TextStyle = "error" if state.error is not None else "note"
            self._transcript.append(note, style=style)
        current = state is self._run.states[self._index]
        unsent = unsent_note(self._run.unsent[self._index] if current else ())
        if unsent:
            # text of the same style would continue the note's last line
            separator = "\n" if note and state.error is None else ""
            self._transcript.append(separator + unsent, style="note")
        self._transcript.end_text()
        return self._transcript.paint()

    def _append_new(self, state: StreamState) -> None:
        for channel, buffer, style in (
            ("reasoning", state.reasoning, REASONING),
            ("answer", state.text, ANSWER),
            ("refusal", state.refusal, ANSWER),
            ("tool", state.tool, TOOL),
        ):
            start = self._shown[channel]
            if buffer.chars > start:
                text = buffer.since(start)
                self._shown[channel] = start + len(text)
                self._transcript.append(text, style=style)
