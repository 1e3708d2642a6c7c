# What the scripts of the action share; each of them reads it in.
# shellcheck shell=bash

# Keeps one line for later steps: output NAME VALUE
output() {
    if [[ $2 == *$'\n'* ]]; then
        fail "the value of $1 has more than one line"
    fi
    printf '%s=%s\n' "$1" "$2" >>"$GITHUB_OUTPUT"
}

# Shows a line in the log and beside the run: tell notice|warning|error TEXT
tell() {
    local text=$2
    text=${text//'%'/%25}
    text=${text//$'\r'/%0D}
    text=${text//$'\n'/%0A}
    printf '::%s title=segctl::%s\n' "$1" "$text"
}

fail() {
    tell error "$1"
    exit 1
}

# Prints what a command says, and lets nothing in it be taken for a command to the runner.
# The code of the command is that of this function.
unheard() {
    local code=0 word
    word=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
    printf '::stop-commands::%s\n' "$word"
    "$@" 2>&1 || code=$?
    printf '\n::%s::\n' "$word"
    return "$code"
}

# Asks GitHub: api METHOD PATH [FILE OF THE BODY]
# The token goes in through a pipe, so that no list of processes shows it.
api() {
    local again=(--retry 3)
    # What makes something new is never sent twice.
    if [[ $1 == POST ]]; then
        again=()
    fi
    curl --silent --show-error --fail-with-body --max-time 60 ${again[@]+"${again[@]}"} \
        --request "$1" --header @- --header 'Accept: application/vnd.github+json' \
        --header 'X-GitHub-Api-Version: 2022-11-28' ${3:+--data-binary "@$3"} \
        "$GITHUB_API_URL/repos/$GITHUB_REPOSITORY$2" <<<"Authorization: Bearer $TOKEN"
}

# Prints every entry of a list, as one JSON value a line: entries PATH-WITH-A-QUERY [FIELD OF THE LIST]
# A list that cannot be read to its end is a failure: what is not seen there would be made twice.
entries() {
    local page answer
    for ((page = 1; ; page++)); do
        # In `$(…)` a failure ends nothing by itself.
        answer=$(api GET "$1&per_page=100&page=$page" | jq -ce "${2:-.} | arrays") || return
        jq -c '.[]' <<<"$answer"
        if (($(jq length <<<"$answer") < 100)); then
            return
        fi
    done
}

# Prints the marker of a report: its first line, and nothing if that is no marker.
marker_of() {
    local first=''
    read -r first <"$1" || true
    if [[ $first =~ ^'<!-- segctl:'(validate|plan|apply|drift):[A-Za-z0-9._-]*' -->'$ ]]; then
        printf '%s\n' "$first"
    fi
}

# Of entries, the number in FIELD of the first that AUTHOR wrote under MARKER; nothing, if there is none.
# Whoever else copies the marker is not AUTHOR, and what they wrote is left alone.
ours() {
    jq -rs --arg field "$1" --arg marker "$2" --arg author "$AUTHOR" '
        [.[] | select(.user.login == $author and .pull_request == null)
            | select((.body // "") | split("\n")[0] | rtrimstr("\r") == $marker)][0]
        | .[$field] // empty'
}
