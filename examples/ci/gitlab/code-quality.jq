# Makes of SARIF what GitLab shows beside the changes of a merge request.
[
  .runs[].results[]
  | select(.locations[0].physicalLocation.artifactLocation.uri != null)
  | .locations[0].physicalLocation as $place
  | {
      description: .message.text,
      check_name: .ruleId,
      severity: ({error: "major", warning: "minor"}[.level // "warning"] // "info"),
      location: {
        path: $place.artifactLocation.uri,
        lines: {begin: ($place.region.startLine // 1)}
      }
    }
]
# A fingerprint has no line in it, so that it stays when lines move; the same again gets a number.
| group_by([.check_name, .location.path, .description])
| [.[] | to_entries[] | .value
    + {fingerprint: "\(.value.check_name) \(.value.location.path) \(.key) \(.value.description)"}]
