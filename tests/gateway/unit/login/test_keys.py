from __future__ import annotations

import os
from pathlib import Path

import pytest

from chassis.errors import DependencyDown
from chassis.identity import Actor, BadCredential, Role, TokenIssuer, ensure_keys, load_private_key
from chassis.identity.keys import JWKS
from gateway.login.keys import FileKeys, KeysUnavailable, RemoteKeys
from gateway.login.verifier import Login

STAFF = Actor(subject="staff-1", roles=frozenset({Role.EMPLOYMENT_STAFF}), areas=("99/01/01/",))


class Provider:
    """An identity provider: `document` is what it serves, None while it is away."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.asked = 0
        self.away = False
        self.rotate()

    def rotate(self) -> None:
        (self.folder / "issuer.pem").unlink(missing_ok=True)
        ensure_keys(self.folder, ["issuer"])
        self.document = (self.folder / JWKS).read_bytes()

    def token(self) -> str:
        return "Bearer " + TokenIssuer(key=load_private_key(self.folder, "issuer")).issue(STAFF)

    async def fetch(self) -> bytes:
        self.asked += 1
        if self.away:
            raise DependencyDown("away")
        return self.document


class Wall:
    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def provider(tmp_path: Path) -> Provider:
    (tmp_path / "provider").mkdir()
    return Provider(tmp_path / "provider")


def remote(provider: Provider, cache: Path, wall: Wall, *, ask_again_seconds: float = 0.0) -> RemoteKeys:
    return RemoteKeys(
        fetch=provider.fetch,
        cache=cache / "jwks-cache.json",
        refresh_seconds=3600,
        outage_seconds=100,
        wall=wall,
        ask_again_seconds=ask_again_seconds,
    )


async def test_a_rotated_key_is_fetched_when_it_is_first_seen(provider: Provider, tmp_path: Path) -> None:
    keys = remote(provider, tmp_path, Wall())
    await keys.start()
    login = Login(keys=keys)
    old = provider.token()
    await login.authenticate(old)
    provider.rotate()

    assert (await login.authenticate(provider.token())).actor == STAFF
    assert provider.asked == 2
    with pytest.raises(BadCredential):
        await login.authenticate(old)
    await keys.stop()


async def test_invented_keys_do_not_make_us_ask_again_and_again(provider: Provider, tmp_path: Path) -> None:
    keys = remote(provider, tmp_path, Wall(), ask_again_seconds=60.0)
    await keys.start()
    login = Login(keys=keys)
    stranger = Provider(tmp_path)

    for _ in range(20):
        with pytest.raises(BadCredential):
            await login.authenticate(stranger.token())

    assert provider.asked == 1
    await keys.stop()


async def test_keys_outlive_an_outage_for_as_long_as_was_agreed(provider: Provider, tmp_path: Path) -> None:
    wall = Wall()
    keys = remote(provider, tmp_path, wall)
    await keys.start()
    login = Login(keys=keys)
    provider.away = True
    wall.now += 99

    assert (await login.authenticate(provider.token())).actor == STAFF

    wall.now += 2
    with pytest.raises(KeysUnavailable):
        await login.authenticate(provider.token())
    await keys.stop()


async def test_a_gateway_that_starts_during_the_outage_knows_the_keys_from_its_cache(
    provider: Provider, tmp_path: Path
) -> None:
    wall = Wall()
    first = remote(provider, tmp_path, wall)
    await first.start()
    await first.stop()
    os.utime(tmp_path / "jwks-cache.json", (wall.now, wall.now))
    provider.away = True

    second = remote(provider, tmp_path, wall)
    await second.start()

    assert (await Login(keys=second).authenticate(provider.token())).actor == STAFF
    await second.stop()


async def test_without_provider_and_cache_login_is_away_and_comes_back(provider: Provider, tmp_path: Path) -> None:
    provider.away = True
    keys = remote(provider, tmp_path, Wall())
    await keys.start()
    login = Login(keys=keys)
    with pytest.raises(KeysUnavailable):
        await login.authenticate(provider.token())

    provider.away = False
    await keys.look_again()

    assert (await login.authenticate(provider.token())).actor == STAFF
    await keys.stop()


@pytest.mark.parametrize(
    "document", [b"", b"{}", b"[]", b'{"keys":[]}', b'{"keys":[1]}', b"<html>", b'{"keys":[{"kty":"RSA"}]}']
)
async def test_a_broken_answer_does_not_replace_good_keys(provider: Provider, tmp_path: Path, document: bytes) -> None:
    keys = remote(provider, tmp_path, Wall())
    await keys.start()
    good = provider.token()
    provider.document = document

    await keys.look_again()

    assert (await Login(keys=keys).authenticate(good)).actor == STAFF
    await keys.stop()


async def test_the_key_file_may_be_missing_and_come_later(tmp_path: Path) -> None:
    keys = FileKeys(tmp_path)
    with pytest.raises(KeysUnavailable):
        keys.current()

    ensure_keys(tmp_path)
    await keys.look_again()

    assert len(keys.current().keys) == 5
