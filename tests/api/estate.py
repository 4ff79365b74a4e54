"""A small estate behind the real application, and the names in it that a stranger's request may hit."""

from __future__ import annotations

import re

from flask import Flask
from flask.testing import FlaskClient

from kiosk import acts as kiosk
from server import clock, create_app, http
from server.config import Config
from server.db import Db, new_id
from server.estate import acts as estate
from server.people import acts as people
from tests.field.world import World

ROLES = ("manager", "clerk", "cashier", "collector")
CALLERS = (*ROLES, "device", "screen", "nobody")
# the noun of a path → the table whose ids its variable part takes
NOUNS = {
    "announcements": "announcement", "bills": "bill", "claims": "claim", "devices": "device", "fee-rules": "fee_rule",
    "late-clauses": "late_clause", "notices": "notice", "payments": "payment", "printings": "printing",
    "promises": "promise", "refunds": "refund_ask", "requests": "request", "residents": "resident", "routes": "route",
    "screens": "screen", "staff": "staff", "tickets": "ticket", "tokens": "token", "vouchers": "voucher",
    "waivers": "waiver_ask", "reports": "code_report",
}


class Estate:
    """Six homes that owe and have paid, people of each role, a phone on its route, a screen, a fact of each kind."""

    def __init__(self, settings: Config, db: Db) -> None:
        self.settings = settings
        self.app: Flask = create_app(settings, db=db)
        self.app.config.update(RAISE=True)
        self.client: FlaskClient = self.app.test_client(use_cookies=False)
        self.c = estate.make_community(db, "锦绣花园")
        estate.make_community(db, "双子花园")
        self.world = World(db, self.c)
        self.world.add_homes("3", 6)
        for role in ROLES:
            self.world.add_staff(role, role)
        self.tokens = {role: str(people.make_api_token(db, self.world.staff[role])) for role in ROLES}
        self.device, self.tokens["device"] = self.world.token("collector")
        with db.write(self.c) as pen:
            screen = kiosk.add_screen(pen, name="大堂")
        self.screen, self.tokens["screen"] = str(screen["screen"]), str(screen["token"])
        homes = list(self.world.homes.values())
        self.world.route("collector", homes[:3])
        self.world.pay(homes[0], 4_000)
        self._facts(db)
        self.known = self._known(db)
        self.ids = {noun: _column(db, table) for noun, table in NOUNS.items()}

    def use(self, db: Db) -> None:
        """Answer from another database from now on: a copy of the one this was built in."""
        self.app.extensions["koumen"] = http.House(self.settings, db)

    def headers(self, caller: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.tokens[caller]}"} if caller in self.tokens else {}

    def ids_of(self, path: str, name: str) -> list[str]:
        """What may stand for `{name}` in this path."""
        noun = re.findall(r"([\w-]+)/\{" + name + r"\}", path)
        return self.known.get(name) or self.ids.get(noun[0] if noun else "", [])

    def _facts(self, db: Db) -> None:
        """One of each kind, entered at the door as the office does."""
        home, soon = next(iter(self.world.homes)), clock.add_days(clock.today(), 3)
        bill, payment = _column(db, "bill")[1], _column(db, "payment")[0]
        for role, path, body in (
            ("clerk", "promises", {"household": home, "due": soon, "fen": 100}),
            ("clerk", "tickets", {"household": home, "kind": "repair", "text": "灯不亮"}),
            ("clerk", "requests", {"household": home, "kind": "delay", "text": "下月"}),
            ("clerk", "announcements", {"title": "停水", "text": "周六停水", "kind": "通知", "from": soon, "to": soon}),
            ("clerk", "printings", {"kind": "slip", "households": [home]}),
            ("clerk", "paycodes/reports", {"id": new_id(), "scanned": "https://fake.example/x"}),
            ("cashier", "waivers", {"bill": bill, "fen": 10, "reason": "漏水"}),
            ("cashier", "refunds", {"id": new_id(), "payment": payment, "fen": 1, "reason": "多缴"}),
            ("cashier", "vouchers", {"kind": "out", "head": "灯泡", "fen": 5, "happened_on": "2026-11-02"}),
            ("manager", "fee-rules", {"item": "物业费", "method": "area", "price": 200, "since": "2026-01-01"}),
            ("manager", "late-clauses", {"item": "物业费", "rate": 3, "since": "2026-01-01", "clause": "第九条"}),
        ):
            answer = self.client.post(f"/api/v1/{path}", json=body, headers=self.headers(role))
            assert answer.status_code in (200, 201), (path, answer.text)

    def _known(self, db: Db) -> dict[str, list[str]]:
        """Values that lead somewhere, by the name of a field or of a part of a path."""
        homes = list(self.world.homes)
        days = ["2026-09-01", "2026-11-20", clock.today(), clock.add_days(clock.today(), 3)]
        named = ("day", "date", "on", "due", "first", "last", "paid_on", "until", "from", "to", "happened_on")
        bills = _column(db, "bill")
        return {
            "community": [self.c, "锦绣花园"], "household": homes, "code": homes, "home": homes, "households": homes,
            "staff": list(self.world.staff.values()), "bill": bills, "bills": bills,
            "payment": _column(db, "payment"), "route": _column(db, "route"), "screen": [self.screen],
            "account": ["1122", "2203"], "period": ["2026-09", "2026-10"], **dict.fromkeys(named, days),
        }


def _column(db: Db, table: str) -> list[str]:
    rows = db.all(f"select * from {table}")
    return [str(row.get("id") or row.get(table)) for row in rows]
