"""Phones repair a restored server: they see another epoch, resend what they kept, and all is there again."""

from __future__ import annotations

from typing import Any

import pytest

from server import create_app
from server.config import Config
from server.db import connect
from server.estate import acts as estate
from server.field import acts
from server.keep.backup import backup, restore
from tests.conftest import SECRET
from tests.field.world import Phone, World, post_by

pytestmark = pytest.mark.no_watch


def silent(_: str) -> None:
    return


def test_acknowledged_ops_come_back_after_a_restore(tmp_path: Any) -> None:
    settings = Config(tmp_path, f"sqlite:///{tmp_path / 'koumen.db'}", "http://localhost", SECRET)
    from server.db.migrate import migrate

    db = connect(settings.db)
    migrate(db)
    estate.make_community(db, "锦绣花园")
    world = World(db)
    homes = world.add_homes("3", 4)
    world.add_staff("小闫")
    route = world.route("小闫", homes)
    device, token = world.token("小闫")
    yan = Phone(post_by(create_app(settings, db=db).test_client()), token, device)
    yan.pull()
    kept = [yan.visit(route, homes[0]), yan.op("stop.skip", route, homes[1])]
    yan.push(*kept)
    backup(db, settings, tmp_path / "b.zip", silent)
    late = [yan.visit(route, homes[2]), yan.visit(route, homes[3], "promised", promise={"due": "2031-01-01", "fen": 5})]
    yan.push(*late)
    wanted = [(v["op"], v["outcome"]) for v in acts.visits(db, "C1")["visits"]]
    db.close()
    restore(settings, tmp_path / "b.zip", silent)
    db = connect(settings.db)
    yan.post = post_by(create_app(settings, db=db).test_client())
    assert len(acts.visits(db, "C1")["visits"]) == 1
    answer = yan.push()
    assert answer["replay_ops"]
    assert answer["missing_n"] == [3, 4]
    results = yan.push(*kept, *late)["results"]
    assert [r["replayed"] for r in results] == [True, True, False, False]
    assert [(v["op"], v["outcome"]) for v in acts.visits(db, "C1")["visits"]] == wanted
    page = yan.page(1)
    assert page["replay_ops"]
    yan.pull()
    states = {body["household"]: body["state"] for body in yan.held("stop").values()}
    assert states == {homes[0]: "done", homes[1]: "skipped", homes[2]: "done", homes[3]: "done"}
    assert yan.push()["missing_count"] == 0
    assert not yan.push()["replay_ops"]
    db.close()
