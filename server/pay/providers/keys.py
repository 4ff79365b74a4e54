"""RSA as both providers use it: PKCS#1 v1.5 with SHA-256 over raw bytes."""

from __future__ import annotations

import base64
import binascii

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from server.pay.providers.words import Forged

PUBLIC = rsa.RSAPublicKey
PRIVATE = rsa.RSAPrivateKey


def private_key(text: str) -> PRIVATE:
    """A private key in PEM, or the bare base64 (PKCS#8 or PKCS#1) that Alipay's tool writes. Errors: ValueError."""
    found = serialization.load_pem_private_key(_pem(text, "PRIVATE KEY"), password=None)
    if not isinstance(found, rsa.RSAPrivateKey):
        raise ValueError("not an RSA private key")
    return found


def public_key(text: str) -> PUBLIC:
    """A public key or a certificate in PEM, or the bare base64 of a public key. ValueError when it is none."""
    if "BEGIN CERTIFICATE" in text:
        found: object = x509.load_pem_x509_certificate(text.encode()).public_key()
    else:
        found = serialization.load_pem_public_key(_pem(text, "PUBLIC KEY"))
    if not isinstance(found, rsa.RSAPublicKey):
        raise ValueError("not an RSA public key")
    return found


def _pem(text: str, word: str) -> bytes:
    if "-----BEGIN" in text:
        return text.encode()
    bare = "".join(text.split())
    lines = "\n".join(bare[i:i + 64] for i in range(0, len(bare), 64))
    # PKCS#1 starts with SEQUENCE, INTEGER 0, INTEGER of the modulus; PKCS#8 has a SEQUENCE in its third place
    raw = base64.b64decode(bare)
    if word == "PRIVATE KEY" and raw[4:7] == b"\x02\x01\x00" and raw[7:8] == b"\x02":
        word = "RSA PRIVATE KEY"
    return f"-----BEGIN {word}-----\n{lines}\n-----END {word}-----\n".encode()


def sign(key: PRIVATE, message: bytes) -> str:
    """The signature in base64."""
    return base64.b64encode(key.sign(message, padding.PKCS1v15(), hashes.SHA256())).decode()


def verify(key: PUBLIC, message: bytes, signature: str) -> None:
    """Forged unless the signature is this key's over exactly these bytes."""
    try:
        raw = base64.b64decode(signature, validate=True)
        key.verify(raw, message, padding.PKCS1v15(), hashes.SHA256())
    except (InvalidSignature, binascii.Error, ValueError) as error:
        raise Forged("bad_signature") from error
