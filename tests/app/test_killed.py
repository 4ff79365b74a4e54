"""The phone is killed in the middle of everything: what it said was saved is there, whole, and arrives once."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest
from PIL import Image

from tests.app.conftest import Handset, enrol, open_door, rows, save, settled_worker, until
from tests.app.standin import Standin, World

pytestmark = pytest.mark.browser
ROUNDS = int(os.environ.get("KOUMEN_KILL_ROUNDS", "5"))
SEED = int(os.environ.get("KOUMEN_KILL_SEED", "0")) or random.SystemRandom().randrange(1, 10**9)

WRITE = """async ([version, mark]) => {
  const base = new URL(`v/${version}/`, document.baseURI);
  const { record } = await import(new URL("outbox.js", base));
  const { strict } = await import(new URL("store.js", base));
  for (let i = 0; i < 400; i += 1) {
    const bytes = new Uint8Array(150000);
    for (let at = 0; at < bytes.length; at += 65536) crypto.getRandomValues(bytes.subarray(at, at + 65536));
    const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
    const sha = [...hash].map((b) => b.toString(16).padStart(2, "0")).join("");
    await strict(["photo", "draft"], async (tx) => {
      const photo = { sha, bytes: bytes.buffer, type: "image/jpeg", state: "draft", savedAt: Date.now(), tries: 0 };
      await tx.objectStore("photo").put(photo);
      await tx.objectStore("draft").put({ key: `R1/H0`, outcome: "not_home", photos: [sha] });
    });
    const data = { outcome: "not_home", note: `${mark} ${i}`, photos: [sha] };
    const where = { kind: "visit.record", route: "R1", household: "H0", who: { staff: "S1", device: "D1" } };
    const op = await record({ ...where, data, photos: [sha], draft: "R1/H0" });
    console.log(`saved ${op} ${sha}`);
  }
}"""


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    """A photo as a camera makes it: large, noisy, with its position inside."""
    path = tmp_path / "camera.jpg"
    image = Image.effect_noise((2400, 1800), 90).convert("RGB")
    exif = Image.Exif()
    exif[0x8825] = {1: "N", 2: (31.0, 14.0, 2.0), 3: "E", 4: (121.0, 28.0, 9.0)}
    exif[0x010F] = "SECRETMAKER"
    image.save(path, quality=92, exif=exif)
    return path


def test_a_visit_with_promise_and_photo_survives_the_kill_and_arrives_once(
    handset: Handset,
    standin: Standin,
    world: World,
    picture: Path,
) -> None:
    page = handset.start(standin.url)
    enrol(page, standin.url)
    settled_worker(page)
    port = standin.server.server_port
    standin.close()
    open_door(page)
    page.click("[data-outcome-button=promised]")
    page.click("[data-chip=月底]")
    page.set_input_files("[data-photo-input]", str(picture))
    page.wait_for_selector("[data-photos='1'] img")
    save(page)
    handset.kill()

    page = handset.start(standin.url)
    page.wait_for_selector("[data-unsent='1']")
    assert "答应缴费" in page.inner_text("[data-door] >> nth=0")
    kept = rows(page, "outbox")[0]
    photo = rows(page, "photo")[0]
    assert photo["bytes"] <= 250_000

    again = Standin(world, port)
    page.evaluate("dispatchEvent(new Event('online'))")
    until(lambda: len(world.photos) == 1)
    page.wait_for_selector("[data-unsent='0']")
    again.close()
    assert world.arrivals == [kept["id"]]
    assert world.ops[kept["id"]] == kept["op"]
    raw = world.photos[kept["op"]["data"]["photos"][0]]
    assert b"Exif" not in raw
    assert b"SECRETMAKER" not in raw


def test_an_unfinished_form_reopens_exactly_after_a_kill(
    handset: Handset, standin: Standin, picture: Path
) -> None:
    page = handset.start(standin.url)
    enrol(page, standin.url)
    settled_worker(page)
    open_door(page, 1)
    page.click("[data-outcome-button=disputed]")
    page.click("[data-choice='reason:repair_open']")
    page.click("[data-extra=note]")
    page.fill("[data-note]", "说到一半")
    page.set_input_files("[data-photo-input]", str(picture))
    page.wait_for_selector("[data-photos='1'] img")
    standin.close()
    handset.kill()
    page = handset.start(standin.url)
    page.wait_for_selector("[data-form]")
    assert page.locator("[data-form]").get_attribute("data-outcome") == "disputed"
    assert page.input_value("[data-note]") == "说到一半"
    assert page.locator("[data-choice='reason:repair_open']").get_attribute("aria-pressed") == "true"
    page.wait_for_selector("[data-photos='1'] img")
    save(page)
    assert rows(page, "draft") == []


def saved(messages: list[str]) -> dict[str, str]:
    """{op: sha} of what the page said was on disk before it was killed."""
    return dict(line.split()[1:3] for line in messages if line.startswith("saved "))


def written(handset: Handset, url: str, mark: str, dice: random.Random) -> dict[str, str]:
    """Start, write as fast as it goes, kill at a random moment; what was acknowledged."""
    page = handset.start(url)
    page.wait_for_selector("[data-door]")
    messages: list[str] = []
    page.on("console", lambda message: messages.append(message.text))
    version = page.evaluate("document.documentElement.dataset.version")
    with page.expect_console_message(lambda message: message.text.startswith("saved ")):
        page.evaluate(f"void ({WRITE})({[version, mark]!r})")
    page.wait_for_timeout(dice.uniform(250, 1500))
    handset.kill()
    return saved(messages)


def check(handset: Handset, url: str, acknowledged: dict[str, str]) -> None:
    """Everything acknowledged is there, and nothing is torn: each record has the bytes of its photo."""
    page = handset.start(url)
    page.wait_for_selector("[data-door]")
    kept = {row["id"]: row for row in rows(page, "outbox")}
    photos = {row["sha"]: row for row in rows(page, "photo")}
    assert set(acknowledged) <= set(kept), f"seed {SEED}"
    for row in kept.values():
        assert all(
            photos[sha]["bytes"] == 150_000 and photos[sha]["state"] != "draft" for sha in row["photos"]
        ), f"seed {SEED}"
    numbers = sorted(row["n"] for row in kept.values())
    assert numbers == list(range(1, len(numbers) + 1)), f"seed {SEED}"
    handset.kill()


def test_no_acknowledged_record_is_lost_by_kills_while_writing(
    handset: Handset, standin: Standin, world: World
) -> None:
    dice = random.Random(SEED)
    page = handset.start(standin.url)
    enrol(page, standin.url)
    settled_worker(page)
    handset.kill()
    standin.close()
    acknowledged: dict[str, str] = {}
    for turn in range(ROUNDS):
        acknowledged |= written(handset, standin.url, f"第{turn}轮", dice)
        check(handset, standin.url, acknowledged)
    print(f"{ROUNDS} kills, {len(acknowledged)} acknowledged records, seed {SEED}")
    assert acknowledged


def test_a_hostile_network_and_kills_while_sending_lead_to_each_record_once(
    handset: Handset,
    standin: Standin,
    world: World,
) -> None:
    dice = random.Random(SEED)
    page = handset.start(standin.url)
    enrol(page, standin.url)
    settled_worker(page)
    handset.kill()
    world.down = True
    acknowledged = written(handset, standin.url, "断网", dice)
    world.down, world.hostile = False, random.Random(SEED)
    for _ in range(3):
        page = handset.start(standin.url)
        other = handset.link.contexts[0].new_page()
        other.goto(standin.url)
        page.wait_for_timeout(dice.uniform(300, 2500))
        handset.kill()
    page = handset.start(standin.url)
    page.wait_for_selector("[data-door]")
    for _ in range(80):
        page.evaluate("dispatchEvent(new Event('online'))")
        page.wait_for_timeout(250)
        if page.locator("[data-unsent='0']").count():
            break
    world.hostile = None
    page.evaluate("dispatchEvent(new Event('online'))")
    page.wait_for_selector("[data-unsent='0']", timeout=180_000)
    kept = {row["id"]: row["op"] for row in rows(page, "outbox")}
    assert set(acknowledged) <= set(kept)
    assert world.ops == kept, f"seed {SEED}"
    assert len(world.arrivals) == len(kept)
    assert set(world.photos) == {sha for op in kept.values() for sha in op["data"]["photos"]}
