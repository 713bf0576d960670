#!/usr/bin/env bash
# Sealing against `openssl speed` in the same run: interleaved rounds on one core, medians and ratios.
#   tests/bench/seal_bench.sh PROGRAM [ROUNDS = 5] [SECONDS a measure = 1]
# PROGRAM: build/release/bin/seal_bench. One round of a fraction of a second is the smoke test.
set -euo pipefail
program=${1:?usage: seal_bench.sh PROGRAM [ROUNDS] [SECONDS]}
rounds=${2:-5} seconds=${3:-1}
core=(); taskset -c 0 true 2>/dev/null && core=(taskset -c 0)
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
for ((round = 0; round < rounds; ++round)); do
    whole=${seconds%.*}; [ "${whole:-0}" -ge 1 ] || whole=1
    "${core[@]}" openssl speed -evp aes-256-gcm -bytes 16384 -seconds "$whole" -mr 2>/dev/null >"$work/peer"
    awk -F: '$1 == "+F" {printf "{\"measure\": \"openssl speed\", \"mb_per_s\": %.0f}\n", $NF / 1e6}' "$work/peer" >>"$work/rows"
    "${core[@]}" "$program" "$seconds" >>"$work/rows"
done
python3 - "$work/rows" <<'PY'
import json, statistics, sys
rates = {}
for line in open(sys.argv[1]):
    row = json.loads(line)
    rates.setdefault(row["measure"], []).append(row["mb_per_s"])
peer = rates.pop("openssl speed")
print(f"{'openssl speed -evp aes-256-gcm, 16 KiB':42} {statistics.median(peer):7.0f} MB/s")
for name, values in rates.items():
    ratios = [a / b for a, b in zip(values, peer)]
    print(f"{name:42} {statistics.median(values):7.0f} MB/s   x{statistics.median(ratios):.2f}"
          f" ({min(ratios):.2f}..{max(ratios):.2f})")
PY
