import pytest
from typer.testing import CliRunner

from anonymuse.cli.evaluate_naming import naming
from anonymuse.cli.help import App
from anonymuse.errors import ConfigError

app = App()
app.command()(naming)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--policy", "publik"], "public"),
        (["--embed", "hashing", "--embed-facets", "hashing"], "two models"),
    ],
)
def test_what_makes_no_sense_is_refused_before_anything_is_embedded(
    words: list[str], told: str
) -> None:
    result = CliRunner().invoke(app, words)
    assert isinstance(result.exception, ConfigError)
    assert told in result.exception.message
