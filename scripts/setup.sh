# Sourced by the other scripts: a virtual environment with symgd in it, and what it needs of the system.
#
# set_up EXTRA installs the system packages that are missing, makes .venv and installs the package there with the named
# extra; set_up_at VERSIONS makes one of the lowest or of the newest versions that pyproject.toml allows; ensure_tex
# installs a small TeX. None does anything that is done already, and nothing outside the project is
# touched but the packages that they name.

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
venv="$root/.venv"

say() { printf '%s\n' "$*" >&2; }

fail() {
    say "$1"
    exit 1
}

# What Manim's dependencies compile against, beside Python's own headers; everything else comes as wheels.
apt_packages=(gcc libc6-dev pkg-config libpango1.0-dev)
brew_packages=(pkg-config cairo pango)

# pdfLaTeX with amsmath and geometry, for the tests that compile documents.
apt_tex=(texlive-latex-base)
brew_tex=(basictex)
brew_tex_folder=/Library/TeX/texbin

as_root() { if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi; }

apt_install() {
    local log
    [ "$(id -u)" -eq 0 ] || command -v sudo >/dev/null 2>&1 ||
        fail "This needs the system administrator: have  apt-get install --no-install-recommends $*  run as root, or install sudo; then try again."
    say "Installing with apt: $*"
    log="$(mktemp)"
    # A source that cannot be refreshed need not matter: whether the packages install is what counts.
    if ! { as_root apt-get update -qq || true
        as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$@"; } >"$log" 2>&1; then
        cat "$log" >&2
        rm -f "$log"
        return 1
    fi
    rm -f "$log"
}

is_new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }

version_of() { "$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])'; }

find_python() {
    local name
    if [ -n "${PYTHON:-}" ]; then # the one that was named, or none
        is_new_enough "$PYTHON" && command -v "$PYTHON"
        return
    fi
    for name in python3 python3.14 python3.13 python3.12 python3.11; do
        if is_new_enough "$name"; then
            command -v "$name"
            return 0
        fi
    done
    return 1
}

ensure_python() {
    find_python >/dev/null && return
    [ -z "${PYTHON:-}" ] || fail "PYTHON=$PYTHON is not a Python 3.11 or newer. Name another, or leave PYTHON unset."
    if command -v apt-get >/dev/null 2>&1; then
        if command -v python3 >/dev/null 2>&1; then # the system's own is too old
            apt_install python3.11 python3.11-venv || say "apt has no python3.11 here."
        else
            apt_install python3 python3-venv || say "apt could not install python3."
        fi
    elif command -v brew >/dev/null 2>&1; then
        say "Installing with brew: python"
        brew install python >&2
    fi
    find_python >/dev/null || fail "symgd needs Python 3.11 or newer, and none was found. Install it (on Debian or Ubuntu: apt-get install python3.11 python3.11-venv, or a newer release, whose python3 will do) and try again, or name one: PYTHON=/path/to/python3 $0"
}

has_libraries() {
    command -v pkg-config >/dev/null 2>&1 && pkg-config --atleast-version=1.30 pangocairo 2>/dev/null &&
        command -v cc >/dev/null 2>&1 && has_headers
}

ensure_libraries() {
    has_libraries && return
    if command -v apt-get >/dev/null 2>&1; then
        has_headers || apt_packages+=("python$(version_of "$(find_python)")-dev")
        apt_install "${apt_packages[@]}"
    elif command -v brew >/dev/null 2>&1; then
        say "Installing with brew: ${brew_packages[*]}"
        brew install "${brew_packages[@]}" >&2
    fi
    has_libraries || fail "Films need a C compiler, pkg-config, Python's headers and Pango 1.30 or newer with its headers, and not all of them are here. Install them with this system's package manager and try again."
}

ensure_tex() {
    [ -d "$brew_tex_folder" ] && PATH="$PATH:$brew_tex_folder"
    has_tex && return
    if command -v apt-get >/dev/null 2>&1; then
        apt_install "${apt_tex[@]}"
    elif command -v brew >/dev/null 2>&1; then
        say "Installing with brew: ${brew_tex[*]}"
        brew install --cask "${brew_tex[@]}" >&2
        PATH="$PATH:$brew_tex_folder"
    fi
    has_tex || fail "Compiling documents needs pdflatex with amsmath and geometry, and not all of them are here. Install LaTeX with this system's package manager and try again."
}

has_tex() {
    command -v pdflatex >/dev/null 2>&1 && kpsewhich amsmath.sty amssymb.sty geometry.sty >/dev/null 2>&1
}

has_headers() {
    local python
    python="$(find_python)" && "$python" -c 'import os, sys, sysconfig
sys.exit(not os.path.exists(os.path.join(sysconfig.get_path("include"), "Python.h")))'
}

ensure_venv() {
    [ -x "$venv/bin/python" ] && "$venv/bin/python" -m pip --version >/dev/null 2>&1 && return
    local python there=no
    python="$(find_python)"
    [ -e "$venv" ] && there=yes
    say "Making a virtual environment in .venv with $("$python" --version)"
    if ! "$python" -m venv "$venv" >/dev/null 2>&1; then
        [ "$there" = yes ] || rm -rf "$venv" # half made by us; one that stood there before is not ours to delete
        command -v apt-get >/dev/null 2>&1 || fail "$python cannot make a virtual environment. Install its venv module and try again."
        apt_install "python$(version_of "$python")-venv"
        "$python" -m venv "$venv" >&2 || fail "$python cannot make a virtual environment."
    fi
}

set_up() {
    local extra="$1" stamp wanted
    stamp="$venv/.symgd-$extra"
    wanted="$(cksum <"$root/pyproject.toml") $root" # a folder that was moved is set up again
    if [ -x "$venv/bin/python" ] && [ -x "$venv/bin/symgd" ] && [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ]; then
        return
    fi
    ensure_python
    [ "$extra" = docs ] || ensure_libraries
    ensure_venv
    say "Installing symgd and what it needs into .venv (a minute or two the first time)"
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check -e "$root[$extra]" >&2 ||
        fail "The installation failed; the lines above say why."
    printf '%s' "$wanted" >"$stamp"
}

# The extras beside the tests' own: films need newer packages than the rest, so the lowest versions go without them.
extras_at() { [ "$1" = lowest ] && echo pdf,test || echo all,test; }

set_up_at() { # set_up_at lowest|newest: .venv-lowest or .venv-newest, which are kept; the newest is brought up to date
    local place="$root/.venv-$1" resolution=highest python wanted
    [ "$1" = lowest ] && resolution=lowest-direct
    wanted="$(cksum <"$root/pyproject.toml") $root"
    if [ "$1" = lowest ] && [ -f "$place/.symgd" ] && [ "$(cat "$place/.symgd")" = "$wanted" ]; then
        return
    fi
    # The lowest versions were made for the lowest Python, where there is one; PYTHON names another.
    python="${PYTHON:-$([ "$1" = lowest ] && command -v python3.11 || find_python)}"
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check uv >&2 || return 1
    say "Installing the $1 versions of what symgd needs into .venv-$1"
    [ -x "$place/bin/python" ] || "$venv/bin/python" -m uv venv --quiet --python "$python" "$place" || return 1
    "$venv/bin/python" -m uv pip install --quiet --upgrade --resolution "$resolution" --python "$place/bin/python" \
        -e "$root[$(extras_at "$1")]" || return 1
    printf '%s' "$wanted" >"$place/.symgd"
}
