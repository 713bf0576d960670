"""The people of the demo, who sign in with a browser. Their secrets are made once and stay with the state."""

import json
import pathlib
import secrets

from lab.configuration import write_private
from lab.provider import new_secret, person, totp

# login, name, roles, teams. Two privacy officers: what takes two people is proposed by one and approved by the other.
PEOPLE = (
    ("alice", "Alice Achterberg", ["qa"], ["support"]),
    ("bob", "Bob Boonstra", ["qa"], ["sales", "claims"]),
    ("sam", "Sam Santegoets", ["supervisor"], ["support", "sales", "claims", "investments"]),
    ("olivia", "Olivia Ooms", ["privacy_officer"], []),
    ("pieter", "Pieter Pauwels", ["privacy_officer"], []),
    ("ann", "Ann Aerts", ["auditor"], []),
    ("max", "Max Molenaar", ["admin"], []),
    ("nora", "Nora Niemand", [], []),
)
_SYLLABLES = "ba be bo da de do fa fi ga go ka ki ko la li lo ma mi mo na no pa pi po ra ri ro sa si so ta ti to va vi".split()


class People:
    """Those of one state folder."""

    def __init__(self, folder):
        self._file = pathlib.Path(folder) / "people.json"
        self._known = json.loads(self._file.read_text(encoding="utf-8")) if self._file.exists() else {}

    def users(self):
        """How the provider knows them. Makes the secrets that are not there."""
        new = {login: {"password": _password(), "totp": new_secret()} for login, *_ in PEOPLE if login not in self._known}
        if new:
            self._known.update(new)
            write_private(self._file, json.dumps(self._known, indent=1) + "\n")
        return [person(login, self._known[login]["totp"], password=self._known[login]["password"], name=name, roles=roles,
                       teams=teams) for login, name, roles, teams in PEOPLE]

    def code(self, login):
        """The one-time code of this moment; None for somebody unknown."""
        return totp(self._known[login]["totp"]) if login in self._known else None

    def table(self):
        """Who signs in how, and may what: lines of text."""
        rows = [("name", "password", "one-time-code secret", "role", "teams")]
        rows += [(login, self._known[login]["password"], self._known[login]["totp"], " ".join(roles) or "none",
                  " ".join(teams)) for login, _, roles, teams in PEOPLE]
        widths = [max(map(len, column)) for column in zip(*rows)]
        return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in rows]


def _password():
    """Easy to type: three words that are none, and two digits; 43 bits."""
    words = ["".join(secrets.choice(_SYLLABLES) for _ in range(2 + at % 2)) for at in range(3)]
    return "-".join(words) + f"-{secrets.randbelow(100):02}"
