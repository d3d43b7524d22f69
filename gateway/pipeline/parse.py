"""Stage 1: text to one chosen operation."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from graphql import (
    DocumentNode,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    parse,
)

from gateway.pipeline.limits import Limits
from gateway.pipeline.lru import Lru
from gateway.pipeline.stages import (
    ErrorEntry,
    GraphQLRequest,
    OperationRefused,
    OperationType,
    ParsedOperation,
    RequestContext,
)

MAX_COMMENTS = 1_000
_EXPECTED = re.compile(r"Expected ([^,'\"]{1,40}), found")


class DocumentTooLarge(OperationRefused):
    code = "DOCUMENT_TOO_LARGE"


class DocumentMalformed(OperationRefused):
    code = "GRAPHQL_PARSE_FAILED"


class OperationNotFound(OperationRefused):
    code = "OPERATION_NOT_FOUND"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    document: DocumentNode
    operation: OperationDefinitionNode


class Parse:
    """Remembers parsed documents by digest; refused ones are not worth the room."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._known: Lru[_Known] = Lru(limits.cached_documents)

    def __call__(self, request: GraphQLRequest, ctx: RequestContext) -> ParsedOperation:
        del ctx
        text = request.document
        if len(text) > self._limits.max_bytes:
            raise DocumentTooLarge(f"The document is longer than {self._limits.max_bytes} characters.")
        name = request.operation_name or ""
        key = hashlib.sha256(f"{name}\0{text}".encode("utf-8", "surrogatepass")).hexdigest()
        known = self._known.get(key)
        if known is None:
            document = self._parse(text)
            known = self._known.put(key, _Known(document=document, operation=_choose(document, request.operation_name)))
        return ParsedOperation(
            document=known.document,
            operation=known.operation,
            operation_type=OperationType(known.operation.operation.value),
            name=known.operation.name.value if known.operation.name else None,
            key=key,
            variables=request.variables,
        )

    def _parse(self, text: str) -> DocumentNode:
        try:
            return parse(text, max_lexical_tokens=self._limits.max_tokens, max_comments=MAX_COMMENTS)
        except GraphQLSyntaxError as error:
            if "contains more than" in error.message:
                raise DocumentTooLarge(
                    f"The document has more than {self._limits.max_tokens} tokens or {MAX_COMMENTS} comments."
                ) from error
            raise _malformed(error) from error


def _malformed(error: GraphQLSyntaxError) -> DocumentMalformed:
    """Says where and what was expected, not what was found: that may be somebody's data."""
    expected = _EXPECTED.search(error.message)
    message = "Syntax error" + (f": expected {expected.group(1)}." if expected else ".")
    locations = tuple((each.line, each.column) for each in error.locations or ())
    entry = ErrorEntry(message=message, locations=locations, extensions={"code": DocumentMalformed.code})
    return DocumentMalformed(message, entries=(entry,))


def _choose(document: DocumentNode, name: str | None) -> OperationDefinitionNode:
    operations = [each for each in document.definitions if isinstance(each, OperationDefinitionNode)]
    if name:
        for each in operations:
            if each.name is not None and each.name.value == name:
                return each
        raise OperationNotFound("The document has no operation of the name that was given.")
    if len(operations) == 1:
        return operations[0]
    if not operations:
        raise OperationNotFound("The document has no operation.")
    raise OperationNotFound("The document has several operations: operationName must choose one.")
