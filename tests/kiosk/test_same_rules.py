"""Python and the page's JavaScript decide alike: hundreds of snapshots and moments through both."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from kiosk import rules, wording
from tests.kiosk.browser import Lobby

KINDS = ("紧急", "公示", "提示", "活动", "通知")
WORDS = "停水通知请提前储水，因市政管网检修。11月22日 9:00！至17：00、\n“本小区”"


def snapshot(dice: random.Random) -> dict[str, Any]:
    def day(spread: int) -> str:
        return (datetime(2026, 11, 21, tzinfo=UTC) + timedelta(days=dice.randint(-spread, spread))).date().isoformat()

    def announcement(i: int) -> dict[str, Any]:
        kind = dice.choice(KINDS)
        return {
            "id": f"n{i}", "version": dice.randint(1, 3), "title": "".join(dice.choices(WORDS, k=dice.randint(1, 24))),
            "text": "".join(dice.choices(WORDS, k=dice.randint(0, 450))), "kind": kind,
            "from": min(day(9), "2026-11-20"), "to": max(day(9), "2026-11-20"), "pinned": dice.random() < 0.2,
            "weekdays": dice.choice(("", "", "12345", "67")),
            "hours": dice.choice(("", "", "08:00-20:00", "22:00-06:00")),
            "until": dice.choice((None, None, "2026-11-21T10:00:00Z")) if kind == "紧急" else None,
        }

    return {
        "announcements": [announcement(i) for i in range(dice.randint(0, 7))],
        "disclosures": [
            {"id": f"d{i}", "published": "2026-11-01", "until": day(30)} for i in range(dice.randint(0, 2))
        ],
        "each_yuan": dice.choice((None, {"heads": []})),
        "statements": [{"fund": fund} for fund in ("物业费", "公共收益", "维修资金")[: dice.randint(0, 3)]],
        "progress": {"billed_fen": dice.randint(0, 1)}, "buildings": [{}] * dice.randint(0, 14),
        "thanks": [{"id": "t", "to": day(2), "not_after": "2026-11-21T16:00:00Z"}] * dice.randint(0, 1),
        "draws": [
            {"id": "w", "from": day(9), "to": day(9), "not_after": dice.choice(("", "2026-11-21T16:00:00Z"))}
        ] * dice.randint(0, 1),
    }


def ours(snap: dict[str, Any], now: datetime, per_page: int) -> dict[str, Any]:
    at = rules.moment(now, "2026-11-21")
    return {
        "at": [at.instant, at.day, at.minute, at.weekday, at.trusted, rules.quiet(at)],
        "slides": [[s.key, s.seconds, s.level] for s in rules.playlist(rules.items(snap, per_page), at)],
        "pages": [wording.pages(row["text"], per_page) for row in snap["announcements"]],
    }


THEIRS = """async (cases) => {
  const { items, moment, playlist, quiet } = await import('/k/playlist.js')
  const { pages } = await import('/k/wording.js')
  return cases.map(([snap, now, perPage]) => {
    const at = moment(now, '2026-11-21')
    return {
      at: [at.instant, at.day, at.minute, at.weekday, at.trusted, quiet(at)],
      slides: playlist(items(snap, perPage), at).map((s) => [s.key, s.seconds, s.level]),
      pages: snap.announcements.map((row) => pages(row.text, perPage)),
    }
  })
}"""


@pytest.fixture
def engine_name() -> str:
    """The rules do not know the engine: one is enough here."""
    return "sqlite"


@pytest.mark.browser
def test_both_say_the_same(lobby: Lobby) -> None:
    dice = random.Random(20261121)
    cases = []
    for _ in range(400):
        far = dice.random() < 0.1
        now = datetime(2026, 11, 21, tzinfo=UTC) + timedelta(minutes=dice.randint(-9_000_000 if far else -2000, 20_000))
        cases.append((snapshot(dice), now, dice.choice((100, 64, 31))))
    page = lobby.open_page()
    theirs = page.evaluate(THEIRS, [[snap, now.timestamp() * 1000, size] for snap, now, size in cases])
    for case, their in zip(cases, theirs, strict=True):
        assert their == ours(*case)
