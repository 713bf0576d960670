#!/usr/bin/env python3
"""Checks the project's includes against layers.txt: arrows, cycles, forbidden headers.

    check.py [ROOT]         exit 0: no violation; 1: each violation is printed with file and line
    check.py --self-test    proves on a made-up tree that each kind of violation is found
"""
import os
import re
import sys
import tempfile

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
TOPS = ("policy", "storage", "transcode", "gateway")


def read_rules(path):
    may, only, never = {}, {}, {}
    tables = {"may": may, "only": only, "never": never}
    for number, line in enumerate(open(path, encoding="utf-8"), 1):
        line = line.split("#", 1)[0].strip()
        if not line:
            continue
        match = re.fullmatch(r"(may|only|never)\s+([^:]+):\s*(.*)", line)
        if not match:
            raise SystemExit(f"{path}:{number}: expected 'may|only|never NAME: ...', found: {line}")
        tables[match[1]][match[2].strip()] = match[3].split()
    return may, only, never


def sources(root):
    for top in TOPS:
        for folder, _, names in os.walk(os.path.join(root, top)):
            for name in sorted(names):
                if name.endswith((".hpp", ".cpp", ".h", ".ipp")):
                    path = os.path.join(folder, name)
                    yield os.path.relpath(path, root)


def folder_of(path, may):
    """The longest folder named in the rules that holds the path; the path's own folder when none does."""
    folder = os.path.dirname(path)
    while folder:
        if folder in may:
            return folder
        folder = os.path.dirname(folder)
    return os.path.dirname(path)


def find_cycle(graph):
    state, stack = {}, []

    def visit(node):
        state[node] = 1
        stack.append(node)
        for following in sorted(graph.get(node, ())):
            if state.get(following) == 1:
                return stack[stack.index(following):] + [following]
            if following not in state:
                found = visit(following)
                if found:
                    return found
        stack.pop()
        state[node] = 2
        return None

    for node in sorted(graph):
        if node not in state:
            found = visit(node)
            if found:
                return found
    return None


def check(root, rules):
    may, only, never = read_rules(rules)
    violations, files, folders = [], {}, {}
    for path in sources(root):
        here = folder_of(path, may)
        if here not in may:
            violations.append(f"{path}:1: folder {here} is not in layers.txt")
        for number, line in enumerate(open(os.path.join(root, path), encoding="utf-8"), 1):
            match = INCLUDE.match(line)
            if not match:
                continue
            quoted, header = match[1] == '"', match[2]
            where = f"{path}:{number}:"
            if header.split("/")[0] in TOPS or quoted:
                if not os.path.exists(os.path.join(root, header)) and not header.endswith(".inc"):
                    violations.append(f'{where} "{header}" is not a path from the root of the project')
                    continue
                there = folder_of(header, may)
                files.setdefault(path, set()).add(header)
                if there != here:
                    folders.setdefault(here, set()).add(there)
                    if there not in may.get(here, ()):
                        violations.append(f"{where} {here} may not include {there} ({header})")
                continue
            for prefix, allowed in only.items():
                if header.startswith(prefix) and here not in allowed:
                    violations.append(f"{where} <{header}> belongs to {', '.join(allowed)} only, not to {here}")
            for prefix in never.get(here, ()):
                if header == prefix or (prefix.endswith("/") or "/" in prefix or prefix == "libav") and header.startswith(prefix):
                    violations.append(f"{where} <{header}> is forbidden in {here}")
    for graph, what in ((folders, "folders"), (files, "files")):
        cycle = find_cycle(graph)
        if cycle:
            violations.append(f"cycle of {what}: {' -> '.join(cycle)}")
    cycle = find_cycle({a: set(b) for a, b in may.items()})
    if cycle:
        violations.append(f"cycle in layers.txt itself: {' -> '.join(cycle)}")
    return violations


def self_test(rules):
    cases = {
        "arrow": ({"policy/a.hpp": '#include "storage/crypto/b.hpp"\n', "storage/crypto/b.hpp": ""}, "may not include"),
        "forbidden": ({"policy/a.hpp": "#include <fstream>\n"}, "is forbidden in policy"),
        "owner": ({"storage/keys/a.hpp": "#include <pqxx/pqxx>\n"}, "belongs to storage/catalogue only"),
        "cycle": ({"policy/a.hpp": '#include "policy/b.hpp"\n', "policy/b.hpp": '#include "policy/a.hpp"\n'}, "cycle of files"),
        "unnamed": ({"storage/drawer/a.hpp": "\n"}, "not in layers.txt"),
        "lost": ({"policy/a.hpp": '#include "a_neighbour.hpp"\n'}, "not a path from the root"),
        "clean": ({"policy/a.hpp": "#include <vector>\n"}, None),
    }
    failed = 0
    for name, (tree, expected) in cases.items():
        with tempfile.TemporaryDirectory() as root:
            for path, text in tree.items():
                os.makedirs(os.path.dirname(os.path.join(root, path)), exist_ok=True)
                with open(os.path.join(root, path), "w", encoding="utf-8") as file:
                    file.write(text)
            found = check(root, rules)
            good = (not found) if expected is None else any(expected in line for line in found)
            print(f"{'ok' if good else 'FAILED'}: {name}: {found}")
            failed += not good
    return 1 if failed else 0


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    rules = os.path.join(here, "layers.txt")
    if sys.argv[1:] == ["--self-test"]:
        return self_test(rules)
    root = sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(os.path.dirname(here))
    violations = check(root, rules)
    print("\n".join(violations) or "architecture: every include follows layers.txt; no cycle")
    return 1 if violations else 0


if __name__ == "__main__":
    sys.exit(main())
