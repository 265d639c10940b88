"""A bundle is checked anywhere: one file, Python 3.9, no server; what does not fit is named, the exit code says it."""

from __future__ import annotations

import ast
import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bihuan.matters import bundle, verifier
from journals import Databases, connected, day, days, register

LINE = 450  # the whole verifier must be short enough to be read


@pytest.fixture(scope="module")
def databases(tmp_path_factory, django_db_blocker) -> Iterator[Databases]:
    with django_db_blocker.unblock():
        yield Databases(tmp_path_factory.mktemp("databases"))


@pytest.fixture(scope="module")
def made(databases: Databases, tmp_path_factory) -> Path:
    """A folder with a bundle of three days, its checkpoints and the stand-alone verifier."""
    folder = tmp_path_factory.mktemp("made")
    with connected(databases.fresh()):
        days(folder)
        register("YD-2026-0044")
        bundle.export(folder / "journal.zip", folder)
    shutil.copy(verifier.__file__, folder / "verifier.py")
    return folder


def alone(folder: Path, *arguments: str) -> tuple[int, str, str]:
    """Run the file as somebody does who has nothing but Python: no packages, no environment."""
    command = [sys.executable, "-I", "-S", str(folder / "verifier.py"), *arguments]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False, env={"PYTHONUTF8": "1"})
    return done.returncode, done.stdout, done.stderr


def test_an_untouched_bundle_fits(made: Path) -> None:
    kept = str(made / "checkpoints" / f"{day(3)}.json")
    code, out, _ = alone(made, str(made / "journal.zip"), "--checkpoint", kept, "--language", "en")
    first, last = out.splitlines()
    assert code == 0
    assert first.startswith("Looked at 13 entries (to 13, ")
    assert first.endswith(f"4 matters. Signed up to {day(3)} (entry 12); a tail cut off after it does not show.")
    assert last == "All fits."


def test_it_speaks_chinese(made: Path) -> None:
    code, out, _ = alone(made, str(made / "journal.zip"))
    assert code == 0
    assert out.splitlines()[1] == "相符。"
    assert "此后若有条目被截去，无从发现" in out


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["nowhere.zip"],
        ["{made}/verifier.py"],
        ["{made}/journal.zip", "--checkpoint", "nowhere.json"],
        ["{made}/journal.zip", "--checkpoint", "{made}/verifier.py"],
        ["{made}/journal.zip", "--checkpoint", "{made}/checkpoints/keys.json"],
        ["{made}/journal.zip", "--language", "fr"],
    ],
)
def test_what_is_wrongly_asked_gives_two(made: Path, arguments: list[str]) -> None:
    code, out, err = alone(made, *[one.format(made=made) for one in arguments])
    assert (code, out) == (2, "")
    assert err
    assert "Traceback" not in err


def test_it_is_one_short_file_for_python_3_9_and_its_standard_library() -> None:
    text = Path(verifier.__file__).read_text(encoding="utf-8")
    tree = ast.parse(text, feature_version=(3, 9))
    named = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    roots = {
        (node.module if isinstance(node, ast.ImportFrom) else node.names[0].name or "").split(".")[0] for node in named
    }
    assert roots <= sys.stdlib_module_names
    assert len(text.splitlines()) < LINE


def changed(made: Path, path: Path, name: str, change: Callable[[bytes], bytes | None]) -> Path:
    """The bundle with one of its parts changed, or left out."""
    with zipfile.ZipFile(made / "journal.zip") as source, zipfile.ZipFile(path, "w") as target:
        for one in source.namelist():
            content = change(source.read(one)) if one == name else source.read(one)
            if content is not None:
                target.writestr(one, content)
    return path


def faults(path: Path) -> list[str]:
    return [f"{one.where}: {one.en}" for one in verifier.verify(str(path)).faults]


def without_line(number: int) -> Callable[[bytes], bytes]:
    def change(content: bytes) -> bytes:
        lines = content.splitlines(keepends=True)
        del lines[number]
        return b"".join(lines)

    return change


@pytest.mark.parametrize("name", verifier.PARTS)
def test_a_bundle_without_one_of_its_parts_is_no_bundle(made: Path, tmp_path: Path, name: str) -> None:
    path = changed(made, tmp_path / "a.zip", name, lambda _: None)
    with pytest.raises(verifier.Unreadable, match=f"no {name}"):
        verifier.verify(str(path))


@pytest.mark.parametrize("name", ["journal.jsonl", "columns.jsonl"])
def test_bodies_and_columns_that_do_not_pair_are_named(made: Path, tmp_path: Path, name: str) -> None:
    path = changed(made, tmp_path / "a.zip", name, without_line(-1))
    assert any(one.startswith("bundle, after entry 12: cannot be read on") for one in faults(path))


def test_entries_in_another_order_are_named(made: Path, tmp_path: Path) -> None:
    def swap(content: bytes) -> bytes:
        lines = content.splitlines(keepends=True)
        return b"".join([*lines[:4], lines[5], lines[4], *lines[6:]])

    path = changed(made, tmp_path / "a.zip", "journal.jsonl", swap)
    assert faults(path)[0] == "entry 5: the body was edited: its hash is another"


def test_a_manifest_that_promises_more_is_named(made: Path, tmp_path: Path) -> None:
    path = changed(made, tmp_path / "a.zip", "manifest.json", lambda one: one.replace(b'"seq": 13', b'"seq": 14'))
    assert faults(path) == ["manifest: it names 14 as the last entry, here it is 13"]


@pytest.mark.parametrize("name", ["md5", "sha1", "nothing"])
def test_a_weaker_hash_is_not_taken(made: Path, tmp_path: Path, name: str) -> None:
    path = changed(made, tmp_path / "a.zip", "manifest.json", lambda one: one.replace(b"sha256", name.encode()))
    with pytest.raises(verifier.Unreadable, match=f"hash {name}"):
        verifier.verify(str(path))


@pytest.mark.parametrize("name", verifier.PARTS)
@pytest.mark.parametrize("content", [b"\n", b"\x00", b"[]", b"{}\n{}", b'{"a": [}', "不是".encode(), b"null\nnull"])
def test_whatever_stands_in_a_part_it_stops_with_words(made: Path, tmp_path: Path, name: str, content: bytes) -> None:
    path = changed(made, tmp_path / "a.zip", name, lambda _: content)
    assert faults(path)


def test_no_checkpoint_at_all_is_said(made: Path, tmp_path: Path) -> None:
    path = changed(made, tmp_path / "a.zip", "checkpoints.jsonl", lambda _: b"")
    report = verifier.verify(str(path))
    assert not report.faults
    assert "may have been made anew" in verifier.words(report, "en")
    assert "不能说明没有被整体改写" in verifier.words(report)


def test_a_truncated_file_is_no_bundle(made: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes((made / "journal.zip").read_bytes()[:-40])
    with pytest.raises(verifier.Unreadable):
        verifier.verify(str(path))


def test_bytes_that_a_disk_turned_are_named(made: Path, tmp_path: Path) -> None:
    content = bytearray((made / "journal.zip").read_bytes())
    with zipfile.ZipFile(made / "journal.zip") as parts:
        content[parts.getinfo("journal.jsonl").header_offset + 90] ^= 0xFF
    path = tmp_path / "a.zip"
    path.write_bytes(content)
    assert faults(path)


def test_many_faults_are_counted_and_the_first_are_shown(made: Path, tmp_path: Path) -> None:
    report = verifier.verify(str(made / "journal.zip"))
    for number in range(60):
        report.fault(f"entry {number}", "改", "changed")
    lines = verifier.words(report, "en").splitlines()
    assert (len(lines), lines[-1]) == (52, "Does not fit: 60 faults.")


def test_the_export_leaves_nothing_half_written(databases: Databases, tmp_path: Path) -> None:
    target = tmp_path / "there" / "journal.zip"
    with connected(databases.fresh()):
        manifest = bundle.export(target, tmp_path)
        assert (manifest["entries"], manifest["seq"], manifest["hash"]) == (0, 0, "0" * 64)
    assert [one.name for one in target.parent.iterdir()] == ["journal.zip"]
    assert faults(target) == []


def test_the_bundle_holds_no_free_text_and_no_salt(made: Path) -> None:
    with zipfile.ZipFile(made / "journal.zip") as parts:
        content = b"".join(parts.read(one) for one in parts.namelist())
        assert sorted(parts.namelist()) == sorted(verifier.PARTS)
    assert "餐费".encode() not in content
    assert b"salt" not in content
    assert b"PRIVATE" not in content


def test_a_bundle_linked_by_sm3_is_checked_too(databases: Databases, tmp_path: Path, settings) -> None:
    settings.BIHUAN_JOURNAL_HASH = "sm3"
    with connected(databases.fresh()):
        days(tmp_path)
        bundle.export(tmp_path / "a.zip", tmp_path)
    assert faults(tmp_path / "a.zip") == []
    with zipfile.ZipFile(tmp_path / "a.zip") as parts:
        assert json.loads(parts.read("manifest.json"))["hash_name"] == "sm3"
