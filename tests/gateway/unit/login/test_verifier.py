from __future__ import annotations

import base64
import json
import time
from pathlib import Path
from uuid import UUID

import jwt
import pytest

from chassis.identity import Actor, BadCredential, Role, TokenExpired, TokenIssuer, ensure_keys, load_private_key
from gateway.login.keys import FileKeys
from gateway.login.verifier import MAX_TOKEN_LENGTH, Login

MEMBER = UUID("01890000-0000-7000-8000-000000000001")
APPROVER = Actor(subject="approver-1", roles=frozenset({Role.COUNTY_APPROVER}), areas=("99/01/01/",), member_id=MEMBER)


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    ensure_keys(tmp_path)
    return tmp_path


@pytest.fixture
def login(keys: Path) -> Login:
    return Login(keys=FileKeys(keys))


def issued(keys: Path, actor: Actor = APPROVER, *, seconds: int = 600, at: float | None = None) -> str:
    return TokenIssuer(key=load_private_key(keys, "issuer")).issue(actor, seconds=seconds, at=at)


def claims(**changes: object) -> dict[str, object]:
    now = int(time.time())
    whole: dict[str, object] = {
        **APPROVER.claims(), "iss": "holdfast", "aud": "holdfast", "iat": now, "nbf": now, "exp": now + 60,
    }  # fmt: skip
    return {name: value for name, value in (whole | changes).items() if value is not None}


def signed(keys: Path, payload: dict[str, object], *, signer: str = "issuer", kid: str | None = None) -> str:
    key = load_private_key(keys, signer)
    return jwt.encode(payload, key.key, algorithm="EdDSA", headers={"kid": kid or key.kid})


def segment(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


async def test_a_good_token_says_who_calls(login: Login, keys: Path) -> None:
    verified = await login.authenticate(f"Bearer {issued(keys)}")

    assert verified.actor == APPROVER
    assert (await login.authenticate(f"bearer  {issued(keys)}")).actor == APPROVER


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Basic YTpi", "Holdfast x.y.z", "Bearer nonsense", "Bearer a.b.c"]
)
async def test_without_a_token_nobody_is_let_in(login: Login, header: str) -> None:
    with pytest.raises(BadCredential) as refused:
        await login.authenticate(header)

    assert refused.value.code == "UNAUTHENTICATED"


@pytest.mark.parametrize(
    ("_case", "changes"),
    [
        ("another audience", {"aud": "somewhere-else"}),
        ("no audience", {"aud": None}),
        ("another issuer", {"iss": "evil"}),
        ("no issuer", {"iss": None}),
        ("no expiry", {"exp": None}),
        ("not yet valid", {"nbf": int(time.time()) + 86_400}),
        ("an unknown role", {"roles": ["KING"]}),
        ("no role", {"roles": []}),
        ("a role of processes", {"roles": ["COUNTY_ADMIN", "SYSTEM"]}),
        ("roles that are a text", {"roles": "COUNTY_ADMIN"}),
        ("an area that is no path", {"areas": ["990101"]}),
        ("an area that climbs", {"areas": ["99/../"]}),
        ("an empty area", {"areas": [""]}),
        ("no subject", {"sub": None}),
        ("a member that is no id", {"memberId": "1"}),
    ],
)
async def test_a_signed_token_with_wrong_claims_is_refused(
    login: Login, keys: Path, _case: str, changes: dict[str, object]
) -> None:
    with pytest.raises(BadCredential) as refused:
        await login.authenticate(f"Bearer {signed(keys, claims(**changes))}")

    assert refused.value.code == "UNAUTHENTICATED"


async def test_an_expired_token_is_refused_by_its_own_code(login: Login, keys: Path) -> None:
    with pytest.raises(TokenExpired) as refused:
        await login.authenticate(f"Bearer {issued(keys, seconds=60, at=time.time() - 3600)}")

    assert refused.value.code == "TOKEN_EXPIRED"


async def test_a_remembered_token_still_expires(login: Login, keys: Path) -> None:
    token = issued(keys, seconds=3, at=time.time() - 5)

    await login.authenticate(f"Bearer {token}")
    with pytest.raises(TokenExpired):
        await login.authenticate(f"Bearer {token}")


async def test_an_unsigned_token_is_refused(login: Login, keys: Path) -> None:
    kid = load_private_key(keys, "issuer").kid
    for algorithm in ("none", "None", "NONE"):
        token = f"{segment({'alg': algorithm, 'kid': kid})}.{segment(claims())}."
        with pytest.raises(BadCredential):
            await login.authenticate(f"Bearer {token}")


async def test_the_public_key_is_no_secret_to_sign_with(login: Login, keys: Path) -> None:
    """HS256 over the public key: the classic confusion of a verifier that lets the token choose."""
    key = load_private_key(keys, "issuer")
    secret = key.key.public_key().public_bytes_raw()
    token = jwt.encode(claims(), secret, algorithm="HS256", headers={"kid": key.kid})

    with pytest.raises(BadCredential):
        await login.authenticate(f"Bearer {token}")


@pytest.mark.parametrize("kid", ["issuer-unknown", "../../issuer.pem", "' or 1=1 --", "/dev/null"])
async def test_an_unknown_key_is_refused(login: Login, keys: Path, kid: str) -> None:
    with pytest.raises(BadCredential):
        await login.authenticate(f"Bearer {signed(keys, claims(), kid=kid)}")


@pytest.mark.parametrize("signer", ["gateway", "households", "risk"])
async def test_another_signers_key_gives_no_login(login: Login, keys: Path, signer: str) -> None:
    with pytest.raises(BadCredential):
        await login.authenticate(f"Bearer {signed(keys, claims(), signer=signer)}")


async def test_a_changed_claim_breaks_the_signature(login: Login, keys: Path) -> None:
    head, _, signature = issued(keys).split(".")
    token = f"{head}.{segment(claims(roles=['COUNTY_ADMIN']))}.{signature}"

    with pytest.raises(BadCredential):
        await login.authenticate(f"Bearer {token}")


async def test_a_token_is_never_longer_than_a_header_should_be(login: Login) -> None:
    with pytest.raises(BadCredential):
        await login.authenticate("Bearer " + "a" * (MAX_TOKEN_LENGTH + 1))


async def test_a_new_key_is_known_at_once_and_a_withdrawn_one_no_more(login: Login, keys: Path) -> None:
    old = issued(keys)
    await login.authenticate(f"Bearer {old}")

    (keys / "issuer.pem").unlink()
    ensure_keys(keys)

    assert (await login.authenticate(f"Bearer {issued(keys)}")).actor == APPROVER
    with pytest.raises(BadCredential):
        await login.authenticate(f"Bearer {old}")
