"""Keys of the simulated providers and of the merchant, and the merchant files Koumen reads."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

MCHID, APPID, MERCHANT_SERIAL = "1900000001", "wxsim0000000000001", "51MERCHANT00000001"
APP_ID, SELLER_ID = "9021000000000001", "2088000000000001"
APP_SECRET = "sim-app-secret"
FAPIAO_KEY, FAPIAO_SECRET = "sim-fapiao", "sim-fapiao-secret"
PUBLIC_ID = "PUB_KEY_ID_0119000000012026"


@dataclass(frozen=True)
class Ring:
    """Every key of the play. `serial` is the platform certificate's, PUBLIC_ID the newer public key's."""

    wechat: rsa.RSAPrivateKey
    wechat_public_mode: rsa.RSAPrivateKey
    certificate: x509.Certificate
    alipay: rsa.RSAPrivateKey
    merchant: rsa.RSAPrivateKey
    api_v3_key: bytes

    @property
    def serial(self) -> str:
        return f"{self.certificate.serial_number:X}"


def make() -> Ring:
    """New keys; a simulator's keys are worth nothing and live as long as it does."""
    wechat, public_mode, alipay, merchant = (rsa.generate_private_key(65537, 2048) for _ in range(4))
    return Ring(wechat, public_mode, certificate(wechat), alipay, merchant, secrets.token_hex(16).encode())


@cache
def stranger() -> rsa.RSAPrivateKey:
    """A key nobody trusts, for the forgeries."""
    return rsa.generate_private_key(65537, 2048)


def certificate(key: rsa.RSAPrivateKey) -> x509.Certificate:
    """A platform certificate of its own for a key."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "koumen sim platform")])
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=3650)).sign(key, hashes.SHA256())
    )


def write_merchants(ring: Ring, folder: Path, base: str, community: str) -> None:
    """`sim-wechat.toml` and `sim-alipay.toml` with their keys, for a community, pointing at the simulator."""
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / "sim-merchant.pem", private_pem(ring.merchant))
    _write(folder / "sim-api-v3.key", ring.api_v3_key)
    _write(folder / "sim-app.secret", APP_SECRET.encode())
    _write(folder / "sim-platform.pem", certificate_pem(ring.certificate))
    _write(folder / "sim-wechat-public.pem", public_pem(ring.wechat_public_mode))
    _write(folder / "sim-alipay-public.pem", public_pem(ring.alipay))
    _write(folder / "sim-wechat.toml", f'''# written by `koumen sim`: a simulator, no real money
provider = "wechat"
label = "微信（模拟）"
community = "{community}"
ways = ["h5", "native", "jsapi"]
mchid = "{MCHID}"
appid = "{APPID}"
serial = "{MERCHANT_SERIAL}"
private_key = "sim-merchant.pem"
api_v3_key = "sim-api-v3.key"
base = "{base}/wechat"
app_secret = "sim-app.secret"
oauth = "{base}"
api = "{base}"
[trusted]
"{ring.serial}" = "sim-platform.pem"
"{PUBLIC_ID}" = "sim-wechat-public.pem"
'''.encode())
    _write(folder / "sim-alipay.toml", f'''# written by `koumen sim`: a simulator, no real money
provider = "alipay"
label = "支付宝（模拟）"
community = "{community}"
ways = ["wap", "page", "precreate"]
app_id = "{APP_ID}"
seller_id = "{SELLER_ID}"
private_key = "sim-merchant.pem"
gateway = "{base}/alipay/gateway.do"
[trusted]
"alipay" = "sim-alipay-public.pem"
'''.encode())


def write_issuer(folder: Path, base: str, community: str) -> None:
    """`sim.toml`: the simulated issuer of electronic invoices, for a community."""
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / "sim.secret", FAPIAO_SECRET.encode())
    _write(folder / "sim.toml", f'''# written by `koumen sim`: a simulator, no real invoices
label = "模拟开票平台"
community = "{community}"
base = "{base}/fapiao"
key = "{FAPIAO_KEY}"
secret = "sim.secret"
item = "*物业管理服务*物业服务费"
rate = "6%"
'''.encode())


def certificate_pem(made: x509.Certificate) -> bytes:
    return made.public_bytes(serialization.Encoding.PEM)


def private_pem(key: rsa.RSAPrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def public_pem(key: rsa.RSAPrivateKey) -> bytes:
    return key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def _write(path: Path, data: bytes) -> None:
    with os.fdopen(os.open(path, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "wb") as file:
        file.write(data)
