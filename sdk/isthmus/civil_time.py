"""Calendar and clock as Java's `Date` texts show them, in the default time zone of the process.

Python's datetime stops at the years 1 and 9999 and has one calendar. Java's calendar has no such limits, is the Julian
one before 15 October 1582, accepts overflowing fields (month 13), and resolves wall times that occur twice or never in
its own way. Used by the text forms of dates (text.py, values/).
"""

from __future__ import annotations

import datetime
import os
import zoneinfo
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path
from typing import Final, NamedTuple

MS_PER_DAY: Final = 86_400_000
TIME_ZONE: Final[ContextVar[datetime.tzinfo | None]] = ContextVar("TIME_ZONE", default=None)
"""Takes the place of the process's default time zone where it is set, for tests and callers with a zone of their own."""

_GREGORIAN_FROM_DAY: Final = -141_427  # 1582-10-15
_CYCLE_DAYS: Final = 146_097  # the Gregorian calendar repeats after 400 years
_YEAR_1900_MS: Final = -2_208_988_800_000
_EPOCH: Final = datetime.datetime(1970, 1, 1)  # noqa: DTZ001  # a wall clock reading, in no zone


class Civil(NamedTuple):
    """What calendar and clock show; years count on through 0 (1 BC) to negative ones."""

    year: int
    month: int
    day: int
    hour: int
    minute: int
    second: int
    millisecond: int

    @property
    def year_of_era(self) -> int:
        return self.year if self.year > 0 else 1 - self.year


def default_zone() -> datetime.tzinfo:
    """The zone given by TIME_ZONE, or else by the variable TZ, or else by /etc/localtime, or else UTC."""
    return TIME_ZONE.get() or _process_zone(os.environ.get("TZ"))


@lru_cache(maxsize=8)
def _process_zone(name: str | None) -> datetime.tzinfo:
    if not name:
        local = Path("/etc/localtime")
        if not local.is_file():
            return datetime.UTC
        with local.open("rb") as file:
            return zoneinfo.ZoneInfo.from_file(file, key="localtime")
    try:
        return zoneinfo.ZoneInfo(name.removeprefix(":"))
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        return datetime.UTC  # an unknown name means UTC, as it does to Java


def to_civil(epoch_ms: int, zone: datetime.tzinfo | None = None) -> Civil:
    """What a clock in the zone (default: the process's) shows at that moment."""
    days, ms_of_day = divmod(epoch_ms + offset_ms(epoch_ms, zone or default_zone()), MS_PER_DAY)
    year, month, day = _date_of(days)
    seconds, millisecond = divmod(ms_of_day, 1000)
    minutes, second = divmod(seconds, 60)
    hour, minute = divmod(minutes, 60)
    return Civil(year, month, day, hour, minute, second, millisecond)


def to_epoch_ms(civil: Civil, zone: datetime.tzinfo | None = None) -> int:
    """The moment at which a clock in the zone shows this; fields may overflow.

    A wall time that occurs twice means the later moment, one that is skipped the moment as far after the gap.
    """
    days = _day_of(civil.year, civil.month, civil.day)
    minutes = civil.hour * 60 + civil.minute
    wall_ms = days * MS_PER_DAY + (minutes * 60 + civil.second) * 1000 + civil.millisecond
    return wall_ms - _offset_at_wall_ms(wall_ms, zone or default_zone())


def offset_ms(epoch_ms: int, zone: datetime.tzinfo) -> int:
    """How far the zone's clocks are ahead of UTC at that moment."""
    if zone is datetime.UTC:
        return 0
    if epoch_ms < _YEAR_1900_MS:
        return _standard_offset_ms(zone)
    moment = _EPOCH.replace(tzinfo=datetime.UTC) + datetime.timedelta(milliseconds=_within_datetime(epoch_ms))
    return _ms(moment.astimezone(zone).utcoffset())


def zone_name(epoch_ms: int, zone: datetime.tzinfo | None = None) -> str:
    """The zone's abbreviation: "UTC", "EST". It is today's, for standard or for summer time as it was at that moment."""
    zone = zone or default_zone()
    utc = _EPOCH.replace(tzinfo=datetime.UTC) + datetime.timedelta(milliseconds=_within_datetime(epoch_ms))
    moment = utc.astimezone(zone)
    is_summer = epoch_ms >= _YEAR_1900_MS and bool(moment.dst())
    return _names_today(zone).get(is_summer) or _shown(moment)


def _offset_at_wall_ms(wall_ms: int, zone: datetime.tzinfo) -> int:
    if zone is datetime.UTC:
        return 0
    standard = _standard_offset_ms(zone)
    if wall_ms - standard < _YEAR_1900_MS:
        return standard
    wall = _EPOCH + datetime.timedelta(milliseconds=_within_datetime(wall_ms))
    return min(_ms(wall.replace(fold=fold, tzinfo=zone).utcoffset()) for fold in (0, 1))


@lru_cache(maxsize=8)
def _standard_offset_ms(zone: datetime.tzinfo) -> int:
    """The zone's offset without summer time, today's rule: Java uses it for all time before 1900."""
    return min(_ms(datetime.datetime(2030, month, 1, tzinfo=zone).utcoffset()) for month in (1, 7))


@lru_cache(maxsize=8)
def _names_today(zone: datetime.tzinfo) -> dict[bool, str]:
    """The abbreviations of the zone's present rule, by whether they are those of summer time."""
    moments = [datetime.datetime(2030, month, 1, tzinfo=zone) for month in (1, 7)]
    return {bool(moment.dst()): _shown(moment) for moment in moments}


def _shown(moment: datetime.datetime) -> str:
    name = moment.tzname() or "UTC"
    return name if name[0] not in "+-" else f"GMT{name[:3]}:{name[3:] or '00'}"  # the zone has no abbreviation


def _within_datetime(ms: int) -> int:
    """The moment, or one that datetime can hold at the same place of a 400-year cycle of the far future."""
    days, ms_of_day = divmod(ms, MS_PER_DAY)
    if -719_000 <= days < 2_900_000:
        return ms
    return (days % _CYCLE_DAYS + 18 * _CYCLE_DAYS) * MS_PER_DAY + ms_of_day


def _ms(offset: datetime.timedelta | None) -> int:
    return 0 if offset is None else offset // datetime.timedelta(milliseconds=1)


def _date_of(days: int) -> tuple[int, int, int]:
    """Year, month and day of a day counted from 1970-01-01."""
    # Both calendars are counted in years that begin on 1 March, so that the leap day comes last.
    if days >= _GREGORIAN_FROM_DAY:
        cycle, day_of_cycle = divmod(days + 719_468, _CYCLE_DAYS)
        year_of_cycle = (day_of_cycle - day_of_cycle // 1_460 + day_of_cycle // 36_524 - day_of_cycle // 146_096) // 365
        day_of_year = day_of_cycle - (365 * year_of_cycle + year_of_cycle // 4 - year_of_cycle // 100)
        year = cycle * 400 + year_of_cycle
    else:
        cycle, day_of_cycle = divmod(days + 719_470, 1_461)
        year_of_cycle = (day_of_cycle - day_of_cycle // 1_460) // 365
        day_of_year = day_of_cycle - 365 * year_of_cycle
        year = cycle * 4 + year_of_cycle
    shifted_month = (5 * day_of_year + 2) // 153
    day = day_of_year - (153 * shifted_month + 2) // 5 + 1
    month = shifted_month + 3 if shifted_month < 10 else shifted_month - 9
    return (year + 1 if month <= 2 else year), month, day


def _day_of(year: int, month: int, day: int) -> int:
    """The day, counted from 1970-01-01; month and day may overflow."""
    months = year * 12 + month - 1
    shifted_year, shifted_month = divmod(months - 2, 12)
    day_of_year = (153 * shifted_month + 2) // 5 + day - 1
    gregorian = (
        365 * shifted_year + shifted_year // 4 - shifted_year // 100 + shifted_year // 400 + day_of_year - 719_468
    )
    julian = 365 * shifted_year + shifted_year // 4 + day_of_year - 719_470
    return julian if year < 1582 or gregorian < _GREGORIAN_FROM_DAY else gregorian
