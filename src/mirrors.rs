//! The public Go module proxies that are known by name: to tell a company's own server from everybody's mirror.

use crate::text::url::Url;

/// A public module proxy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mirror {
    pub url: &'static str,
    pub state: State,
}

/// What is known of a mirror's use, with the sources in `docs/mirrors.md`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// May be proposed.
    Good,
    /// Works, but content or checksum database were wrong on record.
    Doubtful,
    /// Closed, or answers nobody any more.
    Dead,
    /// Not reachable from mainland China.
    Blocked,
}

/// Every mirror we know. The first `Good` one is the default.
pub const MIRRORS: &[Mirror] = &[
    Mirror { url: "https://goproxy.cn", state: State::Good },
    Mirror { url: "https://mirrors.aliyun.com/goproxy", state: State::Good },
    Mirror { url: "https://mirrors.tencent.com/go", state: State::Good },
    Mirror { url: "https://mirrors.cloud.tencent.com/go", state: State::Good },
    Mirror { url: "https://repo.huaweicloud.com/repository/goproxy", state: State::Good },
    Mirror { url: "https://mirrors.huaweicloud.com/repository/goproxy", state: State::Good },
    Mirror { url: "https://mirrors.huaweicloud.com/goproxy", state: State::Dead },
    Mirror { url: "https://goproxy.io", state: State::Doubtful },
    Mirror { url: "https://proxy.golang.com.cn", state: State::Doubtful },
    Mirror { url: "https://goproxy.baidu.com", state: State::Doubtful },
    Mirror { url: "https://goproxy.bj.bcebos.com", state: State::Doubtful },
    Mirror { url: "https://proxy.golang.org", state: State::Blocked },
    Mirror { url: "https://gocenter.io", state: State::Dead },
    Mirror { url: "https://athens.azurefd.net", state: State::Dead },
];

/// The mirror behind a GOPROXY element; scheme and trailing slash do not matter.
pub fn known(element: &str) -> Option<&'static Mirror> {
    let url = Url::parse(element).ok()?;
    let same = |mirror: &&Mirror| {
        let known = Url::parse(mirror.url).unwrap_or_default();
        known.host == url.host && known.path.trim_end_matches('/') == url.path.trim_end_matches('/')
    };
    MIRRORS.iter().find(same)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mirrors_are_known_by_host_and_path() {
        assert_eq!(known("https://goproxy.cn/").unwrap().url, "https://goproxy.cn");
        assert_eq!(known("http://mirrors.aliyun.com/goproxy/").unwrap().state, State::Good);
        assert_eq!(known("https://mirrors.huaweicloud.com/goproxy").unwrap().state, State::Dead);
        assert_eq!(known("https://goproxy.corp.example"), None);
    }
}
