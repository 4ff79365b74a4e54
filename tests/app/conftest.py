"""A phone for tests: real Chromium at phone size, its own profile where it must survive being killed."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright

from tests.app.standin import Standin, World
from tests.app.world import street
from tests.conftest import chromium
from tests.patience import PATIENCE, until

CODE = "ABCDE12345"
SMALL, LARGE = {"width": 360, "height": 640}, {"width": 412, "height": 915}
ARGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]


@pytest.fixture
def world() -> World:
    return street(5)


@pytest.fixture
def standin(world: World) -> Iterator[Standin]:
    server = Standin(world)
    yield server
    server.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport=SMALL, locale="zh-CN", timezone_id="Asia/Shanghai", has_touch=True)
    context.set_default_timeout(PATIENCE)
    yield context
    context.close()


@pytest.fixture
def phone(context: BrowserContext, standin: Standin) -> Page:
    """An enrolled phone that has pulled tonight's doors. Any error in its console fails the test at once."""
    page = watched(context.new_page())
    enrol(page, standin.url)
    return page


def watched(page: Page) -> Page:
    page.on("pageerror", lambda error: pytest.fail(f"the page threw: {error}"))
    return page


def enrol(page: Page, url: str) -> None:
    page.goto(f"{url}#enrol={CODE}")
    page.click("[data-do=enrol]")
    page.wait_for_selector("[data-door]")


def settled_worker(page: Page) -> None:
    """Wait until the service worker holds the app, so that it starts without network."""
    page.evaluate(
        "navigator.serviceWorker.ready.then(r => r.active.state === 'activated' || new Promise(y => "
        "r.active.addEventListener('statechange', y)))"
    )


def open_door(page: Page, i: int = 0) -> None:
    page.locator("[data-door]").nth(i).click()
    page.wait_for_selector("[data-form]")


def save(page: Page) -> None:
    page.click("[data-do=save]")
    page.wait_for_selector('[data-toast]:has-text("已保存到本机")')


ROWS = """async (store) => {
  const open = indexedDB.open("koumen");
  const db = await new Promise((done, fail) => { open.onsuccess = () => done(open.result); open.onerror = fail; });
  const walk = db.transaction(store).objectStore(store).openCursor();
  const rows = [];
  await new Promise((done, fail) => {
    walk.onerror = fail;
    walk.onsuccess = () => {
      const at = walk.result;
      if (!at) return done();
      rows.push(at.value.bytes ? { ...at.value, bytes: at.value.bytes.byteLength } : at.value);
      return at.continue();
    };
  });
  db.close();
  return rows;
}"""
"""One row after the other: all photos of twenty kills at once are more than a page may hold."""


def rows(page: Page, store: str) -> list[Any]:
    """What the phone has on disk."""
    found: list[Any] = page.evaluate(ROWS, store)
    return found


class Handset:
    """A Chromium of its own with a profile on disk: it can be killed by SIGKILL and started again."""

    def __init__(self, playwright: Playwright, folder: Path) -> None:
        self.playwright, self.folder = playwright, folder
        self.process: subprocess.Popen[bytes] | None = None
        self.page: Page

    def start(self, url: str) -> Page:
        (self.folder / "DevToolsActivePort").unlink(missing_ok=True)
        for lock in self.folder.glob("Singleton*"):
            lock.unlink()
        self.process = subprocess.Popen(
            [
                chromium(),
                *ARGS,
                "--headless=new",
                f"--user-data-dir={self.folder}",
                "--remote-debugging-port=0",
                "--no-first-run",
                "--window-size=412,915",
                "--lang=zh-CN",
                "--hide-crash-restore-bubble",
                "about:blank",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        port = self.folder / "DevToolsActivePort"
        until(lambda: port.exists() and port.read_text().strip())
        self.link = self.playwright.chromium.connect_over_cdp(
            f"http://127.0.0.1:{port.read_text().split()[0]}"
        )
        self.page = self.link.contexts[0].new_page()
        self.page.set_default_timeout(PATIENCE)
        self.page.goto(url)
        return self.page

    def kill(self) -> None:
        """No goodbye: every process of this browser ends in the middle of what it does."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.process = None


@pytest.fixture
def handset(playwright: Playwright) -> Iterator[Handset]:
    folder = Path(tempfile.mkdtemp(prefix="handset-"))
    handset = Handset(playwright, folder)
    yield handset
    if handset.process is not None:
        handset.kill()
    shutil.rmtree(folder, ignore_errors=True)
