"""Signatures between the parts: who sends, for which caller, to whom, and over exactly which body.

A short-lived JWT rides in `Authorization: Holdfast <jwt>` (HTTP) or in the metadata of a gRPC call.
"""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass, field

from chassis.identity.actor import Actor, BadClaims
from chassis.identity.compact import ALGORITHM, head_of, open_compact, seal_compact, unpadded
from chassis.identity.keys import Keyring, PrivateKey, PublicKey
from chassis.identity.tokens import LEEWAY_SECONDS, BadCredential, TokenExpired

SCHEME = "Holdfast"
SECONDS = 25
HEADS_REMEMBERED = 64
# Stands for the digest of a body that is streamed through, such as an upload.
UNSIGNED_STREAM = "UNSIGNED-STREAM"


def body_digest(body: bytes) -> str:
    return unpadded(hashlib.sha256(body).digest())


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
        return seal_compact(claims, self.key)

    def header(self, actor: Actor, *, audience: str, body: bytes | None) -> str:
        return f"{SCHEME} {self.sign(actor, audience=audience, body=body)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestVerifier:
    """Accepts what one of `signers` signed for this `audience`."""

    keyring: Keyring
    audience: str
    signers: tuple[str, ...] = ("gateway",)
    _heads: dict[str, PublicKey] = field(default_factory=dict, init=False, repr=False, compare=False)
    """Keys by the first part of a token: all that one signer makes begin alike."""

    def verify(self, token: str, *, body: bytes | None) -> Actor:
        """The caller on whose behalf the request is made. Raises BadCredential."""
        head, _, _ = token.partition(".")
        key = self._heads.get(head) or self._key(head)
        claims = open_compact(token, key)
        if claims is None:
            raise BadCredential("The token is not valid.")
        self._require_now(claims)
        if claims.get("iss") != key.signer:
            raise BadCredential("The signature names another sender.")
        if claims.get("bdg") != (UNSIGNED_STREAM if body is None else body_digest(body)):
            raise BadCredential("The signature is for another body.")
        try:
            return Actor.from_claims(claims)
        except BadClaims as refusal:
            raise BadCredential("The signature's claims are not understood.", field=refusal.field) from None

    def _key(self, head: str) -> PublicKey:
        said = head_of(head) or {}
        kid = said.get("kid")
        key = self.keyring.find(kid, signers=self.signers) if isinstance(kid, str) else None
        # Nothing but our own algorithm is known here, and nothing critical (RFC 7515, 4.1.11) is.
        if key is None or said.get("alg") != ALGORITHM or "crit" in said:
            raise BadCredential("The token's key is not known.")
        if len(self._heads) < HEADS_REMEMBERED:
            self._heads[head] = key
        return key

    def _require_now(self, claims: dict[str, object]) -> None:
        """Signed for us, and for this time."""
        made, ends, from_when = claims.get("iat"), claims.get("exp"), claims.get("nbf", 0)
        if not (isinstance(made, int) and isinstance(ends, int) and isinstance(from_when, int)):
            raise BadCredential("The token is not valid.")
        now = time.time()
        if ends <= now - LEEWAY_SECONDS:
            raise TokenExpired("The token has expired.")
        if max(made, from_when) > now + LEEWAY_SECONDS or claims.get("aud") != self.audience:
            raise BadCredential("The token is not valid.")

    def verify_header(self, header: str | None, *, body: bytes | None) -> Actor:
        """`header` is the whole value, "Holdfast <jwt>". Raises BadCredential."""
        scheme, _, token = (header or "").partition(" ")
        if scheme != SCHEME or not token:
            raise BadCredential("The request is not signed.")
        return self.verify(token, body=body)
