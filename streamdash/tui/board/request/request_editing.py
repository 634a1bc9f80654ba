"""Opens a pane's request in the user's editor, and runs the pane again with the saved one."""

from __future__ import annotations

import asyncio
import os
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING

from streamdash.output.safe_text import clean_line
from streamdash.promptfile.writing.request_text import read_request, request_text, with_mistakes
from streamdash.providers.catalog import builtin_endpoints
from streamdash.streams.errors import UsageError
from streamdash.streams.timing.side_work import giving_way
from streamdash.tui.board.request.edited_file import EditedFile
from streamdash.tui.board.request.editor_command import editor_command
from streamdash.tui.screens.broken_request import BrokenRequest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from streamdash.streams.spec import Endpoint, StreamSpec
    from streamdash.tui.context import ScreenContext
    from streamdash.tui.terminal.internals import OpenApp

NOTICE_S = 8.0
_AT_ONCE_S = 1.0
"""An editor that ends sooner without a change may have opened a window of its own."""
_KEPT = "what you typed is kept: E opens it again"


class RequestEditing:
    """Edits one request at a time. `change` runs a stream again with another request.

    A text that could not be sent, or whose editor failed, is kept for the next time.
    """

    def __init__(
        self,
        app: OpenApp,
        context: ScreenContext,
        change: Callable[[Mapping[int, StreamSpec]], object],
    ) -> None:
        self._app = app
        self._context = context
        self._run = context.run
        self._change = change
        self._drafts: dict[int, str] = {}
        self._editing = False

    async def edit(self, index: int) -> None:
        """Let the user edit the request of stream `index`, and say what came of it."""
        if self._editing:
            return
        self._editing = True
        problem = False
        try:
            said = await self._edit(index)
        except UsageError as error:
            said, problem = " · ".join(error.problems), True
        finally:
            self._editing = False
        if said and not self._app.leaving:
            self._app.notify(
                clean_line(said, 300),
                severity="warning" if problem else "information",
                timeout=NOTICE_S,
                markup=False,
            )

    async def _edit(self, index: int) -> str:
        """Returns a sentence for the user. Raises UsageError."""
        command = editor_command(os.environ)
        before = self._run.states[index].spec
        original = request_text(before)
        text = self._drafts.get(index, original)
        with EditedFile() as file:
            file.write(text)
            while True:
                begun = monotonic()
                try:
                    code = await self._context.programs.run([*command, file.path])
                except OSError as error:
                    raise UsageError(f"{command[0]}: {error.strerror}") from None
                if code:
                    return self._failed(index, command[0], code, file, original)
                try:
                    edited = file.read()
                    if not edited.strip():
                        self._drafts.pop(index, None)
                        return "emptied: nothing was changed"
                    if edited in (original, text):
                        return _unchanged(monotonic() - begun, draft=text != original)
                    spec = await self._read(edited, before)
                except UsageError as error:
                    if not await self._again(error):
                        return self._given_up(index, file)
                    text = _with_mistakes(file, error)
                else:
                    return self._send(index, before, spec, edited)

    async def _read(self, text: str, before: StreamSpec) -> StreamSpec:
        work = partial(read_request, text, before, self._endpoints(before), self._aliases)
        return await asyncio.to_thread(giving_way, work)

    def _endpoints(self, before: StreamSpec) -> dict[str, Endpoint]:
        """All endpoints that a request may name: the run's win over the config's and built-in."""
        own = self._context.own
        used = [state.spec.endpoint for state in self._run.states]
        return {
            **builtin_endpoints(os.environ),
            **({} if own is None else own.endpoints),
            **{endpoint.name: endpoint for endpoint in (*used, before.endpoint)},
        }

    @property
    def _aliases(self) -> Mapping[str, str]:
        return {} if self._context.own is None else self._context.own.aliases

    async def _again(self, error: UsageError) -> bool:
        """Show the mistakes, and ask whether to edit again."""
        shown = BrokenRequest(error.problems)
        if self._app.leaving:
            return False
        answer: asyncio.Future[bool | None] = asyncio.get_running_loop().create_future()
        await self._app.push_screen(shown, answer.set_result)
        return bool(await answer)

    def _send(self, index: int, before: StreamSpec, spec: StreamSpec, text: str) -> str:
        """Run the stream again with the changed request."""
        if index not in self._run.present:
            self._drafts[index] = text
            return "this stream has been removed meanwhile: nothing was sent"
        self._drafts.pop(index, None)
        if spec == before:
            return "nothing was changed"
        self._change({index: spec})
        return ""

    def _failed(self, index: int, name: str, code: int, file: EditedFile, original: str) -> str:
        """Keep what was saved before the editor failed."""
        how = f"was ended by signal {-code}" if code < 0 else f"ended with code {code}"
        said = f"{os.path.basename(name)} {how}: nothing was changed"
        try:
            text = file.read()
        except UsageError:
            return said
        if not text.strip() or text == original:
            return said
        self._drafts[index] = text
        return f"{said}; {_KEPT}"

    def _given_up(self, index: int, file: EditedFile) -> str:
        try:
            self._drafts[index] = file.read()
        except UsageError as error:
            return f"discarded, as {error.problems[0]}"
        return f"nothing was sent; {_KEPT}"


def _with_mistakes(file: EditedFile, error: UsageError) -> str:
    """Put the mistakes on top of the file; returns its text. An unreadable file stays as it is."""
    try:
        text = with_mistakes(file.read(), error)
    except UsageError:
        return ""
    file.write(text)
    return text


def _unchanged(took_s: float, *, draft: bool) -> str:
    if draft:
        return f"nothing was sent; {_KEPT}"
    if took_s < _AT_ONCE_S:
        return "nothing was changed; an editor in a window needs a flag such as --wait"
    return ""
