import json

import pytest

from anonymuse.domain.facets import CORE, FacetQuestion
from anonymuse.prompts.schema import answer_schema, parse_answer, wanted

TASK = FacetQuestion("task", "Which task?", "text", max_words=3)
LEVEL = FacetQuestion("level", "How much?", "integer", low=1, high=5)
AGE = FacetQuestion("size", "How many?", "integer", low=0, high=10_000)
HAPPY = FacetQuestion("happy", "Happy?", "boolean")
KIND = FacetQuestion("kind", "Which?", "one_of", values=("a", "B"))
SOME = FacetQuestion("some", "Which?", "several_of", values=("x", "y", "z"))
OPEN = FacetQuestion("open", "Which?", "several_of", max_words=2)
ALL = (TASK, LEVEL, AGE, HAPPY, KIND, SOME, OPEN)

GOOD = {
    "task": " fix  code ", "level": 3, "size": 200, "happy": True, "kind": "b",
    "some": ["z", "x", "z"], "open": ["calm tone", "care; rest"],
}  # fmt: skip


def test_the_schema_is_flat_and_closed() -> None:
    schema = answer_schema(ALL)
    assert schema["required"] == [question.name for question in ALL]
    assert schema["additionalProperties"] is False
    properties = schema["properties"]
    assert properties["level"] == {"type": "integer", "enum": [1, 2, 3, 4, 5]}
    assert properties["size"] == {"type": "integer"}
    assert properties["happy"] == {"type": "boolean"}
    assert properties["kind"] == {"type": "string", "enum": ["a", "B"]}
    assert properties["some"]["items"]["enum"] == ["x", "y", "z"]
    assert properties["open"] == {"type": "array", "items": {"type": "string"}}
    json.dumps(answer_schema(CORE))


def test_a_good_answer_is_read() -> None:
    assert parse_answer(json.dumps(GOOD), ALL) == {
        "task": "fix code", "level": 3, "size": 200, "happy": True, "kind": "B",
        "some": "x; z", "open": "calm tone; care, rest",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("task", ""), ("task", "  "), ("task", "..."), ("task", "one two three four"),
        ("task", 3), ("task", None),
        ("level", 0), ("level", 6), ("level", "3"), ("level", 3.0), ("level", True),
        ("size", -1), ("happy", "yes"), ("happy", 1), ("kind", "c"), ("kind", 1),
        ("some", "x"), ("some", ["w"]), ("some", [1]), ("open", ["one two three"]), ("open", [""]),
    ],
)  # fmt: skip
def test_a_wrong_answer_is_refused_without_its_text(name: str, value: object) -> None:
    with pytest.raises(ValueError, match=f"the answer to '{name}' is not"):
        parse_answer(json.dumps({**GOOD, name: value}), ALL)


@pytest.mark.parametrize("text", ["", "hello", "[1]", "3", '{"task": "x"', "[" * 5000])
def test_what_is_no_object_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"not JSON|not a JSON object"):
        parse_answer(text, ALL)


def test_a_missing_answer_is_refused() -> None:
    with pytest.raises(ValueError, match="'level'"):
        parse_answer(json.dumps({k: v for k, v in GOOD.items() if k != "level"}), ALL)


def test_what_is_wanted_is_said_in_words() -> None:
    assert [wanted(question) for question in ALL] == [
        "a text of 1 to 3 words", "an integer from 1 to 5", "an integer from 0 to 10000",
        "true or false", "one of a, B",
        "a list of those that fit, none or more, of x, y, z",
        "a list of none to 5 texts, each of 1 to 2 words in lower case",
    ]  # fmt: skip
