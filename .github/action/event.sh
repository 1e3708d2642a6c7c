#!/usr/bin/env bash
# Says what the run is about, in words that were checked: numbers, hashes, true and false.
#
# Nothing else of an event is used anywhere: titles and names of branches are written by strangers.
set -euo pipefail
# shellcheck source=lib.sh
. "${BASH_SOURCE[0]%/*}/lib.sh"

# Prints a field of the event that matches a pattern, or nothing: field PATH PATTERN
field() {
    local value
    value=$(jq -r "$1 // empty" "$GITHUB_EVENT_PATH")
    if [[ $value =~ ^$2$ ]]; then
        printf '%s\n' "$value"
    fi
}

# Whether secrets and a token that writes are there, and may meet the files of this commit. What
# Dependabot opens has neither.
is_trusted() {
    jq -e 'if .pull_request
        then (.pull_request | .head.repo.id != null and .head.repo.id == .base.repo.id
            and .user.login != "dependabot[bot]")
        else true end' "$GITHUB_EVENT_PATH" >/dev/null
}

# The commit that a merge would go onto, if it is here.
base_of() {
    local sha=$1
    # A checkout of the merge of a pull request: its first parent is the tip of the base.
    if [[ $GITHUB_REF =~ ^refs/pull/[0-9]+/merge$ ]] && git rev-parse -q --verify 'HEAD^2' >/dev/null; then
        git rev-parse 'HEAD^1'
    elif [[ -n $sha ]] && git cat-file -e "$sha^{commit}" 2>/dev/null; then
        printf '%s\n' "$sha"
    fi
}

# Whether the files of a commit can be listed here.
has() {
    git ls-tree -r "$1" >/dev/null 2>&1
}

# Fetches one commit. The token goes to the server of this run alone, and into no file; what a checkout
# keeps for the same server makes way for it.
fetch() {
    local depth=() key=http.$GITHUB_SERVER_URL/.extraheader basic
    if [[ $(git rev-parse --is-shallow-repository) == true ]]; then
        depth=(--depth=1)
    fi
    basic=$(printf 'x-access-token:%s' "${TOKEN-}" | base64 | tr -d '\n')
    GIT_TERMINAL_PROMPT=0 GIT_CONFIG_COUNT=2 GIT_CONFIG_KEY_0=$key GIT_CONFIG_VALUE_0='' \
        GIT_CONFIG_KEY_1=$key GIT_CONFIG_VALUE_1="AUTHORIZATION: basic $basic" \
        git -c http.lowSpeedLimit=1 -c http.lowSpeedTime=30 fetch --quiet --no-tags \
        --no-recurse-submodules ${depth[@]+"${depth[@]}"} origin "$1" >/dev/null 2>&1
}

# The commit that the branch had before a push, where it can be had; a new branch had none.
before() {
    local sha=$1
    if [[ -z $sha || $sha =~ ^0+$ ]]; then
        return
    fi
    if has "$sha" || { fetch "$sha" && has "$sha"; }; then
        printf '%s\n' "$sha"
    fi
}

case $GITHUB_EVENT_NAME in
    pull_request_target | workflow_run | issue_comment)
        fail "$GITHUB_EVENT_NAME gives secrets to what a stranger may have written; use pull_request"
        ;;
esac

number=$(field .pull_request.number '[0-9]+')
trusted=true
if ! is_trusted; then
    trusted=false
fi

base=${BASE-}
if [[ $base == none ]]; then
    base=''
elif [[ -z $base && -n $number ]]; then
    base=$(base_of "$(field .pull_request.base.sha '[0-9a-f]{40,64}')")
    if [[ -z $base ]]; then
        tell notice 'The base of the pull request is not in the checkout (fetch-depth: 2 brings it), so the plan cannot say which steps are due to it.'
    fi
elif [[ -z $base && $GITHUB_EVENT_NAME == push ]]; then
    base=$(before "$(field .before '[0-9a-f]{40,64}')")
    if [[ -z $base ]]; then
        echo 'The commit before this push is not to be had, so nothing says which steps are due to it.'
    fi
elif [[ $base == -* ]]; then
    fail 'base is no revision'
fi

output pull-request "$number"
output head "$(field .pull_request.head.sha '[0-9a-f]{40,64}')"
output base "$base"
output trusted "$trusted"
