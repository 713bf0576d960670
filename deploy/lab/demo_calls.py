"""The calls of the demo: some dozen over teams, agents, queues and weeks, cut from the voices of tests/data.

plan() says the same for the same day, so that an interrupted start goes on and what was pushed can be made again to compare.
"""

import datetime
import random
from dataclasses import dataclass, field

from lab import calls, codecs, wav

COUNT, LONGEST = 48, 240  # calls; seconds
# Team: its name, queues (id: name) and agents (id: name). Nobody of these exists.
TEAMS = {
    "support": ("Customer support", {"q-help": "Help desk", "q-moving": "Moving house"},
                {"a-17": "Bartholomeus Quispel", "a-21": "Femke Zijlstra", "a-24": "Joost Terpstra"}),
    "sales": ("Sales", {"q-orders": "Orders", "q-back": "Calling back"},
              {"a-31": "Lotte van Rooij", "a-33": "Daan Hofstra"}),
    "claims": ("Claims", {"q-damage": "Damage", "q-travel": "Travel"},
               {"a-41": "Mirthe Kloosterman", "a-42": "Sven Bakhuis"}),
    "investments": ("Investments", {"q-invest": "Orders by telephone"}, {"a-51": "Roos Wolthuis"}),
}
_FIRST = ("Hendrika", "Cornelis", "Yvonne", "Mehmet", "Saskia", "Ahmed", "Truus", "Lars", "Ingrid", "Olaf", "Mireille", "Kofi")
_LAST = ("Brouwershaven", "Oosterlaken", "Van der Wielen", "Yildirim", "Groenewoud", "Noordermeer", "Lefebvre", "Steinbach")
# Numbers but for two digits; those of DE and FR are of the ranges for films.
_NUMBERS = {"NL": "+312076540", "DE": "+4930231250", "BE": "+32240400", "FR": "+331990012"}


@dataclass
class Kind:
    """A kind of call: how often, from which country, why it may be recorded, how far back it may have been."""

    weight: int
    purposes: list
    legal: str  # consent as given, or the id of an assessment
    country: str = "NL"
    retention_class: str | None = None
    days: int = 55
    teams: tuple = ("support", "sales", "claims")


# What keeps a call how long: three months, but for quality under Belgian law one; classes as the settings name them.
KINDS = (
    Kind(9, ["quality"], "keypress"),
    Kind(5, ["quality", "training"], "lia-2026-01"),
    Kind(3, ["quality", "complaint"], "verbal", teams=("support", "claims")),
    Kind(3, ["quality"], "keypress", country="DE"),
    Kind(3, ["quality"], "keypress", country="BE", days=24),
    Kind(2, ["quality", "training"], "lia-2026-01", country="FR"),
    Kind(3, ["contract_evidence"], "written", retention_class="contract", teams=("sales",)),
    Kind(2, ["quality", "statutory"], "verbal", retention_class="mifid", teams=("investments",)),
)


def settings(until):
    """What the configuration must say for these calls to be admitted. `until`: last day of the statutory class."""
    return {
        "sender": [{"name": "pbx", "teams": list(TEAMS), "bases": ["consent", "legitimate_interest"],
                    "purposes": ["quality", "training", "complaint", "contract_evidence", "statutory"],
                    "classes": ["contract", "mifid"]}],
        "class": [{"id": "contract", "period": "P6M"},
                  {"id": "mifid", "period": "P5Y", "extended": "P7Y", "citation": "2014/65/EU Art. 16(7)",
                   "owner": "compliance", "valid_until": until.isoformat()}],
    }


def _cut(voice):
    """A maker that joins pieces (from, to; in seconds) of a voice of tests/data, in its own coding."""
    def make(pieces):
        found = dict(wav.chunks(calls.known_voices()[voice]))
        head, body = found[b"fmt "], found[b"data"]
        frame, rate = int.from_bytes(head[12:14], "little"), int.from_bytes(head[4:8], "little")
        joined = b"".join(body[int(begin * rate) * frame:int(end * rate) * frame] for begin, end in pieces)
        return wav.make(joined, coding=int.from_bytes(head[:2], "little"), channels=int.from_bytes(head[2:4], "little"),
                        rate=rate, bits=int.from_bytes(head[14:16], "little"))
    return make


def _coded(name):
    """What cuts pieces out of the voice and puts them into another codec: a media worker makes it playable."""
    cut = _cut("two-party-call-27s.wav")
    return lambda pieces: codecs.make(name, cut(pieces))


# name, Content-Type of the push, maker of a file out of pieces. Another codec is another line; its maker may begin with the
# file that the first one makes.
CODECS = (
    ("PCM", "audio/wav", _cut("two-party-call-27s.wav")),
    ("A-law", "audio/wav", _cut("two-party-call-27s-alaw.wav")),
    ("mu-law", "audio/wav", _cut("two-party-call-27s-ulaw.wav")),
    *((words, codecs.content_type(name), _coded(name)) for words, name in
      (("MP3", "mp3"), ("Opus", "opus.ogg"), ("GSM 6.10", "gsm.wav"), ("AAC", "m4a"), ("WebM", "opus.webm"))),
)


@dataclass
class Call:
    """One call to push."""

    metadata: dict
    codec: tuple
    pieces: list = field(repr=False)

    @property
    def reference(self):
        """recording_ref."""
        return self.metadata["recording_ref"]

    def audio(self):
        """The file."""
        return self.codec[2](self.pieces)

    def content_type(self):
        """Of that file."""
        return self.codec[1]


def plan(day, zone):
    """All calls, as they were on `day`; newest first, of the day before at the latest."""
    chance = random.Random(f"callvault demo {day}")
    kinds = [kind for kind in KINDS for _ in range(kind.weight)]
    out = []
    for at in range(COUNT):
        kind = kinds[(at * 7) % len(kinds)]
        seconds = min(LONGEST, 5 + chance.expovariate(1 / 45))
        pieces = _pieces(chance, seconds)
        day_of = day - datetime.timedelta(days=1 + int(kind.days * chance.random() ** 1.7))
        out.append(Call(_metadata(chance, kind, f"demo-{day}-{at:02}", day_of, zone, sum(b - a for a, b in pieces)),
                        CODECS[at % len(CODECS)], pieces))
    return sorted(out, key=lambda call: datetime.datetime.fromisoformat(call.metadata["started_at"]), reverse=True)


def _pieces(chance, seconds):
    """Pieces of 27 s that are together about so long."""
    out, left = [], seconds
    while left > 0.5:
        long = min(left, 27, chance.uniform(8, 27))
        begin = chance.uniform(0, 27 - long)
        out.append((round(begin, 3), round(begin + long, 3)))
        left -= long
    return out


def _metadata(chance, kind, reference, day, zone, seconds):
    team = chance.choice(kind.teams)
    name, queues, agents = TEAMS[team]
    queue, agent = chance.choice(list(queues.items())), chance.choice(list(agents.items()))
    started = datetime.datetime.fromisoformat(calls.at(day, zone, chance.randrange(9, 18)))
    started += datetime.timedelta(seconds=chance.randrange(3600))
    number = _NUMBERS[kind.country] + f"{chance.randrange(100):02}"
    outside = {"number": number, "name": f"{chance.choice(_FIRST)} {chance.choice(_LAST)}", "country": kind.country,
               "customer_id": f"klant-{chance.randrange(1000, 9999)}"}
    inside = {"number": calls.CALLEE_NUMBER, "country": "NL"}
    outbound = chance.random() < 0.3
    changes = {"direction": "outbound", "caller": inside, "callee": outside} if outbound else {
        "caller": outside, "callee": inside}
    made = calls.metadata(started.isoformat(timespec="seconds"), team=team, channels=["customer", "agent"],
                          recording_ref=reference, call_id=f"c-{reference}", purposes=list(kind.purposes),
                          retention_class=kind.retention_class, queue={"id": queue[0], "name": queue[1]},
                          agent={"id": agent[0], "name": agent[1]}, **changes)
    made["team"]["name"] = name
    if kind.legal.startswith("lia-"):
        made["basis"] = {"kind": "legitimate_interest", "assessment": kind.legal}
    else:
        made["basis"].update(how=kind.legal, by="callee" if outbound else "caller")
    if seconds > 60:
        made["marks"] = [{"from_ms": 20_000, "to_ms": 20_000 + chance.randrange(4000, 15_000), "kind": "hold"}]
    return made
