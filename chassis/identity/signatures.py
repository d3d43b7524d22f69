"""Signatures between the parts: who sends, for which caller, to whom, and over exactly which body.

A short-lived JWT rides in `Authorization: Holdfast <jwt>` (HTTP) or in the metadata of a gRPC call.
"""

from __future__ import annotations

import base64
import hashlib
import time
from dataclasses import dataclass

import jwt

from chassis.identity.actor import Actor, BadClaims
from chassis.identity.keys import Keyring, PrivateKey
from chassis.identity.tokens import ALGORITHM, BadCredential, decode_signed

SCHEME = "Holdfast"
SECONDS = 25
# Stands for the digest of a body that is streamed through, such as an upload.
UNSIGNED_STREAM = "UNSIGNED-STREAM"


def body_digest(body: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(body).digest()).rstrip(b"=").decode("ascii")


@dataclass(frozen=True, slots=True)
class RequestSigner:
    key: PrivateKey

    def sign(self, actor: Actor, *, audience: str, body: bytes | None) -> str:
        """The token for one request to the service named `audience`; `body` None: a streamed body."""
        now = int(time.time())
        digest = UNSIGNED_STREAM if body is None else body_digest(body)
        claims = actor.claims() | {
            "iss": self.key.signer,
            "aud": audience,
            "iat": now,
            "exp": now + SECONDS,
            "bdg": digest,
        }
        return jwt.encode(claims, self.key.key, algorithm=ALGORITHM, headers={"kid": self.key.kid})

    def header(self, actor: Actor, *, audience: str, body: bytes | None) -> str:
        return f"{SCHEME} {self.sign(actor, audience=audience, body=body)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestVerifier:
    """Accepts what one of `signers` signed for this `audience`."""

    keyring: Keyring
    audience: str
    signers: tuple[str, ...] = ("gateway",)

    def verify(self, token: str, *, body: bytes | None) -> Actor:
        """The caller on whose behalf the request is made. Raises BadCredential."""
        claims, key = decode_signed(token, self.keyring, self.signers, issuer=None, audience=self.audience)
        if claims.get("iss") != key.signer:
            raise BadCredential("The signature names another sender.")
        if claims.get("bdg") != (UNSIGNED_STREAM if body is None else body_digest(body)):
            raise BadCredential("The signature is for another body.")
        try:
            return Actor.from_claims(claims)
        except BadClaims as refusal:
            raise BadCredential("The signature's claims are not understood.", field=refusal.field) from None

    def verify_header(self, header: str | None, *, body: bytes | None) -> Actor:
        """`header` is the whole value, "Holdfast <jwt>". Raises BadCredential."""
        scheme, _, token = (header or "").partition(" ")
        if scheme != SCHEME or not token:
            raise BadCredential("The request is not signed.")
        return self.verify(token, body=body)
