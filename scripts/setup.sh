# Sourced by scripts/demo, scripts/test, scripts/check and scripts/docs: a virtual environment with symgd in it.
#
# set_up EXTRA installs the system packages that are missing, makes .venv and installs the package there with the named
# extra. It does nothing that is done already, and touches nothing outside the project but the packages that it names.

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
venv="$root/.venv"

say() { printf '%s\n' "$*" >&2; }

fail() {
    say "$1"
    exit 1
}

# The packages that Manim's dependencies compile against; everything else comes as wheels.
apt_packages=(gcc libc6-dev pkg-config python3-dev libpango1.0-dev)
brew_packages=(pkg-config cairo pango)

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null 2>&1; then
        sudo "$@"
    else
        fail "These need the system administrator: $*. Run them as root, or install sudo, then try again."
    fi
}

apt_install() {
    say "Installing with apt: $*"
    as_root apt-get update -qq
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$@" >&2
}

find_python() {
    local name
    for name in "${PYTHON:-}" python3 python3.14 python3.13 python3.12 python3.11; do
        if [ -n "$name" ] && command -v "$name" >/dev/null 2>&1 &&
            "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
            command -v "$name"
            return 0
        fi
    done
    return 1
}

ensure_python() {
    if ! find_python >/dev/null; then
        if command -v apt-get >/dev/null 2>&1; then
            apt_install python3 python3-venv
        elif command -v brew >/dev/null 2>&1; then
            say "Installing with brew: python"
            brew install python >&2
        fi
    fi
    find_python >/dev/null || fail "symgd needs Python 3.11 or newer, and none was found. Install it and try again, or name it: PYTHON=/path/to/python3 $0"
}

ensure_libraries() {
    if command -v pkg-config >/dev/null 2>&1 && pkg-config --atleast-version=1.30 pangocairo 2>/dev/null &&
        { [ "$(uname)" = Darwin ] || command -v gcc >/dev/null 2>&1; } && has_headers; then
        return
    fi
    if command -v apt-get >/dev/null 2>&1; then
        apt_install "${apt_packages[@]}"
    elif command -v brew >/dev/null 2>&1; then
        say "Installing with brew: ${brew_packages[*]}"
        brew install "${brew_packages[@]}" >&2
    else
        fail "Films need a C compiler, pkg-config, Python's headers and Pango 1.30 or newer with their headers. Install them with this system's package manager and try again."
    fi
}

has_headers() {
    local python
    python="$(find_python)" && "$python" -c 'import os, sys, sysconfig
sys.exit(not os.path.exists(os.path.join(sysconfig.get_path("include"), "Python.h")))'
}

ensure_venv() {
    [ -x "$venv/bin/python" ] && "$venv/bin/python" -m pip --version >/dev/null 2>&1 && return
    local python
    python="$(find_python)"
    say "Making a virtual environment in .venv with $("$python" --version)"
    if ! "$python" -m venv "$venv" >/dev/null 2>&1; then
        rm -rf "$venv"
        command -v apt-get >/dev/null 2>&1 || fail "$python cannot make a virtual environment. Install its venv module and try again."
        apt_install "python$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')-venv"
        "$python" -m venv "$venv" >&2 || fail "$python cannot make a virtual environment."
    fi
}

set_up() {
    local extra="$1" stamp wanted
    stamp="$venv/.symgd-$extra"
    wanted="$(cksum <"$root/pyproject.toml")"
    if [ -x "$venv/bin/symgd" ] && [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ]; then
        return
    fi
    ensure_python
    ensure_libraries
    ensure_venv
    say "Installing symgd and what it needs into .venv (a minute or two the first time)"
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check -e "$root[$extra]" >&2 ||
        fail "The installation failed; the lines above say why."
    printf '%s' "$wanted" >"$stamp"
}
