"""Missions: the shared goals that instruments serve, as far as instruments name them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, func, select

from app.errors import Unknown
from app.store.queries.instruments import NO_MISSION
from app.store.queries.moment import Moment
from app.store.tables import instruments


@dataclass(frozen=True)
class Mission:
    """A mission by the hash of its terms, how many instruments serve it, and since which block."""

    mission: str
    instruments: int
    since_block: int

    @property
    def key(self) -> tuple[int, str]:
        """Its place among all missions."""
        return (self.since_block, self.mission)


def list_missions(
    connection: Connection, moment: Moment, after: tuple[int, str] | None = None, limit: int = 100
) -> list[Mission]:
    """Missions, the one named last first."""
    found = _missions(moment).subquery()
    query = select(found)
    if after is not None:
        since, mission = after
        below = (found.c.since_block < since) | ((found.c.since_block == since) & (found.c.mission < mission))
        query = query.where(below)
    query = query.order_by(found.c.since_block.desc(), found.c.mission.desc()).limit(limit)
    return [Mission(**row) for row in connection.execute(query).mappings()]


def get_mission(connection: Connection, moment: Moment, mission: str) -> Mission:
    """One mission.

    Raises: Unknown if no instrument names it.
    """
    row = connection.execute(_missions(moment).having(instruments.c.mission == mission)).mappings().first()
    if row is None:
        raise Unknown("mission", mission, f"no instrument names it up to block {moment.number}")
    return Mission(**row)


def _missions(moment: Moment) -> Select[Any]:
    table = instruments.c
    return (
        select(table.mission, func.count().label("instruments"), func.min(table.block_number).label("since_block"))
        .where(table.mission != NO_MISSION, table.block_number <= moment.number)
        .group_by(table.mission)
    )
