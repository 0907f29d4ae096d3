# What the stages of scripts/test do; sourced by it, from the root of the tree. A stage NAME is a function run_NAME, and
# how its log is counted stands in `count`. The stages of `--full` are in stages_full.sh.

# setup and build come first; the others run beside one another: the longest first.
# fuzz runs what clang has built.
stages=(setup build flow interop tsan unit browser clang release fuzz check)

export PYTHONPYCACHEPREFIX=$PWD/build/test/pycache # what Python compiles is kept, and not in the tree
python=/usr/bin/python3 # Debian's, which sees Debian's packages, whatever else is in PATH
logs=build/test

# Where there is a cache of compilations, it is used; while it is empty, it costs the least if it need not preprocess.
export CCACHE_DEPEND=1
if [ -z "${CMAKE_C_COMPILER_LAUNCHER:-}" ] && command -v ccache >/dev/null; then
    export CMAKE_C_COMPILER_LAUNCHER=ccache
fi

# Sanitizers of gcc 12 do not know kernels that randomise addresses more widely; where the kernel
# lets us, programs under them run without.
fixed=()
setarch -R true 2>/dev/null && fixed=(setarch -R)

# A folder in memory for what tests write, where there is room: they are not about the disk, and would mostly wait for it.
scratch_folder() {
    local free
    free=$(df --output=avail -k /dev/shm 2>/dev/null | tail -n 1)
    [ ! -w /dev/shm ] || [ "${free:-0}" -lt 2000000 ] || mktemp -d /dev/shm/makeshift-test.XXXXXX
}

# Stages run beside one another: one at a time uses a folder.
one_at_a_time() { # NAME COMMAND...
    local name=$1
    shift
    (flock 9 && "$@" 9>&-) 9>"$logs/$name.lock"
}

build() { # PRESET
    one_at_a_time "$1" sh -c 'cmake --preset "$1" && cmake --build --preset "$1"' sh "$1"
}

flow() { # PROGRAM ARGUMENT...: pytest in tests/flow; what it leaves stays below build/
    local program=$1 left
    shift
    left=$(mktemp -d "${TMPDIR:-$PWD/$logs}/flow.XXXXXX") || return
    (cd tests/flow && MAKESHIFT_BIN=$program "${fixed[@]}" "$python" -m pytest -rfEs --basetemp="$left/tmp" "$@") &&
        rm -rf "$left"
}

# The packages of tests/package-lock.json and the tests that use them are put below build/npm, so that
# the tree stays clean. What is there and up to date is kept.
npm_install() {
    local to=build/npm file
    [ ! -e "$logs/npm.ready" ] || return 0 # another stage of this run did it, and may be using it
    mkdir -p "$to"
    if ! cmp -s tests/package-lock.json "$to/.installed"; then
        rm -rf "$to/node_modules" "$to/.installed"
        cp tests/package.json tests/package-lock.json "$to/"
        # The optional ones are a newer Node.js, for a client that does without the system's.
        local older=()
        [ "$(node -p 'process.versions.node.split(".")[0]')" -lt 20 ] || older=(--omit=optional)
        npm ci --prefix "$to" "${older[@]}" --ignore-scripts --no-audit --no-fund --no-progress || return
        cp tests/package-lock.json "$to/.installed"
    fi
    rm -rf "$to/interop" "$to/browser"
    mkdir "$to/interop" "$to/browser"
    for file in tests/interop/*.mjs tests/browser/*.mjs; do
        cp "$file" "$to/${file#tests/}"
    done
    touch "$logs/npm.ready"
}

node_test() { # FOLDER [PROGRAM]
    one_at_a_time npm npm_install || return
    MAKESHIFT_ROOT=$PWD MAKESHIFT_BIN=${2:-$PWD/build/dev/makeshift} \
        "${fixed[@]}" node --test --test-reporter=tap build/npm/"$1"/*.test.mjs
}

run_setup() { scripts/setup test; }
run_check() { scripts/check; }
run_build() { build dev; }
run_unit() { "${fixed[@]}" ctest --preset dev --verbose --parallel "$(nproc)"; }
run_flow() { flow "$PWD/build/dev/makeshift"; }
run_interop() { node_test interop; }
run_browser() { node_test browser; }
run_tsan() { build tsan && flow "$PWD/build/tsan/makeshift" test_mixed_load.py test_api_at_once.py test_tls.py; }
# The other compiler compiles the programs for the fuzz targets, with the same warnings, which are errors; of the rest of the tree
# it is asked for its opinion alone. gcc's programs are the ones that are tested.
run_clang() {
    build fuzz && CMAKE_C_COMPILER_LAUNCHER='' cmake --preset clang &&
        scripts/syntax build/clang/compile_commands.json build/fuzz/compile_commands.json
}
run_fuzz() { one_at_a_time fuzz scripts/fuzz all 3; }
run_release() {
    build release && scripts/check_hardening build/release/makeshift && scripts/check_hardening build/release/makeshift-tools
}

# "PASSED FAILED SKIPPED" as the log of a stage has them, in the words of the runner that wrote it; a stage
# without a runner passes or fails as one. A stage of stages_full.sh says with `counts_as` whose words it uses.
count() { # STAGE LOG STATUS
    local line
    case "${counts_as[$1]:-$1}" in
    unit) # cmocka names a failed test twice
        echo "$(grep -c '\[       OK \]' "$2")" \
            "$(grep -o '\[  FAILED  \] [A-Za-z0-9_]*$' "$2" | sort -u | wc -l)" \
            "$(grep -o '\[  SKIPPED \] [A-Za-z0-9_]*$' "$2" | sort -u | wc -l)"
        ;;
    flow)
        line=$(grep -E '[0-9]+ (passed|failed|error|skipped)' "$2" | tail -1)
        echo "$(sum "$line" passed) $(sum "$line" 'failed|errors?') $(sum "$line" skipped)"
        ;;
    node) echo "$(number '# pass' "$2") $(number '# fail' "$2") $(number '# skipped' "$2")" ;;
    check) echo "$(grep -c '^ok ' "$2") $(grep -c '^not ok ' "$2") $(grep -c '^skip ' "$2")" ;;
    *) echo "$(($3 == 0)) $(($3 != 0)) 0" ;;
    esac
}
declare -A counts_as=([tsan]=flow [interop]=node [browser]=node [fuzz]=check [release]=check)

sum() { # LINE WORDS: the numbers before these words, added
    grep -oE "[0-9]+ ($2)" <<<"$1" | awk '{n += $1} END {print n + 0}'
}
number() { # PREFIX LOG: the number after it
    grep -E "^$1 [0-9]+" "$2" | awk '{n += $NF} END {print n + 0}'
}
