"""A certificate authority of this house alone, and a certificate for the machine's address in the local network.

Phones trust it by hand (trustpage.py). Name constraints bind it to the network of the address it was made for, so that
whoever steals its key can pretend to be nobody else: no host name at all, no address outside.
"""

from __future__ import annotations

import ipaddress
import os
import socket
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from server.errors import Refusal

NOWHERE = "koumen.invalid"
"""The only host name the authority may speak for; it does not exist."""
LOOPBACK = ipaddress.ip_network("127.0.0.1/32")
AUTHORITY_DAYS, LEAF_DAYS, RENEW_DAYS = 730, 397, 30
Address = ipaddress.IPv4Address


@dataclass(frozen=True)
class Papers:
    """Paths of what gunicorn needs, and the authority's certificate that phones are given."""

    address: str
    certificate: Path
    key: Path
    authority: Path


def lan_address(host: str = "") -> str:
    """The IPv4 address other machines reach us at. Refusal lan_missing."""
    if host and host not in ("0.0.0.0", "::", "127.0.0.1", "localhost"):
        return host
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # sends nothing; only asks which way it would go
            found = str(probe.getsockname()[0])
        except OSError as error:
            raise Refusal("lan_missing") from error
    if ipaddress.ip_address(found).is_loopback:
        raise Refusal("lan_missing")
    return found


def papers(home: Path, address: str) -> Papers:
    """Make what is missing, too old, or for another address; private keys are readable by their owner only."""
    folder = home / "lan"
    folder.mkdir(mode=0o700, exist_ok=True)
    try:
        wanted = ipaddress.IPv4Address(address)
    except ValueError as error:
        raise Refusal("lan_missing") from error
    authority, key = _authority(folder, wanted)
    made = Papers(address, folder / "server.crt", folder / "server.key", folder / "ca.crt")
    if not _fits(made.certificate, made.key, authority, wanted):
        _leaf(made, authority, key, wanted)
    return made


def network(address: Address) -> ipaddress.IPv4Network:
    """The neighbourhood in which a router may give the machine another address tomorrow."""
    return ipaddress.IPv4Network(f"{address}/24", strict=False)


def _authority(folder: Path, address: Address) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    path, secret = folder / "ca.crt", folder / "ca.key"
    if path.is_file() and secret.is_file():
        kept = x509.load_pem_x509_certificate(path.read_bytes())
        key = serialization.load_pem_private_key(secret.read_bytes(), None)
        if isinstance(key, ec.EllipticCurvePrivateKey) and _lives(kept) and _speaks_for(kept, address):
            return kept, key
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, "叩门"),
        x509.NameAttribute(NameOID.COMMON_NAME, f"叩门 本机证书 {network(address)}"),
    ])
    bounds = x509.NameConstraints(
        [x509.IPAddress(network(address)), x509.IPAddress(LOOPBACK), x509.DNSName(NOWHERE)], None)
    made = (
        _builder(name, name, key.public_key(), AUTHORITY_DAYS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs=True), critical=True)
        .add_extension(bounds, critical=True)
        .sign(key, hashes.SHA256())
    )
    _write_secret(secret, key)
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    return made, key


def _leaf(made: Papers, authority: x509.Certificate, by: ec.EllipticCurvePrivateKey, address: Address) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"叩门 {address}")])
    names = x509.SubjectAlternativeName([x509.IPAddress(address), x509.IPAddress(LOOPBACK.network_address)])
    paper = (
        _builder(name, authority.subject, key.public_key(), LEAF_DAYS)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(names, critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(by.public_key()), critical=False)
        .sign(by, hashes.SHA256())
    )
    _write_secret(made.key, key)
    made.certificate.write_bytes(paper.public_bytes(serialization.Encoding.PEM))


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, days: int
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=days - 1))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _usage(signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs, content_commitment=False, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=signs, crl_sign=signs, encipher_only=False, decipher_only=False)


def _lives(paper: x509.Certificate) -> bool:
    return paper.not_valid_after_utc > datetime.now(UTC) + timedelta(days=RENEW_DAYS)


def _speaks_for(authority: x509.Certificate, address: Address) -> bool:
    bounds = authority.extensions.get_extension_for_class(x509.NameConstraints).value
    return x509.IPAddress(network(address)) in (bounds.permitted_subtrees or ())


def _fits(path: Path, key: Path, authority: x509.Certificate, address: Address) -> bool:
    if not (path.is_file() and key.is_file()):
        return False
    paper = x509.load_pem_x509_certificate(path.read_bytes())
    names = paper.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    mine = authority.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
    by = paper.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value.key_identifier
    return _lives(paper) and by == mine and address in names.get_values_for_type(x509.IPAddress)


def _write_secret(path: Path, key: ec.EllipticCurvePrivateKey) -> None:
    path.unlink(missing_ok=True)
    text = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
        file.write(text)
