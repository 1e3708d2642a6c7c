//! The messages of the API, as its open definitions and its pages describe them.

use super::proto::{Field, Kind, Message};

const TEXTS: Kind = Kind::Many(&Kind::Text);
const LABELS: Kind = Kind::Map(&Kind::Text);

/// A segment.
pub(super) static SEGMENT: Message = Message {
    fields: &[
        Field::output("name", Kind::Text),
        Field::new("displayName", Kind::Text),
        Field::new("description", Kind::Text),
        Field::new("targeting", Kind::Of(&TARGETING)),
        Field::new("allocation", Kind::Of(&ALLOCATION)),
        Field::output("state", Kind::Text),
        Field::output("bitsetAllocation", Kind::Struct),
        Field::new("labels", LABELS),
        Field::new("workflowInstance", Kind::Text),
        Field::new("flag", Kind::Text),
        Field::output("createTime", Kind::Time),
        Field::output("updateTime", Kind::Time),
        Field::output("creator", Kind::Text),
        Field::output("updater", Kind::Text),
        Field::new("owner", Kind::Text),
    ],
};

/// How much of the population, and beside which other segments.
pub(super) static ALLOCATION: Message = Message {
    fields: &[
        Field::new("proportion", Kind::Of(&DECIMAL)),
        Field::new("exclusivityTags", TEXTS),
        Field::new("exclusiveTo", TEXTS),
    ],
};

static DECIMAL: Message = Message { fields: &[Field::new("value", Kind::Decimal)] };

/// Who is meant: criteria by name, and an expression over their names.
pub(super) static TARGETING: Message = Message {
    fields: &[
        Field::new("criteria", Kind::Map(&Kind::Of(&CRITERION))),
        Field::new("expression", Kind::Of(&EXPRESSION)),
    ],
};

static CRITERION: Message = Message {
    fields: &[
        Field::one_of(1, "attribute", Kind::Of(&ATTRIBUTE)),
        Field::one_of(1, "segment", Kind::Of(&SEGMENT_CRITERION)),
        Field::one_of(1, "materializedSegment", Kind::Of(&MATERIALIZED_CRITERION)),
    ],
};

static ATTRIBUTE: Message = Message {
    fields: &[
        Field::new("attributeName", Kind::Text),
        Field::one_of(1, "eqRule", Kind::Of(&EQ)),
        Field::one_of(1, "setRule", Kind::Of(&SET)),
        Field::one_of(1, "rangeRule", Kind::Of(&RANGE)),
        Field::one_of(1, "anyRule", Kind::Of(&LIST)),
        Field::one_of(1, "allRule", Kind::Of(&LIST)),
        Field::one_of(1, "startsWithRule", Kind::Of(&TEXT)),
        Field::one_of(1, "endsWithRule", Kind::Of(&TEXT)),
        Field::one_of(1, "containsRule", Kind::Of(&TEXT)),
    ],
};

static SEGMENT_CRITERION: Message = Message { fields: &[Field::new("segment", Kind::Text)] };
static MATERIALIZED_CRITERION: Message =
    Message { fields: &[Field::new("materializedSegment", Kind::Text)] };

static LIST: Message = Message { fields: &[Field::new("rule", Kind::Of(&INNER))] };
static INNER: Message = Message {
    fields: &[
        Field::one_of(1, "eqRule", Kind::Of(&EQ)),
        Field::one_of(1, "setRule", Kind::Of(&SET)),
        Field::one_of(1, "rangeRule", Kind::Of(&RANGE)),
        Field::one_of(1, "startsWithRule", Kind::Of(&TEXT)),
        Field::one_of(1, "endsWithRule", Kind::Of(&TEXT)),
        Field::one_of(1, "containsRule", Kind::Of(&TEXT)),
    ],
};

static EQ: Message = Message { fields: &[Field::new("value", Kind::Of(&VALUE))] };
static SET: Message = Message { fields: &[Field::new("values", Kind::Many(&Kind::Of(&VALUE)))] };
static RANGE: Message = Message {
    fields: &[
        Field::one_of(1, "startInclusive", Kind::Of(&VALUE)),
        Field::one_of(1, "startExclusive", Kind::Of(&VALUE)),
        Field::one_of(2, "endInclusive", Kind::Of(&VALUE)),
        Field::one_of(2, "endExclusive", Kind::Of(&VALUE)),
    ],
};
static TEXT: Message = Message { fields: &[Field::new("value", Kind::Text)] };

static VALUE: Message = Message {
    fields: &[
        Field::one_of(1, "boolValue", Kind::Flag),
        Field::one_of(1, "numberValue", Kind::Double),
        Field::one_of(1, "stringValue", Kind::Text),
        Field::one_of(1, "timestampValue", Kind::Time),
        Field::one_of(1, "versionValue", Kind::Of(&VERSION)),
        Field::one_of(1, "listValue", Kind::Of(&VALUES)),
    ],
};
static VERSION: Message = Message { fields: &[Field::new("version", Kind::Text)] };
static VALUES: Message = Message { fields: &[Field::new("values", Kind::Many(&Kind::Of(&VALUE)))] };

static EXPRESSION: Message = Message {
    fields: &[
        Field::one_of(1, "ref", Kind::Text),
        Field::one_of(1, "not", Kind::Of(&EXPRESSION)),
        Field::one_of(1, "and", Kind::Of(&OPERANDS)),
        Field::one_of(1, "or", Kind::Of(&OPERANDS)),
    ],
};
static OPERANDS: Message =
    Message { fields: &[Field::new("operands", Kind::Many(&Kind::Of(&EXPRESSION)))] };

/// What `:segmentAvailableSpace` may be asked about instead of the segment as it is.
pub(super) static SPACE_QUERY: Message =
    Message { fields: &[Field::new("queryParams", Kind::Of(&SPACE_PARAMETERS))] };
static SPACE_PARAMETERS: Message = Message {
    fields: &[
        Field::new("targeting", Kind::Of(&TARGETING)),
        Field::new("exclusivityTags", TEXTS),
        Field::new("exclusiveTo", TEXTS),
    ],
};

/// A flag, without its variants, which are made with it.
pub(super) static FLAG: Message = Message {
    fields: &[
        Field::output("name", Kind::Text),
        Field::new("displayName", Kind::Text),
        Field::new("description", Kind::Text),
        Field::new("schema", Kind::Struct),
        Field::output("variants", Kind::Many(&Kind::Struct)),
        Field::output("state", Kind::Text),
        Field::new("rules", Kind::Many(&Kind::Of(&RULE))),
        Field::new("clients", TEXTS),
        Field::output("createTime", Kind::Time),
        Field::output("updateTime", Kind::Time),
        Field::output("creator", Kind::Text),
        Field::output("updater", Kind::Text),
        Field::new("labels", LABELS),
        Field::output("usageMetadata", Kind::Struct),
        Field::new("owner", Kind::Text),
    ],
};

/// A rule of a flag. Its name is how an update of all rules says which is which.
pub(super) static RULE: Message = Message {
    fields: &[
        Field::new("name", Kind::Text),
        Field::new("segment", Kind::Text),
        Field::new("description", Kind::Text),
        Field::new("assignmentSpec", Kind::Of(&ASSIGNMENT_SPEC)),
        Field::output("usageMetadata", Kind::Struct),
        Field::new("targetingKeySelector", Kind::Text),
        Field::new("enabled", Kind::Flag),
        Field::output("createTime", Kind::Time),
        Field::output("updateTime", Kind::Time),
        Field::output("creator", Kind::Text),
        Field::output("updater", Kind::Text),
        Field::new("labels", LABELS),
        Field::new("environments", TEXTS),
        Field::new("materializationSpec", Kind::Of(&MATERIALIZATION)),
    ],
};

static ASSIGNMENT_SPEC: Message = Message {
    fields: &[
        Field::new("bucketCount", Kind::Int),
        Field::new("assignments", Kind::Many(&Kind::Of(&ASSIGNMENT))),
    ],
};
static ASSIGNMENT: Message = Message {
    fields: &[
        Field::new("assignmentId", Kind::Text),
        Field::one_of(1, "fallthrough", Kind::Of(&NOTHING)),
        Field::one_of(1, "variant", Kind::Of(&VARIANT_ASSIGNMENT)),
        Field::one_of(1, "clientDefault", Kind::Of(&NOTHING)),
        Field::new("bucketRanges", Kind::Many(&Kind::Of(&BUCKETS))),
    ],
};
static NOTHING: Message = Message { fields: &[] };
static VARIANT_ASSIGNMENT: Message = Message { fields: &[Field::new("variant", Kind::Text)] };
static BUCKETS: Message =
    Message { fields: &[Field::new("lower", Kind::Int), Field::new("upper", Kind::Int)] };
static MATERIALIZATION: Message = Message {
    fields: &[
        Field::new("writeMaterialization", Kind::Text),
        Field::new("readMaterialization", Kind::Text),
        Field::new("mode", Kind::Of(&READ_MODE)),
    ],
};
static READ_MODE: Message = Message {
    fields: &[
        Field::new("materializationMustMatch", Kind::Flag),
        Field::new("segmentTargetingCanBeIgnored", Kind::Flag),
    ],
};
