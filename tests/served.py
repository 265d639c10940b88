"""A real server on a workspace, and a real browser in which each person is signed in at a window of his own."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"  # of Debian: apt-get install chromium fonts-wqy-microhei
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip
PROGRAM = str(Path(sys.executable).with_name("bihuan"))


@contextmanager
def served(root: Path) -> Iterator[str]:
    """The address of `bihuan serve --demo` on a free port; it is stopped in the end."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    command = [PROGRAM, "-w", str(root), "serve", "--demo", "--port", str(port)]
    log = root / "serve.log"
    with log.open("w") as said:
        server = subprocess.Popen(command, env=environment, stdout=said, stderr=said)
    try:
        address = f"http://127.0.0.1:{port}"
        _await(address, server, log)
        yield address
    finally:
        server.terminate()
        server.wait(30)


def _await(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(240):
        if server.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{address}/healthz", timeout=5) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.25)
    raise AssertionError(f"the server did not come up: {log.read_text()[-2000:]}")


class Windows:
    """One window a person, signed in by the demo's door; he acts from the matter's page, as people do."""

    def __init__(self, browser: Browser, address: str) -> None:
        self.browser, self.address = browser, address
        self.pages: dict[str, Page] = {}

    def of(self, who: str) -> Page:
        """His window."""
        if who not in self.pages:
            page = self.browser.new_context(viewport={"width": 1366, "height": 900}).new_page()
            page.goto(self.address)
            page.locator(f"button[name=as][value={who}]").click()
            page.wait_for_load_state()
            self.pages[who] = page
        return self.pages[who]

    def at(self, who: str, path: str) -> Page:
        """His window, at that page."""
        page = self.of(who)
        page.goto(self.address + path)
        return page

    def do(self, who: str, code: str, act: str, **given: Any) -> Page:
        """Open the matter, press the act's button, fill in the sheet, send it."""
        page = self.at(who, f"/matters/{code}/")
        link = page.locator(f"a[href*='/matters/{code}/do/{act}/']").first
        if not link.is_visible():
            page.locator("details:has(a[href*='/do/'])").evaluate_all("all => all.forEach(one => one.open = true)")
        link.click()
        page.wait_for_load_state()
        for name, value in given.items():
            fill(page, name, value)
        page.locator(f"form[data-act={act}] button.btn-primary").click()
        page.wait_for_load_state()
        wrong = page.locator("[role=alert]")
        assert wrong.count() == 0, (act, wrong.first.inner_text())
        return page

    def confirm(self, who: str, code: str) -> Page:
        """Give the second signature on its page."""
        page = self.at(who, f"/matters/{code}/confirm/")
        page.locator(f"form[action$='/{code}/confirm/'] button.btn-primary").click()
        page.wait_for_load_state()
        return page


def fill(page: Page, name: str, value: Any) -> None:
    """Give a field its value, whatever it is: text, date, choice, several people, a file."""
    field = page.locator(f"[name='{name}']")
    if isinstance(value, Path):
        field.set_input_files(str(value))
    elif isinstance(value, list):
        for one in value:
            page.get_by_label(one, exact=False).first.check()
    elif field.first.evaluate("one => one.tagName") == "SELECT":
        field.select_option(value)
    elif field.first.get_attribute("type") in ("radio", "checkbox"):
        page.locator(f"[name='{name}'][value='{value}']").check()
    else:
        field.fill(str(value))
