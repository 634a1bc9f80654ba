"""The providers of a run, one for each endpoint."""

from __future__ import annotations

from streamdash.providers.registry import Providers
from streamdash.streams.spec import Endpoint

LAB = Endpoint("lab", "openai", "http://127.0.0.1:1/v1", headers={"x-team": "lab"})


async def test_equal_endpoints_share_a_provider() -> None:
    providers = Providers({})
    provider = providers.provider(LAB)
    assert providers.provider(LAB._replace(headers={"x-team": "lab"})) is provider


async def test_an_edited_endpoint_gets_a_provider_of_its_own_and_the_old_one_stays() -> None:
    providers = Providers({})
    provider = providers.provider(LAB)
    edited = [
        LAB._replace(base_url="http://127.0.0.1:2/v1"),
        LAB._replace(key_env="LAB_API_KEY"),
        LAB._replace(headers={"x-team": "other"}),
        LAB._replace(api="openai-responses"),
    ]
    others = [providers.provider(endpoint) for endpoint in edited]
    assert len({id(one) for one in (provider, *others)}) == 5
    assert providers.provider(LAB) is provider
