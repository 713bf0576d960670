#!/usr/bin/env python3
"""The web page in Chromium, at a real gateway, signed in at a real provider. Skipped (77) without browser or npm.

CALLVAULT_BIN, CALLVAULT_WEB_PACKAGES (node_modules), CALLVAULT_WEB_SHOTS (for screenshots) as tests/web/CMakeLists.txt sets
them. Arguments: the tests to run, all.mjs or hearing.mjs (all.mjs), then node's: --test-name-pattern='ten tabs'.
CALLVAULT_BROWSER=firefox: hearing.mjs in Firefox, the one test that runs there; it takes pulseaudio too.
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from site_of_test import ProviderUnavailable, Site, node_program  # noqa: E402

# What names the program, Debian's package of it, what runs unless told otherwise, and for how many seconds at most, the site's
# start included: less than ctest gives (CMakeLists.txt), so that the log is told. Firefox reads ahead of a seek, so that the pace
# of a play holds it up.
BROWSERS = {"chromium": ("CALLVAULT_CHROMIUM", "chromium", "all.mjs", 280),
            "firefox": ("CALLVAULT_FIREFOX", "firefox-esr", "hearing.mjs", 1500)}


def main():
    """Starts the site, runs all.mjs, ends the site."""
    begun = time.monotonic()
    variable, package, script, seconds = BROWSERS[os.environ.get("CALLVAULT_BROWSER", "chromium")]
    program = os.environ.get(variable) or shutil.which(package)
    if not program:
        print(f"skipped: {package} is not installed; deploy/install {package} installs it")
        return 77
    if sys.argv[1:2] and sys.argv[1].endswith(".mjs"):
        script = sys.argv.pop(1)
    try:
        site = Site(Site.push_tones if script == "hearing.mjs" else Site.push_list)
    except ProviderUnavailable as missing:
        print(f"skipped: {missing}")
        return 77
    try:
        facts = site.lab.folder / "site.json"
        facts.write_text(json.dumps(site.facts), encoding="utf-8")
        try:
            code = subprocess.run(
                [node_program(), "--test-reporter=spec", *sys.argv[1:], str(HERE / script)], check=False,
                timeout=seconds - (time.monotonic() - begun),
                env={**os.environ, "CALLVAULT_WEB_SITE": str(facts), variable: program}).returncode
        except subprocess.TimeoutExpired:
            print(f"not done in {seconds} s", file=sys.stderr)
            code = 1
        if code != 0:
            print(f"--- the gateway's log ends with\n{site.lab.gateway.tail(3000)}---", file=sys.stderr)
        return code
    finally:
        site.close()


if __name__ == "__main__":
    sys.exit(main())
