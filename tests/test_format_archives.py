"""Archives: what is inside is handed on under its own name, and what would do harm is refused."""

from __future__ import annotations

import gzip
import io
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import IO

import py7zr
import pytest

from bihuan.collect.desk import Desk, Options
from bihuan.collect.formats import format_of
from bihuan.collect.handed import Handed
from bihuan.collect.unpack import MAX_DEPTH, limit
from bihuan.errors import BadSource, BadWorkspace
from bihuan.settings import Settings
from readers import a_desk, handed, read

Make = Callable[[Path], Path]
LEDGER = "凭证号,金额\n记-1,100.00\n"


def members(desk: Desk, file: Handed) -> dict[str, str]:
    """Name inside → text, all the way down."""
    found = {}
    for one in read(desk, file).members:
        if format_of(one).NAME in ("zip", "gzip", "tar", "7z", "rar"):
            found |= members(desk, one)
        else:
            found[one.inner] = one.path.read_text(encoding="utf-8")
    return found


def zipped(path: Path, files: dict[str, bytes | str]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in files.items():
            made.writestr(name, data)
    return path


def dos_zip(path: Path, name: bytes, data: bytes) -> Path:
    """A zip as old Chinese programs write it: GB18030 bytes as name, and no flag that says so."""
    crc = zlib.crc32(data)
    common = struct.pack("<HHHHIIIHH", 0, 0, 0, 33, crc, len(data), len(data), len(name), 0)
    local = b"PK\x03\x04" + struct.pack("<H", 20) + common + name + data
    central = b"PK\x01\x02" + struct.pack("<HH", 20, 20) + common + struct.pack("<HHHII", 0, 0, 0, 0, 0) + name
    end = b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 1, 1, len(central), len(local), 0)
    path.write_bytes(local + central + end)
    return path


def stored_rar(path: Path, name: str, data: bytes) -> Path:
    """A RAR 3 archive whose one file is stored, not packed."""

    def block(kind: int, flags: int, body: bytes) -> bytes:
        head = struct.pack("<BHH", kind, flags, 7 + len(body)) + body
        return struct.pack("<H", zlib.crc32(head) & 0xFFFF) + head

    raw = name.encode()
    entry = struct.pack("<IIBIIBBHI", len(data), len(data), 3, zlib.crc32(data), 0x21, 29, 0x30, len(raw), 0o100644)
    path.write_bytes(
        b"Rar!\x1a\x07\x00"
        + block(0x73, 0, bytes(6))
        + block(0x74, 0x8000, entry + raw)
        + data
        + block(0x7B, 0x4000, b"")
    )
    return path


def test_members_keep_their_path_and_desktop_clutter_is_left_out(tmp_path: Path) -> None:
    files = {"2024/账.csv": LEDGER, "__MACOSX/2024/._账.csv": "x", "2024/~$账.xlsx": "x", "2024/Thumbs.db": "x"}
    with a_desk(tmp_path) as desk:
        file = handed(zipped(tmp_path / "移交.zip", files))
        found = read(desk, file).members
        assert [(one.name, one.inner, one.path.name) for one in found] == [("移交.zip", "2024/账.csv", "账.csv")]
        assert found[0].label == "移交.zip!2024/账.csv"
        assert members(desk, file) == {"2024/账.csv": LEDGER}


def test_names_without_a_stated_encoding_are_chinese(tmp_path: Path) -> None:
    path = dos_zip(tmp_path / "a.zip", "财政局/序时账.csv".encode("gb18030"), LEDGER.encode())
    with a_desk(tmp_path) as desk:
        assert members(desk, handed(path)) == {"财政局/序时账.csv": LEDGER}


@pytest.mark.parametrize("name", ["../../etc/cron.d/x.csv", "/etc/x.csv", "C:/x.csv", "a\\..\\..\\x.csv"])
def test_a_member_that_leads_outside_is_refused(tmp_path: Path, name: str) -> None:
    path = zipped(tmp_path / "a.zip", {"good.csv": LEDGER, name: LEDGER})
    with a_desk(tmp_path) as desk, pytest.raises(BadSource, match=r"a\.zip: the member .* outside of its folder"):
        read(desk, handed(path))


def test_a_link_in_a_zip_is_refused(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("账.csv")
    link.external_attr = 0o120777 << 16
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as made:
        made.writestr(link, "/etc/passwd")
    with a_desk(tmp_path) as desk, pytest.raises(BadSource, match="is a link"):
        read(desk, handed(path))


def bomb(stream: IO[bytes]) -> None:
    for _ in range(70):
        stream.write(bytes(1 << 20))


def test_a_zip_bomb_stops_at_the_ratio(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made, made.open("账.csv", "w") as stream:
        bomb(stream)
    with a_desk(tmp_path) as desk, pytest.raises(BadSource, match="zip bomb"):
        read(desk, handed(path))


def test_a_gzip_bomb_stops_too(tmp_path: Path) -> None:
    path = tmp_path / "a.csv.gz"
    with gzip.open(path, "w") as stream:
        bomb(stream)
    with a_desk(tmp_path) as desk, pytest.raises(BadSource, match="zip bomb"):
        read(desk, handed(path))


def test_a_7z_bomb_stops_too(tmp_path: Path) -> None:
    path = tmp_path / "a.7z"
    with py7zr.SevenZipFile(path, "w") as made:
        made.writef(io.BytesIO(bytes(70 << 20)), "账.csv")
    with a_desk(tmp_path) as desk, pytest.raises(BadSource, match="zip bomb"):
        read(desk, handed(path))


def test_the_limit_counts_what_nested_archives_unpack_to_together(tmp_path: Path) -> None:
    part = zipped(tmp_path / "part.zip", {"a.csv": LEDGER * 60}).read_bytes()
    path = zipped(tmp_path / "all.zip", {f"{number}.zip": part for number in range(4)})
    small = Settings(max_unpacked="6KB")
    with a_desk(tmp_path, settings=small) as desk, pytest.raises(BadSource, match="max_unpacked"):
        members(desk, handed(path))
    with a_desk(tmp_path, settings=Settings(max_unpacked="16KB")) as desk:
        assert len(read(desk, handed(path)).members) == 4


def test_archives_lie_at_most_three_deep(tmp_path: Path) -> None:
    data: bytes | str = LEDGER
    name = "账.csv"
    for depth in range(MAX_DEPTH):
        data, name = zipped(tmp_path / "x.zip", {name: data}).read_bytes(), f"{depth}.zip"
    with a_desk(tmp_path) as desk:
        assert members(desk, handed(tmp_path / "x.zip")) == {"1.zip!0.zip!账.csv": LEDGER}
        deeper = zipped(tmp_path / "y.zip", {name: data})
        with pytest.raises(BadSource, match="more than 3 deep"):
            members(desk, handed(deeper))


def test_the_same_name_twice_loses_neither(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as made, pytest.warns(UserWarning, match="Duplicate name"):
        made.writestr("账.csv", "1")
        made.writestr("账.csv", "2")
    with a_desk(tmp_path) as desk:
        assert [one.path.read_text() for one in read(desk, handed(path)).members] == ["1", "2"]


def locked_zip(path: Path) -> Path:
    """One stored file under the old zip cipher, which Python reads and does not write."""
    table = [zlib.crc32(bytes([byte]), 0xFFFFFFFF) ^ 0xFFFFFFFF for byte in range(256)]

    def crc(key: int, byte: int) -> int:
        return (key >> 8) ^ table[(key ^ byte) & 0xFF]

    keys = [0x12345678, 0x23456789, 0x34567890]

    def turn(byte: int) -> None:
        keys[0] = crc(keys[0], byte)
        keys[1] = ((keys[1] + (keys[0] & 0xFF)) * 134775813 + 1) & 0xFFFFFFFF
        keys[2] = crc(keys[2], keys[1] >> 24)

    def cipher(byte: int) -> int:
        mixed = (keys[2] | 2) & 0xFFFF
        turned = byte ^ ((mixed * (mixed ^ 1)) >> 8) & 0xFF
        turn(byte)
        return turned

    for byte in "密码".encode():
        turn(byte)
    data = LEDGER.encode()
    check = zlib.crc32(data)
    packed = bytes(cipher(byte) for byte in bytes(11) + bytes([check >> 24]) + data)
    name = b"a.csv"
    common = struct.pack("<HHHHIIIHH", 1, 0, 0, 33, check, len(packed), len(data), len(name), 0)
    local = b"PK\x03\x04" + struct.pack("<H", 20) + common + name + packed
    central = b"PK\x01\x02" + struct.pack("<HH", 20, 20) + common + struct.pack("<HHHII", 0, 0, 0, 0, 0) + name
    path.write_bytes(local + central + b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 1, 1, len(central), len(local), 0))
    return path


def locked_7z(path: Path) -> Path:
    with py7zr.SevenZipFile(path, "w", password="密码") as made:
        made.writestr(LEDGER, "a.csv")
    return path


@pytest.mark.parametrize("make", [locked_zip, locked_7z])
def test_a_locked_archive_opens_with_its_password_only(tmp_path: Path, make: Make) -> None:
    path = make(tmp_path / "锁.bin")
    with a_desk(tmp_path, Options(password="密码")) as desk:
        assert members(desk, handed(path)) == {"a.csv": LEDGER}
    with a_desk(tmp_path) as desk, pytest.raises(BadSource, match="locked with a password"):
        read(desk, handed(path))
    with a_desk(tmp_path, Options(password="wrong")) as desk, pytest.raises(BadSource, match="does not open") as caught:
        read(desk, handed(path))
    assert "wrong" not in str(caught.value)


def seven(path: Path) -> Path:
    with py7zr.SevenZipFile(path, "w") as made:
        made.writestr(LEDGER, "2024/账.csv")
        made.writestr(LEDGER * 2, "2023/账.csv")
    return path


def test_a_7z_gives_its_files(tmp_path: Path) -> None:
    with a_desk(tmp_path) as desk:
        found = members(desk, handed(seven(tmp_path / "a.7z")))
    assert found == {"2024/账.csv": LEDGER, "2023/账.csv": LEDGER * 2}


def tarred(path: Path) -> Path:
    with tarfile.open(path, "w:gz", encoding="gb18030", format=tarfile.GNU_FORMAT) as made:
        info = tarfile.TarInfo("财政/账.csv")
        info.size = len(LEDGER.encode())
        made.addfile(info, io.BytesIO(LEDGER.encode()))
    return path


def test_a_tar_gz_gives_its_files_with_chinese_names(tmp_path: Path) -> None:
    with a_desk(tmp_path) as desk:
        assert members(desk, handed(tarred(tmp_path / "a.tar.gz"))) == {"财政/账.csv": LEDGER}


def test_a_link_in_a_tar_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.tar"
    with tarfile.open(path, "w") as made:
        info = tarfile.TarInfo("账.csv")
        info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
        made.addfile(info)
    with a_desk(tmp_path) as desk, pytest.raises(BadSource, match="is a link"):
        read(desk, handed(path))


def test_a_gzip_of_several_pieces_is_one_file_without_a_name_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "账.csv.gz"
    path.write_bytes(gzip.compress(b"a,b\n") + gzip.compress(b"1,2\n"))
    with a_desk(tmp_path) as desk:
        (one,) = read(desk, handed(path)).members
        assert (one.name, one.inner, one.path.name) == ("账.csv.gz", "", "账.csv")
        assert one.path.read_bytes() == b"a,b\n1,2\n"


def test_a_stored_rar_gives_its_files(tmp_path: Path) -> None:
    with a_desk(tmp_path) as desk:
        assert members(desk, handed(stored_rar(tmp_path / "a.rar", "a.csv", LEDGER.encode()))) == {"a.csv": LEDGER}


def test_a_packed_rar_without_a_tool_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = stored_rar(tmp_path / "a.rar", "a.csv", LEDGER.encode())
    data = bytearray(path.read_bytes())
    at = data.index(b"\x30", data.index(b"\x74"))  # the method of the file's head: 0x33 is packed
    data[at] = 0x33
    start = 20
    size = struct.unpack_from("<H", data, start + 5)[0]
    struct.pack_into("<H", data, start, zlib.crc32(bytes(data[start + 2 : start + size])) & 0xFFFF)
    path.write_bytes(data)
    monkeypatch.setenv("PATH", str(tmp_path))
    with a_desk(tmp_path) as desk, pytest.raises(BadSource, match="no tool on this machine unpacks RAR"):
        read(desk, handed(path))


def plain_zip(path: Path) -> Path:
    return zipped(path, {"账.csv": LEDGER * 50, "b.csv": LEDGER})


def plain_gzip(path: Path) -> Path:
    path.write_bytes(gzip.compress(LEDGER.encode() * 50))
    return path


def plain_rar(path: Path) -> Path:
    return stored_rar(path, "a.csv", LEDGER.encode() * 50)


@pytest.mark.parametrize("make", [plain_zip, plain_gzip, plain_rar, seven])
@pytest.mark.parametrize("kept", [0.5, 0.9])
def test_a_half_copied_archive_is_refused(tmp_path: Path, make: Make, kept: float) -> None:
    path = make(tmp_path / "半")
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * kept)])
    with a_desk(tmp_path) as desk, pytest.raises(BadSource, match=r"半.* cut off or damaged"):
        read(desk, handed(path))


def test_a_cut_off_gzip_names_the_byte(tmp_path: Path) -> None:
    path = plain_gzip(tmp_path / "a.csv.gz")
    size = path.stat().st_size - 5
    path.write_bytes(path.read_bytes()[:size])
    with a_desk(tmp_path) as desk, pytest.raises(BadSource, match=rf"byte {size} of {size}"):
        read(desk, handed(path))


def test_a_changed_byte_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("a.csv", LEDGER)
    path.write_bytes(path.read_bytes().replace(b"100.00", b"900.00"))
    with a_desk(tmp_path) as desk, pytest.raises(BadSource, match="cut off or damaged"):
        read(desk, handed(path))


def test_an_archive_without_files_is_refused(tmp_path: Path) -> None:
    with a_desk(tmp_path) as desk, pytest.raises(BadSource, match="no file is inside"):
        read(desk, handed(zipped(tmp_path / "a.zip", {})))


def test_a_size_is_read_with_its_letter() -> None:
    assert (limit("64GB"), limit("512 MiB"), limit("100")) == (64 << 30, 512 << 20, 100)
    with pytest.raises(BadWorkspace, match="max_unpacked"):
        limit("plenty")
