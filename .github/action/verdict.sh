#!/usr/bin/env bash
# Ends the job as segctl ended, now that everything is written.
set -euo pipefail

case $EXIT_CODE in
    0) ;;
    2)
        if [[ $FAIL_ON == changes ]]; then
            exit 2
        fi
        ;;
    *)
        echo "segctl ended with exit code $EXIT_CODE."
        exit "$EXIT_CODE"
        ;;
esac
