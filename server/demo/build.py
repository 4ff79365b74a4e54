"""Make the demo's data: import the sample estate, plan tonight, print, hand out codes. Each step only when missing."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from kiosk import acts as kiosk
from server import clock
from server.config import Config
from server.db import Db, Pen, connect
from server.demo import shift
from server.estate import acts as estate
from server.field import acts as field
from server.intake import acts as intake
from server.ledger import acts as ledger
from server.notices import acts as notices
from server.pay import acts as pay
from server.people import acts as people

Say = Callable[[str], None]
ESTATE = "锦绣花园"
DONE = "demo-imported"
SCREEN = "演示大厅屏"
COMPANY = {
    "company": "锦绣物业服务有限公司", "phone": "0571-88880000", "office": "1 栋一层客服中心",
    "hours": "每天 8:30—20:00", "payee": "锦绣物业服务有限公司", "bank": "示例银行锦绣支行",
    "account": "0000 0000 0000 0000 000",
}


@dataclass(frozen=True)
class Made:
    """What a person can click. `pages` maps a description to a pay page's URL."""

    community: str
    password: str
    staff: Mapping[str, str]
    phone: str
    pages: Mapping[str, str]
    screen: str
    files: list[Path]


def build(db: Db, settings: Config, say: Say) -> Made:
    """Everything the demo shows, made once; the password and the links of phone and screen anew at every start."""
    today = clock.today()
    community = _estate(db, settings, today, say)
    staff = {row["name"]: row["staff"] for row in people.members(db, community)}
    clerk = people.add_staff(db, community, "小林", "clerk")
    staff["小林"] = clerk
    password = _password()
    for name in ("王经理", "陈会计", "小林"):
        people.set_password(db, staff[name], password)
    routes = _routes(db, community, today, [staff["小闫"], staff["孙黎"]], say)
    files = _papers(settings, community, routes, today, say)
    with db.write(community, verb="demo.screen") as pen:
        screen = _screen(pen)
    code = people.enrol_code(db, staff["小闫"], settings.url)
    return Made(
        community, password, staff, code["url"], _pages(db, settings, community, routes, today),
        f"{settings.url}/k/#token={screen['token']}", files,
    )


def _screen(pen: Pen) -> dict[str, Any]:
    """A new link at every start: for the demo's screen that was never opened, else for one more."""
    for row in kiosk.screens(pen, pen.community):
        if row["name"].startswith(SCREEN) and row["health"] == "未开机":
            return kiosk.rotate_screen(pen, row["id"])
    return kiosk.add_screen(pen, name=f"{SCREEN} {clock.minute_of(clock.now())[11:]}")


def _password() -> str:
    """Made anew at every start: a demo on a laptop in a café must not have a known password."""
    return f"km-{secrets.token_hex(4)}"


def _estate(db: Db, settings: Config, today: str, say: Say) -> str:
    """The sample estate, imported unless it is complete: a start that was cut short goes on where it was."""
    known = [row for row in estate.communities(db) if row["name"] == ESTATE]
    community = str(known[0]["id"]) if known else estate.make_community(db, ESTATE)
    if (settings.home / DONE).exists():
        say(f"接着用上次的数据：{settings.home}")
        return community
    with db.write(community, verb="demo.settings") as pen:
        estate.set_settings(pen, COMPANY)
    folder = settings.home / "示例表格"
    shift.write(folder, today)
    say(f"导入示例表格 {folder} …")
    report = intake.bring(db, community, intake.sources_of(folder))
    totals = intake.totals(db, community, today)
    say(
        f"　{totals['households']} 户，{totals['bills']} 张账单，欠费 {yuan(totals['arrears_total_fen'])} 元；"
        f"{len(report['faults'])} 行有问题，已列出原因退回"
    )
    (settings.home / DONE).touch()
    return community


def yuan(fen: int) -> str:
    """Fen as people read it: 1,234.56."""
    return f"{fen // 100:,}.{fen % 100:02d}"


def _routes(db: Db, community: str, today: str, staff: list[str], say: Say) -> list[dict[str, Any]]:
    """Tonight's routes of the two, in the order of the staff; planned and published when there are none."""
    if not field.routes(db, community, date=today):
        proposal = field.plan(db, community, today, staff, most=12)
        field.make_plan(db, community, proposal)
        for tour in proposal["routes"]:
            say(f"今晚路线：{tour['staff_name']} {len(tour['doors'])} 户，约 {tour['minutes']} 分钟")
    names = people.names(db, staff)
    found = {row["staff"]: {**row, "name": names[row["staff"]]} for row in field.routes(db, community, date=today)
             if row["staff"] in staff}
    return [found[one] for one in staff if one in found]


def _papers(
    settings: Config, community: str, routes: list[dict[str, Any]], today: str, say: Say
) -> list[Path]:
    """What is missing of tonight's papers, printed in a process of its own: typst works with threads, and a server's
    worker forked from a process that has printed would wait for those threads for ever."""
    folder = settings.home / "通知"
    folder.mkdir(exist_ok=True)
    wanted = {
        folder / f"{today}-{route['name']}-{word}.pdf": (route["route"], kind, word)
        for route in routes for kind, word in (("letter", "催款函"), ("slip", "门贴"))
    }
    missing = {path: what for path, what in wanted.items() if not path.exists()}
    if missing:
        press = get_context("fork").Process(target=_print, args=(settings, community, missing, today, say))
        press.start()
        press.join()
    return [path for path in wanted if path.exists()]


def _print(
    settings: Config, community: str, missing: Mapping[Path, tuple[str, str, str]], today: str, say: Say
) -> None:
    with suppress(KeyboardInterrupt):  # whoever waits for this process says so
        db = connect(settings.db)
        for path, (route, kind, word) in missing.items():
            printed = notices.print_route(db, community, route, kind, today, cfg=settings)
            path.write_bytes(printed.pdf)
            say(f"打印 {word}：{path}（{printed.pages} 页）")
        db.close()


def _pages(
    db: Db, settings: Config, community: str, routes: list[dict[str, Any]], today: str
) -> dict[str, str]:
    """Three pay pages: a sealed letter, a door slip (asks for the phone's last four), and a home that owes nothing."""
    homes = [stop["home"] for stop in field.route(db, community, routes[0]["route"])["stops"]]
    phones = estate.residents_of(db, community, homes)
    owing = homes[0]
    asked = next((home for home in homes[1:] if _last_four(phones.get(home, []))), homes[-1])
    owed = ledger.arrears(db, community, today)
    clear = next(row["id"] for row in estate.homes(db, community) if row["id"] not in owed)
    wanted = [("sealed", owing), ("door", asked), ("sealed", clear)]
    urls = [_page(db, settings, community, kind, home) for kind, home in wanted]
    last = _last_four(phones.get(asked, []))
    return {
        "信里的码（直接看到账单）": urls[0],
        f"门贴的码（先输手机后四位 {last}）": urls[1],
        "没有欠费的住户": urls[2],
    }


def _page(db: Db, settings: Config, community: str, kind: str, home: str) -> str:
    """The page of the code that is on paper already, so that its match number is the printed one; else of a new one."""
    row = pay.code_for(db, community, home, kind)
    if row:
        return pay.url_of(settings, pay.token_of(settings, row))
    with db.write(community, verb="demo.codes") as pen:
        return str(pay.issue_codes(pen, [{"class": kind, "home": home}], cfg=settings)[0]["url"])


def _last_four(residents: list[dict[str, Any]]) -> str:
    for resident in residents:
        for phone in resident["phones"]:
            return str(phone)[-4:]
    return ""
