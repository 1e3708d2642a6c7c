# Removes a folder once this script's standard input is closed.
# shellcheck shell=sh
# Whatever still writes there is being stopped at the same moment, hence the tries.
# Usage: sh -c SCRIPT hold-folder FOLDER
while read -r _; do :; done
for _ in 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19; do
  rm -rf "$1" 2>/dev/null && sleep 0.5 && test ! -e "$1" && exit
  sleep 0.5
done
