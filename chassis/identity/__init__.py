"""Who calls: roles, scope kinds, the actor, login tokens and the signatures between the parts."""

from chassis.identity.actor import SYSTEM_ACTOR, Actor, Role, ScopeKind
from chassis.identity.keys import Keyring, PrivateKey, ensure_keys, load_private_key
from chassis.identity.signatures import UNSIGNED_STREAM, RequestSigner, RequestVerifier
from chassis.identity.tokens import BadCredential, TokenExpired, TokenIssuer, TokenVerifier

__all__ = [
    "SYSTEM_ACTOR",
    "UNSIGNED_STREAM",
    "Actor",
    "BadCredential",
    "Keyring",
    "PrivateKey",
    "RequestSigner",
    "RequestVerifier",
    "Role",
    "ScopeKind",
    "TokenExpired",
    "TokenIssuer",
    "TokenVerifier",
    "ensure_keys",
    "load_private_key",
]
