#!/bin/sh
# Runs segctl, keeps its reports in `segctl-report/`, and says it on the merge request: one note, which
# later runs change. Ends as segctl ended.
set -eu

reports=segctl-report
mkdir -p "$reports"
code=0
segctl "$@" --report "markdown=$reports/segctl.md" --report "html=$reports/segctl.html" \
    --report "sarif=$reports/segctl.sarif" || code=$?

if [ -s "$reports/segctl.sarif" ]; then
    jq -f "${0%/*}/code-quality.jq" "$reports/segctl.sarif" >"$reports/code-quality.json"
fi

# Asks GitLab: api METHOD PATH [FILE]. The token goes in through a pipe.
api() {
    printf 'PRIVATE-TOKEN: %s\n' "$SEGCTL_NOTE_TOKEN" |
        curl --silent --show-error --fail --max-time 60 --request "$1" --header @- \
            --header 'Content-Type: application/json' ${3:+--data-binary "@$3"} "$CI_API_V4_URL$2"
}

# The number of our note under this marker. What others wrote under it is left alone.
own_note() {
    me=$(api GET /user | jq .id)
    page=1
    while [ -n "$page" ]; do
        api GET "$notes?sort=asc&order_by=created_at&per_page=100&page=$page" >"$reports/page.json"
        jq -r --arg marker "$1" --argjson me "$me" '.[] | select(.author.id == $me)
            | select(.body | split("\n")[0] | rtrimstr("\r") == $marker) | .id' "$reports/page.json"
        if [ "$(jq length "$reports/page.json")" -lt 100 ]; then
            page=''
        else
            page=$((page + 1))
        fi
    done | head -n 1
    rm -f "$reports/page.json"
}

if [ -n "${CI_MERGE_REQUEST_IID-}" ] && [ -n "${SEGCTL_NOTE_TOKEN-}" ] && [ -s "$reports/segctl.md" ]; then
    notes="/projects/$CI_PROJECT_ID/merge_requests/$CI_MERGE_REQUEST_IID/notes"
    marker=$(head -n 1 "$reports/segctl.md")
    jq -n --rawfile body "$reports/segctl.md" '{body: $body}' >"$reports/note.json"
    note=$(own_note "$marker")
    if [ -n "$note" ]; then
        api PUT "$notes/$note" "$reports/note.json" >/dev/null
    else
        api POST "$notes" "$reports/note.json" >/dev/null
    fi
    rm -f "$reports/note.json"
fi
exit "$code"
