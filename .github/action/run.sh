#!/usr/bin/env bash
# Runs segctl and keeps what it says in every form. It does not fail: `verdict.sh` does, once the
# comment, the summary and the rest are written.
set -euo pipefail
# shellcheck source=lib.sh
. "${BASH_SOURCE[0]%/*}/lib.sh"
# shellcheck source=reviewed-plan.sh
. "${BASH_SOURCE[0]%/*}/reviewed-plan.sh"

reports=$(mktemp -d "$RUNNER_TEMP/segctl-report.XXXXXX")
readonly reports
forms=()
for form in markdown html sarif json github; do
    forms+=(--report "$form=$reports/segctl.$form")
done
readonly forms

# What every command takes: targets, and values in clear. What the user gave is for one command, and
# what passes the guard is for `apply` alone, which a person started. Plans say which of their steps
# are due to this change.
common=()
own=()
base=()
force=()
given() {
    local line
    while IFS= read -r line; do
        line=${line//[[:space:]]/}
        if [[ -n $line ]]; then
            common+=(--target "$line")
        fi
    done <<<"${TARGETS-}"
    if [[ ${SHOW_VALUES-} == true ]]; then
        common+=(--show-values)
    fi
    if [[ ${FORCE_GUARD-} == true ]]; then
        force+=(--force-guard)
    fi
    # One a line; what stands on a line is one word, whatever is in it.
    while IFS= read -r line; do
        line=${line%$'\r'}
        if [[ -n $line ]]; then
            own+=("$line")
        fi
    done <<<"${ARGS-}"
    if [[ -n ${BASE-} && ! " ${own[*]-} " =~ \ --base[\ =] ]]; then
        base=(--base "$BASE")
    fi
}

# Runs segctl; its code is in `code` afterwards.
segctl_says() {
    code=0
    unheard segctl "$@" ${common[@]+"${common[@]}"} || code=$?
}

validate() {
    segctl_says validate "${forms[@]}" ${own[@]+"${own[@]}"}
}

# Documents first, for nobody's server is asked about documents that are wrong. The plan that follows
# asks none then, and says what is wrong where the plan of before stands.
plan() {
    local more=()
    segctl_says validate --quiet
    if [[ -n ${PLAN_FILE-} ]]; then
        more+=(--out "$PLAN_FILE")
    fi
    segctl_says plan --detailed-exitcode "${forms[@]}" ${base[@]+"${base[@]}"} \
        ${more[@]+"${more[@]}"} ${own[@]+"${own[@]}"}
}

drift() {
    segctl_says drift --detailed-exitcode "${forms[@]}" ${own[@]+"${own[@]}"}
}

apply() {
    if [[ ${PLAN_FILE-} == reviewed ]]; then
        apply_reviewed "$(find "${REVIEWED-}" -type f | head -n 1)"
    elif [[ -n ${PLAN_FILE-} ]]; then
        apply_reviewed "$PLAN_FILE"
    else
        segctl_says apply --auto-approve --detailed-exitcode "${forms[@]}" \
            ${force[@]+"${force[@]}"} ${own[@]+"${own[@]}"}
    fi
}

# The annotations, worst first; GitHub shows the first ten.
annotate() {
    if [[ -s $reports/segctl.github ]]; then
        cat "$reports/segctl.github"
        echo
    fi
}

# A path as actions take it, which know nothing of the folder of a step.
whole() {
    case $1 in
        /* | [A-Za-z]:*) printf '%s\n' "$1" ;;
        # Under Windows this shell has paths of its own.
        *) printf '%s/%s\n' "$(pwd -W 2>/dev/null || pwd)" "$1" ;;
    esac
}

# Whether there is anything that a person must be told. What a change only takes out of Git stays live,
# which is no change of the plan; without a base nothing tells which change took it out.
has_something_to_say() {
    ((code != 0)) && return
    [[ -s $reports/segctl.json ]] && jq -e '(.diagnostics | length > 0)
        or any(.targets[]?.orphans[]?.why[]?; . == "change" or . == "unknown")' "$reports/segctl.json" >/dev/null
}

command=${COMMAND-}
if [[ ! $command =~ ^(validate|plan|apply|drift)$ ]]; then
    fail 'command is one of: validate, plan, apply, drift'
fi
if [[ $TRUSTED != true && $command != validate ]]; then
    if [[ $command == apply ]]; then
        fail 'nothing is applied for a pull request of a fork'
    fi
    tell notice 'This pull request comes from a fork, so there are no secrets: its documents are validated, and no live system is asked.'
    command=validate
    ARGS=''
fi

code=0
given
"$command"
annotate

output command "$command"
output exit-code "$code"
output reports "$reports"
for form in markdown html sarif json; do
    if [[ -s $reports/segctl.$form ]]; then
        output "$form" "$reports/segctl.$form"
    fi
done
if [[ $command == plan && -n ${PLAN_FILE-} && -s ${PLAN_FILE-} && $code =~ ^[02]$ ]]; then
    output plan-file "$(whole "$PLAN_FILE")"
fi
changes=false
if ((code == 2)); then
    changes=true
fi
output changes "$changes"
says=false
if has_something_to_say; then
    says=true
fi
output says "$says"
