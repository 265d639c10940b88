"""Pictures of every screen in both languages, made with a real browser: python tests/screens.py W FOLDER [PORT].

W is a demo's workspace that `bihuan serve --demo` serves. Look at the pictures before calling a page done.
"""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from served import CHROMIUM, FLAGS

# Who looks at which page.
PAGES = {
    "home": ("lin", "/"),
    "register": ("lin", "/matters/"),
    "matter": ("chen", "/matters/YD-2026-000001/"),
    "matter_of_unit": ("wang", "/matters/YD-2026-000002/"),
    "act": ("sun", "/matters/{registered}/do/assign/"),
    "leads": ("lin", "/leads/"),
    "warning": ("lin", "/warning/"),
    "retest": ("qian", "/retest/"),
    "unit": ("zhou", "/units/301/"),
    "figures": ("gao", "/figures/"),
    "journal": ("zhou", "/journal/"),
    "jobs": ("lin", "/jobs/"),
    "account": ("lin", "/account/"),
}


def main(folder: Path, port: int, only: list[str]) -> None:
    """Take every picture, Chinese and English."""
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for language in ("zh", "en"):
            take_all(browser, folder, f"http://127.0.0.1:{port}", language, only)
        browser.close()


def take_all(browser: Browser, folder: Path, base: str, language: str, only: list[str]) -> None:
    """All pages in one language, each person signing in once."""
    signed_in: dict[str, Page] = {}
    if not only or "sign_in" in only:
        page = browser.new_page(viewport={"width": 1366, "height": 900})
        page.goto(f"{base}/account/sign-in/")
        page.screenshot(path=str(folder / f"sign_in-{language}.png"), full_page=True)
    for name, (who, path) in PAGES.items():
        if only and name not in only:
            continue
        page = signed_in.get(who) or sign_in(browser, base, who, language)
        signed_in[who] = page
        if "{registered}" in path:
            page.goto(f"{base}/matters/?state=registered")
            link = page.locator("a[href^='/matters/YD-']").first.get_attribute("href") or "/"
            answer = page.goto(base + path.replace("/matters/{registered}/", link))
        else:
            answer = page.goto(base + path)
        page.wait_for_timeout(400)
        page.screenshot(path=str(folder / f"{name}-{language}.png"), full_page=True)
        print(name, language, answer.status if answer else "-")


def sign_in(browser: Browser, base: str, who: str, language: str) -> Page:
    """A page on which this person of the demo is signed in."""
    page = browser.new_context(viewport={"width": 1366, "height": 900}).new_page()
    page.goto(f"{base}/")
    page.locator(f"button[name=as][value={who}]").click()
    page.wait_for_load_state()
    switch = page.locator(f"button[name=language][value={language}]")
    if switch.count():  # what somebody chose is remembered
        switch.click()
        page.wait_for_load_state()
    return page


if __name__ == "__main__":
    words = sys.argv[1:]
    main(Path(words[0]), int(words[1]) if len(words) > 1 else 8000, words[2:])
