"""Finds the names of types that an item without backticks and paths says it makes."""

# ruff: noqa: RUF001 - the dashes and brackets that people write plans with

import re

from relaymark.core.span import Span
from relaymark.core.symbols import Symbol

_KIND = (
    r"(?:model|class|service|component|view|page|screen|struct|type|hook|module|enum|interface|protocol|trait|controller"
    r"|repository|manager|adapter|serializer|provider|widget|handler|factory|engine|client|dialog|modal|panel|store)"
)
_NAME = r"(?<![\w./`-])(?P<name>[A-Z][a-z0-9]++(?:[A-Z][a-z0-9]++)++)(?![\w/`-]|\.\w)"
_MADE_BEFORE = re.compile(
    r"\b(?i:creat(?:e|ing)|implement(?:ing)?|writ(?:e|ing)|build(?:ing)?|add(?:ing)?|introduc(?:e|ing)|defin(?:e|ing)"
    r"|develop(?:ing)?|scaffold(?:ing)?)\s++(?:(?:the|an?|new|basic|simple|shared|base|core)\s++)*+"
    rf"{_NAME}(?=\s*+(?:$|[(:,;.–—]|(?i:{_KIND}|with|that|which|and|using)\b))"
)
_MADE_AFTER = re.compile(
    rf"{_NAME}\s++(?:(?i:{_KIND})\s++){{0,2}}+(?:is\s++|has\s++been\s++)?+"
    r"(?:created|implemented|added|built|written|defined|introduced|developed)\b"
)
_MADE_IN_CHINESE = re.compile(
    rf"(?:[创創]建|新建|新增|建立|[实實][现現])\s*+{_NAME}(?=\s*+(?:$|[(（，,。:：]|[组組元]件|[类類]|模型|服[务務]|[页頁]面|介面|接口))"
)
_SHORTEST = 8


def made_names(text: str, start: int) -> tuple[Symbol, ...]:
    """Return the names like `OrderLine` that the line of `text` at `start` says shall be made, or were made.

    What follows a name tells what is made: `Add OrderLine tests` does not make `OrderLine`.
    """
    end = min((at for at in (text.find("\n", start), text.find("\r", start)) if at >= 0), default=len(text))
    found = {
        hit["name"]: Symbol(hit["name"], Span(*hit.span("name")), sole=False, distinct=True)
        for form in (_MADE_BEFORE, _MADE_AFTER, _MADE_IN_CHINESE)
        for hit in form.finditer(text, start, end)
        if len(hit["name"]) >= _SHORTEST
    }
    return tuple(found.values())
