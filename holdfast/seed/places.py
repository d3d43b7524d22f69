"""The invented county: 99/01/01/ with three townships and twenty villages, on empty ground."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

COUNTY = "99/01/01/"
ZONE = "Asia/Shanghai"
SINCE = date(2010, 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """`lat`, `lon`: degrees of the office."""

    path: str
    code: str
    name: str
    lat: float
    lon: float


def _code(path: str) -> str:
    return path.replace("/", "")


def _place(path: str, name: str, lat: float, lon: float) -> Place:
    return Place(path=path, code=_code(path), name=name, lat=round(lat, 4), lon=round(lon, 4))


_TOWNSHIPS = (
    ("001", "清泉乡", 38.50, 92.00, ("红柳村", "沙枣村", "白杨村", "东渠村", "西渠村", "石桥村", "月台村")),
    ("002", "白杨镇", 38.72, 92.25, ("长滩村", "芦花村", "新井村", "北坡村", "南坡村", "驼铃村", "花园村")),
    ("003", "沙枣乡", 38.30, 92.28, ("盐池村", "水磨村", "梨园村", "高台村", "小河村", "草湖村")),
)

ABOVE = (
    _place("99/", "样例省", 38.0, 92.0),
    _place("99/01/", "样例地区", 38.4, 92.1),
    _place(COUNTY, "样例县", 38.52, 92.12),
)
TOWNSHIPS = tuple(_place(f"{COUNTY}{number}/", name, lat, lon) for number, name, lat, lon, _ in _TOWNSHIPS)
# Villages lie on a grid of about 4 km around their township, so that neighbours are a walk or a short ride apart.
VILLAGES = tuple(
    _place(
        f"{COUNTY}{number}/{201 + order}/",
        name,
        lat + 0.04 * (order % 3 - 1),
        lon + 0.05 * (order // 3 - 1),
    )
    for number, _, lat, lon, names in _TOWNSHIPS
    for order, name in enumerate(names)
)
PLACES = (*ABOVE, *TOWNSHIPS, *VILLAGES)
