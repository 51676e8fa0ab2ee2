//! Module proxies, asked.

use std::time::Duration;

use super::Facts;
use crate::model::{Known, SafeUrl, Unknown};
use crate::say;
use crate::world::net::Request;

/// How long one proxy is waited for.
const ASK: Duration = Duration::from_secs(3);

impl Facts<'_> {
    /// Whether a proxy relays the checksum database of that name (`modfetch/sumdb.go:initBase`).
    pub fn relays_sumdb(&self, proxy: &str, database: &str) -> Known<bool> {
        self.online()?;
        let base = proxy.trim_end_matches('/');
        let ask = Request::get(format!("{base}/sumdb/{database}/supported"), self.budget(ASK));
        let shown = SafeUrl::new(proxy);
        match self.world.net.fetch(&ask, None) {
            Ok(answer) if answer.ok() => Ok(true),
            Ok(answer) if matches!(answer.status, 404 | 410) => Ok(false),
            Ok(answer) => {
                let status = answer.status_line;
                Err(Unknown::new(say!(
                    "{shown} answered {status} when asked for the checksum database",
                    "向 {shown} 查询校验库时返回 {status}",
                    shown,
                    status
                )))
            }
            Err(err) => {
                let why = err.msg();
                Err(Unknown::new(say!(
                    "{shown} did not answer: {why}",
                    "{shown} 没有应答：{why}",
                    shown,
                    why
                )))
            }
        }
    }
}
