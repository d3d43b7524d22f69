"""Fields that only read an attribute answer as the general way does, faults included."""

from enum import Enum

import pytest
import strawberry

from chassis.graph import build_schema
from chassis.graph.plain_fields import plain_field


class Inked(Enum):
    LIGHT = "light-ink"
    DARK = "dark-ink"


Ink = strawberry.enum(Inked)


@strawberry.type
class Page:
    number: int
    ink: Inked
    title: str | None = None
    odd: bool = True

    @strawberry.field
    def doubled(self) -> int:
        return 2 * self.number


PAGE = Page(number=7, ink=Inked.DARK)


@strawberry.type
class Query:
    @strawberry.field
    def page(self) -> Page | None:
        return PAGE

    @strawberry.field
    def torn(self) -> Page | None:
        return Page(number=None, ink=Inked.LIGHT)  # type: ignore[arg-type]  # a fault on purpose

    @strawberry.field
    def huge(self) -> Page | None:
        return Page(number=2**40, ink=Inked.LIGHT)

    @strawberry.field
    def blot(self) -> Page | None:
        return Page(number=1, ink="blot")  # type: ignore[arg-type]  # a fault on purpose


@strawberry.type
class Chapter:
    name: str
    pages: list[Page]
    notes: list[str | None]
    cover: Page | None = None


@strawberry.type
class Books:
    @strawberry.field
    async def chapters(self) -> list[Chapter | None]:
        return [
            Chapter(name="one", pages=[PAGE, Page(number=8, ink=Inked.LIGHT)], notes=["a", None], cover=PAGE),
            None,
            Chapter(name="two", pages=[], notes=[]),
        ]

    @strawberry.field
    async def torn(self) -> list[Chapter | None]:
        return [
            Chapter(name="one", pages=[PAGE, None], notes=[]),  # type: ignore[list-item]  # what a faulty resolver answers
            Chapter(name="two", pages=[PAGE], notes=[]),
        ]


schema = build_schema(query=Query)
books = build_schema(query=Books)


async def test_attributes_and_resolvers_are_answered_side_by_side() -> None:
    result = await schema.execute("{ page { n: number ink title odd doubled __typename } }")
    assert result.errors is None
    assert result.data == {
        "page": {"n": 7, "ink": "DARK", "title": None, "odd": True, "doubled": 14, "__typename": "Page"}
    }


@pytest.mark.parametrize(
    ("field", "leaf"), [("torn", "number"), ("huge", "number"), ("blot", "ink")], ids=["null", "range", "no member"]
)
async def test_a_fault_is_told_with_its_path(field: str, leaf: str) -> None:
    result = await schema.execute(f"{{ {field} {{ {leaf} }} }}")
    assert result.data == {field: None}
    assert result.errors is not None
    assert [error.path for error in result.errors] == [[field, leaf]]


async def test_lists_of_objects_are_answered_whole_with_aliases_and_what_is_left_out() -> None:
    asked = "query($x: Boolean!) { chapters { __typename t: name name @skip(if: $x) notes cover { ink } "
    result = await books.execute(asked + "pages { number ... on Page { ink } } } }", variable_values={"x": True})
    assert result.errors is None
    one = {
        "__typename": "Chapter",
        "t": "one",
        "notes": ["a", None],
        "cover": {"ink": "DARK"},
        "pages": [{"number": 7, "ink": "DARK"}, {"number": 8, "ink": "LIGHT"}],
    }
    two: dict[str, object] = {"__typename": "Chapter", "t": "two", "notes": [], "cover": None, "pages": []}
    assert result.data == {"chapters": [one, None, two]}
    assert list(result.data["chapters"][0]) == list(one)


async def test_a_resolver_within_a_list_is_asked_as_well() -> None:
    result = await books.execute("{ chapters { pages { number doubled } } }")
    assert result.errors is None
    assert result.data is not None
    assert result.data["chapters"][0] == {"pages": [{"number": 7, "doubled": 14}, {"number": 8, "doubled": 16}]}


async def test_a_fault_within_a_list_is_told_with_its_path_and_leaves_the_others_whole() -> None:
    result = await books.execute("{ torn { pages { number } } }")
    assert result.data == {"torn": [None, {"pages": [{"number": 7}]}]}
    assert result.errors is not None
    assert [error.path for error in result.errors] == [["torn", 0, "pages", 1]]


def test_only_attributes_are_plain() -> None:
    page = schema._schema.get_type("Page")  # noqa: SLF001 - as the executor sees it
    names = {name for name in page.fields if plain_field(page, name) is not None}  # type: ignore[union-attr]  # it is an object type
    assert names == {"number", "ink", "title", "odd"}
