#!/usr/bin/env bash
# Writes the summary of the job: what segctl says in Markdown, or that it says nothing.
set -euo pipefail

{
    if [[ -n ${MARKDOWN-} ]]; then
        cat "$MARKDOWN"
    else
        printf 'segctl %s ended with exit code %s; the log has the reason.\n' "$COMMAND" "$EXIT_CODE"
    fi
    if [[ $EXIT_CODE == 5 ]]; then
        printf '\n**Nothing was applied**, or not all of it: the steps are not those that were reviewed.\n'
    fi
} >>"$GITHUB_STEP_SUMMARY"
