"""`--lan`: https for phones in the same network, the page that makes them trust it, QR codes for both."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import qrcode

from server.config import Config
from server.keep import authority, trustpage

Say = Callable[[str], None]
EVERYWHERE = "0.0.0.0"


@dataclass(frozen=True)
class Lan:
    """`url` https of the app, `trust` http of the page to begin with."""

    url: str
    trust: str
    papers: authority.Papers
    print: str


@contextmanager
def opened(settings: Config, host: str, port: int) -> Iterator[tuple[Config, Lan]]:
    """The settings with the https address, and the trust page running beside it."""
    papers = authority.papers(settings.home, authority.lan_address(host))
    url = f"https://{papers.address}:{port}"
    child = subprocess.Popen(
        [sys.executable, "-m", "server.keep.trustpage", str(papers.authority), url, EVERYWHERE, str(port + 1)],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, start_new_session=True,
    )
    try:
        line = child.stdout.readline() if child.stdout else ""
        trust = f"http://{papers.address}:{line.strip()}/trust"
        yield (dataclasses.replace(settings, url=url, pinned=False),
               Lan(url, trust, papers, trustpage.fingerprint(papers.authority)))
    finally:
        child.terminate()
        child.wait(10)


def show(lan: Lan, say: Say, app: str = "") -> None:
    """What to do with a phone, in two steps with a QR code each."""
    say("")
    say(f"第一步　手机连同一个无线网络，扫码信任证书：{lan.trust}")
    say(picture(lan.trust))
    say(f"证书指纹　{lan.print}")
    say(f"第二步　信任之后扫码打开手机端：{app or lan.url + '/m/'}")
    say(picture(app or f"{lan.url}/m/"))


def picture(text: str) -> str:
    """A QR code in half blocks, dark on light also in a dark terminal."""
    code = qrcode.QRCode(border=2)
    code.add_data(text)
    rows = code.get_matrix()
    if len(rows) % 2:
        rows.append([False] * len(rows[0]))
    half = {(True, True): " ", (True, False): "▄", (False, True): "▀", (False, False): "█"}
    return "\n".join(
        "".join(half[bool(top), bool(low)] for top, low in zip(upper, lower, strict=True))
        for upper, lower in zip(rows[::2], rows[1::2], strict=True))
