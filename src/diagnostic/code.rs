//! Every code that segctl can print, with what it means; `segctl explain` and
//! `docs/diagnostics.md` are made from this table.

use serde::{Serialize, Serializer};

/// What kind of trouble a code names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// The documents cannot be sent as they are.
    Error,
    /// It could be sent, and is refused until the document allows it by name.
    Lint,
    /// A policy of the workspace forbids it.
    Policy,
    /// It is odd, and stops nothing.
    Warning,
    /// A step that the live system, or the rules of ownership, do not let happen.
    Refusal,
    /// The world did not do its part.
    Failure,
}

impl Class {
    /// The heading under which the class is documented.
    pub fn title(self) -> &'static str {
        match self {
            Self::Error => "Errors in documents",
            Self::Lint => "Lints",
            Self::Policy => "Policies",
            Self::Warning => "Warnings",
            Self::Refusal => "Refused steps",
            Self::Failure => "Failures",
        }
    }
}

macro_rules! codes {
    ($($variant:ident $name:literal $class:ident $title:literal $why:literal $fix:literal)*) => {
        /// A stable code. Its name never changes and is never used for something else.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $(#[doc = $title] $variant,)*
        }

        impl Code {
            /// Every code, by class and in the order in which they are documented.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The name, as printed and as written in `allow`.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// What kind of trouble it is.
            pub fn class(self) -> Class {
                match self { $(Self::$variant => Class::$class,)* }
            }

            /// One line: what it is.
            pub fn title(self) -> &'static str {
                match self { $(Self::$variant => $title,)* }
            }

            /// Why it matters.
            pub fn why(self) -> &'static str {
                match self { $(Self::$variant => $why,)* }
            }

            /// What to do.
            pub fn fix(self) -> &'static str {
                match self { $(Self::$variant => $fix,)* }
            }
        }
    };
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl Code {
    /// The code of that name.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.name() == name)
    }
}

codes! {
    NoWorkspace "no-workspace" Error
        "No workspace file was found."
        "Without segctl.yaml there is no list of targets, so there is nothing to compare with."
        "Run inside a workspace, or name its folder with -f. Without any workspace file, give -f DIR --provider P --url U --workspace NAME."
    FileUnreadable "file-unreadable" Error
        "A file or a folder could not be read."
        "A document that cannot be read would look like one that was removed, and its segment like an orphan."
        "Mend the path or its permissions."
    OutsideWorkspace "outside-workspace" Error
        "A path leads out of the workspace."
        "Only files that are reviewed together with the documents may decide who sees a feature, so neither `..` nor a symbolic link may leave the folder of segctl.yaml."
        "Move the file into the workspace."
    FileTooLarge "file-too-large" Error
        "A file is larger than 4 MiB."
        "Unleash refuses a segment over 100 kB, so a document of this size is a mistake."
        "Split the file, or remove what does not belong there."
    NotText "not-text" Error
        "A file is not UTF-8 text."
        "Bytes that are not text would be guessed at."
        "Save the file as UTF-8."
    BadGlob "bad-glob" Error
        "A glob cannot be read, or leads out of the workspace."
        "`*` stays within one folder, `**` crosses folders, and `..` is not allowed."
        "Write a glob relative to segctl.yaml, such as segments/**/*.yaml."
    NoMatch "no-match" Error
        "A glob matches no file."
        "A glob that finds nothing after a folder was renamed would turn every segment into an orphan."
        "Mend the glob, or remove it."
    EmptyFile "empty-file" Error
        "A file holds no document."
        "A file that was emptied by accident would turn its segments into orphans."
        "Write a document, or remove the file."
    Tab "tab" Error
        "A tab is used as indentation."
        "YAML forbids it, because tabs have no width that all programs agree on."
        "Write spaces."
    Syntax "syntax" Error
        "The text is not YAML."
        "Nothing after the mistake can be read."
        "Mend the syntax at the place that is shown."
    DuplicateKey "duplicate-key" Error
        "A key stands twice in one mapping."
        "Most YAML readers silently take the last one, and reviewers read the first."
        "Keep one of the two."
    BadKey "bad-key" Error
        "A key of a mapping is not a text."
        "Documents are JSON written as YAML, where every key is a text."
        "Write a plain word before the colon."
    BadMerge "bad-merge" Error
        "`<<` merges something that is not a mapping."
        "A merge key takes a mapping, or a list of mappings."
        "Name an anchor of a mapping: `<<: *defaults`."
    CustomTag "custom-tag" Error
        "A value has a YAML tag that segctl does not know."
        "Some programs run code or include files for a tag; segctl reads plain values only."
        "Remove the tag."
    TooManyNodes "too-many-nodes" Error
        "A file means more than 500,000 YAML nodes."
        "Aliases of aliases multiply: a few lines can mean billions of values."
        "Write the values out, or use valuesFrom."
    UnknownKind "unknown-kind" Error
        "A document says no kind, or one that does not exist, or a version that does not exist."
        "The kind decides which schema holds."
        "Write apiVersion: segctl.dev/v1 and kind: Segment, Attachment or Workspace."
    UnknownField "unknown-field" Error
        "A field is not known at its place."
        "A misspelt field that was ignored would silently lose a condition, and fewer conditions match more people."
        "Write the field that was meant; the message lists those that are known."
    MissingField "missing-field" Error
        "A field that must be there is missing."
        "Without it the document does not say enough."
        "Add the field."
    WrongType "wrong-type" Error
        "A value is of another type than its field."
        "Without quotes YAML reads 1.10 as the number 1.1 and true as a boolean; the API wants the text."
        "Quote a text that looks like a number, a boolean or nothing."
    BadValue "bad-value" Error
        "A value is not one that its field can have."
        "The schema lists or describes what is possible."
        "Write one of the values that the message names."
    ValuesTwice "values-twice" Error
        "A constraint has both values and valuesFrom."
        "Only one of the lists could hold, and it would be a guess which."
        "Keep one of them."
    UnknownTarget "unknown-target" Error
        "perTarget, or a policy, names a target that the workspace does not have."
        "What is said for a misspelt target would never take effect."
        "Write the name of a target of segctl.yaml."
    DuplicateDocument "duplicate-document" Error
        "Two documents of one kind have the same metadata.name."
        "The name is the identity in Git: one of the two would win by chance."
        "Rename one of them."
    DuplicateSegmentKey "duplicate-segment-key" Error
        "Two segments have the same key in one target."
        "They would overwrite each other at every apply."
        "Give one of them another name in the vendor's block."
    DuplicateRule "duplicate-rule" Error
        "Two attachments name the same rule."
        "Each owns the whole set of segments of its rule, so they would overwrite each other."
        "Join them into one document."
    DuplicateTarget "duplicate-target" Error
        "Two targets have the same name, or are the same live system."
        "Two targets on one system would prune each other's segments."
        "Remove one of them."
    SegmentCycle "segment-cycle" Error
        "Segments refer to each other in a circle."
        "Confidence takes such a reference for false, and its `not` for true; and none of them could be made first."
        "Take one of the references out."
    MissingReference "missing-reference" Error
        "An attachment names a segment that the target does not have."
        "A rule that lost a segment reaches more people than before."
        "Write the metadata.name of a segment document that has a block for this vendor, or add one with external: true."
    UnknownLint "unknown-lint" Error
        "allow, or a policy, names a lint that does not exist."
        "It would allow or forbid nothing."
        "Write the code of a lint; segctl explain lists them."
    BadAuth "bad-auth" Error
        "The authentication of a target is missing or incomplete."
        "Secrets come from the environment or from a file, and are never written into a workspace."
        "Write auth: {token: {env: UNLEASH_TOKEN}} and set that variable."
    ReservedText "reserved-text" Error
        "A description ends with a line that looks like segctl's mark."
        "The mark tells managed objects from foreign ones."
        "Remove the line; segctl writes it itself."
    OperatorArity "operator-arity" Error
        "A condition has the wrong number of values for its operator."
        "What an operator does not use, the vendor ignores in silence. In Unleash, IN, NOT_IN and STR_* compare with values, and all others with one value. In FeatureSignals, all operators but in and notIn look at the first value alone."
        "Write as many values as the operator compares with; the message says how many."
    NotANumber "not-a-number" Error
        "A number is compared with something that not every engine of the vendor reads as one."
        "Unleash stores .5 and numbers past 2^53 as they are, and the SDKs cannot compile the first or lose digits of the second. FeatureSignals stores any text, and a condition with one that is no number never holds."
        "Write digits, with an optional sign and fraction: \"5\", \"-0.5\"."
    NotADate "not-a-date" Error
        "A DATE_* constraint compares with something that is not a full time."
        "Unleash accepts a date alone, or a time without a zone, and the SDKs cannot compile it: every flag that uses the segment is then off, with no warning anywhere."
        "Write the time with its zone: \"2024-01-31T10:00:00Z\" or \"2024-01-31T10:00:00.000Z\"."
    NotASemver "not-a-semver" Error
        "A SEMVER_* constraint compares with something that is not a semantic version."
        "Versions have three numbers and no leading v."
        "Write \"1.2.3\" or \"1.2.3-beta.1\"."
    BadRegex "bad-regex" Error
        "A regular expression does not compile in the vendor's dialect, or is inverted where it cannot be."
        "Unleash takes RE2 expressions and refuses to invert them, and FeatureSignals reads those of Go. Neither knows look-around and back-references, and an expression that cannot be read never matches."
        "Mend the expression."
    NameNotSendable "name-not-sendable" Error
        "A text holds a NUL character."
        "PostgreSQL cannot store it: Unleash answers 500, and FeatureSignals says that the key is taken."
        "Remove the character."
    SegmentTooLarge "segment-too-large" Error
        "A segment is larger than what the vendor takes in one request."
        "Unleash takes 100 kB, so that 1,000 values of 100 characters are within every documented limit and are refused all the same. FeatureSignals takes 1 MiB, and calls what is larger malformed."
        "Split the segment, or shorten the values."
    EngineCannotCompile "engine-cannot-compile" Error
        "Unleash would store the segment, and its own engine could not compile it."
        "The SDKs then turn every flag that uses the segment off, its other strategies included, without a warning."
        "Change the constraint that the message names. A backslash at the end of a value and a quote in a field name are known causes."
    IgnoreWithoutReason "ignore-without-reason" Error
        "A comment ignores a finding and does not say why."
        "Whoever reads the document later cannot tell whether the reason still holds."
        "Write the reason behind the code: # segctl: ignore[CODE] reason."
    UnknownIgnore "unknown-ignore" Error
        "A comment ignores a code that does not exist, names none, or is nearly one that ignores."
        "It would ignore nothing."
        "Write the code that the finding shows in brackets, and the comment as in # segctl: ignore[CODE] reason."
    CannotIgnore "cannot-ignore" Error
        "A comment ignores something that cannot be ignored."
        "Only lints, warnings and policies are a matter of judgement. What cannot be sent, what a live system refuses, and a deletion, which has no document, are not."
        "Mend what the finding names, and remove the comment."

    MatchesEveryone "matches-everyone" Lint
        "A segment without constraints matches everyone, and a rule without segments and constraints too."
        "One emptied list turns a feature on for all users."
        "Add a constraint or, where it is meant, allow: [matches-everyone]."
    SimilarNames "similar-names" Lint
        "Two segments of one target have names that differ only by case or blanks."
        "People cannot tell them apart, and attach the wrong one."
        "Rename one of them or, where it is meant, allow: [similar-names]."
    CaseInsensitiveIgnored "case-insensitive-ignored" Lint
        "caseInsensitive on an operator that ignores it."
        "Unleash's playground honours it on IN and NOT_IN and the SDKs do not, so a test in the UI says yes where users get no."
        "Use an STR_* operator, or write every spelling."
    MatchesWhenMissing "matches-when-missing" Lint
        "An inverted constraint matches users who lack the field."
        "The result is turned round last: whoever has no such field, or one that cannot be read, matches."
        "Add a constraint that the field must satisfy too, use NOT_IN, or allow: [matches-when-missing]."
    NeverMatches "never-matches" Lint
        "No user can satisfy the segment, or one of its conditions."
        "The segment is dead: flags that use it are off. FeatureSignals compares texts, and the number 1000000 is the text 1e+06 there."
        "Mend the conditions or, where it is meant, allow: [never-matches]."
    TooManyValues "too-many-values" Lint
        "A segment has more than 1,000 values."
        "Unleash refuses it unless the server's limit was raised (UNLEASH_SEGMENT_VALUES_LIMIT)."
        "Split the segment, or allow: [too-many-values] where the limit was raised."
    TooManySegments "too-many-segments" Lint
        "A rule has more than 5 segments."
        "Unleash refuses it unless the server's limit was raised (UNLEASH_STRATEGY_SEGMENTS_LIMIT)."
        "Join segments, or allow: [too-many-segments] where the limit was raised."
    UndefinedCriterion "undefined-criterion" Lint
        "An expression names a criterion that does not exist."
        "Confidence takes it for false, and its `not` for true."
        "Write the name of a criterion."
    UnusedCriterion "unused-criterion" Lint
        "A criterion is used nowhere in the expression."
        "It changes nothing, whatever it says."
        "Use it in the expression, or remove it."
    CriterionWithoutRule "criterion-without-rule" Lint
        "A criterion of Confidence says nothing."
        "Resolvers cannot read an attribute without a rule, and skip every flag rule whose segment has one."
        "Give it a rule. Whether an attribute is there is said by `not` of eqRule: {value: {}}."
    NegatesNothing "negates-nothing" Lint
        "A `not` stands before something that nobody matches."
        "It lets everyone in. Nobody is in a segment of Confidence that is archived or not allocated either, which a plan sees."
        "Mend what stands below the `not`."
    EmptyRule "empty-rule" Lint
        "A list or a range of Confidence is empty."
        "An empty `and` matches everyone; an empty `or`, set, range or expression matches nobody."
        "Fill it, or remove it."
    MissingExpression "missing-expression" Lint
        "A targeting has criteria and no expression."
        "Confidence then ignores the criteria: everyone matches."
        "Write an expression that uses the criteria."
    MixedTypes "mixed-types" Lint
        "One set or range has values of several types."
        "Only values of the first one's type can match, and a range of two types matches nothing."
        "Use one type, and a criterion for each."
    VersionEquality "version-equality" Lint
        "Versions are compared for equality."
        "Resolvers compare their texts: 1.2 is not 1.2.0."
        "Use a rangeRule, or write every spelling."
    NullText "null-text" Lint
        "A value is the text null."
        "Resolvers take a missing attribute for that text, so it matches."
        "For a missing attribute, write eqRule: {value: {}}."
    FineProportion "fine-proportion" Lint
        "A proportion is finer than a millionth."
        "Confidence has a million buckets, so the rest is lost."
        "Round it to six digits behind the point."
    ProportionsExceed "proportions-exceed" Lint
        "Segments that exclude each other take more than all users together."
        "The last of them cannot be allocated."
        "Lower their proportions, or have them target different users."

    PolicyLint "policy-lint" Policy
        "A document allows a lint that a policy forbids to allow, in `spec.allow` or by a comment that ignores it."
        "Whoever wrote the policy wants to be asked before this lint is allowed."
        "Mend the document so that it needs no allowance, or give it the label that the policy asks for."
    PolicyValues "policy-values" Policy
        "A segment has more values than a policy allows."
        "Long lists of people are hard to review, and often belong into an attribute of the user."
        "Say the audience by an attribute, or split the segment."
    PolicyRegex "policy-regex" Policy
        "A condition matches by a regular expression, which a policy forbids."
        "Few reviewers can tell whom an expression lets in."
        "Use an operator that compares texts."
    PolicyName "policy-name" Policy
        "The name of a document does not fit the pattern that a policy asks for."
        "Names tell whose a segment is and what it is for."
        "Rename the document; what people see in the live system can stay as it is, by the name in the vendor's block."
    PolicyDescription "policy-description" Policy
        "A segment has no description, and a policy asks for one."
        "A description is all that people see of a segment's purpose in the live system."
        "Write spec.description."
    PolicyEnvironment "policy-environment" Policy
        "An attachment names a rule in an environment in which a policy forbids attachments."
        "What changes there is to go another way, or to be agreed on first."
        "Remove the attachment, or give it the label that the policy asks for."
    PolicyDeletion "policy-deletion" Policy
        "The step deletes a segment, and a policy forbids deletions."
        "A segment that is gone cannot be brought back by the vendor."
        "Plan without --prune, restore the document, or change the policy. A deletion has no document that could carry a label or a comment."
    PolicyWidening "policy-widening" Policy
        "The step lets more people in, or everyone, and a policy forbids that."
        "A feature reaches people who did not have it before."
        "Narrow the change, or give the document the label that the policy asks for."
    PolicyReach "policy-reach" Policy
        "The step changes a segment that reaches more flags than a policy allows."
        "One change would be felt in many features at once."
        "Split the segment, or give the document the label that the policy asks for."

    BaseIncomplete "base-incomplete" Warning
        "Not all of the documents of --base can be understood."
        "What stands in the others counts as changed since then, also where it is not."
        "Look at the steps as if there was no base, or mend the documents of the base first."
    BaseAhead "base-ahead" Warning
        "The revision of --base has commits that the checkout lacks."
        "What they changed looks as if it was undone here, and a merge would not undo it."
        "Merge or rebase, then plan again; or name the common commit: --base $(git merge-base HEAD main)."
    UnusedDocument "unused-document" Warning
        "No target takes the document."
        "It has no block for the vendor of any target, so it changes nothing."
        "Add the vendor's block, or remove the document."
    UnusedAllow "unused-allow" Warning
        "allow names a lint that the document does not break."
        "It would hide the lint the day it is broken by mistake."
        "Remove it."
    RepeatedValue "repeated-value" Warning
        "A value stands twice in one list."
        "It changes nothing, and counts against the limits of the vendor."
        "Remove one of them."
    UnusedIgnore "unused-ignore" Warning
        "A comment ignores a finding that does not occur."
        "It would hide the finding the day it occurs by mistake."
        "Remove the comment, or move it to the line of the finding."

    WouldOverwrite "would-overwrite" Refusal
        "A live segment with this name exists, is not managed by this workspace, and differs."
        "Somebody made it; overwriting it could change flags that nobody reviewed."
        "Compare the two, then take it over with --adopt NAME, or give the document another name in the vendor's block."
    WouldDetachForeign "would-detach-foreign" Refusal
        "The rule has a segment that this workspace does not manage, and the step would take it off."
        "Fewer segments on a rule reach more people."
        "Add the segment as a document with external: true and name it in segments, or take the rule over with --adopt NAME."
    Twins "twins" Refusal
        "Several live segments have this name."
        "Unleash does not keep names unique when two requests race, and nothing says which one is meant."
        "Delete or rename the others in Unleash."
    NameTaken "name-taken" Refusal
        "The new name belongs to another segment that is renamed in the same plan, in a circle."
        "Each rename waits for the other."
        "Rename one of them to a third name first."
    UnknownProject "unknown-project" Refusal
        "The project does not exist on the server."
        "Unleash answers 500 to such a segment."
        "Create the project, or mend its name."
    ScopeInUse "scope-in-use" Refusal
        "The segment is used in other projects than the one it shall be scoped to."
        "Unleash refuses the change."
        "Take it off the flags that the message names first, or leave out project."
    OutOfScope "out-of-scope" Refusal
        "The segment is scoped to another project than the flag's."
        "Unleash refuses to attach it."
        "Scope the segment to the flag's project, or leave out its project."
    KeyBurnt "key-burnt" Refusal
        "The key belonged to a segment that was archived."
        "The vendor does not give the key of an archived segment back, and an archived segment cannot be revived."
        "Give the document another key in its block."
    ImmutableAllocation "immutable-allocation" Refusal
        "The segment is allocated, and would have to change."
        "Confidence changes no segment that is allocated, and takes no allocation back."
        "Give the document another id: a new segment is made, rules are pointed to it, and who is in it is drawn anew."
    NoSpace "no-space" Refusal
        "There is not enough room for the segment beside those that it excludes."
        "Confidence allocates users to exclusive segments once and for all, so that none is in two."
        "Lower the proportion, target other users, or archive a segment that takes the room."
    ExclusiveSwap "exclusive-swap" Refusal
        "Segments that exclude each other would trade their room."
        "The new one cannot be allocated before the old one is archived, and the old one cannot be archived while a rule uses it."
        "Point the rule to a segment without exclusivity first and prune; then make the new segment and point the rule to it."
    NotAllocated "not-allocated" Refusal
        "The segment was never allocated, so it cannot be archived."
        "Confidence archives segments that are ready for use only."
        "Allocate it, or leave it: nobody is in it."
    BelongsToSystem "belongs-to-system" Refusal
        "The live segment belongs to something that the vendor's system made itself."
        "An experiment, a rollout or a flag would change it again, or break."
        "Give the document another key in its block."
    EnvironmentReadOnly "environment-read-only" Refusal
        "The credentials may only read the environment of the rule."
        "In ConfigCat each member has full, read-only or no access to an environment."
        "Use credentials of somebody with full access, or leave the attachment out for this target."
    ReasonRequired "reason-required" Refusal
        "Each change in the environment needs a reason, and the target has none."
        "ConfigCat keeps mandatory notes in its audit log, and refuses a change without one."
        "Leave `reason` of the target out, or write one."
    RuleNeedsCondition "rule-needs-condition" Refusal
        "The rule would have no condition left."
        "ConfigCat has no rule without a condition, and segctl removes no rules."
        "Remove the rule in the dashboard, and the attachment from Git."
    LimitReached "limit-reached" Refusal
        "The step passes a limit of the server."
        "Unleash refuses it."
        "Raise the limit on the server, or use less."
    ServerTooOld "server-too-old" Refusal
        "The server does not know the operator yet."
        "Unleash refuses it."
        "Upgrade the server, or use another operator."
    IllegalValue "illegal-value" Refusal
        "The context field has a list of legal values, and a value is not on it."
        "Unleash refuses the segment."
        "Write one of the legal values, or add the value to the context field in Unleash."
    FlagNotFound "flag-not-found" Refusal
        "The flag, or its environment, does not exist on the server."
        "An attachment never makes flags or rules."
        "Create the flag first, or mend its name, project or environment."
    RuleNotFound "rule-not-found" Refusal
        "No rule of the flag fits the selector."
        "An attachment owns the segments of an existing rule."
        "Create the rule, or use one of the candidates that the message lists."
    RuleAmbiguous "rule-ambiguous" Refusal
        "Several rules of the flag fit the selector, or nothing names the rule alone."
        "Only one of them is meant, and nothing says which."
        "Give the rule a title or description of its own, or select it by id."
    RuleShared "rule-shared" Refusal
        "Two attachments lead to the same strategy."
        "Each owns the whole set of its segments, so they would overwrite each other."
        "Join the two documents."
    RuleOfReleasePlan "rule-of-release-plan" Refusal
        "The strategy belongs to a release plan."
        "The plan rewrites it."
        "Change the release plan instead."
    FlagArchived "flag-archived" Refusal
        "The flag is archived."
        "An attachment names a rule of a live flag. segctl asks for archived ones, but never changes them."
        "Revive the flag in Unleash and import again, or leave it."
    UnusableMark "unusable-mark" Refusal
        "The mark of a live segment names a document that cannot be written."
        "Its name is that of another document, or no name at all, so a document of another name would mark the segment anew."
        "To manage it, take the last line off its description in the live system, delete the document that import wrote, and import again."
    ImportDefect "import-defect" Refusal
        "A document that import made would not say what is live."
        "Each document is read back before it is written. This is a defect of segctl."
        "Write the document by hand, and report what the segment or the rule looks like."
    EditUnplaced "edit-unplaced" Refusal
        "What is live cannot be edited into the document."
        "An edit touches only what differs. A value at an anchor that is used elsewhere, one that a merge key gives or a list that other documents share cannot be changed for one document, and a segment without a document has no name."
        "Write by hand what `segctl drift` shows, or import the segment first."
    EditContested "edit-contested" Refusal
        "A person changed the live system, and Git moved too."
        "What Git says is not live yet. Taking what is live instead would lose it."
        "Name the document after `import --update` to take what is live, or apply to undo it there."
    ExternalNotFound "external-not-found" Refusal
        "A segment that is owned elsewhere does not exist on the server."
        "An external document is never written, so it cannot be created either."
        "Have its owner create it, or mend its name."
    InUse "in-use" Refusal
        "The segment is used, so it is not deleted."
        "A rule that loses its last segment reaches everyone. Unleash itself minds live flags and pending change requests only, and FeatureSignals deletes whatever it is told to; archived flags and default strategies count here too."
        "Take it off where the message says first."
    UseUnknown "use-unknown" Refusal
        "Whether the segment is used could not be read, so it is not deleted."
        "Unleash does not count archived flags and default strategies as use, so segctl asks for them itself. A flag that is revived without its segment may match everyone, and where a default strategy names a segment that is gone, no flag can be switched on any more."
        "Use credentials that may read what the message names, or delete the segment by hand."
    OutsideSelection "outside-selection" Refusal
        "The step needs a segment that -l or -f leaves out."
        "The segment does not exist yet, and the selection does not create it."
        "Select the segment too."
    GuardTripped "guard-tripped" Refusal
        "The plan changes more of a target than its guard allows."
        "A wrong glob, an old branch or an emptied file looks like a plan like any other, and opens or closes flags at once."
        "Read the plan; if it is meant, apply it with --force-guard, or set the shares under guard of the target."

    Unauthorized "unauthorized" Failure
        "The server does not know the credentials."
        "The token is wrong, expired, or not of the admin kind."
        "Set the variable or file that the target's auth names to an admin token or a personal access token."
    Forbidden "forbidden" Failure
        "The credentials may not do this."
        "The message lists the permissions that are missing, when the server says so."
        "Use credentials with those permissions. A plan needs read access only."
    Unreachable "unreachable" Failure
        "The server could not be reached, or did not answer in time."
        "Nothing is known of the request then, so only requests that cannot do harm twice are repeated."
        "Check the url, the network and the proxy, and run the command again: it goes on where it stopped."
    NotTheApi "not-the-api" Failure
        "The address answers with a web page instead of the API."
        "The path is wrong: Unleash sends its UI for every path that it does not know."
        "Write the url without /api and without a path of the UI."
    Rejected "rejected" Failure
        "The server refused a request."
        "The message is the server's own."
        "Mend what it names, and run the command again."
    RateLimited "rate-limited" Failure
        "The server takes no more requests for now."
        "segctl waited as the server asked, several times."
        "Lower --parallelism, or run the command later."
    ServerFault "server-fault" Failure
        "The server answered with an error of its own."
        "The request was repeated as often as that is safe."
        "Look into the server's log, and run the command again."
    UnexpectedAnswer "unexpected-answer" Failure
        "The server's answer is not what its API promises."
        "segctl changes nothing on the ground of an answer that it does not understand."
        "Check that the url is the server itself and not a proxy that changes answers."
    NotConverged "not-converged" Failure
        "Every step was applied, and the live system still differs from the documents."
        "Something else changes the same objects, or the server stores other than it was sent."
        "Run segctl plan to see what differs."
    BaseUnreadable "base-unreadable" Failure
        "The revision of --base cannot be read."
        "It is not in the clone, the workspace is in no Git repository, Git does not trust whoever owns it, or Git is not installed."
        "Fetch it: git fetch origin main. In a pipeline, fetch more than one commit; actions/checkout \
         takes fetch-depth: 0."
    BadPlanFile "bad-plan-file" Failure
        "A plan file cannot be used."
        "It was changed or cut off after it was made, or another version of segctl made it."
        "Make it again: segctl plan --out FILE."
    NotSaved "not-saved" Failure
        "A file could not be written."
        "What was to be kept would be lost."
        "Check the folder, its permissions and the space on the disk."
    PlanElsewhere "plan-elsewhere" Failure
        "A plan file was made for another target."
        "Where a plan is applied decides where secrets are sent and what is changed."
        "Run apply in the workspace that the plan was made in, or make the plan here."
    Stale "stale" Failure
        "The live system changed after the plan was made."
        "What was reviewed is no longer what would happen. A step of a saved plan whose object moved is left undone with all that waits for it, and so is one that meets a change at the moment of writing; the other steps are done, and the exit code is 5. Where something moved while `apply` waited for `yes`, nothing is done."
        "Make the plan again and review it."
    Usage "usage" Failure
        "The command line is wrong."
        "Options that contradict each other, or names that do not exist, would be guessed at."
        "segctl COMMAND --help shows what there is."
    Interrupted "interrupted" Failure
        "The command was interrupted before anything was written."
        "Ctrl-C stops reading at once."
        "Run the command again."
    WatchFailed "watch-failed" Failure
        "The folders of the workspace cannot be watched."
        "The system has a limit on watched folders, and some file systems cannot be watched at all."
        "Raise the limit (Linux: fs.inotify.max_user_watches), or look by the clock: `--poll 2s`."
    SandboxFailed "sandbox-failed" Failure
        "The embedded server could not be started."
        "Its fixture cannot be read, or its data is damaged."
        "Mend the fixture; the data stands in .segctl/sandbox and may be deleted."
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::Code;

    #[test]
    fn names_are_unique_and_kebab_case() {
        let names: BTreeSet<_> = Code::ALL.iter().map(|code| code.name()).collect();
        assert_eq!(names.len(), Code::ALL.len());
        assert!(
            names
                .iter()
                .all(|name| { name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-') })
        );
    }

    #[test]
    fn classes_stand_together() {
        let mut classes: Vec<_> = Code::ALL.iter().map(|code| code.class().title()).collect();
        classes.dedup();
        assert_eq!(classes.len(), 6);
    }
}
