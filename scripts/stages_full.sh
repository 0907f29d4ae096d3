# The stages that scripts/test --full adds; sourced after stages.sh. A stage NAME is a name in `full`, a function
# run_NAME and, if its log is that of a runner, a row of `counts_as`: flow (pytest), node, unit (cmocka), or check
# (lines "ok NAME: ...", "not ok NAME: ...", "skip NAME: reason").

full=(release_flow)

run_release_flow() { build release && flow "$PWD/build/release/makeshift"; }
counts_as[release_flow]=flow
