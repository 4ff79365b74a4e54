"""An estate of three homes with bills, one person of each role, and browsers signed in as them."""

import re
from dataclasses import dataclass

import pytest

from server import clock, create_app
from server.estate import acts as estate
from server.ledger import acts as ledger
from server.people import acts as people
from tests.conftest import listening

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


def home(building, unit, room, kind, area, owner, *phones):
    return {
        "building": building, "unit": unit, "room": room, "area": area, "kind": kind, "state": "自住",
        "owners": [{"name": owner, "phones": list(phones)}],
    }


def bill(home, i, fen):
    """The i-th bill of a home, counted back from a hundred days ago."""
    return {
        "home": home, "item": "物业服务费", "period": ago(130 + 31 * i)[:7], "due": ago(100 + 31 * i), "fen": fen,
        "basis": "89.50 ㎡ × 2.85 元",
    }


@pytest.fixture
def place(db, community):
    with db.write(community) as pen:
        homes = estate.put_homes(pen, [
            home("3栋", "1单元", "2601", "住宅", 8950, "王小明", "13800000001"),
            home("3栋", "1单元", "1802", "住宅", 8950, "李雷雷", "13800000002"),
            home("商铺", "", "S01", "商铺", 5000, "欧阳修"),
        ])["ids"]
        bills = {
            code: ledger.add_bills(pen, [bill(homes[code], i, fen) for i, fen in enumerate(fens)])
            for code, fens in (("3-1-2601", (100000, 50000)), ("3-1-1802", (70000,)), ("商铺-S01", (999900,)))
        }
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
def served(settings, db, place):
    """The console on a port of its own, each thread with its own connection; the manager has a password. Its URL."""
    people.set_password(db, place.staff["manager"], PASSWORD)
    with listening(create_app(settings), threaded=True) as url:
        yield url


@pytest.fixture
def manager(sign_in):
    return sign_in("manager")


def text_of(answer):
    """What a page says, without tags."""
    body = re.sub(r"(?s)<(script|style).*?</\1>", "", answer.text)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))
