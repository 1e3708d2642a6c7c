# Applies what was reviewed, and nothing else.
# shellcheck shell=bash disable=SC2154 # `run.sh` reads this in, and has what is missing here.
#
# The reviewed plan is a file that a run of the pull request left, and whoever may push a branch may
# change what such a run does. So the file is never applied. This run plans from the merged documents,
# and applies its own plan if it has the very steps of the reviewed one: each step has a hash of its
# live object and of what becomes of it. A forged file can stop an apply, and do nothing else. Why a step
# is there is no part of it: the pull request was held against another commit than this run is.

# The steps of a plan file, for a comparison.
steps_of() {
    jq -S '{workspace, target, decisions,
        steps: [.steps[] | {id, kind, action, name, key, fingerprint}] | sort_by(.id)}' "$1"
}

# Ends with a code that segctl has for this, and says why.
refuse() {
    tell error "$2"
    code=$1
}

apply_reviewed() {
    local reviewed=$1 fresh=$reports/segctl.plan
    segctl_says plan --detailed-exitcode "${forms[@]}" --out "$fresh" ${base[@]+"${base[@]}"} \
        ${own[@]+"${own[@]}"}
    if ((code == 0)); then
        echo 'The live system is what the merged documents say; there is nothing to apply.'
        return
    elif ((code != 2)); then
        return
    elif [[ ! -s $reviewed ]]; then
        refuse 5 'No reviewed plan was found for this commit, so nothing is applied. Look at the plan of this run, then start the workflow by hand.'
        return
    elif ! steps_of "$reviewed" >"$reports/reviewed" 2>/dev/null; then
        refuse 3 'The reviewed plan is no plan file.'
        return
    elif ! diff "$reports/reviewed" <(steps_of "$fresh") >"$reports/difference"; then
        unheard cat "$reports/difference"
        refuse 5 'The steps are not those that were reviewed: the live system or the main branch moved since. Nothing is applied.'
        return
    fi
    echo 'These are the steps that were reviewed.'
    segctl_says apply "$fresh" --auto-approve --detailed-exitcode "${forms[@]}" ${force[@]+"${force[@]}"}
}
