"""Login tokens: EdDSA JWTs (RFC 7519, RFC 8037). The algorithm is pinned; a token cannot choose it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import jwt

from chassis.errors import Forbidden
from chassis.identity.actor import Actor, BadClaims
from chassis.identity.compact import ALGORITHM
from chassis.identity.keys import Keyring, PrivateKey
from chassis.ids import new_id

ISSUER = "holdfast"
AUDIENCE = "holdfast"

LEEWAY_SECONDS = 5


class BadCredential(Forbidden):
    """The token or signature cannot be trusted. The message never says which part an attacker got right."""

    code = "UNAUTHENTICATED"


class TokenExpired(BadCredential):
    code = "TOKEN_EXPIRED"


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenIssuer:
    """The embedded issuer, for trying out and development. Production uses an OIDC provider's tokens."""

    key: PrivateKey

    def issue(self, actor: Actor, *, seconds: int = 8 * 3600, at: float | None = None) -> str:
        now = int(time.time() if at is None else at)
        claims = actor.claims() | {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "iat": now,
            "nbf": now,
            "exp": now + seconds,
            "jti": str(new_id()),
        }
        return jwt.encode(claims, self.key.key, algorithm=ALGORITHM, headers={"kid": self.key.kid})


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedToken:
    actor: Actor
    # Unix seconds at which the token stops being good.
    expires_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenVerifier:
    """`keyring` is asked at every call, so that rotated keys are seen."""

    keyring: Callable[[], Keyring]
    issuer: str = ISSUER
    audience: str = AUDIENCE
    signers: tuple[str, ...] = ("issuer",)

    def verify(self, token: str) -> VerifiedToken:
        """Raises BadCredential or TokenExpired."""
        claims = decode(token, self.keyring(), self.signers, issuer=self.issuer, audience=self.audience)
        try:
            actor = Actor.from_claims(claims)
        except BadClaims as refusal:
            raise BadCredential("The token's claims are not understood.", field=refusal.field) from None
        return VerifiedToken(actor=actor, expires_at=int(str(claims["exp"])))


def decode(
    token: str, keyring: Keyring, signers: tuple[str, ...], *, issuer: str | None, audience: str
) -> dict[str, object]:
    """The claims of a JWT signed by one of `signers`. Raises BadCredential or TokenExpired."""
    try:
        kid = jwt.get_unverified_header(token).get("kid")
        key = keyring.find(kid, signers=signers) if isinstance(kid, str) else None
        if key is None:
            raise BadCredential("The token's key is not known.")
        claims: dict[str, object] = jwt.decode(
            token,
            key.key,
            algorithms=[ALGORITHM],
            audience=audience,
            issuer=issuer,
            leeway=LEEWAY_SECONDS,
            options={"require": ["exp", "iat"], "verify_iss": issuer is not None},
        )
    except jwt.ExpiredSignatureError:
        raise TokenExpired("The token has expired.") from None
    except jwt.InvalidTokenError:
        raise BadCredential("The token is not valid.") from None
    if claims.get("iss") is None:
        raise BadCredential("The token names no issuer.")
    return claims
