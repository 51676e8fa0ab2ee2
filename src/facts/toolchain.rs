//! Where go would take another toolchain from (toolchain/select.go:Exec, modfetch): PATH, module cache, GOPROXY.

use std::path::Path;

use super::Facts;
use crate::model::{Known, SafeUrl, Source, Unknown};
use crate::module::ModVer;
use crate::say;
use crate::text::goproxy::{Place, steps};
use crate::text::url::Url;

/// Whether a toolchain can be fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Supply {
    There,
    /// GOPROXY=off comes before anybody who has it.
    Off(Option<Source>),
    /// Nobody has it: who was asked, and what they said.
    Nowhere(Vec<(SafeUrl, String)>),
}

impl Facts<'_> {
    /// Whether `go1.27.0` is on PATH or in the module cache.
    pub fn has_toolchain(&self, name: &str) -> bool {
        let cached = || {
            let dir = self.module_cache().ok()?.extracted(&self.toolchain_module(name)).ok()?;
            Some(self.world.files.is_program(&dir.join(if cfg!(windows) { "bin/go.exe" } else { "bin/go" })))
        };
        self.world.which(name).is_some() || cached().unwrap_or(false)
    }

    /// Asks the elements of GOPROXY in turn for the zip, as go does; each is asked once, and only for its beginning.
    pub fn toolchain_supply(&self, name: &str) -> Known<Supply> {
        let gone = self.go_env()?.get("GOPROXY");
        let Ok(steps) = steps(&gone.value) else {
            return Err(Unknown::new(say!("GOPROXY cannot be used", "GOPROXY 的值不可用")));
        };
        let module = self.toolchain_module(name);
        let file = format!("{}/@v/{}.zip", module.path, module.version);
        let mut asked = Vec::new();
        for step in steps {
            let base = match step.at {
                Place::Off => return Ok(Supply::Off(gone.from)),
                // Its page names go.dev/dl/mod, which is one more proxy.
                Place::Direct => SafeUrl::new("https://go.dev/dl/mod"),
                Place::Proxy(base) => base,
            };
            let url = format!("{}/{file}", base.reveal().trim_end_matches('/'));
            let said = match Url::parse(&url).ok().filter(|url| url.scheme == "file") {
                Some(url) => match self.world.files.is_file(Path::new(&url.path)) {
                    true => return Ok(Supply::There),
                    false => "no such file".to_owned(),
                },
                None => match self.asked(&url)? {
                    Ok(answer) if answer.status == 200 => return Ok(Supply::There),
                    Ok(answer) if matches!(answer.status, 404 | 410) => answer.status_line,
                    Ok(answer) => return Err(no_word(&base, &answer.status_line)),
                    Err(err) => return Err(Unknown::new(err.msg())),
                },
            };
            asked.push((SafeUrl::new(url), said));
        }
        Ok(Supply::Nowhere(asked))
    }

    /// `golang.org/toolchain v0.0.1-go1.27.0.linux-amd64`.
    fn toolchain_module(&self, name: &str) -> ModVer {
        let host = &self.world.host;
        ModVer::new("golang.org/toolchain", format!("v0.0.1-{name}.{}-{}", host.os.goos(), self.go_arch()))
    }
}

fn no_word(base: &SafeUrl, line: &str) -> Unknown {
    Unknown::new(say!(
        "{base} answered {line} when asked for a toolchain",
        "向 {base} 查询工具链时返回 {line}",
        base,
        line
    ))
}
