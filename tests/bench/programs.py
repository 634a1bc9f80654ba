"""The programs that are measured: how each is asked for a workload and what it tells afterwards."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from tests.bench.accounts import Told, from_recording, from_report, from_result, from_table

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.bench.serving import Stamps
    from tests.bench.workload import Workload

Name = Literal["dashboard", "json", "text", "print", "static", "markdown", "plain"]
TITLES: dict[Name, str] = {
    "dashboard": "streamdash",
    "plain": "streamdash --plain",
    "json": "headless",
    "text": "headless text",
    "print": "print loop",
    "static": "Static.update",
    "markdown": "MarkdownStream",
}
_BASELINES: dict[Name, str] = {
    "print": "print_loop",
    "static": "static_app",
    "markdown": "markdown_app",
}
STREAMDASH = (sys.executable, "-c", "from streamdash.cli.main import run; run()")
"""What the script `streamdash` does; it may not be installed, or may be another checkout's."""
EMPTY_APP = (sys.executable, "-m", "tests.bench.baselines.empty_app")
PROMPTS = "prompts.toml"


@dataclass(frozen=True, slots=True)
class Program:
    """One program, to be run in `folder`, which must be empty before and holds what it leaves."""

    name: Name
    folder: Path
    records: bool = True
    """Whether `--record` is known; then the account of a dashboard comes from its recording."""

    @property
    def stays(self) -> bool:
        """Whether it waits for a key after the last stream."""
        return self.name in ("dashboard", "plain", "static", "markdown")

    @property
    def prints_at_once(self) -> bool:
        """Whether text is shown as it comes: not at the end, and not line by line."""
        return self.name not in ("json", "text")

    def prepare(self, workload: Workload, base_url: str) -> tuple[str, ...]:
        """Write the file that asks for the workload; the command that runs it."""
        if self.name in _BASELINES:
            asked = self.folder / "asked.json"
            workload.write_request_file(asked, base_url)
            module = f"tests.bench.baselines.{_BASELINES[self.name]}"
            return (sys.executable, "-m", module, str(asked), str(self._left))
        workload.write_prompt_file(self.folder / PROMPTS, base_url)
        command = [*STREAMDASH, PROMPTS, "--concurrency", str(workload.streams)]
        if self.name == "json":
            return (*command, "--format", "json", "-o", str(self._left))
        if self.records:
            command += ["--record", str(self._left)]
        if self.name == "text":
            command += ["--format", "text"]
        if self.name == "plain":
            command += ["--plain"]
        return tuple(command)

    @property
    def _left(self) -> Path:
        return self.folder / "left"

    def told(self, output: bytes, stamps: Mapping[int, Stamps]) -> Told:
        """What the program says of its streams; nothing where it left nothing."""
        if self.name in ("dashboard", "plain", "text") and not self.records:
            return from_table(output)
        if not self._left.exists():
            return Told()
        if self.name in _BASELINES:
            return from_report(self._left)
        if self.name == "json":
            return from_result(self._left)
        return from_recording(self._left, stamps)


def knows_recordings(environment: Mapping[str, str]) -> bool:
    """Whether the program under test has `--record`."""
    result = subprocess.run(
        [*STREAMDASH, "--help"], env=environment, capture_output=True, timeout=20, check=False
    )
    return b"--record" in result.stdout
