"""Subgraphs the plans are drawn over, by what each is about."""

from __future__ import annotations

from collections.abc import Mapping

SUPERGRAPHS: Mapping[str, Mapping[str, str]] = {
    "county": {
        "households": """
          type Query { household(id: ID!): Household things: [Thing!]! node: Node }
          interface Node { id: ID! }
          union Thing = Household | Member
          type Household implements Node @key(fields: "id") { id: ID! code: String! members: [Member!]! grid: [[Member]] }
          type Member implements Node @key(fields: "id") { id: ID! name: String! household: Household! }
          type Mutation { register(name: String!): Household }
        """,
        "risk": """
          type Query { alerts: [Alert!]! }
          type Household @key(fields: "id") { id: ID! code: String! @external alerts(first: Int): [Alert!]! score: Float @requires(fields: "code") }
          type Alert @key(fields: "id") { id: ID! level: String! household: Household! }
          type Mutation { clear(id: ID!): Alert }
          type Subscription { raised(area: String!): Alert! }
        """,
        "employment": """
          type Query { me: Worker }
          type Member @key(fields: "id") { id: ID! worker: Worker }
          type Worker { trade: String member: Member! }
        """,
    },
    "chain": {
        "a": """
          type Query { a: T } type T @key(fields: "a") { a: ID! }
        """,
        "b": """
          type T @key(fields: "a") @key(fields: "b") { a: ID! b: ID! }
        """,
        "c": """
          type T @key(fields: "b") { b: ID! deep: String }
        """,
    },
    "providing": {
        "a": """
          type Query { fast: P @provides(fields: "name") slow: P } type P @key(fields: "id") { id: ID! name: String @external }
        """,
        "b": """
          type P @key(fields: "id") { id: ID! name: String @shareable }
        """,
    },
    "clash": {
        "a": """
          type Query { pets: [Pet] } union Pet = Cat | Dog type Cat @shareable { name: String } type Dog @key(fields: "id") { id: ID! name: String! @shareable }
        """,
        "b": """
          type Dog @key(fields: "id") { id: ID! name: String @shareable legs: Int }
        """,
    },
    "nested": {
        "a": """
          type Query { r: R } type R @key(fields: "id") { id: ID! owner: O } type O @key(fields: "id") { id: ID! }
        """,
        "b": """
          type O @key(fields: "id") { id: ID! zip: String }
        """,
        "c": """
          type R @key(fields: "id") { id: ID! owner: O @external cost: Int @requires(fields: "owner { zip }") } type O @key(fields: "id") { id: ID! zip: String @external }
        """,
    },
    "reentry": {
        "a": """
          type Query { a: Int } type Mutation { touch: Touched } type Touched { query: Query! }
        """,
        "b": """
          type Query { b: Int }
        """,
    },
}
