"""Documents: taken in by content, size and name; kept under their hash; given out through the rights only."""

from __future__ import annotations

import hashlib
import io
import os
import re
import unicodedata
import uuid
import zipfile
import zlib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Protocol

from django.utils import timezone

from bihuan.matters.models import Document, Matter
from bihuan.matters.office import documents as folder
from bihuan.model.values import BadValue
from bihuan.people.models import User

MOST_BYTES = 50 * 1024 * 1024
LONGEST_NAME = 120
_MOST_MEMBERS, _MOST_UNPACKED = 5000, 500 * 1024 * 1024
_OFFICE = "application/vnd.openxmlformats-officedocument."
_TYPES, _MOST_TYPES = "[Content_Types].xml", 1024 * 1024
_MACROS = re.compile(rb"macroenabled|vbaproject|vbadata|macrosheet|activex", re.IGNORECASE)
_UNSAFE = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069]')


class Upload(Protocol):
    """What comes in: Django's uploaded file, or anything with a name and bytes."""

    @property
    def name(self) -> str | None:
        """The file's name as it was sent."""

    def read(self, size: int = -1, /) -> bytes:
        """The next bytes."""


def take(upload: Upload) -> dict[str, Any]:
    """Check an upload and keep it under its hash; gives name, sha256, size and media_type. Raises BadValue."""
    if not hasattr(upload, "read"):
        raise BadValue("", "没有收到文件", "no file came")
    content = upload.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise BadValue("", f"文件超过{MOST_BYTES >> 20} MB", f"the file is larger than {MOST_BYTES >> 20} MB")
    if not content:
        raise BadValue("", "文件是空的", "the file is empty")
    name = safe_name(upload.name or "")
    media_type = _media_type(name, content)
    return {"name": name, "sha256": keep(content), "size": len(content), "media_type": media_type}


def keep(content: bytes) -> str:
    """Write the content under its hash, aside and renamed; gives the hash."""
    sha256 = hashlib.sha256(content).hexdigest()
    path = path_of(sha256)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        aside = path.with_name(f".{uuid.uuid4().hex}")
        with aside.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        aside.chmod(0o440)
        aside.replace(path)
    return sha256


def path_of(sha256: str) -> Path:
    """Where the content of that hash lies; a hash can name nothing outside the folder."""
    if not re.fullmatch(r"[0-9a-f]{64}", sha256):
        raise BadValue(sha256, "不是指纹", "is no hash")
    return folder() / sha256[:2] / sha256


def safe_name(name: str) -> str:
    """The last part of the name without what a file system or a screen could misread."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    clean = _UNSAFE.sub("", last).strip(" .")
    if not clean:
        raise BadValue("", "文件没有名称", "the file has no name")
    stem, dot, ending = clean.rpartition(".")
    return clean if len(clean) <= LONGEST_NAME else f"{stem[: LONGEST_NAME - len(ending) - 1]}{dot}{ending}"


def add(matter: Matter, kept: dict[str, Any], *, kind: str, by: User | None, **more: Any) -> Document:
    """A document of the matter: the next version of its kind and name; `more` are number and item."""
    former = matter.documents.filter(kind=kind, name=kept["name"]).count()
    return Document.objects.create(
        matter=matter, kind=kind, version=former + 1, by=by, at=timezone.now(), **kept, **more
    )


def verified(document: Document) -> bytes:
    """The content, proved by its hash; BadValue where the file was altered or is gone."""
    path = path_of(document.sha256)
    content = path.read_bytes() if path.exists() else b""
    if hashlib.sha256(content).hexdigest() != document.sha256:
        raise BadValue("", "文件与登记的指纹不符", f"{document.name}: the file is not the one whose hash was recorded")
    return content


def _media_type(name: str, content: bytes) -> str:
    ending = name.rpartition(".")[2].lower()
    if ending not in _KINDS:
        raise BadValue(
            "", f"不接受 .{ending} 文件，可用：{'、'.join(sorted(_KINDS))}", f".{ending} files are not taken"
        )
    media_type, fits = _KINDS[ending]
    if not fits(content):
        raise BadValue("", f"内容不是 .{ending} 文件", f"the content is not what .{ending} says")
    return media_type


def _begins(*marks: bytes) -> Callable[[bytes], bool]:
    return lambda content: content.startswith(marks)


def _packed(member: str) -> Callable[[bytes], bool]:
    """A zip that holds the member, no macro and no bomb."""

    def fits(content: bytes) -> bool:
        if not content.startswith(b"PK\x03\x04"):  # something else with a zip at its end
            return False
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                members = archive.infolist()
                says = _said_types(archive)
        except (zipfile.BadZipFile, zlib.error, ValueError, NotImplementedError, EOFError, RuntimeError, OSError):
            return False
        names = [one.filename for one in members]
        is_small = len(members) <= _MOST_MEMBERS and sum(one.file_size for one in members) <= _MOST_UNPACKED
        return member in names and is_small and not _has_macro(names) and not _MACROS.search(says)

    return fits


def _said_types(archive: zipfile.ZipFile) -> bytes:
    """What the parts say that they are, whatever their names; as much of it as an honest file has."""
    if _TYPES not in archive.namelist():
        return b""
    with archive.open(_TYPES) as file:
        return file.read(_MOST_TYPES)


def _has_macro(names: Iterable[str]) -> bool:
    return any(one.lower().endswith(("vbaproject.bin", ".exe", ".js", ".bat")) for one in names)


def _is_text(content: bytes) -> bool:
    if b"\x00" in content:
        return False
    for encoding in ("utf-8", "gb18030"):
        try:
            content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return True
    return False


_KINDS: dict[str, tuple[str, Callable[[bytes], bool]]] = {
    "pdf": ("application/pdf", _begins(b"%PDF-")),
    "docx": (f"{_OFFICE}wordprocessingml.document", _packed("word/document.xml")),
    "xlsx": (f"{_OFFICE}spreadsheetml.sheet", _packed("xl/workbook.xml")),
    "ofd": ("application/ofd", _packed("OFD.xml")),
    "png": ("image/png", _begins(b"\x89PNG\r\n\x1a\n")),
    "jpg": ("image/jpeg", _begins(b"\xff\xd8\xff")),
    "jpeg": ("image/jpeg", _begins(b"\xff\xd8\xff")),
    "txt": ("text/plain; charset=utf-8", _is_text),
    "csv": ("text/csv; charset=utf-8", _is_text),
}
