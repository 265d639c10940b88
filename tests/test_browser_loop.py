"""The whole loop in a real browser: taken up, verified by two, rectified, re-tested three times, closed, recurred."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from bihuan.store.workspace import open_workspace
from served import CHROMIUM, FLAGS, PROGRAM, Windows, served
from small_books import add
from story import PDF

pytestmark = [pytest.mark.slow, pytest.mark.browser]

LATER = {"unit_id": "U1", "payee_id": "P9", "invoice_no": "F99", "amount": "150.00", "paid_on": "2024-07-01"}


@pytest.fixture
def root(examined_once: Path, tmp_path: Path) -> Path:
    made = tmp_path / "W"
    shutil.copytree(examined_once, made)
    subprocess.run([sys.executable, str(Path(__file__).with_name("office_for_browsers.py")), str(made)], check=True)
    return made


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    for name in ("审计报告.pdf", "收款凭证.pdf"):
        (tmp_path / name).write_bytes(PDF)
    return tmp_path


def state(windows: Windows, code: str) -> str:
    """Where the matter is, as a supervisor's window is told."""
    answer = windows.of("zhou").request.get(f"{windows.address}/api/matters/{code}")
    return str(answer.json()["state"])


def retest(windows: Windows, code: str) -> str:
    """Run the re-test of one matter on its desk; gives what stands there afterwards."""
    page = windows.at("qian", "/retest/")
    page.locator(f"form:has([name=matter][value='{code}']) button").click()
    page.wait_for_load_state()
    return page.locator(f"tr:has(a[href='/matters/{code}/']) a[href^='/retest/']").first.inner_text().split()[-1]


def rectify(windows: Windows, code: str, papers: Path, fixed_on: str) -> None:
    windows.do(
        "wang", code, "record_result", kind="money", money_kind="recovered", amount="100.00", voucher_no="记-0045",
        voucher_on="2024-06-20", file=papers / "收款凭证.pdf",
    )  # fmt: skip
    windows.do("ma", code, "submit", fixed_on=fixed_on)
    windows.do("qian", code, "receive")
    windows.do("qian", code, "check_item", passed="yes")
    windows.do("qian", code, "accept")


def take_up(windows: Windows) -> str:
    """The auditor ticks the lead; its unit knows nothing of the matter that it becomes."""
    page = windows.at("lin", "/leads/")
    row = page.locator("tr", has_text="F1付款2次")
    assert "100.00" in row.inner_text()
    row.locator("input[name=lead]").check()
    page.locator("button:not([name])", has_text="勾选的转为事项").click()
    page.wait_for_load_state()
    code = page.locator("a[href^='/matters/YD-']").first.inner_text().strip()
    assert windows.at("ma", f"/matters/{code}/").locator("h1").inner_text().find(code) == -1  # the unit knows nothing
    return code


def establish(windows: Windows, code: str, papers: Path) -> None:
    """Given to a team, verified with an evidence sheet, established by two, planned and approved."""
    windows.do("sun", code, "assign", team=["Lin", "Chen"])
    windows.do("chen", code, "sign_for")
    windows.do(
        "chen", code, "write_verification", looked_at="两张凭证和发票", result="同一发票付款两次",
        basis="会计法第九条", amount="100.00", rest="holds",
    )  # fmt: skip
    page = windows.at("chen", f"/matters/{code}/")
    page.locator(f"form[action$='/{code}/sheet/'] button").first.click()
    page.wait_for_load_state()
    windows.do("chen", code, "send_sheet")
    windows.do("wang", code, "answer_sheet", agrees="yes", response="情况属实")
    windows.do(
        "chen", code, "add_document", kind="audit_report", number="青审〔2026〕1号", file=papers / "审计报告.pdf"
    )
    windows.do("chen", code, "establish", klass="phased")
    assert state(windows, code) == "in_verification"  # one signature is not enough
    windows.confirm("zhao", code)
    assert state(windows, code) == "established"
    windows.do(
        "wang",
        code,
        "write_item",
        measure="追回多付款项",
        responsible="马局长",
        due_on="2027-01-31",
        target="100.00",
    )
    windows.do("ma", code, "plan")
    windows.confirm("zhou", code)


def test_a_lead_goes_round_the_loop_and_comes_back_when_it_recurs(root: Path, papers: Path) -> None:
    books = open_workspace(root)
    with served(root) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        windows = Windows(browser, address)

        code = take_up(windows)
        establish(windows, code, papers)
        rectify(windows, code, papers, "2024-06-01")
        assert state(windows, code) == "accepted"

        add(books, {"payment": [{**LATER, "paid_on": "2024-03-01"}]})
        assert retest(windows, code) == "待复测"
        assert state(windows, code) == "accepted"

        again = {"unit_id": "U1", "payee_id": "P1", "payee_name": "P1公司", "invoice_no": "F1", "amount": "100.00"}
        add(books, {"payment": [{**again, "paid_on": "2024-07-02"}]})
        assert retest(windows, code) == "未通过"
        assert state(windows, code) == "in_rectification"

        rectify(windows, code, papers, "2024-08-01")
        add(
            books,
            {"payment": [{**again, "amount": "-200.00", "paid_on": "2024-08-05"}, {**LATER, "paid_on": "2024-09-01"}]},
        )
        assert retest(windows, code) == "通过"
        windows.do("he", code, "close")
        assert state(windows, code) == "closed"
        page = windows.at("he", f"/matters/{code}/")
        with page.expect_download() as slip:
            page.locator(f"form[action$='/{code}/slip/'] button").click()
        assert slip.value.suggested_filename == f"销号单-{code}.docx"

        add(books, {"payment": [{**again, "paid_on": "2024-10-08"}]})
        assert retest(windows, code) == "未通过"
        assert state(windows, code) == "in_rectification"
        browser.close()
    verified = subprocess.run([PROGRAM, "-w", str(root), "verify"], capture_output=True, text=True, check=False)
    assert verified.returncode == 0, verified.stdout + verified.stderr
