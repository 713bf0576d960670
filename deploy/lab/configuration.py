"""The configuration file of demo and tests, and other files with secrets. deploy/docs/settings.md describes the settings."""

import json
import os


def write_private(path, text):
    """Writes a file that only we can read."""
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)


def _value(value):
    """TOML of a text, number, flag or list of texts: the same letters as JSON for these."""
    return json.dumps(value, ensure_ascii=False)


def toml(sections):
    """TOML text of {section: {key: value} or [entry, ...]}."""
    lines = []
    for name, content in sections.items():
        for entry in content if isinstance(content, list) else [content]:
            lines.append(f"[[{name}]]" if isinstance(content, list) else f"[{name}]")
            lines += [f"{key} = {_value(value)}" for key, value in entry.items() if value is not None]
            lines.append("")
    return "\n".join(lines)


def merged(sections, changes):
    """`sections` with `changes` laid over: tables by key, lists replaced."""
    out = dict(sections)
    for name, change in changes.items():
        out[name] = {**out.get(name, {}), **change} if isinstance(change, dict) else change
    return out
