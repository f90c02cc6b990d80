"""Cursor pages over rows in a stable order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Connection, Row, Select, tuple_

from lmchat_desktop.contract.base import Answer, Page
from lmchat_desktop.contract.queries import PageQuery
from lmchat_desktop.sandbox.cursors import BadCursor, Cursors
from lmchat_desktop.sandbox.problems import invalid

A = TypeVar("A", bound=Answer)


class Pager:
    """The pages of one question of one person.

    A cursor is only good for the same list, filters and person.
    """

    def __init__(self, cursors: Cursors, name: str, person_id: str, query: PageQuery) -> None:
        filters = query.model_dump_json(exclude={"cursor", "limit"})
        self._cursors = cursors
        self._binding = f"{name}/{person_id}/{filters}"
        self._query = query

    def position(self) -> list[Any] | None:
        """The order's values of the last entry of the page before; None for the first page.

        Raises:
            ApiProblem: the cursor was not given out for this question.
        """
        if self._query.cursor is None:
            return None
        try:
            position: list[Any] = self._cursors.open(self._binding, self._query.cursor)
        except BadCursor as error:
            raise invalid("/query/cursor", "it was not given out for this list") from error
        return position

    def rows(
        self,
        connection: Connection,
        statement: Select[Any],
        order: Sequence[ColumnElement[Any]],
        *,
        descending: bool = False,
    ) -> tuple[list[Row[Any]], bool]:
        """The page's rows, and whether more follow."""
        position = self.position()
        if position is not None:
            here, there = tuple_(*order), tuple_(*position)
            statement = statement.where(here < there if descending else here > there)
            if len(order) > 1:
                # Said besides, since SQLite looks up no pair in an index of expressions.
                first = order[0]
                bound = first <= position[0] if descending else first >= position[0]
                statement = statement.where(bound)
        sorting = [column.desc() if descending else column.asc() for column in order]
        rows = connection.execute(statement.order_by(*sorting).limit(self._query.limit + 1)).all()
        return list(rows[: self._query.limit]), len(rows) > self._query.limit

    def page(
        self,
        rows: Sequence[Row[Any]],
        data: Sequence[A],
        more: bool,
        place: Callable[[Row[Any]], list[Any]],
    ) -> Page[A]:
        """The page of these entries; `place` tells the order's values of a row."""
        cursor = self._cursors.seal(self._binding, place(rows[-1])) if more else None
        return Page(data=list(data), has_more=more, next_cursor=cursor)

    def cut(self, data: Sequence[A], more: bool, place: Callable[[A], list[Any]]) -> Page[A]:
        """The page of these entries; `place` tells the order's values of an entry."""
        cursor = self._cursors.seal(self._binding, place(data[-1])) if more else None
        return Page(data=list(data), has_more=more, next_cursor=cursor)
