"""A real server in a thread and a real Chromium with a profile that outlives it."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Page, Playwright
from werkzeug.serving import BaseWSGIServer, make_server

from server import create_app
from server.config import Config
from tests.conftest import chromium
from tests.patience import PATIENCE, until

DRAWN = '#slide[data-key*="#"]'
ROWS = """() => new Promise((done) => { indexedDB.open('koumen-kiosk').onsuccess = (event) => {
  const all = event.target.result.transaction('buffer').objectStore('buffer').getAll()
  all.onsuccess = () => { event.target.result.close(); done(all.result.sort((a, b) => b.n - a.n)) }
} })"""


def kept(page: Page) -> None:
    """Wait until what the page shows is on its disk."""
    until(lambda: any(f'"{page.get_attribute("html", "data-rev")}"' in row["text"] for row in page.evaluate(ROWS)[:1]))


def alone(page: Page, polls: int = 1) -> None:
    """Wait until the page has asked the server in vain."""
    for _ in range(polls):
        page.wait_for_event("requestfailed", lambda request: request.url.endswith("/beat"), timeout=PATIENCE)


class House:
    """The server; it can go and come back on the same port."""

    def __init__(self, settings: Config) -> None:
        self.settings, self.port = settings, 0
        self.server: BaseWSGIServer | None = None

    def start(self) -> None:
        self.server = make_server("127.0.0.1", self.port, create_app(self.settings), threaded=True)
        self.server.log = lambda *args: None  # type: ignore[method-assign]  # quiet
        self.port = self.server.server_port
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        if self.server is not None:
            self.server.shutdown()
            self.server.server_close()
            self.server = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


class Lobby:
    """A screen: its profile stays on disk while browsers come and go."""

    def __init__(self, playwright: Playwright, house: House, folder: Path, token: str) -> None:
        self.playwright, self.house, self.folder, self.token = playwright, house, folder, token
        self.context: BrowserContext | None = None
        self.errors: list[str] = []

    def open_page(self, width: int = 1920, height: int = 1080, path: str = "/k/", **more: Any) -> Page:
        self.close()
        self.context = self.playwright.chromium.launch_persistent_context(
            str(self.folder), executable_path=chromium(), args=["--no-sandbox", "--disable-dev-shm-usage"],
            viewport={"width": width, "height": height}, **more,
        )
        self.context.set_default_timeout(PATIENCE)
        page = self.context.pages[0]
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.goto(self.house.url + path)
        return page

    def start(self, width: int = 1920, height: int = 1080) -> Page:
        """Opened the first time, with the token in the fragment; drawn and kept."""
        page = self.open_page(width, height, f"/k/#token={self.token}")
        page.wait_for_selector(DRAWN)
        page.evaluate("navigator.serviceWorker.ready.then(() => 1)")
        return page

    def close(self) -> None:
        if self.context is not None:
            self.context.close()
            self.context = None
