"""Writes a certificate authority, and a key and certificate for a name: the receiver of webhooks speaks TLS as others do.

Usage: certificate.py NAME FOLDER
"""

import datetime
import pathlib
import sys

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

name, folder = sys.argv[1], pathlib.Path(sys.argv[2])
now = datetime.datetime.now(datetime.timezone.utc)


def named(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def certificate(
    subject: str,
    key: ec.EllipticCurvePrivateKey,
    issuer: str,
    issuer_key: ec.EllipticCurvePrivateKey,
    extension: x509.ExtensionType,
) -> x509.Certificate:
    return (
        x509.CertificateBuilder()
        .subject_name(named(subject))
        .issuer_name(named(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(extension, critical=False)
        .sign(issuer_key, hashes.SHA256())
    )


authority_key = ec.generate_private_key(ec.SECP256R1())
key = ec.generate_private_key(ec.SECP256R1())
authority = certificate(
    "Authority of a test",
    authority_key,
    "Authority of a test",
    authority_key,
    x509.BasicConstraints(ca=True, path_length=0),
)
issued = certificate(name, key, "Authority of a test", authority_key, x509.SubjectAlternativeName([x509.DNSName(name)]))
pem = serialization.Encoding.PEM
(folder / "authority.pem").write_bytes(authority.public_bytes(pem))
(folder / "certificate.pem").write_bytes(issued.public_bytes(pem))
(folder / "key.pem").write_bytes(
    key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
)
