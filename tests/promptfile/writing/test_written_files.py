"""Requests and boards as prompt files: our own reader makes the same streams of them."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamdash.promptfile import Overrides, load_plan
from streamdash.promptfile.layers import Layer
from streamdash.promptfile.own_settings import NO_SETTINGS, OwnSettings
from streamdash.promptfile.writing.board_file import BoardFile, board_file
from streamdash.promptfile.writing.request_text import read_request, request_text, with_mistakes
from streamdash.providers.catalog import builtin_endpoints
from streamdash.streams.errors import UsageError
from streamdash.streams.redaction.named_keys import without_keys
from streamdash.streams.spec import Deadlines, Endpoint, RunPlan, StreamSpec
from tests.fuzzing import examples

BUILTIN = builtin_endpoints({})
LAB = Endpoint("lab", "openai", "http://127.0.0.1:8000/v1", "LAB_KEY")
ENDPOINTS = {**BUILTIN, "lab": LAB}
TEXT = st.text(
    st.characters(exclude_categories=["Cs"])
    | st.sampled_from(["\n", "\r", '"', "'", "\\", "\0", "\ufeff"]),
    max_size=25,
)
FILLED = TEXT.filter(lambda text: bool(text.strip()))
TARGETS = st.sampled_from(["openai", "anthropic", "lab", "demo", "demo-responses"])
SCALARS = TEXT | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(-1e300, 1e300)
# what is a key by its name is hidden, and not read back
NAMES = TEXT.filter(lambda name: name != "stream" and without_keys({name: 0}) == {name: 0})
PARAMS = st.dictionaries(
    NAMES,
    SCALARS | st.lists(SCALARS, max_size=3) | st.dictionaries(NAMES, SCALARS, max_size=2),
    max_size=3,
)


def message(role: str, content: str) -> dict[str, object]:
    return {"role": role, "content": content}


CONVERSATIONS = FILLED.map(lambda text: (message("user", text),)) | st.tuples(
    FILLED, FILLED, FILLED
).map(
    lambda texts: tuple(map(message, ("user", "assistant", "user"), texts)),
)


@st.composite
def specs(draw: Any) -> StreamSpec:
    endpoint = ENDPOINTS[draw(TARGETS)]
    optional: dict[str, Any] = {
        "system": FILLED,
        "temperature": st.floats(0, 2),
        "top_p": st.floats(0, 1),
        "seed": st.integers(-(2**31), 2**31),
        "reasoning_effort": FILLED,
        "max_tokens": st.integers(1, 5000) | st.just(1024),
    }
    given_values = draw(st.fixed_dictionaries({}, optional=optional))
    if endpoint.api == "anthropic":
        given_values.setdefault("max_tokens", 1024)
    return StreamSpec(
        label=draw(FILLED),
        endpoint=endpoint,
        model=draw(st.sampled_from(["gpt-4o", "qwen3:8b", "x/y:free"])),
        messages=draw(CONVERSATIONS),
        stop=tuple(draw(st.lists(TEXT.filter(bool), max_size=3))),
        stream=draw(st.booleans()),
        cache=draw(st.sampled_from(["as-is", "cold", "warm"])),
        params=draw(PARAMS),
        deadlines=Deadlines(*draw(st.tuples(*[st.floats(0.001, 1000)] * 4))),
        retries=draw(st.integers(0, 10)),
        **given_values,
    )


def load(text: str, own: OwnSettings = NO_SETTINGS) -> tuple[StreamSpec, ...]:
    """The streams of a written file, whose prompts may have labels of their own."""
    tomllib.loads(text)
    plan = load_plan("w.toml", Overrides(), endpoints=BUILTIN, own=own, toml=text).plan
    return tuple(spec._replace(prompt_label=None) for spec in plan.specs)


def written(plan: RunPlan, own: OwnSettings = NO_SETTINGS) -> BoardFile:
    return board_file(plan, BUILTIN, own)


@given(spec=specs())
@examples(150)
def test_a_request_reads_back_as_it_was(spec: StreamSpec) -> None:
    assert read_request(request_text(spec), spec, ENDPOINTS, {}) == spec


@given(streams=st.lists(specs(), min_size=1, max_size=5, unique_by=lambda spec: spec.label))
@examples(100)
def test_a_board_reads_back_as_it_was(streams: list[StreamSpec]) -> None:
    assert load(written(RunPlan(tuple(streams), title="T")).text) == tuple(streams)


@given(
    rows=st.lists(specs(), min_size=1, max_size=3, unique_by=lambda spec: spec.question.strip()),
    rest=st.lists(specs(), max_size=2),
)
@examples(100)
def test_prompts_and_models_read_back_in_their_order(
    rows: list[StreamSpec], rest: list[StreamSpec]
) -> None:
    models = [(BUILTIN["openai"], "a"), (LAB, "b"), (BUILTIN["anthropic"], "c")]
    crossed = [
        row._replace(
            endpoint=endpoint,
            model=model,
            label=f"{number} · {model}",
            max_tokens=row.max_tokens or 9,
        )
        for number, row in enumerate(rows)
        for endpoint, model in models
    ]  # fmt: skip
    alone = [spec._replace(label=f"alone {number}") for number, spec in enumerate(rest)]
    file = written(RunPlan((*crossed, *alone)))
    assert load(file.text) == (*crossed, *alone)
    assert len(tomllib.loads(file.text)["prompts"]) >= len(rows)
    assert len(tomllib.loads(file.text)["models"]) <= len(models)


def asked(label: str, target: str, prompt: str = "Why?", **more: Any) -> StreamSpec:
    name, _, model = target.partition(":")
    return StreamSpec(label, ENDPOINTS[name], model, (message("user", prompt),), **more)


def crossed(*prompts: str, **more: Any) -> list[StreamSpec]:
    return [
        asked(f"{prompt} · {model}", f"openai:{model}", prompt, **more)
        for prompt in prompts
        for model in ("a", "b", "c")
    ]


def test_two_prompts_on_three_models_are_written_that_way_without_labels_of_their_own() -> None:
    file = written(RunPlan(tuple(crossed("Why?", "How?", temperature=0.5)), title="Six"))
    data = tomllib.loads(file.text)
    assert data["title"] == "Six"
    assert data["models"] == ["openai:a", "openai:b", "openai:c"]
    assert data["prompts"] == [{"prompt": "Why?"}, {"prompt": "How?"}]
    assert data["defaults"] == {"temperature": 0.5}
    assert "streams" not in data
    assert "# retries = 2" in file.text
    assert not file.notes


def test_a_changed_stream_in_the_middle_makes_all_after_it_streams_of_their_own() -> None:
    streams = crossed("Why?", "How?")
    streams[4] = streams[4]._replace(temperature=1.0)
    data = tomllib.loads(written(RunPlan(tuple(streams))).text)
    assert [row["prompt"] for row in data["prompts"]] == ["Why?"]
    assert [row["model"] for row in data["streams"]] == ["openai:a", "openai:b", "openai:c"]


def test_a_limit_that_some_models_have_by_default_is_written_where_others_have_it_too() -> None:
    specs = (
        asked("gpt", "openai:gpt", max_tokens=1024),
        asked("claude", "anthropic:claude", max_tokens=1024),
    )
    file = written(RunPlan(specs))
    assert load(file.text) == specs
    assert "max_tokens = 1024\n" in file.text
    bare = (specs[0]._replace(max_tokens=None), specs[1])
    text = written(RunPlan(bare)).text
    assert load(text) == bare
    assert "# max_tokens = 1024   # of Anthropic streams" in text


def test_options_that_a_file_has_no_keys_for_stand_in_a_comment() -> None:
    plan = RunPlan((asked("A", "openai:a"),), repeat=5, warmup=1, order="turns", concurrency=3)
    expected = "# It ran with --repeat 5 --warmup 1 --order turns --concurrency 3\n"
    assert expected in written(plan).text


def test_no_header_value_and_no_key_is_written_and_the_notes_say_so() -> None:
    gate = Endpoint(
        "gate", "openai", "http://h/v1", "GATE_KEY", {"x-team": "blue", "x y": "s3cret"}
    )
    spec = asked("A", "openai:a", params={"api_key": "s3cret", "deep": {"Authorization": "s3cret"}})
    file = written(RunPlan((spec._replace(endpoint=gate),)))
    assert "s3cret" not in file.text
    assert "blue" not in file.text
    assert 'api_key_env = "GATE_KEY"' in file.text
    assert '# headers = { x-team = "...", "x y" = "..." }' in file.text
    assert any("headers of gate" in note for note in file.notes)
    assert any("params" in note for note in file.notes)
    (found,) = load(file.text)
    assert found.endpoint == gate._replace(headers={})


def test_an_endpoint_with_headers_stays_in_the_config_that_has_their_values() -> None:
    gate = Endpoint("gate", "openai", "http://h/v1", None, {"x-team": "blue"})
    own = OwnSettings(endpoints={"gate": gate, "lab": LAB})
    streams = (
        asked("A", "lab:a"),
        asked("B", "openai:b")._replace(endpoint=gate),
    )
    file = written(RunPlan(streams), own)
    assert not file.notes
    assert load(file.text, own) == streams
    assert "[endpoints.lab]" in file.text.splitlines()
    assert "# [endpoints.gate]" in file.text.splitlines()


def test_defaults_of_the_config_that_a_file_cannot_undo_are_said() -> None:
    own = OwnSettings(defaults=Layer(retries=5, given=frozenset({"retries"})))
    file = written(RunPlan((asked("A", "openai:a"),)), own)
    assert load(file.text, own) == (asked("A", "openai:a"),)
    assert not file.notes
    warm = OwnSettings(defaults=Layer(temperature=0.5, given=frozenset({"temperature"})))
    assert written(RunPlan((asked("A", "openai:a"),)), warm).notes


def test_streams_without_a_prompt_are_left_out() -> None:
    plan = RunPlan((asked("A", "openai:a"), asked("B", "openai:b")._replace(messages=())))
    file = written(plan)
    assert [spec.label for spec in load(file.text)] == ["A"]
    assert file.notes == ("1 without a prompt is left out",)
    with pytest.raises(UsageError, match="no prompt to write"):
        written(RunPlan(plan.specs[1:]))


@pytest.mark.parametrize(
    ("spec", "reason"),
    [
        (asked("A", "openai:a", prompt="half \ud800"), "surrogate"),
        (asked("A", "openai:a", params={"logit_bias": None}), "null"),
        (asked("A", "openai:a", prompt="x" * (2 << 20)), "2.0 MiB"),
        (asked("A", "openai:a")._replace(
            messages=(message("user", "a"), message("assistant", "\n"), message("user", "b"))
        ), "is empty"),
    ],
)  # fmt: skip
def test_what_a_file_cannot_hold_is_said_instead_of_written(spec: StreamSpec, reason: str) -> None:
    with pytest.raises(UsageError, match=reason):
        written(RunPlan((spec,)))


def test_a_recorded_board_asks_for_what_recordings_do_not_keep() -> None:
    recorded = (
        asked("A", "openai:a")._replace(
            endpoint=BUILTIN["openai"]._replace(key_env=None, builtin=False)
        ),
        asked("B", "demo:b")._replace(endpoint=BUILTIN["demo"]._replace(builtin=False)),
        asked("C", "lab:c")._replace(endpoint=LAB._replace(key_env=None)),
    )  # fmt: skip
    file = board_file(RunPlan(recorded), BUILTIN, NO_SETTINGS, recorded=True)
    assert "[endpoints.openai]" not in file.text
    assert "[endpoints.demo]" not in file.text
    assert '# api_key_env = "..."' in file.text
    assert [spec.target for spec in load(file.text)] == ["openai:a", "demo:b", "lab:c"]
    assert len(file.notes) == 1


# -- a request that is edited ---------------------------------------------------------------


def edited(spec: StreamSpec, old: str, new: str) -> StreamSpec:
    text = request_text(spec)
    assert old in text
    return read_request(text.replace(old, new), spec, ENDPOINTS, {"fast": "openai:mini"})


def test_model_prompt_and_defaults_can_be_changed() -> None:
    spec = asked("A", "openai:a", system="Be brief.")
    assert edited(spec, '"Why?"', '"How?"') == asked("A", "openai:a", "How?", system="Be brief.")
    assert edited(spec, "openai:a", "anthropic:c") == asked(
        "A", "anthropic:c", system="Be brief.", max_tokens=1024
    )
    assert edited(spec, '"openai:a"', '"fast"').target == "openai:mini"
    assert edited(spec, "# retries = 2", "retries = 0").retries == 0
    assert edited(spec, "# stream = true", "stream = false").stream is False


def test_a_key_in_params_is_not_in_the_text_and_stays_as_it_is() -> None:
    spec = asked("A", "openai:a", params={"api_key": "s3cret", "n": 1, "l": [{"password": "p4ss"}]})
    text = request_text(spec)
    assert "s3cret" not in text
    assert "p4ss" not in text
    assert edited(spec, "n = 1", "n = 2").params == {**spec.params, "n": 2}
    assert edited(spec, 'api_key = "***"', 'api_key = "new"').params["api_key"] == "new"


def test_the_turn_follows_the_number_of_questions() -> None:
    talk = (message("user", "a"), message("assistant", "b"), message("user", "c"))
    spec = asked("A", "openai:a")._replace(messages=talk, turn=2)
    assert edited(spec, '"c"', '"d"').turn == 2
    last = request_text(spec).index('[[streams.messages]]\nrole = "assistant"')
    short = read_request(request_text(spec)[:last], spec, ENDPOINTS, {})
    assert (short.turn, short.messages) == (1, talk[:1])


MISTAKES = {
    "temperature = 9": "line 7: temperature: must be from 0 to 2, not 9",
    "tempature = 1": "line 7: unknown key 'tempature' (did you mean 'temperature'?)",
    "stop = [": "is not TOML",
    "[endpoints.x]\napi = 1": "endpoints.x.api: must be text",
    '[[streams]]\nmodel = "openai:b"\nprompt = "x"': "describes 2 streams",
    'model = "nowhere:x"': "line 7: is not TOML: Cannot overwrite",
    "[defaults]\nprompt = 3": "defaults.prompt: must be text",
}


@pytest.mark.parametrize(("line", "problem"), MISTAKES.items(), ids=list(MISTAKES))
def test_a_mistake_is_named_with_its_line_in_the_text(line: str, problem: str) -> None:
    spec = asked("A", "openai:a")
    lines = request_text(spec).splitlines()
    text = "\n".join([*lines[:6], line, *lines[6:]])
    with pytest.raises(UsageError) as caught:
        read_request(text, spec, ENDPOINTS, {})
    assert any(problem in found for found in caught.value.problems)


def test_an_endpoint_of_the_text_is_refused_for_a_pane() -> None:
    text = request_text(asked("A", "openai:a")).replace("openai:a", "x:a")
    text += '\n[endpoints.x]\napi = "openai"\nbase_url = "http://h/v1"\n'
    with pytest.raises(UsageError, match="defines an endpoint"):
        read_request(text, asked("A", "openai:a"), ENDPOINTS, {})


def test_mistakes_stand_on_top_with_the_lines_of_the_text_below_them() -> None:
    spec = asked("A", "openai:a")
    text = request_text(spec).replace("# retries = 2", "retries = 99")
    for _ in range(3):  # they do not pile up
        with pytest.raises(UsageError) as caught:
            read_request(text, spec, ENDPOINTS, {})
        text = with_mistakes(text, caught.value)
        assert text.count("#!") == 3
        number = next(at for at, line in enumerate(text.splitlines(), 1) if line == "retries = 99")
        assert f"#!   line {number}: retries: must be from 0 to 10" in text
    mended = read_request(text.replace("99", "3"), spec, ENDPOINTS, {})
    assert mended == spec._replace(retries=3)


def test_a_board_with_cases_is_written_with_the_filled_texts() -> None:
    toml = """\
models = ["demo:a", "demo-anthropic:b"]
[[prompts]]
label = "Q"
prompt = "About {{topic}}, not \\\\{{topic}}"
system = "{{lang}}"
[[cases]]
label = "r"
topic = "Rust {{lang}}"
lang = "en"
[[cases]]
topic = "Go"
lang = ""
"""
    plan = load_plan("w.toml", Overrides(), endpoints=BUILTIN, toml=toml).plan
    assert [spec.case for spec in plan.specs] == ["r", "r", "2", "2"]
    read = load(written(plan).text)
    assert [spec._replace(case=None, prompt_label=None) for spec in plan.specs] == list(read)
    assert {spec.question for spec in read} == {
        "About Rust {{lang}}, not {{topic}}", "About Go, not {{topic}}",
    }  # fmt: skip


def test_an_edited_request_keeps_its_case() -> None:
    spec = StreamSpec(
        "Q · r", LAB, "m", ({"role": "user", "content": "hi {{x}}"},), case="r", prompt_label="Q"
    )
    edited = read_request(request_text(spec).replace("hi", "bye"), spec, ENDPOINTS, {})
    assert (edited.question, edited.case, edited.prompt_label) == ("bye {{x}}", "r", "Q")
