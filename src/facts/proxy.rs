//! Module proxies, asked.

use super::Facts;
use crate::model::{Known, SafeUrl, Unknown};
use crate::say;

impl Facts<'_> {
    /// Whether a proxy relays the checksum database of that name (`modfetch/sumdb.go:initBase`).
    pub fn relays_sumdb(&self, proxy: &str, database: &str) -> Known<bool> {
        let base = proxy.trim_end_matches('/');
        let shown = SafeUrl::new(proxy);
        match self.asked(&format!("{base}/sumdb/{database}/supported"))? {
            Ok(answer) if answer.status == 200 => Ok(true),
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
