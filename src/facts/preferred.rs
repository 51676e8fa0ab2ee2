//! What a remedy would set: the applied profile's value, else a public default where the network is open.

use super::Facts;
use super::go::EnvFile;
use crate::journal::{AppliedProfile, Journal};
use crate::mirrors;
use crate::model::{TargetId, Value};
use crate::text::goenv;
use crate::text::goproxy::{Place, steps};
use crate::text::url::{self, Url};

/// The mirrors proposed where no profile says otherwise: the first `Good` ones.
const PUBLIC_GOPROXY: &str = "https://goproxy.cn,direct";
const PUBLIC_GOSUMDB: &str = "sum.golang.google.cn";

impl Facts<'_> {
    /// The profile that was applied last and not taken back.
    pub fn applied_profile(&self) -> Option<&AppliedProfile> {
        let look = || {
            let state = self.world.places.state()?;
            Journal::under(state).applied_profile(&self.world.files)
        };
        self.applied.get_or_init(look).as_ref()
    }

    /// The value the applied profile wants for a Go variable.
    pub fn profile_value(&self, name: &str) -> Option<&Value> {
        let settings = &self.applied_profile()?.settings;
        settings.iter().find(|s| s.target == TargetId::GoEnv && s.key.name() == name).map(|s| &s.value)
    }

    /// What to set GOPROXY to; `None` on a closed network without a profile, where nothing public would help.
    pub fn preferred_goproxy(&self) -> Option<String> {
        match self.profile_value("GOPROXY") {
            Some(Value::One(value)) => Some(value.clone()),
            _ => self.open_network().then(|| PUBLIC_GOPROXY.to_owned()),
        }
    }

    /// What to set GOSUMDB to; `Absent` lets go ask the database through the company's proxy.
    pub fn preferred_gosumdb(&self) -> Value {
        match self.profile_value("GOSUMDB") {
            Some(value) => value.clone(),
            None if self.open_network() => Value::one(PUBLIC_GOSUMDB),
            None => Value::Absent,
        }
    }

    /// Whether public mirrors are of use: not where the settings in force name a server or tree inside, or nothing.
    pub fn open_network(&self) -> bool {
        let Ok(env) = self.go_env() else { return true };
        let EnvFile::At { .. } = &env.file else { return true };
        let value = env.value("GOPROXY");
        if value.trim() == "off" {
            return env.value("GOTOOLCHAIN") != "local";
        }
        let Ok(steps) = steps(&value) else { return true };
        !steps.iter().any(|step| match &step.at {
            Place::Proxy(url) => {
                let url = Url::parse(url.reveal()).unwrap_or_default();
                url.scheme == "file" || url::looks_private(url.hostname())
            }
            Place::Direct | Place::Off => false,
        })
    }

    /// Whether a host is one of the profile's or of GOPRIVATE's, or looks private by its name.
    pub fn is_private_host(&self, host: &str) -> bool {
        let of_profile =
            self.applied_profile().is_some_and(|applied| applied.private.iter().any(|p| p == host));
        let patterns = self.go_env().map(|env| env.value("GOPRIVATE")).unwrap_or_default();
        of_profile || crate::text::pattern::matches(&patterns, host) || url::looks_private(host)
    }

    /// The line of the user's env file that sets a variable, if the file is there.
    pub fn env_file_line(&self, name: &str) -> Option<(std::path::PathBuf, u32, String)> {
        let EnvFile::At { path, bytes: Ok(bytes) } = &self.go_env().ok()?.file else { return None };
        let line = goenv::lookup(bytes, name)?;
        Some((path.clone(), line.number, line.value.to_owned()))
    }

    /// The user's env file, if go looks at one.
    pub fn env_file_path(&self) -> Option<std::path::PathBuf> {
        match &self.go_env().ok()?.file {
            EnvFile::At { path, .. } => Some(path.clone()),
            EnvFile::Off | EnvFile::Nowhere(_) => None,
        }
    }

    /// Whether an element of GOPROXY is a mirror everybody knows.
    pub fn known_mirror(&self, url: &str) -> Option<&'static mirrors::Mirror> {
        mirrors::known(url)
    }
}
