#!/usr/bin/env bash
# Keeps one open issue as long as there is drift, and closes it when there is none.
set -euo pipefail
# shellcheck source=lib.sh
. "${BASH_SOURCE[0]%/*}/lib.sh"

if [[ ! $EXIT_CODE =~ ^[02]$ || -z ${MARKDOWN-} ]]; then
    echo 'It is not known whether there is drift, so no issue is touched.'
    exit
fi
marker=$(marker_of "$MARKDOWN")
if [[ -z $marker ]]; then
    fail 'the report has no marker, so its issue cannot be found again'
fi
workspace=${marker#*:*:}
title="Drift in ${workspace% -->}"

body=$(mktemp "$RUNNER_TEMP/segctl-issue.XXXXXX")
number=$(entries "/issues?state=open&sort=created&direction=asc" | ours number "$marker")
if [[ $CHANGES == true ]]; then
    jq -n --rawfile body "$MARKDOWN" --arg title "$title" '{title: $title, body: $body}' >"$body"
    if [[ -n $number ]]; then
        api PATCH "/issues/$number" "$body" >/dev/null
        echo "The issue $number says it now."
    else
        api POST /issues "$body" >/dev/null
        echo 'There is an issue now.'
    fi
elif [[ -n $number ]]; then
    jq -n --rawfile body "$MARKDOWN" '{body: $body, state: "closed", state_reason: "completed"}' >"$body"
    api PATCH "/issues/$number" "$body" >/dev/null
    echo "The issue $number is closed: there is no drift any more."
else
    echo 'There is no drift, and no issue.'
fi
