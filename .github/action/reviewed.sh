#!/usr/bin/env bash
# Finds the plan that was reviewed: what the last run for the head of the merged pull request left.
set -euo pipefail
# shellcheck source=lib.sh
. "${BASH_SOURCE[0]%/*}/lib.sh"

# The pull request whose merge made this commit, as `NUMBER HEAD`.
merged() {
    entries "/commits/$GITHUB_SHA/pulls?state=closed" |
        jq -rs --arg sha "$GITHUB_SHA" '[.[] | select(.merged_at != null and .merge_commit_sha == $sha)
            | select(.head.repo.id != null and .head.repo.id == .base.repo.id)
            | "\(.number) \(.head.sha)"][0] // empty'
}

# The run that left the newest artifact of this name for that commit.
run_with_plan() {
    entries "/actions/artifacts?name=$ARTIFACT" .artifacts |
        jq -s -r --arg name "$ARTIFACT" --arg head "$1" '[.[]
            | select(.name == $name and .expired == false and .workflow_run.head_sha == $head)
            | select(.workflow_run.head_repository_id == .workflow_run.repository_id)]
            | sort_by(.created_at) | last | .workflow_run.id // empty'
}

if [[ ! $ARTIFACT =~ ^[A-Za-z0-9._-]+$ ]]; then
    fail 'the name of the artifact of a plan has letters, digits, dots and dashes only'
fi
number='' head='' run=''
found=$(merged)
read -r number head <<<"$found" || true
if [[ $head =~ ^[0-9a-f]{40,64}$ ]]; then
    run=$(run_with_plan "$head")
fi
if [[ $run =~ ^[0-9]+$ ]]; then
    echo "The plan for $head, the head of pull request $number, was left by run $run."
else
    tell notice 'No reviewed plan was found for this commit.'
    run=''
fi
output run-id "$run"
output folder "$(mktemp -d "$RUNNER_TEMP/segctl-reviewed.XXXXXX")"
output pull-request "$number"
