# Runs a command for as long as this script's standard input stays open.
# shellcheck shell=sh
# The test process holds the other end: when it ends, in whatever way, the command is stopped.
# Usage: sh -c SCRIPT hold-process SIGNAL COMMAND [ARGUMENT...]
signal=$1
shift
exec 3<&0 </dev/null
"$@" 3<&- &
command=$!
{
  while read -r _ <&3; do :; done
  kill -s "$signal" "$command"
  for _ in 0 1 2 3 4 5 6 7 8 9; do
    sleep 0.5
    kill -s 0 "$command" || exit
  done
  kill -s KILL "$command"
} 2>/dev/null &
watcher=$!
exec 3<&-
wait "$command"
status=$?
kill "$watcher" 2>/dev/null
exit "$status"
