//! Which system an embedded server pretends to be, and how one signs in there.

/// A system whose API the sandbox speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum System {
    /// Unleash 8.2.0.
    #[default]
    Unleash,
    /// Spotify Confidence, flags and IAM on one address.
    Confidence,
    /// ConfigCat.
    ConfigCat,
    /// FeatureSignals.
    FeatureSignals,
}

impl System {
    /// Every system.
    pub const ALL: [Self; 4] =
        [Self::Unleash, Self::Confidence, Self::ConfigCat, Self::FeatureSignals];

    /// The name, as in `provider` of a target.
    pub fn name(self) -> &'static str {
        match self {
            Self::Unleash => "unleash",
            Self::Confidence => "confidence",
            Self::ConfigCat => "configcat",
            Self::FeatureSignals => "featuresignals",
        }
    }

    /// The system of that name.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|system| system.name() == name)
    }

    /// The credentials of somebody who may do everything, by their names under `auth`.
    pub fn credentials(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Unleash => &[("token", super::Sandbox::TOKEN)],
            Self::Confidence => {
                &[("clientId", "sandbox-client"), ("clientSecret", "sandbox-secret")]
            }
            Self::ConfigCat => &[("username", "sandbox-user"), ("password", "sandbox-password")],
            Self::FeatureSignals => {
                &[("email", "owner@sandbox.example"), ("password", "sandbox-password")]
            }
        }
    }

    /// What programs find the server at `url` by, as names and values of environment variables.
    pub fn variables(self, url: &str) -> Vec<(&'static str, String)> {
        match self {
            Self::Unleash => vec![
                ("UNLEASH_URL", url.to_owned()),
                ("UNLEASH_TOKEN", super::Sandbox::TOKEN.to_owned()),
            ],
            Self::Confidence => vec![
                ("CONFIDENCE_FLAGS_URL", url.to_owned()),
                ("CONFIDENCE_IAM_URL", url.to_owned()),
                ("CONFIDENCE_CLIENT_ID", "sandbox-client".to_owned()),
                ("CONFIDENCE_CLIENT_SECRET", "sandbox-secret".to_owned()),
            ],
            Self::ConfigCat => vec![
                ("CONFIGCAT_BASE_PATH", url.to_owned()),
                ("CONFIGCAT_API_USER", "sandbox-user".to_owned()),
                ("CONFIGCAT_API_PASS", "sandbox-password".to_owned()),
            ],
            Self::FeatureSignals => vec![
                ("FEATURESIGNALS_URL", url.to_owned()),
                ("FEATURESIGNALS_EMAIL", "owner@sandbox.example".to_owned()),
                ("FEATURESIGNALS_PASSWORD", "sandbox-password".to_owned()),
            ],
        }
    }
}
