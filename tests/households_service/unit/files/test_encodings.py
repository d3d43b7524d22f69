"""Bytes to text: a mark decides, then UTF-8, then GB18030, and never a guess."""

from __future__ import annotations

import codecs

import pytest

from households_service.files.domain import FileEncoding, FileEncodingUnknown
from households_service.files.encodings import EncodingUnknown, encoding_named, utf8_of

TEXT = "户编号,姓名\nH1,阿里木·卡地尔\n"


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        pytest.param(TEXT.encode(), "utf-8", id="plain UTF-8"),
        pytest.param(codecs.BOM_UTF8 + TEXT.encode(), "utf-8", id="UTF-8 with a mark, as a spreadsheet saves it"),
        pytest.param(codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"), "utf-16-le", id="UTF-16 with a mark"),
        pytest.param(TEXT.encode("gb18030"), "gb18030", id="GB18030, as an older spreadsheet saves it"),
    ],
)
def test_the_same_text_is_read_from_every_known_encoding(content: bytes, encoding: str) -> None:
    assert utf8_of(content) == (TEXT.encode(), encoding)


def test_four_byte_gb18030_characters_survive() -> None:
    assert utf8_of("𠮷,㐂".encode("gb18030")) == ("𠮷,㐂".encode(), "gb18030")


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"a,b\n\xff\xff,1\n", id="bytes of no encoding"),
        pytest.param(codecs.BOM_UTF8 + b"a,\xff\n", id="a mark that lies"),
        pytest.param("户编号".encode("utf-16-le"), id="UTF-16 without a mark"),
        pytest.param(b"\x00\x01\x02", id="no text at all"),
    ],
)
def test_other_bytes_are_refused_with_what_to_do(content: bytes) -> None:
    with pytest.raises(FileEncodingUnknown, match=r"save the file as UTF-8") as caught:
        utf8_of(content)
    assert (caught.value.code, caught.value.field) == ("FILE_ENCODING_UNKNOWN", "encoding")


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        pytest.param("户编号,姓名\n", FileEncoding.UTF_16_LE, id="UTF-16 without a mark"),
        pytest.param("戶編號,姓名\n", FileEncoding.BIG5, id="Big5"),
        pytest.param("code,عثمان\n", FileEncoding.WINDOWS_1256, id="Arabic script"),
    ],
)
def test_a_sender_who_is_asked_may_say_the_encoding(text: str, answer: FileEncoding) -> None:
    assert utf8_of(text.encode(answer.value), answer) == (text.encode(), answer.value)


def test_an_answer_that_does_not_fit_is_refused_too() -> None:
    with pytest.raises(FileEncodingUnknown):
        utf8_of(b"a,\xff\n", FileEncoding.UTF_8)


def test_a_mark_goes_before_an_answer() -> None:
    assert utf8_of(codecs.BOM_UTF8 + TEXT.encode(), FileEncoding.BIG5) == (TEXT.encode(), "utf-8")


def test_both_readings_that_failed_name_their_row() -> None:
    content = "户编号\n户一\n户二\n".encode() + b"\xff\xff\n"

    with pytest.raises(FileEncodingUnknown, match=r"neither UTF-8 \(fault in row 4\) nor GB18030 \(fault in row 1\)"):
        utf8_of(content)


@pytest.mark.parametrize("name", ["windows-1256", "WINDOWS_1256", " Windows-1256 "])
def test_an_encoding_is_known_by_its_name_however_it_is_written(name: str) -> None:
    assert encoding_named(name) is FileEncoding.WINDOWS_1256


def test_a_name_that_is_no_encoding_is_told_those_that_are() -> None:
    with pytest.raises(EncodingUnknown) as caught:
        encoding_named("klingon")
    assert (caught.value.code, caught.value.field) == ("ENCODING_UNKNOWN", "encoding")
    assert all(encoding.name in caught.value.message for encoding in FileEncoding)
    assert "klingon" not in caught.value.message
