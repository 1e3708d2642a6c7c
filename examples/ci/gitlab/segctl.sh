#!/usr/bin/env bash
# Runs segctl, keeps its reports in `segctl-report/`, and says it on the merge request: one note, which
# later runs change. Ends as segctl ended.
set -euo pipefail

readonly reports=segctl-report
mkdir -p "$reports"
code=0
segctl "$@" --report "markdown=$reports/segctl.md" --report "html=$reports/segctl.html" \
    --report "sarif=$reports/segctl.sarif" || code=$?

if [[ -s $reports/segctl.sarif ]]; then
    jq -f "${0%/*}/code-quality.jq" "$reports/segctl.sarif" >"$reports/code-quality.json"
fi

# Asks GitLab: api METHOD PATH [FILE]. The token goes in through a pipe, so that no list of processes
# shows it.
api() {
    curl --silent --show-error --fail --max-time 60 --request "$1" --header @- \
        --header 'Content-Type: application/json' ${3:+--data-binary "@$3"} \
        "$CI_API_V4_URL$2" <<<"PRIVATE-TOKEN: $SEGCTL_NOTE_TOKEN"
}

# The number of our first note under this marker, or nothing. What others wrote under it is left alone.
# A list that cannot be read to its end is a failure: the note would be made twice.
own_note() {
    local page answer me
    me=$(api GET /user | jq -e .id) || return
    for ((page = 1; ; page++)); do
        answer=$(api GET "$notes?sort=asc&order_by=created_at&per_page=100&page=$page") || return
        jq -r --arg marker "$1" --argjson me "$me" '[.[] | select(.author.id == $me)
            | select(.body | split("\n")[0] | rtrimstr("\r") == $marker)][0].id // empty' <<<"$answer"
        if (($(jq length <<<"$answer") < 100)); then
            return
        fi
    done
}

if [[ -n ${CI_MERGE_REQUEST_IID-} && -n ${SEGCTL_NOTE_TOKEN-} && -s $reports/segctl.md ]]; then
    notes=/projects/$CI_PROJECT_ID/merge_requests/$CI_MERGE_REQUEST_IID/notes
    note=$(own_note "$(head -n 1 "$reports/segctl.md")")
    note=${note%%$'\n'*}
    body=$(mktemp)
    jq -n --rawfile body "$reports/segctl.md" '{body: $body}' >"$body"
    if [[ -n $note ]]; then
        api PUT "$notes/$note" "$body" >/dev/null
    else
        api POST "$notes" "$body" >/dev/null
    fi
    rm -f "$body"
fi
exit "$code"
