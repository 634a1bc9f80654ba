"""The SDKs are imported in parts, and are the same to whoever uses them."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec

import pytest

IN_PARTS = "from streamdash.providers.sdk_imports import import_in_parts; import_in_parts()\n"
REHEARSED = """
import sys
from streamdash.providers.sdk_warmup import rehearse
from streamdash.providers.{module} import {provider}
rehearse({provider})
print(*sys.modules)
"""
EXPORTS = """
import sys
from importlib import import_module
for name in sys.argv[1:]:
    package = import_module(name)
    for export in EXPORTED.get(name) or dir(package):
        value = getattr(package, export)
        if not export.startswith("_") and export != "annotations":
            print(f"{name}.{export}", type(value).__name__, getattr(value, "__qualname__", ""))
"""
PACKAGES = (
    "openai", "openai.types", "openai.types.chat", "anthropic", "anthropic.types",
    "anthropic.resources",
)  # fmt: skip
USES = """
import openai
assert openai.api_key is None and openai.OpenAI
from openai import AzureOpenAI, BadRequestError, types
assert types.chat.ChatCompletion
from openai.types.responses import Response
assert Response.model_fields
import anthropic
assert issubclass(anthropic.NotFoundError, anthropic.APIError)
from anthropic import AnthropicBedrock, AnthropicVertex
from anthropic.types import Message
assert Message.model_fields
for package in openai, openai.types, anthropic, anthropic.types:
    try:
        package.nothing
    except AttributeError:
        print("missing")
"""


def printed(program: str, *arguments: str) -> list[str]:
    """The lines that a Python program of its own prints."""
    command = [sys.executable, "-c", program, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert not done.returncode, done.stderr
    return done.stdout.splitlines()


@pytest.mark.parametrize(
    ("module", "provider", "unused"),
    [
        ("openai_chat", "ChatProvider", {"openai.types.batch", "openai.types.graders"}),
        ("openai_responses", "ResponsesProvider", {"openai.types.graders"}),
        ("anthropic_messages", "MessagesProvider", {"anthropic.resources.beta.beta"}),
    ],
)
def test_what_a_request_does_not_use_is_not_loaded(
    module: str, provider: str, unused: set[str]
) -> None:
    (loaded,) = printed(IN_PARTS + REHEARSED.format(module=module, provider=provider))
    assert not unused & set(loaded.split())
    assert all(find_spec(name) for name in unused)


def test_every_exported_name_is_what_it_is_without() -> None:
    whole = printed("EXPORTED = {}" + EXPORTS, *PACKAGES)
    exported: dict[str, list[str]] = {}
    for line in whole:
        package, _, export = line.split()[0].rpartition(".")
        exported.setdefault(package, []).append(export)
    assert all(len(exported[package]) > 20 for package in PACKAGES)
    assert printed(f"{IN_PARTS}EXPORTED = {exported!r}{EXPORTS}", *PACKAGES) == whole


def test_other_users_of_an_sdk_find_what_they_import_and_miss_what_it_does_not_have() -> None:
    assert printed(IN_PARTS + USES) == ["missing"] * 4
