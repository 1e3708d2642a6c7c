//! The repository of the recorded run: what its branches say.

/// A workspace for the server at `url`.
pub(super) fn workspace(url: &str) -> String {
    format!(
        "apiVersion: segctl.dev/v1
kind: Workspace
metadata: {{name: acme-web}}
spec:
  privacy: {{attributes: [phone]}}
  targets:
    - name: production
      provider: unleash
      url: {url}
      auth: {{token: {{env: UNLEASH_TOKEN}}}}
"
    )
}

/// A segment with its constraints, one a line.
pub(super) fn segment(name: &str, description: &str, constraints: &[&str]) -> String {
    let lines: Vec<String> = constraints.iter().map(|it| format!("      - {it}\n")).collect();
    let constraints = lines.concat();
    format!(
        "apiVersion: segctl.dev/v1
kind: Segment
metadata: {{name: {name}}}
spec:
  description: {description}
  unleash:
    constraints:
{constraints}"
    )
}

/// Segments on the rule of a flag in production.
pub(super) fn attachment(flag: &str, segments: &str) -> String {
    format!(
        "apiVersion: segctl.dev/v1
kind: Attachment
metadata: {{name: {flag}-production}}
spec:
  segments: [{segments}]
  unleash: {{feature: {flag}, environment: production, strategy: {{title: Gradual rollout}}}}
"
    )
}

/// What was applied last: paths and texts.
pub(super) fn applied() -> Vec<(&'static str, String)> {
    let plan = "{contextName: plan, operator: IN, values: [enterprise]}";
    vec![
        ("segments/beta-users.yaml", beta_users("ada@acme.example, grace@acme.example")),
        (
            "segments/enterprise.yaml",
            segment("enterprise", "Customers on the large plan.", &[plan]),
        ),
        ("segments/staff.yaml", staff("People who work here.")),
        ("segments/testers.yaml", segment("testers", "Nobody knows.", &[PHONES])),
        ("attachments/checkout.yaml", attachment("new-checkout", "beta-users")),
    ]
}

/// What was merged since, and not applied.
pub(super) fn merged() -> Vec<(&'static str, String)> {
    vec![("segments/staff.yaml", staff("People who work at Acme."))]
}

/// What the pull request says.
pub(super) fn proposed() -> Vec<(&'static str, String)> {
    let early = "{contextName: appVersion, operator: SEMVER_GTE, value: \"4.2.0\"}";
    vec![
        (
            "segments/beta-users.yaml",
            beta_users("ada@acme.example, edsger@acme.example, grace@acme.example"),
        ),
        ("segments/early-birds.yaml", segment("early-birds", "Those who update soon.", &[early])),
        ("attachments/dark-mode.yaml", attachment("dark-mode", "early-birds, staff")),
    ]
}

/// What the pull request takes away.
pub(super) const REMOVED: &str = "segments/testers.yaml";

const PHONES: &str = "{contextName: phone, operator: IN, values: [\"0171\", \"0172\"]}";

fn beta_users(people: &str) -> String {
    let users = format!("{{contextName: userId, operator: IN, values: [{people}]}}");
    segment("beta-users", "Users who help us test.", &[&users])
}

fn staff(description: &str) -> String {
    let ends = "{contextName: email, operator: STR_ENDS_WITH, values: [\"@acme.example\"]}";
    segment("staff", description, &[ends])
}
