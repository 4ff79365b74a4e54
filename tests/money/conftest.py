"""Koumen and the providers' simulator, each listening on a port of its own: real HTTP, real signatures."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import urllib3
from werkzeug.serving import make_server

from server import create_app
from server.config import Config
from server.db import Db, connect, new_id
from server.ledger import acts as ledger
from server.ledger import verify
from server.pay import acts as pay
from server.pay.providers import merchants
from server.sim import keys
from server.sim.app import Play
from server.sim.book import Trade
from server.sim.commands import start
from tests.ledger.conftest import Books, make_books
from tests.patience import SECONDS, until

SECRET = b"tests-only-" + b"0123456789abcdef" * 2


@dataclass
class House:
    """A community with homes and bills, its running server, and the simulator beside it."""

    db: Db
    cfg: Config
    c: str
    books: Books
    play: Play
    pool: urllib3.PoolManager = field(default_factory=lambda: urllib3.PoolManager(maxsize=16, retries=False))
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def order(self, channel: str = "wechat", home: int = 0, fen: int | None = None, **more: Any) -> dict[str, Any]:
        """An order as the page makes it; the payer has opened Alipay's page."""
        way = more.pop("way", "native" if channel == "wechat" else "precreate")
        words = {"key": f"k{next(self.numbers)}-{new_id()}", "source": f"page:{new_id()}", **more}
        wish = pay.Wish(self.books.homes[home], channel, way, fen=fen, **words)
        return pay.start(self.db, self.cfg, self.c, wish)

    def trade(self, order: dict[str, Any]) -> Trade:
        return self.play.book.trades[order["channel"], order["number"]]

    def pay(self, order: dict[str, Any], tell: bool = True) -> Trade:
        """The payer presses 确认付款; the provider tells us unless `tell` is False."""
        trade = self.trade(order)
        assert self.play.book.pay(trade)
        if tell:
            self.play.sender.paid(trade)
        return trade

    def told(self, trade: Trade) -> tuple[dict[str, str], bytes]:
        """The provider's message about a trade, as it would send it now."""
        sender = self.play.sender
        return sender.wechat_paid(trade) if trade.provider == "wechat" else sender.alipay_paid(trade)

    def post(self, trade: Trade, headers: dict[str, str], body: bytes) -> tuple[int, bytes]:
        answer = self.pool.request("POST", trade.notify_url, headers=headers, body=body)
        return answer.status, answer.data

    def state(self, order: dict[str, Any]) -> str:
        return str(pay.order(self.db, self.c, order["number"])["state"])

    def wait(self, good: Callable[[], bool], seconds: float = SECONDS) -> None:
        """Until it is so."""
        until(good, seconds)

    def paid(self, order: dict[str, Any]) -> dict[str, Any]:
        """Wait until the order is paid; the order."""
        self.wait(lambda: self.state(order) in ("paid", "paid_late"))
        return pay.order(self.db, self.c, order["number"])

    def due(self, order: dict[str, Any], minutes: int = 0) -> None:
        """The sweeper's time has come for this order; `minutes` ago it was made."""
        self.db.run(
            "update order_now set due_at = '2000-01-01T00:00:00.000000Z', lease = null, tries = :tries"
            " where community = :c and number = :n", c=self.c, n=order["number"], tries=5 if minutes >= 30 else 0,
        )

    def sweep(self) -> dict[str, int]:
        return pay.sweep(self.db, self.cfg, self.c)

    def payments(self) -> list[dict[str, Any]]:
        return self.db.all("select * from payment where community = :c order by id", c=self.c)

    def balances(self) -> dict[str, int]:
        return {row["account"]: row["closing"] for row in
                ledger.trial_balance(self.db, self.c, "2000-01-01", "2999-12-31") if row["closing"]}

    def sound(self) -> None:
        """Everything that must always hold."""
        assert verify.replay(self.db, self.c)["wrong"] == []


@pytest.fixture(scope="session")
def ring() -> keys.Ring:
    return keys.make()


@pytest.fixture
def play(ring: keys.Ring) -> Iterator[Play]:
    play, server = start("127.0.0.1", 0, ring)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield play
    server.shutdown()
    server.server_close()
    thread.join(5)


@pytest.fixture
def house(db: Db, community: str, settings: Config, home_dir: Path, play: Play) -> Iterator[House]:
    app = create_app(settings)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    cfg = replace(settings, url=f"http://127.0.0.1:{server.server_port}")
    app.extensions["koumen"].config = cfg
    _own_connections(app, settings.db)
    keys.write_merchants(play.ring, home_dir / "merchants", play.base, community)
    keys.write_issuer(home_dir / "issuers", play.base, community)
    merchants.load(home_dir)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    books = make_books(db, community)
    for home in range(4):
        books.bill(home, "2026-01", 10_000)
        books.bill(home, "2026-02", 12_345)
    yield House(db, cfg, community, books, play)
    server.shutdown()
    server.server_close()
    thread.join(5)


def _own_connections(app: Any, url: str) -> None:
    """Each request its own connection, closed with it: the server's threads come and go."""
    local = threading.local()

    def db() -> Db:
        if getattr(local, "db", None) is None:
            local.db = connect(url)
        return local.db  # type: ignore[no-any-return]  # a threading.local has no types

    def close(error: BaseException | None) -> None:
        if getattr(local, "db", None) is not None:
            local.db.close()
            local.db = None

    app.extensions["koumen"].db = db
    app.teardown_appcontext(close)


@pytest.fixture
def other_db(db_url: str) -> Iterator[Db]:
    """A second connection, as a second host has it."""
    db = connect(db_url)
    yield db
    db.close()
