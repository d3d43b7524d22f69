"""From an `Authorization` header to the caller. There is no anonymous caller."""

from __future__ import annotations

import time
from collections import OrderedDict
from dataclasses import dataclass, field

import jwt

from chassis.identity import BadCredential, Keyring, Role, TokenExpired, TokenVerifier
from chassis.identity.tokens import AUDIENCE, ISSUER, VerifiedToken
from gateway.login.keys import KeySource

MAX_TOKEN_LENGTH = 8_000
REMEMBERED = 4_096


@dataclass(slots=True, kw_only=True)
class Login:
    """Verifies bearer tokens. A verified token is remembered until it expires or the keys change."""

    keys: KeySource
    issuer: str = ISSUER
    audience: str = AUDIENCE
    _remembered: OrderedDict[str, VerifiedToken] = field(default_factory=OrderedDict, init=False)
    _keyring: Keyring | None = field(default=None, init=False)

    async def authenticate(self, authorization: str) -> VerifiedToken:
        """`authorization` is the header's value. Raises BadCredential, TokenExpired or KeysUnavailable."""
        token = bearer(authorization)
        keyring = self._keys()
        known = self._remembered.get(token)
        if known is not None:
            if known.expires_at <= time.time():
                del self._remembered[token]
                raise TokenExpired("The token has expired.")
            return known
        if key_id(token) not in keyring.keys:
            await self.keys.look_again()
        verified = self._verify(token)
        self._remembered[token] = verified
        if len(self._remembered) > REMEMBERED:
            self._remembered.popitem(last=False)
        return verified

    def _verify(self, token: str) -> VerifiedToken:
        verifier = TokenVerifier(keyring=self._keys, issuer=self.issuer, audience=self.audience)
        verified = verifier.verify(token)
        if not verified.actor.roles:
            raise BadCredential("The token gives no role.", field="roles")
        if Role.SYSTEM in verified.actor.roles:
            # Processes sign requests; they never log in, and nobody logs in as one.
            raise BadCredential("The token's claims are not understood.", field="roles")
        return verified

    def _keys(self) -> Keyring:
        keyring = self.keys.current()
        if keyring is not self._keyring:
            self._remembered.clear()
            self._keyring = keyring
        return keyring


def bearer(authorization: str) -> str:
    """The token of `Bearer <token>`. Raises BadCredential."""
    scheme, _, token = authorization.partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer" or not token:
        raise BadCredential("Log in: send Authorization: Bearer <token>.")
    if len(token) > MAX_TOKEN_LENGTH:
        raise BadCredential("The token is too long.")
    return token


def key_id(token: str) -> str:
    """The key the token says it was signed with, unverified. Raises BadCredential."""
    try:
        kid = jwt.get_unverified_header(token).get("kid")
    except jwt.InvalidTokenError:
        raise BadCredential("The token is not valid.") from None
    if not isinstance(kid, str):
        raise BadCredential("The token's key is not known.")
    return kid
