"""Five minutes: what docs/five-minutes.md says, step by step, on a fresh demo in a real browser."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from served import CHROMIUM, FLAGS, PROGRAM, Windows, served

pytestmark = [pytest.mark.slow, pytest.mark.browser]
STAR, REPEATED, MISSING, TOO_LITTLE = (f"YD-2026-00000{number}" for number in (1, 2, 3, 4))


def bihuan(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([PROGRAM, *words], capture_output=True, text=True, encoding="utf-8", check=False)


def retested(windows: Windows, code: str) -> tuple[str, str]:
    """Press re-test on the desk; the outcome, and all that the row says."""
    page = windows.at("qian", "/retest/")
    page.locator(f"form:has([name=matter][value='{code}']) button").click()
    page.wait_for_load_state()
    row = page.locator(f"tr:has(a[href='/matters/{code}/'])")
    return row.locator("a[href^='/retest/']").first.inner_text().split()[-1], row.inner_text()


def test_one_row_of_the_meal_fund_becomes_a_proven_rectification(tmp_path: Path) -> None:
    root = tmp_path / "D"
    made = bihuan("-w", str(root), "demo", "--scale", "0.02")
    assert made.returncode == 0, made.stderr[-2000:]
    assert "serve --demo" in made.stderr
    with served(root) as address, sync_playwright() as playwright:
        windows = Windows(playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS), address)
        page = windows.at("chen", f"/matters/{STAR}/")
        said = page.locator("main").inner_text()
        assert "超过在册学生数" in said  # the lead
        assert "学校供餐记录（2025年春季学期）.csv" in said  # its rows, by file
        assert "取证单" in said
        assert "情况属实" in said  # the unit's response
        assert "审计报告.txt" in said  # the finding stands on an issued report
        assert "凭证" in said  # the money has its voucher
        assert page.locator("[data-standing]").count() >= 8  # the chain, from row to closing

        with page.expect_download() as sheet:
            page.locator("a", has_text="取证单-").first.click()
        content = Path(sheet.value.path()).read_bytes()
        assert content.startswith(b"PK")

        outcome, said = retested(windows, STAR)
        assert outcome == "通过", said
        assert "已有更正记录" in said
        assert retested(windows, REPEATED)[0] == "未通过"
        assert retested(windows, MISSING)[0] == "待复测"
        assert retested(windows, TOO_LITTLE)[0] == "未通过"

        windows.do("he", STAR, "close")
        closed = windows.at("he", f"/matters/{STAR}/").locator("main").inner_text()
        assert "已销号" in closed
        assert "整改到位" in closed

        for figure in ("rectified_money", "rules", "people"):
            page = windows.at("zhou", "/figures/")
            number = page.locator(f"a[href^='/figures/{figure}/']").first
            assert any(letter in number.inner_text() for letter in "123456789")
            number.click()
            page.wait_for_load_state()
            assert page.locator(f"a[href='/matters/{STAR}/']").count() >= 1

        page = windows.at("zhou", "/journal/")
        with page.expect_download() as bundle:
            page.locator("form[action$='/journal/export/'] button").click()
        copy = tmp_path / "journal.zip"
        bundle.value.save_as(copy)
    assert bihuan("verify", str(copy)).returncode == 0
    assert bihuan("-w", str(root), "verify").returncode == 0
    damaged = tmp_path / "damaged.zip"
    damaged.write_bytes(changed(copy))
    assert bihuan("verify", str(damaged)).returncode == 1


def changed(bundle: Path) -> bytes:
    """The bundle with one word of one entry changed, packed again."""
    import io
    import zipfile

    made = io.BytesIO()
    with zipfile.ZipFile(bundle) as held, zipfile.ZipFile(made, "w") as other:
        for name in held.namelist():
            content = held.read(name)
            if name == "journal.jsonl":
                assert b'"act":"close"' in content
                content = content.replace(b'"act":"close"', b'"act":"waive"')
            other.writestr(name, content)
    return made.getvalue()
