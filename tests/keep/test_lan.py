"""`--lan`: a certificate that real checks accept for this address and for nothing else, https, and the trust page."""

from __future__ import annotations

import datetime
import ipaddress
import json
import ssl
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import urllib3
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError
from playwright.sync_api import Playwright

from server.errors import Refusal
from server.keep import authority, lan, trustpage
from tests.conftest import chromium
from tests.keep.test_cli import ROOT, environment
from tests.patience import SECONDS

ADDRESS = "192.168.7.20"


def test_keys_are_their_owners_alone(tmp_path: Path) -> None:
    authority.papers(tmp_path, ADDRESS)
    for name in ("ca.key", "server.key"):
        assert stat.S_IMODE((tmp_path / "lan" / name).stat().st_mode) == 0o600


def test_made_once_and_again_for_another_address(tmp_path: Path) -> None:
    made = authority.papers(tmp_path, ADDRESS)
    ca, leaf = made.authority.read_bytes(), made.certificate.read_bytes()
    again = authority.papers(tmp_path, ADDRESS)
    assert (again.authority.read_bytes(), again.certificate.read_bytes()) == (ca, leaf)
    moved = authority.papers(tmp_path, "192.168.7.99")
    assert moved.authority.read_bytes() == ca, "phones need not trust again in the same network"
    assert moved.certificate.read_bytes() != leaf
    assert authority.papers(tmp_path, "10.0.0.5").authority.read_bytes() != ca


def verified(made: authority.Papers, leaf: x509.Certificate, name: Any) -> bool:
    store = Store([x509.load_pem_x509_certificate(made.authority.read_bytes())])
    try:
        PolicyBuilder().store(store).build_server_verifier(name).verify(leaf, [])
    except VerificationError:
        return False
    return True


def test_the_certificate_holds_for_the_address(tmp_path: Path) -> None:
    made = authority.papers(tmp_path, ADDRESS)
    leaf = x509.load_pem_x509_certificate(made.certificate.read_bytes())
    assert verified(made, leaf, x509.IPAddress(ipaddress.ip_address(ADDRESS)))
    assert not verified(made, leaf, x509.IPAddress(ipaddress.ip_address("192.168.7.21")))
    days = leaf.not_valid_after_utc - leaf.not_valid_before_utc
    assert days <= datetime.timedelta(days=398)


@pytest.mark.parametrize("name", [x509.DNSName("www.icbc.com.cn"), x509.IPAddress(ipaddress.ip_address("8.8.8.8"))])
def test_with_a_stolen_key_nobody_else_can_be_played(tmp_path: Path, name: Any) -> None:
    made = authority.papers(tmp_path, ADDRESS)
    stolen = serialization.load_pem_private_key((tmp_path / "lan" / "ca.key").read_bytes(), None)
    root = x509.load_pem_x509_certificate(made.authority.read_bytes())
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([])
    forged = (
        authority._builder(subject, root.subject, key.public_key(), 90)
        .add_extension(x509.SubjectAlternativeName([name]), critical=True)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(root.public_key()), critical=False)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(stolen, hashes.SHA256())
    )
    assert not verified(made, forged, name)


def test_without_a_network_a_sentence_says_so() -> None:
    with pytest.raises(Refusal) as raised:
        authority.papers(Path("/tmp"), "km.local")
    assert "--host" in raised.value.sentence


@pytest.fixture
def house(home_dir: Path) -> Iterator[dict[str, Any]]:
    """A real server with --lan on loopback's neighbour address."""
    child = subprocess.Popen(
        [sys.executable, "-m", "server", "serve", "--lan", "--port", "0", "--workers", "1", "--json"], cwd=ROOT,
        env=environment(home_dir), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )
    assert child.stdout is not None
    line = child.stdout.readline()
    if not line:
        said = child.communicate()[1]
        if "局域网" in said:
            pytest.skip("this machine has no network")
        pytest.fail(said)
    yield json.loads(line)
    child.terminate()
    child.communicate(timeout=SECONDS)
    assert child.returncode == 0


def test_https_holds_with_the_authority_and_with_nothing_else(house: dict[str, Any]) -> None:
    with urllib3.PoolManager(ca_certs=house["ca"], retries=False) as pool:
        answer = pool.request("GET", house["url"] + "/m/")
        assert answer.status == 200
        page = pool.request("GET", house["trust"])
        assert "证书信任设置" in page.data.decode()
        assert house["url"] + "/m/" in page.data.decode()
        paper = pool.request("GET", house["trust"].replace("/trust", trustpage.FILE))
        assert paper.headers["Content-Type"] == "application/x-x509-ca-cert"
        assert paper.data == ssl.PEM_cert_to_DER_cert(Path(house["ca"]).read_text())
        assert pool.request("GET", house["trust"].replace("/trust", "/ca.key")).status == 404
    with urllib3.PoolManager(retries=False) as pool, pytest.raises(urllib3.exceptions.SSLError):
        pool.request("GET", house["url"] + "/m/")


def test_a_process_told_so_believes_it(house: dict[str, Any]) -> None:
    """That is how the payment simulator of the demo notifies us."""
    code = f"import urllib3; print(urllib3.PoolManager(retries=False).request('GET', '{house['url']}/m/').status)"
    done = subprocess.run([sys.executable, "-c", code], env={**environment(Path()), "SSL_CERT_FILE": house["ca"]},
                          capture_output=True, text=True, timeout=SECONDS, check=True)
    assert done.stdout.strip() == "200"


@pytest.mark.browser
def test_a_browser_that_trusts_it_has_a_secure_context(house: dict[str, Any], playwright: Playwright) -> None:
    import base64
    import hashlib

    leaf = x509.load_pem_x509_certificate((Path(house["ca"]).parent / "server.crt").read_bytes())
    spki = leaf.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    pin = base64.b64encode(hashlib.sha256(spki).digest()).decode()
    browser = playwright.chromium.launch(
        executable_path=chromium(), args=["--no-sandbox", f"--ignore-certificate-errors-spki-list={pin}"])
    page = browser.new_page()
    page.goto(house["url"] + "/m/")
    assert page.evaluate("isSecureContext && 'serviceWorker' in navigator && !!navigator.locks")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.goto(house["trust"])
    assert page.title() == "信任叩门"
    browser.close()


def test_the_qr_code_of_the_terminal_can_be_read() -> None:
    import zxingcpp
    from PIL import Image

    rows = lan.picture("http://192.168.7.20:8081/trust").split("\n")
    dark = {" ": (1, 1), "▄": (1, 0), "▀": (0, 1), "█": (0, 0)}
    image = Image.new("L", (len(rows[0]), len(rows) * 2))
    for y, row in enumerate(rows):
        for x, char in enumerate(row):
            for k in (0, 1):
                image.putpixel((x, 2 * y + k), 0 if dark[char][k] else 255)
    found = zxingcpp.read_barcodes(image.resize((image.width * 8, image.height * 8)))
    assert [code.text for code in found] == ["http://192.168.7.20:8081/trust"]
