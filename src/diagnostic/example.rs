//! What each code looks like, for `segctl explain` and `docs/diagnostics.md`.

use super::Code;

/// What a code looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Example {
    /// A document that has it, from `examples/invalid`: tests hold each to what it says.
    Document(&'static [u8]),
    /// What a terminal shows.
    Terminal(&'static str),
}

macro_rules! examples {
    ($($document:ident $name:literal)* ; $($variant:ident $line:literal)*) => {
        impl Code {
            /// What it looks like.
            pub fn example(self) -> Example {
                match self {
                    $(Self::$document => Example::Document(include_bytes!(concat!(
                        "../../examples/invalid/", $name, ".yaml"
                    ))),)*
                    $(Self::$variant => Example::Terminal($line),)*
                }
            }
        }
    };
}

examples! {
    FileUnreadable "file-unreadable"
    OutsideWorkspace "outside-workspace"
    NotText "not-text"
    BadGlob "bad-glob"
    NoMatch "no-match"
    EmptyFile "empty-file"
    Tab "tab"
    Syntax "syntax"
    DuplicateKey "duplicate-key"
    BadKey "bad-key"
    BadMerge "bad-merge"
    CustomTag "custom-tag"
    TooManyNodes "too-many-nodes"
    UnknownKind "unknown-kind"
    UnknownField "unknown-field"
    MissingField "missing-field"
    WrongType "wrong-type"
    BadValue "bad-value"
    ValuesTwice "values-twice"
    UnknownTarget "unknown-target"
    DuplicateDocument "duplicate-document"
    DuplicateSegmentKey "duplicate-segment-key"
    DuplicateRule "duplicate-rule"
    DuplicateTarget "duplicate-target"
    MissingReference "missing-reference"
    UnknownLint "unknown-lint"
    BadAuth "bad-auth"
    ReservedText "reserved-text"
    OperatorArity "operator-arity"
    NotANumber "not-a-number"
    NotADate "not-a-date"
    NotASemver "not-a-semver"
    BadRegex "bad-regex"
    NameNotSendable "name-not-sendable"
    SegmentTooLarge "segment-too-large"
    EngineCannotCompile "engine-cannot-compile"
    MatchesEveryone "matches-everyone"
    SimilarNames "similar-names"
    CaseInsensitiveIgnored "case-insensitive-ignored"
    MatchesWhenMissing "matches-when-missing"
    NeverMatches "never-matches"
    TooManyValues "too-many-values"
    TooManySegments "too-many-segments"
    UnusedDocument "unused-document"
    UnusedAllow "unused-allow"
    RepeatedValue "repeated-value"
    SegmentCycle "segment-cycle"
    UndefinedCriterion "undefined-criterion"
    UnusedCriterion "unused-criterion"
    CriterionWithoutRule "criterion-without-rule"
    NegatesNothing "negates-nothing"
    EmptyRule "empty-rule"
    MissingExpression "missing-expression"
    MixedTypes "mixed-types"
    VersionEquality "version-equality"
    NullText "null-text"
    FineProportion "fine-proportion"
    ProportionsExceed "proportions-exceed"
    IgnoreWithoutReason "ignore-without-reason"
    UnknownIgnore "unknown-ignore"
    CannotIgnore "cannot-ignore"
    UnusedIgnore "unused-ignore"
    PolicyLint "policy-lint"
    PolicyValues "policy-values"
    PolicyRegex "policy-regex"
    PolicyName "policy-name"
    PolicyDescription "policy-description"
    PolicyEnvironment "policy-environment"
    ;
    PolicyDeletion
        "refused[policy-deletion]: a policy forbids deletions: archive by hand after the audit"
    PolicyWidening
        "refused[policy-widening]: a policy forbids steps that widen an audience"
    PolicyReach
        "refused[policy-reach]: the segment reaches 2 flags, and a policy allows 1"
    NoWorkspace
        "error[no-workspace]: there is no segctl.yaml here or above"
    FileTooLarge
        "error[file-too-large]: `docs/large.yaml` has 10485760 bytes; at most 4194304 are read"
    WouldOverwrite
        "refused[would-overwrite]: the live segment `legacy` is not managed by segctl, and differs"
    WouldDetachForeign
        "refused[would-detach-foreign]: it would take `legacy` off the rule, not managed here"
    Twins
        "refused[twins]: 2 live segments are named `beta`: 3, 4"
    NameTaken
        "refused[name-taken]: `beta` is held by a segment that waits for this one"
    UnknownProject
        "refused[unknown-project]: the server has no project `nowhere`"
    ScopeInUse
        "refused[scope-in-use]: it cannot be scoped to `blue` while new-checkout in project default uses it"
    OutOfScope
        "refused[out-of-scope]: `beta` is scoped to project `blue`, and the flag is in `default`"
    EnvironmentReadOnly
        "refused[environment-read-only]: the credentials may only read in Production"
    ReasonRequired
        "refused[reason-required]: each change in Production needs a reason, and the target has none"
    RuleNeedsCondition
        "refused[rule-needs-condition]: the rule would have no condition left, and ConfigCat has no such rule"
    KeyBurnt
        "refused[key-burnt]: `beta-users` belonged to a segment that was archived"
    ImmutableAllocation
        "refused[immutable-allocation]: it is allocated, and Confidence changes no such segment"
    NoSpace
        "refused[no-space]: it takes 0.5 of the users, and 0.4 are left beside those that it excludes"
    ExclusiveSwap
        "refused[exclusive-swap]: `home-one` and `home-two` would trade room, and both are allocated: neither can change before the other gives up its part"
    NotAllocated
        "refused[not-allocated]: it was never allocated, and Confidence archives no such segment"
    BelongsToSystem
        "refused[belongs-to-system]: the live segment `checkout-test` belongs to workflows/ab-test/instances/1"
    LimitReached
        "refused[limit-reached]: the server holds 1 segments and takes 3"
    ServerTooOld
        "refused[server-too-old]: REGEX needs Unleash 7.5.0, and the server is 6.10.1"
    IllegalValue
        "refused[illegal-value]: `mars` is not a legal value of the context field `region`"
    FlagNotFound
        "refused[flag-not-found]: project `default` has no flag `old-checkout`"
    RuleNotFound
        "refused[rule-not-found]: flag `new-checkout` has no such strategy"
    RuleAmbiguous
        "refused[rule-ambiguous]: 2 strategies of `new-checkout` fit"
    RuleShared
        "refused[rule-shared]: `checkout` leads to the same rule, strategy of type `flexibleRollout` of default/new-checkout in production"
    RuleOfReleasePlan
        "refused[rule-of-release-plan]: the strategy belongs to a release plan"
    FlagArchived
        "left out[flag-archived]: the flag is archived"
    UnusableMark
        "external[unusable-mark]: The mark of a live segment names a document that cannot be written."
    ImportDefect
        "left out[import-defect]: its document would not say what is live"
    EditUnplaced
        "left out[edit-unplaced]: its segment `Staff` has no document: import it first"
    EditContested
        "left out[edit-contested]: Git moved too: `import --update beta` takes what is live"
    ExternalNotFound
        "refused[external-not-found]: there is no live segment `partners`"
    InUse
        "refused[in-use]: it is used by new-checkout in production"
    UseUnknown
        "refused[use-unknown]: whether it is used cannot be read: GET /api/admin/search/features answered 403 Forbidden"
    OutsideSelection
        "refused[outside-selection]: it needs local/Segment/beta/create, which the selection leaves out"
    GuardTripped
        "warning[guard-tripped]: it would delete 4 of 10 managed segments; at most 30% may"
    Unauthorized
        "error[unauthorized]: GET /api/admin/ui-config answered 401 Unauthorized: You must log in."
    Forbidden
        "error[forbidden]: GET /api/admin/ui-config answered 403 Forbidden: You do not have permission."
    Unreachable
        "error[unreachable]: GET /api/admin/ui-config at 127.0.0.1:1: Connection refused"
    NotTheApi
        "error[not-the-api]: GET /api/admin/ui-config answered with a web page"
    Rejected
        "error[rejected]: GET /api/admin/ui-config answered 400 Bad Request: The request is odd."
    RateLimited
        "error[rate-limited]: GET /api/admin/ui-config answered 429 Too Many Requests"
    ServerFault
        "error[server-fault]: GET /api/admin/ui-config answered 500 Internal Server Error"
    UnexpectedAnswer
        "error[unexpected-answer]: GET /api/admin/ui-config answered with something else than it promises"
    NotConverged
        "Verified: the live system still differs"
    BaseIncomplete
        "warning[base-incomplete]: the documents of `main` have 1 mistake; what stands there counts as changed"
    BaseAhead
        "warning[base-ahead]: `main` has 1 commit that is not in what is checked out"
    BaseUnreadable
        "error[base-unreadable]: the repository has no revision `no/such`"
    BadPlanFile
        "error[bad-plan-file]: the plan file cannot be used: its hash does not fit: it was changed after it was made"
    NotSaved
        "error[not-saved]: the plan cannot be saved to no/such/folder/p.json: No such file or directory"
    PlanElsewhere
        "error[plan-elsewhere]: the workspace has no target `local`"
    Stale
        "refused[stale]: its live object changed after the plan was made"
    Usage
        "error: --prune needs a segctl.yaml"
    Interrupted
        "error[interrupted]: interrupted before anything was written"
    WatchFailed
        "error[watch-failed]: the folders cannot be watched: OS file watch limit reached."
    SandboxFailed
        "error[sandbox-failed]: cannot read `flags.yaml`: No such file or directory"
}
