"""A recording with every kind of stream."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.recording.scenes import providers
from tests.reporting.recorded import source

if TYPE_CHECKING:
    from pathlib import Path

    from streamdash.reporting.reported_run import ReportedRun


@pytest.fixture
def everything(tmp_path: Path) -> ReportedRun:
    return source(tmp_path, "run.jsonl", providers())
