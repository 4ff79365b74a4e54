"""An estate of three homes with bills, one person of each role, and browsers signed in as them."""

import re
from dataclasses import dataclass

import pytest

from server import clock
from server.estate import acts as estate
from server.ledger import acts as ledger
from server.people import acts as people

TODAY = clock.today()
PASSWORD = "koumen-tests-1"


def ago(days):
    return clock.add_days(TODAY, -days)


@dataclass
class Place:
    c: str
    homes: dict  # code → id
    bills: dict  # code → [bill ids]
    staff: dict  # role → id


@pytest.fixture
def place(db, community):
    with db.write(community) as pen:
        homes = estate.put_homes(
            pen,
            [
                {
                    "building": "3栋",
                    "unit": "1单元",
                    "room": "2601",
                    "area": 8950,
                    "kind": "住宅",
                    "state": "自住",
                    "owners": [{"name": "王小明", "phones": ["13800000001"]}],
                },
                {
                    "building": "3栋",
                    "unit": "1单元",
                    "room": "1802",
                    "area": 8950,
                    "kind": "住宅",
                    "state": "自住",
                    "owners": [{"name": "李雷雷", "phones": ["13800000002"]}],
                },
                {
                    "building": "商铺",
                    "unit": "",
                    "room": "S01",
                    "area": 5000,
                    "kind": "商铺",
                    "state": "自住",
                    "owners": [{"name": "欧阳修", "phones": []}],
                },
            ],
        )["ids"]
        bills = {}
        for code, fens in (("3-1-2601", (100000, 50000)), ("3-1-1802", (70000,)), ("商铺-S01", (999900,))):
            rows = [
                {
                    "home": homes[code],
                    "item": "物业服务费",
                    "period": ago(130 + 31 * i)[:7],
                    "due": ago(100 + 31 * i),
                    "fen": fen,
                    "basis": "89.50 ㎡ × 2.85 元",
                }
                for i, fen in enumerate(fens)
            ]
            bills[code] = ledger.add_bills(pen, rows)
    names = {"manager": "王经理", "clerk": "小周", "cashier": "刘出纳", "collector": "小闫"}
    staff = {role: people.add_staff(db, community, name, role) for role, name in names.items()}
    return Place(community, homes, bills, staff)


class Browser:
    """A signed-in client that fills in the CSRF token of forms."""

    def __init__(self, client):
        self.client = client
        self.csrf = re.search(r'name="csrf" value="([^"]+)"', client.get("/office/me").text).group(1)

    def get(self, path, **kw):
        return self.client.get(path, **kw)

    def post(self, path, data=None, follow=True, **kw):
        return self.client.post(path, data={"csrf": self.csrf, **(data or {})}, follow_redirects=follow, **kw)


@pytest.fixture
def sign_in(app, db, place):
    """sign_in("clerk") → a browser with that person's session; by the token, as hashing takes its time."""
    from server.people import store
    from server.people.acts.sessions import _open

    def enter(role):
        client = app.test_client()
        token = _open(db, store.staff(db, place.staff[role]), "")["token"]
        client.set_cookie("koumen", token, domain="localhost")
        return Browser(client)

    return enter


@pytest.fixture
def manager(sign_in):
    return sign_in("manager")


def text_of(answer):
    """What a page says, without tags."""
    body = re.sub(r"(?s)<(script|style).*?</\1>", "", answer.text)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))
