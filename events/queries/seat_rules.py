"""How the seats are shared out, in words for visitors: what is kept or limited, and who is next."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from ..capacity import SeatCount
from ..enums import LapseRule, SeatPoolKind, WaitingListMode, WayIn
from ..models import EventAudience, EventPageMixin, EventRecord, EventSession
from ..seat_matrix import cell_of

ONE_SECOND = dt.timedelta(seconds=1)


@dataclass(frozen=True)
class AudienceRules:
    """What holds for one audience, each sentence whole."""

    name: str
    sentences: tuple[str, ...]


@dataclass(frozen=True)
class SeatRules:
    """What holds at one event now. What is over, such as a day that has passed, is left out."""

    audiences: tuple[AudienceRules, ...] = ()
    sentences: tuple[str, ...] = ()
    """What holds for everyone."""

    def __bool__(self) -> bool:
        """Whether there is anything to say."""
        return bool(self.audiences or self.sentences)


@dataclass(frozen=True)
class _Cell:
    """One audience at one session, as it counts now."""

    place: str
    capacity: int | None
    most: int | None
    aim: int | None
    kept: int
    until: dt.date | None
    way_in: str


def seat_rules(
    page: EventPageMixin,
    *,
    rows: Sequence[EventSession],
    audiences: Sequence[EventAudience],
    count: SeatCount | None,
    now: dt.datetime,
) -> SeatRules:
    """Say how the seats of ``page`` are shared out, without a query.

    The ledger is what counts, in every language; ``count`` is None in a preview, which shows what
    the draft says. The words are those of ``rows`` and ``audiences``.
    """
    choices = [audience for audience in audiences if audience.is_choice]
    cells = {
        audience.translation_key: list(_cells(page, audience, rows, count, now))
        for audience in choices
    }
    steering = count.event if count is not None else page
    goes_by_mix = steering.offers_by_mix and not _staff_choose(steering, cells)
    everyone = [
        *_after_keeping([cell for row in cells.values() for cell in row]),
        *_waiting_list(steering, cells, is_limited=_is_limited(page, rows, cells, count)),
    ]
    said = [
        AudienceRules(
            str(audience),
            tuple(_sentences(cells[audience.translation_key], steering, has_aims=goes_by_mix)),
        )
        for audience in choices
    ]
    return SeatRules(
        audiences=tuple(rules for rules in said if rules.sentences), sentences=tuple(everyone)
    )


# What counts now


def _cells(
    page: EventPageMixin,
    audience: EventAudience,
    rows: Sequence[EventSession],
    count: SeatCount | None,
    now: dt.datetime,
) -> Iterator[_Cell]:
    for row in rows:
        if count is None:
            yield _cell_in_draft(page, row, audience, now)
            continue
        session = count.pool(SeatPoolKind.EVENT_SESSION, row.translation_key)
        pool = count.pool(SeatPoolKind.AUDIENCE, row.translation_key, audience.translation_key)
        if session is None or pool is None or session.takes_nobody or pool.is_closed:
            continue
        yield _Cell(
            place=row.name,
            capacity=session.capacity,
            most=pool.capacity,
            aim=pool.aim,
            kept=pool.kept_at(now),
            until=_last_day(pool.kept_until, page),
            way_in=pool.way_in,
        )


def _cell_in_draft(
    page: EventPageMixin, row: EventSession, audience: EventAudience, now: dt.datetime
) -> _Cell:
    said = cell_of(page.seat_matrix, row.row_key, audience.row_key)
    ends = said.kept_until(page.zone)
    return _Cell(
        place=row.name,
        capacity=row.capacity,
        most=said.most,
        aim=said.aim,
        kept=said.kept if ends is None or now < ends else 0,
        until=said.until,
        way_in=audience.way_in,
    )


def _last_day(kept_until: dt.datetime | None, page: EventPageMixin) -> dt.date | None:
    return kept_until and (kept_until - ONE_SECOND).astimezone(page.zone).date()


def _is_limited(
    page: EventPageMixin,
    rows: Sequence[EventSession],
    cells: dict[uuid.UUID, list[_Cell]],
    count: SeatCount | None,
) -> bool:
    """Return whether seats can run out at all."""
    if count is not None:
        limits = [count.root.capacity, *(pool.capacity for pool in count.sessions())]
    else:
        limits = [page.capacity, *(row.capacity for row in rows)]
    limits += [cell.most for row in cells.values() for cell in row]
    return any(limit is not None for limit in limits)


def _staff_choose(
    steering: EventRecord | EventPageMixin, cells: dict[uuid.UUID, list[_Cell]]
) -> bool:
    """Return whether nobody at all moves up from the waiting list by themselves."""
    ways = {cell.way_in or steering.way_in for row in cells.values() for cell in row}
    return (ways or {steering.way_in}) == {WayIn.APPLICATION}


# In words


def _sentences(
    cells: Sequence[_Cell], steering: EventRecord | EventPageMixin, *, has_aims: bool
) -> Iterator[str]:
    way_in = next((cell.way_in for cell in cells if cell.way_in), "")
    if way_in and way_in != steering.way_in:
        yield {
            WayIn.FIRST_COME: _("Whoever registers has a seat at once, as long as there are any."),
            WayIn.APPLICATION: _("You apply, and the organiser chooses among those who do."),
            WayIn.INVITATION: _("By personal invitation only."),
        }[WayIn(way_in)]
    for cell in cells:
        if cell.most == 0:
            yield _("%(place)s: no seats for this audience.") % {"place": cell.place}
            continue
        if cell.kept:
            yield _kept(cell)
        if cell.most is not None:
            words = {"place": cell.place, "most": cell.most}
            yield (
                ngettext(
                    "%(place)s: at most %(most)d seat.",
                    "%(place)s: at most %(most)d seats.",
                    cell.most,
                )
                % words
            )
        if cell.aim and has_aims:
            yield (
                ngettext(
                    "%(place)s: the aim is %(aim)d person.",
                    "%(place)s: the aim is %(aim)d people.",
                    cell.aim,
                )
                % {"place": cell.place, "aim": cell.aim}
            )


def _kept(cell: _Cell) -> str:
    words: dict[str, Any] = {"place": cell.place, "kept": cell.kept, "seats": cell.capacity}
    if cell.until is not None:
        # Translators: a Django date format. Danish: l \d\e\n j. F Y
        words["day"] = date_format(cell.until, pgettext("date format, full day", "l j F Y"))
    if cell.capacity is not None and cell.until is not None:
        text = ngettext(
            "%(place)s: %(kept)d of %(seats)d seats is kept until %(day)s.",
            "%(place)s: %(kept)d of %(seats)d seats are kept until %(day)s.",
            cell.kept,
        )
    elif cell.capacity is not None:
        text = ngettext(
            "%(place)s: %(kept)d of %(seats)d seats is kept.",
            "%(place)s: %(kept)d of %(seats)d seats are kept.",
            cell.kept,
        )
    elif cell.until is not None:
        text = ngettext(
            "%(place)s: %(kept)d seat is kept until %(day)s.",
            "%(place)s: %(kept)d seats are kept until %(day)s.",
            cell.kept,
        )
    else:
        text = ngettext(
            "%(place)s: %(kept)d seat is kept.",
            "%(place)s: %(kept)d seats are kept.",
            cell.kept,
        )
    return text % words


def _after_keeping(cells: Sequence[_Cell]) -> Iterator[str]:
    if any(cell.kept and cell.until is not None for cell in cells):
        yield _("After the day until which a seat is kept, it is open to everyone.")


def _waiting_list(
    steering: EventRecord | EventPageMixin,
    cells: dict[uuid.UUID, list[_Cell]],
    *,
    is_limited: bool,
) -> Iterator[str]:
    if not is_limited:
        return
    if _staff_choose(steering, cells):
        if steering.applications_hold_seat:
            yield _("When a seat becomes free, the organiser chooses among those who wait.")
        return
    if steering.offers_by_mix and any(cell.aim for row in cells.values() for cell in row):
        yield _(
            "A seat that becomes free goes to the audience that is furthest below its aim, and "
            "within the audience to whoever has waited longest."
        )
    else:
        yield _("A seat that becomes free goes to whoever has waited longest, strictly in order.")
    if steering.waiting_list_mode == WaitingListMode.DIRECT:
        yield _("The seat is theirs at once, and we write to them.")
        return
    yield ngettext(
        "It is offered by e-mail and held for about %(hours)d hour; less when the event is near.",
        "It is offered by e-mail and held for about %(hours)d hours; less when the event is near.",
        steering.offer_hours,
    ) % {"hours": steering.offer_hours}
    if steering.lapse_rule == LapseRule.REQUEUE:
        yield _(
            "Whoever does not answer in time goes to the end of the waiting list, and the second "
            "time off it."
        )
    else:
        yield _("Whoever does not answer in time is taken off the waiting list.")
