# The stages that scripts/test --full adds; sourced after stages.sh. A stage NAME is a name in `full`, a function
# run_NAME and, if its log is that of a runner, a row of `counts_as`: flow (pytest), node, unit (cmocka), or check
# (lines "ok NAME: ...", "not ok NAME: ...", "skip NAME: reason").

full=(release_flow release_interop release_unit valgrind analyze)
# Packages carry libraries of the Debian they are made on, which is this one.
[ "$(. /etc/os-release && echo "$ID $VERSION_ID")" != 'debian 12' ] || full+=(packages)

# What tests see of the sanitized build, they see of the one that people run, too: it differs where memory is read that
# was never written.
# The door's calls that leave no growth are 100,000 here, and it is killed amid them thirty times.
run_release_flow() { build release && GROWTH_ROUNDS=700 CRASH_KILLS=30 flow "$PWD/build/release/makeshift"; }
counts_as[release_flow]=flow
run_release_interop() { build release && node_test interop "$PWD/build/release/makeshift"; }
counts_as[release_interop]=node
run_release_unit() { build release-tests && ctest --preset release-tests --verbose --parallel "$(nproc)"; }
counts_as[release_unit]=unit

run_valgrind() { build release && flow "$PWD/scripts/under_valgrind" -n 2 test_every_answer.py; }
counts_as[valgrind]=flow

# Nobody else builds the release meanwhile.
run_packages() { scripts/setup packages && one_at_a_time release try_packages; }
# For both architectures at once, as packing takes one core; what it installs is there before.
make_packages() {
    local foreign
    scripts/setup package && scripts/setup cross_arm64 || return
    scripts/package --arch arm64 &
    foreign=$!
    scripts/package --arch x64 && wait $foreign
}
try_packages() { make_packages && (cd tests/packages && "$python" -m pytest -rfEs); }
counts_as[packages]=flow

run_analyze() { scripts/analyze; }
counts_as[analyze]=check
