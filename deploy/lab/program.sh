# What deploy/demo and deploy/cluster share; sourced with $here, the folder deploy/. Sets $project.
project=$(dirname "$here")

lab() { PYTHONPATH=$here PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 python3 -m "lab.$1" "${@:2}"; }
say() { printf '== %s\n' "$*"; }

build() {
    [ -z "${CALLVAULT_BIN-}" ] || return 0
    "$here/install"
    cd "$project"
    if [ ! -f build/release/build.ninja ]; then
        say "configuring Release"
        cmake --preset release >/dev/null
    fi
    say "building callvault, its media worker and callvault-verify"
    cmake --build --preset release --target callvault callvault-transcode callvault-verify
    export CALLVAULT_BIN=$project/build/release/bin
}
