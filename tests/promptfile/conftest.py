"""A folder in which a test writes and loads prompt files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.promptfile.loading import Workspace

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path)
