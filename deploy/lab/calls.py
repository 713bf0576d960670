"""Calls to push: metadata that is admitted, and the dates that tests of retention need."""

import datetime
import pathlib
import secrets
import zoneinfo

DATA = pathlib.Path(__file__).resolve().parents[2] / "tests" / "data"

# The persons of the demo calls. The privacy search looks for these, so they stand here once.
CALLER_NUMBER = "+31207654321"
CALLER_NAME = "Wilhelmina Oudekerk-Zandvoort"
CALLEE_NUMBER = "+31881234567"
AGENT_NAME = "Bartholomeus Quispel"
CUSTOMER_ID = "klant-7731-QX"
KNOWN_TEXTS = (CALLER_NUMBER, CALLER_NAME, CALLEE_NUMBER, AGENT_NAME, CUSTOMER_ID)


def known_voices():
    """The recordings in tests/data, by file name, smallest first."""
    files = sorted(DATA.rglob("*.wav"), key=lambda file: (file.stat().st_size, file.name))
    return {file.name: file.read_bytes() for file in files}


def add_months(date, months):
    """Calendar months, clamped to the end of a shorter month."""
    index = date.year * 12 + date.month - 1 + months
    year, month = divmod(index, 12)
    last = (datetime.date(year + (month == 11), (month + 1) % 12 + 1, 1) - datetime.timedelta(days=1)).day
    return datetime.date(year, month + 1, min(date.day, last))


def recorded_for_purge_on(date, months=3):
    """The day whose retention of `months` ends on `date`; None where no day does (29 to 31 May after three months)."""
    for back in range(27, 190):
        day = date - datetime.timedelta(days=back)
        if add_months(day, months) == date:
            return day
    return None


def retention_that_ends_on(date):
    """(months, day of recording): three months where a day exists for that, else the nearest that has one."""
    for months in (3, 4, 2, 5, 6, 1):
        day = recorded_for_purge_on(date, months)
        if day:
            return months, day
    raise AssertionError(f"no day of recording ends on {date}")


def zone_where_it_is_morning(now=None):
    """A zone where it is 02:00 to 03:00 now, so that neither midnight nor the purge time come in between."""
    hour = (now or datetime.datetime.now(datetime.timezone.utc)).hour
    ahead = (2 - hour + 12) % 24 - 12
    return f"Etc/GMT{-ahead:+d}" if ahead else "Etc/GMT"


def months_due_today():
    """The retention by which a call of some months ago is due today, in a lab that starts now: 3, but for a few days."""
    today = datetime.datetime.now(zoneinfo.ZoneInfo(zone_where_it_is_morning())).date()
    return retention_that_ends_on(today)[0]


def at(day, zone, hour=1):
    """RFC 3339 of an hour of a local day, with offset."""
    moment = datetime.datetime.combine(day, datetime.time(hour), tzinfo=zoneinfo.ZoneInfo(zone))
    return moment.isoformat(timespec="seconds")


def rfc3339(moment):
    """RFC 3339 in UTC."""
    return moment.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def metadata(started_at=None, *, team="support", channels=("agent", "customer"), **changes):
    """Metadata that the lab's sender may push. `changes` replace top-level fields; None removes one."""
    started_at = started_at or rfc3339(datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(minutes=10))
    given = (datetime.datetime.fromisoformat(started_at) - datetime.timedelta(seconds=20)).isoformat()
    said = {
        "recording_ref": f"call-{secrets.token_hex(8)}",
        "call_id": f"c-{secrets.token_hex(4)}",
        "started_at": started_at,
        "direction": "inbound",
        "caller": {"number": CALLER_NUMBER, "name": CALLER_NAME, "country": "NL", "customer_id": CUSTOMER_ID},
        "callee": {"number": CALLEE_NUMBER, "country": "NL"},
        "agent": {"id": "a-17", "name": AGENT_NAME},
        "team": {"id": team},
        "channels": list(channels),
        "purposes": ["quality"],
        "basis": {"kind": "consent", "given_at": given, "how": "keypress", "by": "caller", "text_version": "2026-03"},
        "notice": {"given": "before_recording", "how": "announcement", "version": "2026-03", "agent_informed": True},
    }
    said.update(changes)
    return {name: value for name, value in said.items() if value is not None}
