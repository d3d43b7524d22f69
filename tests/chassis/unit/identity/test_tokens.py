from __future__ import annotations

import base64
import json
import stat
import time
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import jwt
import pytest
from jwt.types import Options

from chassis.identity import (
    Actor,
    BadCredential,
    Keyring,
    RequestSigner,
    RequestVerifier,
    Role,
    TokenExpired,
    TokenIssuer,
    TokenVerifier,
    ensure_keys,
    load_private_key,
)

APPROVER = Actor(
    subject="approver-1",
    roles=frozenset({Role.COUNTY_APPROVER, Role.SUPERVISOR}),
    areas=("99/01/01/",),
    member_id=UUID(int=7),
    employer_id="e-1",
    department="HEALTH_INSURANCE",
)

UNPROVED: Options = {"verify_signature": False, "verify_aud": False}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("keys")
    ensure_keys(path)
    return path


@pytest.fixture(scope="module")
def issuer(folder: Path) -> TokenIssuer:
    return TokenIssuer(key=load_private_key(folder, "issuer"))


@pytest.fixture(scope="module")
def verifier(folder: Path) -> TokenVerifier:
    keyring = Keyring.load(folder)
    return TokenVerifier(keyring=lambda: keyring)


def forged(claims: dict[str, object], header: dict[str, object]) -> str:
    def part(value: dict[str, object]) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    return f"{part(header)}.{part(claims)}."


def test_an_actor_travels_whole_through_a_token(issuer: TokenIssuer, verifier: TokenVerifier) -> None:
    token = verifier.verify(issuer.issue(APPROVER, seconds=60))

    assert token.actor == APPROVER
    assert 55 <= token.expires_at - time.time() <= 60


def test_the_login_session_travels_through_token_and_signature_and_makes_nobody_another(
    folder: Path, issuer: TokenIssuer, verifier: TokenVerifier
) -> None:
    kiosk = replace(APPROVER, session="kiosk")
    named, numbered = (verifier.verify(issuer.issue(actor)).actor for actor in (kiosk, APPROVER))

    assert named.session == "kiosk"
    assert numbered.session, "A token that names no session is numbered."
    assert named == numbered == APPROVER
    assert "kiosk" not in repr(named)
    signer = RequestSigner(load_private_key(folder, "gateway"))
    services = RequestVerifier(keyring=Keyring.load(folder), audience="employment")
    assert services.verify(signer.sign(named, audience="employment", body=b"x"), body=b"x").session == "kiosk"


def test_making_keys_again_keeps_them_and_only_the_owner_reads_them(folder: Path) -> None:
    before = (folder / "jwks.json").read_bytes()
    ensure_keys(folder)

    assert (folder / "jwks.json").read_bytes() == before
    assert stat.S_IMODE((folder / "issuer.pem").stat().st_mode) == 0o600


def test_an_expired_token_is_told_from_a_bad_one(issuer: TokenIssuer, verifier: TokenVerifier) -> None:
    with pytest.raises(TokenExpired):
        verifier.verify(issuer.issue(APPROVER, seconds=60, at=time.time() - 3600))


def test_an_unsigned_token_is_refused(issuer: TokenIssuer, verifier: TokenVerifier) -> None:
    claims = jwt.decode(issuer.issue(APPROVER), options={"verify_signature": False})

    for kid in (issuer.key.kid, "", "../../etc/passwd"):
        with pytest.raises(BadCredential):
            verifier.verify(forged(claims, {"alg": "none", "typ": "JWT", "kid": kid}))


def test_a_token_signed_with_the_public_key_as_a_secret_is_refused(folder: Path, verifier: TokenVerifier) -> None:
    entry = next(
        key for key in json.loads((folder / "jwks.json").read_text())["keys"] if key["holdfast_signer"] == "issuer"
    )
    claims = APPROVER.claims() | {"iss": "holdfast", "aud": "holdfast", "iat": 1, "exp": time.time() + 60}

    with pytest.raises(BadCredential):
        verifier.verify(jwt.encode(claims, entry["x"] * 2, algorithm="HS256", headers={"kid": entry["kid"]}))


def test_another_services_key_issues_no_login(folder: Path, verifier: TokenVerifier) -> None:
    with pytest.raises(BadCredential):
        verifier.verify(TokenIssuer(key=load_private_key(folder, "risk")).issue(APPROVER))


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"aud": "elsewhere"}, id="another audience"),
        pytest.param({"iss": "elsewhere"}, id="another issuer"),
        pytest.param({"nbf": time.time() + 86_400}, id="not yet"),
        pytest.param({"roles": ["COUNTY_APPROVER", "KING"]}, id="a role outside the closed list"),
        pytest.param({"areas": ["99/01/0"]}, id="half an area path"),
        pytest.param({"areas": "99/01/01/"}, id="areas as a text"),
        pytest.param({"memberId": "7"}, id="a member that is no id"),
        pytest.param({"sub": ""}, id="nobody"),
    ],
)
def test_a_wrong_claim_is_refused(issuer: TokenIssuer, verifier: TokenVerifier, change: dict[str, object]) -> None:
    now = int(time.time())
    claims = APPROVER.claims() | {"iss": "holdfast", "aud": "holdfast", "iat": now, "exp": now + 60} | change
    token = jwt.encode(claims, issuer.key.key, algorithm="EdDSA", headers={"kid": issuer.key.kid})

    with pytest.raises(BadCredential):
        verifier.verify(token)


def test_a_signed_request_is_good_for_its_body_audience_and_sender_only(folder: Path) -> None:
    keyring = Keyring.load(folder)
    header = RequestSigner(load_private_key(folder, "gateway")).header(APPROVER, audience="risk", body=b"{}")
    risk = RequestVerifier(keyring=keyring, audience="risk")

    assert risk.verify_header(header, body=b"{}") == APPROVER
    for verifier, body in (
        (risk, b"{ }"),
        (risk, None),
        (RequestVerifier(keyring=keyring, audience="households"), b"{}"),
        (RequestVerifier(keyring=keyring, audience="risk", signers=("employment",)), b"{}"),
    ):
        with pytest.raises(BadCredential):
            verifier.verify_header(header, body=body)


def test_a_streamed_body_is_signed_as_such(folder: Path) -> None:
    keyring = Keyring.load(folder)
    header = RequestSigner(load_private_key(folder, "gateway")).header(APPROVER, audience="households", body=None)

    assert RequestVerifier(keyring=keyring, audience="households").verify_header(header, body=None) == APPROVER


@pytest.mark.parametrize("header", [None, "", "Holdfast", "Bearer x", "Holdfast x.y.z"])
def test_what_is_not_signed_is_refused(folder: Path, header: str | None) -> None:
    with pytest.raises(BadCredential):
        RequestVerifier(keyring=Keyring.load(folder), audience="risk").verify_header(header, body=b"")


def test_a_signature_is_a_jwt_that_any_library_reads(folder: Path) -> None:
    key = load_private_key(folder, "gateway")
    token = RequestSigner(key).sign(APPROVER, audience="risk", body=b"{}")

    claims = jwt.decode(token, key.key.public_key(), algorithms=["EdDSA"], audience="risk", issuer="gateway")
    assert Actor.from_claims(claims) == APPROVER
    assert jwt.get_unverified_header(token) == {"alg": "EdDSA", "kid": key.kid, "typ": "JWT"}


@pytest.mark.parametrize(
    ("header", "change", "refusal"),
    [
        pytest.param({}, {"exp": time.time() - 60}, BadCredential, id="an end that is no whole number"),
        pytest.param({}, {"exp": int(time.time()) - 60}, TokenExpired, id="long over"),
        pytest.param({}, {"exp": None}, BadCredential, id="no end"),
        pytest.param({}, {"iat": None}, BadCredential, id="no beginning"),
        pytest.param({}, {"iat": int(time.time()) + 86_400}, BadCredential, id="made in the future"),
        pytest.param({}, {"nbf": int(time.time()) + 86_400}, BadCredential, id="not yet"),
        pytest.param({}, {"aud": ["risk"]}, BadCredential, id="several audiences"),
        pytest.param({}, {"iss": "risk"}, BadCredential, id="another sender"),
        pytest.param({}, {"sub": ""}, BadCredential, id="nobody"),
        pytest.param({"crit": ["b64"]}, {}, BadCredential, id="a critical header"),
        pytest.param({"kid": "gateway"}, {}, BadCredential, id="an unknown key"),
    ],
)
def test_a_signature_that_says_anything_else_is_refused(
    folder: Path, header: dict[str, object], change: dict[str, object], refusal: type[BadCredential]
) -> None:
    key = load_private_key(folder, "gateway")
    verifier = RequestVerifier(keyring=Keyring.load(folder), audience="risk")
    now = int(time.time())
    digest = jwt.decode(RequestSigner(key).sign(APPROVER, audience="risk", body=b""), options=UNPROVED)["bdg"]
    claims = APPROVER.claims() | {"iss": "gateway", "aud": "risk", "iat": now, "exp": now + 25, "bdg": digest}
    good = jwt.encode(claims, key.key, algorithm="EdDSA", headers={"kid": key.kid})
    bad = jwt.encode(
        {name: value for name, value in (claims | change).items() if value is not None},
        key.key,
        algorithm="EdDSA",
        headers={"kid": key.kid} | header,
    )

    assert verifier.verify(good, body=b"") == APPROVER
    with pytest.raises(refusal):
        verifier.verify(bad, body=b"")


def test_a_signature_whose_parts_were_changed_is_refused_however_well_its_head_is_known(folder: Path) -> None:
    verifier = RequestVerifier(keyring=Keyring.load(folder), audience="risk")
    token = RequestSigner(load_private_key(folder, "gateway")).sign(APPROVER, audience="risk", body=b"")
    assert verifier.verify(token, body=b"") == APPROVER
    head, claims, signature = token.split(".")
    other = forged({**jwt.decode(token, options=UNPROVED), "roles": ["SYSTEM"]}, {}).split(".")[1]

    for bad in (
        f"{head}.{other}.{signature}",
        f"{head}.{claims}.{signature[:-8]}AAAAAAAA",
        f"{head}.{claims}.",
        f"{head}.{claims}",
        f"{head}.{claims}.{signature}.",
        f"{head}.\N{SNOWMAN}.{signature}",
        head,
    ):
        with pytest.raises(BadCredential):
            verifier.verify(bad, body=b"")
