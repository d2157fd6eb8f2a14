from hypothesis import given
from hypothesis import strategies as st

from anonymuse.adapters.embed.wordpiece import WordPiece, read_vocabulary

PIECES = ("<s>", "</s>", "[UNK]", "fern", "##s", "un", "##wat", "##ered", "cafe", ",", "水", "a")
TOKENS = WordPiece({piece: n for n, piece in enumerate(PIECES)}, unknown=2, first=0, last=1)


def pieces(text: str, longest: int = 100) -> list[str]:
    return [PIECES[n] for n in TOKENS.encode(text, longest=longest)]


def test_the_longest_pieces_are_taken_from_the_left():
    assert pieces("unwatered ferns") == ["<s>", "un", "##wat", "##ered", "fern", "##s", "</s>"]


def test_case_and_accents_do_not_count():
    assert pieces("FERN Café cafe\u0301") == ["<s>", "fern", "cafe", "cafe", "</s>"]


def test_punctuation_and_chinese_characters_stand_alone():
    assert pieces("fern,fern水水") == ["<s>", "fern", ",", "fern", "水", "水", "</s>"]


def test_a_word_that_cannot_be_spelled_is_unknown_as_a_whole():
    assert pieces("fernx a") == ["<s>", "[UNK]", "a", "</s>"]
    assert pieces("a" * 101) == ["<s>", "[UNK]", "</s>"]


def test_control_characters_vanish_and_blanks_part():
    assert pieces("fe\u200brn\u00a0a\ta") == ["<s>", "fern", "a", "a", "</s>"]


def test_long_texts_are_cut_and_still_ended():
    assert pieces("ferns " * 50, longest=5) == ["<s>", "fern", "##s", "fern", "</s>"]


@given(st.text(), st.integers(min_value=3, max_value=12))
def test_any_text_fits(text, longest):
    ids = TOKENS.encode(text, longest=longest)
    assert 2 <= len(ids) <= longest
    assert (ids[0], ids[-1]) == (0, 1)


def test_a_vocabulary_counts_lines(tmp_path):
    path = tmp_path / "vocab.txt"
    path.write_text("<s>\n</s>\nword\n", encoding="utf-8")
    assert read_vocabulary(path) == {"<s>": 0, "</s>": 1, "word": 2}
