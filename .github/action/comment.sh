#!/usr/bin/env bash
# Posts the report on the pull request, once: a later run changes the same comment.
set -euo pipefail
# shellcheck source=lib.sh
. "${BASH_SOURCE[0]%/*}/lib.sh"

# The most that GitHub takes as one comment.
readonly limit=65536

# Which commit this is about; segctl does not know.
footer() {
    printf '\n<sub>'
    if [[ -n ${HEAD_SHA-} ]]; then
        printf 'Commit %s. ' "${HEAD_SHA:0:12}"
    fi
    printf '[Run](%s/%s/actions/runs/%s)</sub>\n' "$GITHUB_SERVER_URL" "$GITHUB_REPOSITORY" "$GITHUB_RUN_ID"
}

if [[ ! ${NUMBER-} =~ ^[0-9]+$ ]]; then
    echo 'There is no pull request to comment on.'
    exit
fi
if [[ -z ${MARKDOWN-} ]]; then
    fail 'segctl wrote no report, so the comment of before, if any, is out of date'
fi
marker=$(marker_of "$MARKDOWN")
if [[ -z $marker ]]; then
    fail 'the report has no marker, so its comment cannot be found again'
fi

text=$(mktemp "$RUNNER_TEMP/segctl-comment.XXXXXX")
cat "$MARKDOWN" >"$text"
footer >"$text.footer"
if (($(cat "$text" "$text.footer" | wc -m) <= limit)); then
    cat "$text.footer" >>"$text"
fi
jq -n --rawfile body "$text" '{body: $body}' >"$text.json"

comments=$(entries "/issues/$NUMBER/comments?sort=created")
id=$(ours id "$marker" <<<"$comments")
# A run that could not read the workspace does not know its name. What it said is out of date now.
nameless="${marker%:*}: -->"
stale=$(ours id "$nameless" <<<"$comments")
if [[ $marker == "$nameless" ]]; then
    stale=''
elif [[ -z $id ]]; then
    id=$stale
elif [[ -n $stale ]]; then
    api DELETE "/issues/comments/$stale" >/dev/null
fi
if [[ -n $id ]]; then
    api PATCH "/issues/comments/$id" "$text.json" >/dev/null
    echo "The comment $id of pull request $NUMBER says it now."
elif [[ $SAYS == true ]]; then
    api POST "/issues/$NUMBER/comments" "$text.json" >/dev/null
    echo "Pull request $NUMBER has a comment now."
else
    echo 'There is nothing to say.'
fi
