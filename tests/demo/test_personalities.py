"""The answers of the embedded models and their rhythm."""

from __future__ import annotations

from itertools import pairwise
from random import Random
from statistics import median
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamdash.demo.personalities import PERSONALITIES
from streamdash.demo.prose import TOPICS, answer_to, topic_of
from streamdash.demo.question import Question, pieces

if TYPE_CHECKING:
    from streamdash.demo.script import Script

ANY_TEXT = st.text(alphabet=st.characters(exclude_categories=()), max_size=60)


def asked(model: str, prompt: str = "hello", limit: int | None = None) -> Question:
    return Question(model=model, prompt=prompt, input_tokens=1, limit=limit, stream=True, body={})


def performed(model: str, prompt: str = "hello", limit: int | None = None) -> Script:
    return PERSONALITIES[model].perform(asked(model, prompt, limit))


def text_of(script: Script, channel: str = "answer") -> str:
    return "".join(step.text for step in script.steps if step.channel == channel)


def seconds(script: Script) -> float:
    return script.opening_s + sum(step.delay_s for step in script.steps)


def ttft(script: Script) -> float:
    return script.opening_s + script.steps[0].delay_s


@given(ANY_TEXT)
def test_pieces_lose_nothing(text: str) -> None:
    assert "".join(pieces(text)) == text
    assert all(pieces(text))


@given(ANY_TEXT)
def test_echo_repeats_any_prompt(prompt: str) -> None:
    assert text_of(performed("echo", prompt)) == prompt


@given(st.sampled_from(sorted(PERSONALITIES)), ANY_TEXT, st.integers(1, 40))
def test_no_answer_exceeds_its_limit(model: str, prompt: str, limit: int) -> None:
    whole, cut = performed(model, prompt), performed(model, prompt, limit)

    tokens = sum(step.tokens for step in whole.steps)
    assert sum(step.tokens for step in cut.steps) == min(limit, tokens)
    assert (cut.finish == "length") == (limit < tokens)
    assert text_of(whole).startswith(text_of(cut))


@pytest.mark.parametrize("model", sorted(PERSONALITIES))
def test_the_same_question_gets_the_same_script(model: str) -> None:
    assert performed(model, "Why?") == performed(model, "Why?")


def test_another_question_gets_another_rhythm_and_mostly_another_text() -> None:
    scripts = [performed("quick", f"question {number}") for number in range(20)]

    assert len({script.steps[0].delay_s for script in scripts}) == 20
    assert len({text_of(script) for script in scripts}) == 20


@pytest.mark.parametrize(
    ("prompt", "word"),
    [
        ("What is Python?", "Guido"),
        ("What is Rust?", "borrow"),
        ("What is Go?", "goroutines"),
        ("Why is the sky blue?", "scatter"),
        ("How does a CPU predict branches?", "TAGE"),
        ("Explain sourdough", "starter"),
        ("why two TIDES a day", "Moon"),
        ("Is this demo real?", "canned"),
    ],
)
def test_a_prompt_gets_the_text_it_points_to(prompt: str, word: str) -> None:
    assert word in text_of(performed("quick", prompt))


@pytest.mark.parametrize("prompt", ["Where did the dinosaurs go?", "Tell me a joke", "", "?!"])
def test_an_answer_says_that_it_is_canned_if_no_text_fits_the_prompt(prompt: str) -> None:
    text = text_of(performed("quick", prompt))

    assert topic_of(prompt, TOPICS) is None
    assert any(word in text for word in ("prepared texts", "canned", "written before"))


def test_every_text_can_be_asked_for_and_ends_in_more_than_one_way() -> None:
    for topic in TOPICS:
        texts = [answer_to("", (topic,), Random(seed)) for seed in range(9)]
        assert len({tuple(text.split("\n\n")[-2:]) for text in texts}) > 1, topic


def test_slow_starts_after_almost_two_seconds_and_quick_at_once() -> None:
    prompts = [f"question {number}" for number in range(30)]

    assert median(ttft(performed("slow", p)) for p in prompts) == pytest.approx(1.8, rel=0.1)
    assert max(ttft(performed("quick", p)) for p in prompts) < 0.4


def test_the_rates_are_those_of_real_models() -> None:
    for model in ("quick", "slow", "thinker", "bursty", "long", "code", "echo"):
        script = performed(model, "a long question about everything and nothing" * 20)
        rate = sum(step.tokens for step in script.steps) / (seconds(script) - ttft(script))
        assert 20 < rate < 130, model


def test_gaps_scatter_around_their_median() -> None:
    gaps = sorted(step.delay_s for step in performed("long").steps[1:])

    assert gaps[0] > 0
    assert gaps[len(gaps) * 9 // 10] > 1.5 * median(gaps)
    assert gaps[len(gaps) // 10] < 0.67 * median(gaps)


def test_thinker_reasons_before_it_answers() -> None:
    channels = [step.channel for step in performed("thinker").steps]

    assert channels == sorted(channels, reverse=True)
    assert set(channels) == {"reasoning", "answer"}


def test_bursty_sends_several_tokens_at_once_and_then_pauses() -> None:
    steps = performed("bursty", "Why are there tides?").steps[1:]

    pauses = [step.delay_s for step in steps if step.delay_s > 0.05]
    assert max(step.tokens for step in steps) > 2
    assert len(pauses) > 5
    assert any(a.delay_s < 0.01 and b.delay_s < 0.01 for a, b in pairwise(steps))


def test_long_writes_several_thousand_characters() -> None:
    assert len(text_of(performed("long"))) > 4000


@pytest.mark.parametrize("prompt", ["Merge sorted files", "Retry with backoff"])
def test_code_writes_headings_a_table_and_python_that_compiles(prompt: str) -> None:
    text = text_of(performed("code", prompt))

    assert text.startswith("# ")
    assert "\n## " in text
    assert "|---" in text
    code = text.partition("```python\n")[2].partition("```")[0]
    compile(code, "answer", "exec")
