"""The SDKs are imported in parts, and are the same to whoever uses them."""

from __future__ import annotations

import subprocess
import sys

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
package = import_module(sys.argv[1])
for name in sys.argv[2].split():
    value = getattr(package, name)
    print(name, type(value).__name__, getattr(value, "__qualname__", ""))
"""


def printed(program: str, *arguments: str) -> list[str]:
    """The words that a Python program of its own prints."""
    command = [sys.executable, "-c", program, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert not done.returncode, done.stderr
    return done.stdout.split()


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
    rehearsal = REHEARSED.format(module=module, provider=provider)
    whole = set(printed(rehearsal))
    parts = set(printed(IN_PARTS + rehearsal))
    assert unused <= whole
    assert not unused & parts
    assert len(parts) < len(whole)


@pytest.mark.parametrize(
    "package",
    ["openai", "openai.types", "openai.types.chat", "anthropic", "anthropic.types",
     "anthropic.resources"],
)  # fmt: skip
def test_every_exported_name_is_what_it_is_without(package: str) -> None:
    listing = (
        "import sys; from importlib import import_module; print(*(name for name in "
        "dir(import_module(sys.argv[1])) if not name.startswith('_') and name != 'annotations'))"
    )
    names = " ".join(printed(listing, package))
    assert len(names.split()) > 20
    assert printed(IN_PARTS + EXPORTS, package, names) == printed(EXPORTS, package, names)


@pytest.mark.parametrize(
    "use",
    [
        "import openai; assert openai.api_key is None; assert openai.OpenAI",
        "from openai import AzureOpenAI, BadRequestError, types; assert types.chat.ChatCompletion",
        "from openai.types.responses import Response; assert Response.model_fields",
        "import anthropic; assert issubclass(anthropic.NotFoundError, anthropic.APIError)",
        "from anthropic import AnthropicBedrock, AnthropicVertex; assert AnthropicBedrock",
        "from anthropic.types import Message; assert Message.model_fields",
    ],
)
def test_other_users_of_an_sdk_find_what_they_import(use: str) -> None:
    printed(IN_PARTS + use)


@pytest.mark.parametrize("package", ["openai", "openai.types", "anthropic", "anthropic.types"])
def test_a_name_that_an_sdk_does_not_have_is_an_attribute_error(package: str) -> None:
    use = f"import {package}\ntry: {package}.nothing\nexcept AttributeError: print('missing')"
    assert printed(IN_PARTS + use) == ["missing"]
