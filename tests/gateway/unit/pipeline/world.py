"""Objects whose fields follow from a seed, so that three services and one schema can tell the same story."""

from __future__ import annotations

from typing import Any

Obj = dict[str, Any]


def _number(*parts: object) -> int:
    """Stable pseudo-random number of a place in the world."""
    value = 7
    for part in parts:
        for letter in str(part):
            value = (value * 131 + ord(letter)) % 1_000_003
    return value


class World:
    """Objects by type and id; relations and holes (nulls) follow from the seed."""

    def __init__(self, seed: int, *, holes: bool = True) -> None:
        self.seed = seed
        self.holes = holes

    def pick(self, *parts: object) -> int:
        return _number(self.seed, *parts)

    def make(self, kind: str, number: int) -> Obj:
        return {"__typename": kind, "id": f"{kind[0].lower()}{number % 4}"}

    def some(self, kind: str, place: tuple[object, ...], most: int = 3) -> list[Obj]:
        return [self.make(kind, self.pick(*place, index)) for index in range(self.pick(*place) % (most + 1))]

    def hole(self, *place: object) -> bool:
        return self.holes and self.pick("hole", *place) % 7 == 0

    def broken(self, *place: object) -> bool:
        """A null where the schema promises none."""
        return self.holes and self.pick("broken", *place) % 23 == 0

    def thing(self, *place: object, kinds: tuple[str, ...]) -> Obj:
        kind = kinds[self.pick("kind", *place) % len(kinds)]
        return self.make(kind, self.pick("of", *place))

    def value(self, source: Obj, name: str, args: Obj) -> Any:  # noqa: C901, PLR0911, PLR0912 - one answer for each field
        kind, key = source["__typename"], source.get("id", "")
        place = (kind, key, name)
        if name in {"id", "serial", "zone", "name"} and kind in {"Home", "Alarm", "Zone", "Worker"}:
            return _identity(source, name)
        if name == "id":
            return source["id"]
        if name in {"home", "homes", "node", "nodes", "things", "alarm", "alarms", "worker", "workers"}:
            return self._relation(source, name, args)
        if name in {"title", "text"} and self.broken(*place):
            return None
        if name in {"must", "inner"}:
            return None if self.broken(*place) else ({"__typename": "Inner", "id": "i"} if name == "inner" else "m")
        if name == "nick":
            return f"nick-{key}"
        if name == "name":
            return f"name-{key}-{args.get('style')}"
        if name == "code":
            text = f"code-{key}"
            return text.upper() if args.get("upper") else text
        if name in {"people", "list"}:
            return self.some("Person", place)
        if name in {"place", "place2"}:
            return {"__typename": "Place", "id": str(self.pick(*place) % 50)}
        if name in {"lat", "lon"}:
            return None if self.hole(*place) else self.pick(*place) % 90
        if self.hole(*place):
            return None
        if name == "grid":
            return [self.some("Person", (*place, row)) if row != 1 else None for row in range(3)]
        if name == "favourite":
            return self.thing(*place, kinds=("Home", "Person", "Note"))
        if name == "about":
            return self.thing(*place, kinds=("Home", "Person"))
        if name == "reason":
            return self.thing(*place, kinds=("Bill", "Loss"))
        if name in {"person", "boss", "handler", "last", "next", "maybe", "pulse", "strict"}:
            kinds = {"boss": "Worker", "handler": "Worker", "last": "Alarm", "next": "Job", "maybe": "Inner"}
            return self.make(kinds.get(name, name.title()), self.pick(*place))
        if name == "jobs":
            return [self.some("Job", (*place, row), 2) if row else None for row in range(2)]
        if name == "risk":
            return self.pick("risk", key) % 100 / 100
        if name in {"beats", "extra", "level", "amount"}:
            return self.pick(*place) % 9
        if name == "rate":
            return 0.5
        if name == "mood":
            return ("CALM", "WORRIED")[self.pick(*place) % 2]
        return f"{name}-{key}"

    def _relation(self, source: Obj, name: str, args: Obj) -> Any:  # noqa: PLR0911 - one answer for each field
        kind, place = source["__typename"], (source["__typename"], source.get("id"), name)
        if kind == "Query":
            if name in {"home", "alarm", "worker"}:
                return {"__typename": name.title(), "id": args["id"]} if len(args["id"]) == 2 else None
            if name == "node":
                return {"__typename": "Home" if args["id"][0] == "h" else "Person", "id": args["id"]}
            if name == "things":
                kinds = ("Home", "Person", "Note")
                return [None if self.hole(name, i) else self.thing(name, i, kinds=kinds) for i in range(5)]
            if name == "nodes":
                return [self.thing(name, index, kinds=("Home", "Person")) for index in range(4)]
            return self.some(name[:-1].title(), place)[: args.get("first") or 3]
        if name == "alarms":
            found: list[Obj | None] = list(self.some("Alarm", (*place, args.get("level"))))
            return [*found, None] if self.hole(*place) else found
        if name == "home" and kind == "Person" and self.hole(*place):
            return None
        return self.make({"home": "Home", "worker": "Worker", "alarm": "Alarm"}[name], self.pick(*place))


def _identity(source: Obj, name: str) -> Any:
    key = source.get("id", "")
    if name == "serial":
        return int(key[1:]) + 100
    if name == "zone":
        return {"__typename": "Zone", "id": key}
    return f"zone-{key}" if name == "name" else key
