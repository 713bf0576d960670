"""What the benches share: pinned programs, interleaved rounds, ratios, one way to print."""

import json
import os
import pathlib
import statistics
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "deploy"))

CORES = sorted(os.sched_getaffinity(0))


class Bench:
    """How to run: `binaries`, `rounds` of `seconds`, or a `smoke` with small numbers. Collects the rows."""

    def __init__(self, binaries, rounds, seconds, smoke, as_json, recordings=2000):
        self.binaries, self.smoke, self.as_json = pathlib.Path(binaries).resolve(), smoke, as_json
        self.rounds, self.seconds, self.recordings = rounds, seconds, recordings
        self.rows = []

    def row(self, bench, load, figures, ratio="", **more):
        """Notes and prints one row."""
        self.rows.append({"bench": bench, "load": load, **figures, **({"ratio": ratio} if ratio else {}), **more})
        if not self.as_json:
            said = "  ".join(f"{name} {_short(value)}" for name, value in figures.items())
            print(f"{bench:7} {load:30} {said}  {('RATIO ' + _ratio(ratio)) if ratio else ''}".rstrip(), flush=True)

    def compare(self, bench, load, runs, fields):
        """Runs {name: function giving figures}, the peer first, in interleaved rounds, the order turned each round.

        Prints a row for each name; all but the peer with the median ratio of each field in `fields`, and its extremes.
        """
        seen = {name: [] for name in runs}
        for number in range(self.rounds):
            for name in list(runs) if number % 2 == 0 else reversed(list(runs)):
                seen[name].append(runs[name]())
        peer, *others = runs
        for name in (peer, *others):
            figures = {field: statistics.median(one[field] for one in seen[name]) for field in fields}
            ratio = {}
            for field in fields if name != peer else ():
                pairs = [one[field] / base[field] for one, base in zip(seen[name], seen[peer]) if base[field]]
                if pairs:
                    ratio[field] = [statistics.median(pairs), min(pairs), max(pairs)]
            self.row(bench, f"{load}: {name}", figures, ratio, peer=peer, rounds=self.rounds)
        return seen

    def load(self, **options):
        """Runs the load generator on the last core; its figures. Raises when an answer was wrong."""
        command = ["taskset", "-c", str(CORES[-1]), str(self.binaries / "https_load")]
        for name, value in options.items():
            for one in value if isinstance(value, list) else [value]:
                command += [f"--{name}", str(one)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"https_load: exit {done.returncode}\n{done.stderr[-2000:]}{done.stdout}")
        return json.loads(done.stdout)

    def program(self, *command):
        """Runs a bench that is a program of its own and prints as it likes."""
        out = subprocess.run([str(word) for word in command], check=True, stdout=subprocess.PIPE, text=True).stdout
        for line in out.splitlines():
            if line.startswith("{"):
                self.rows.append(json.loads(line))
            elif self.as_json:
                self.rows.append({"text": line})
        if not self.as_json:
            print(out, end="", flush=True)


def pin(process, core=CORES[0]):
    """Puts a process with all its threads on the first core, or another."""
    subprocess.run(["taskset", "-acp", str(core), str(process)], check=True, stdout=subprocess.DEVNULL)


def cpu_seconds(process):
    """What it has used of its core until now, all its threads together."""
    fields = pathlib.Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _short(value):
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _ratio(ratio):
    return "  ".join(f"{field} x{middle:.2f} ({low:.2f}..{high:.2f})" for field, (middle, low, high) in ratio.items())
