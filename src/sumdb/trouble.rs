//! Why nothing is proven: nobody answered, something else answered, or somebody lies.

use std::sync::Arc;

use crate::goproxy::{Refusal, Wrong};
use crate::model::{Finding, Kind, Msg, SafeUrl, Source, kind};
use crate::say;

/// What stood in the way of a proof.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The database has no such record: the module is private, or not there (404, 410).
    Unknown(Refusal),
    /// No answer, or an error. `relay` is the module proxy that was asked for the database's.
    Unanswered {
        relay: Option<SafeUrl>,
        refusal: Refusal,
    },
    /// Something came with status 200 that is no record, head or tile: a web page, half a file.
    Garbled {
        relay: Option<SafeUrl>,
        url: SafeUrl,
        why: String,
        shown: String,
    },
    /// Its log is not as long as the one go has seen, and whether it is the beginning of that cannot be told.
    Lagging {
        url: SafeUrl,
        has: u64,
        known: u64,
    },
    /// A signature or a proof does not hold.
    Inconsistent(Arc<Misbehaviour>),
    /// Kept tiles are not of the kept head's tree, and fresh ones were not to be had.
    KeptTiles(Vec<std::path::PathBuf>),
    /// The settings forbid it, in go's words.
    Settings(String),
    Offline,
    NoTime,
}

/// What was answered, so that others can judge it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misbehaviour {
    pub what: Msg,
    /// Go's words for it.
    pub words: String,
    pub evidence: Vec<(Source, String)>,
}

impl Trouble {
    pub fn lie(what: Msg, words: impl Into<String>, evidence: Vec<(Source, String)>) -> Trouble {
        Trouble::Inconsistent(Arc::new(Misbehaviour { what, words: words.into(), evidence }))
    }

    /// Its name in the vocabulary; `None` where nothing is wrong with anybody.
    pub fn kind(&self) -> Option<Kind> {
        match self {
            Trouble::Unknown(_) | Trouble::Offline | Trouble::NoTime => None,
            Trouble::Unanswered { relay: Some(_), .. } | Trouble::Garbled { relay: Some(_), .. } => {
                Some(kind::GOPROXY_SERVER_ERROR)
            }
            Trouble::Unanswered { .. } | Trouble::Garbled { .. } | Trouble::Lagging { .. } => {
                Some(kind::SUMDB_UNREACHABLE)
            }
            Trouble::Inconsistent(_) => Some(kind::SUMDB_INCONSISTENT),
            Trouble::KeptTiles(_) => Some(kind::SUMDB_CACHE_DAMAGED),
            Trouble::Settings(_) => Some(kind::SUMDB_CONFIG_INVALID),
        }
    }

    /// Whether the file was not there (a record of a private module, a tile that a lagging database has not yet).
    pub fn not_exist(&self) -> bool {
        match self {
            Trouble::Unknown(refusal) | Trouble::Unanswered { refusal, .. } => refusal.not_exist(),
            _ => false,
        }
    }

    /// Whether nobody answered at all.
    pub fn is_silence(&self) -> bool {
        matches!(self, Trouble::Unanswered { refusal, .. } if matches!(refusal.wrong, Wrong::Net(_) | Wrong::Disk(_)))
    }

    /// In one line.
    pub fn msg(&self) -> Msg {
        match self {
            Trouble::Unknown(refusal) => {
                let why = refusal.msg();
                say!("it has no record of it ({why})", "它没有这条记录（{why}）", why)
            }
            Trouble::Unanswered { refusal, .. } => refusal.msg(),
            Trouble::Garbled { why, .. } => say!(
                "what came is nothing a checksum database sends: {why}",
                "返回的不是校验库该有的内容：{why}",
                why
            ),
            Trouble::Lagging { has, known, .. } => say!(
                "it lags behind: it has {has} records, go has seen {known}, and nothing tells whether the one is the beginning of the other",
                "它落后了：只有 {has} 条记录，而 go 见过 {known} 条，无法确认前者是后者的前一段",
                has,
                known
            ),
            Trouble::Inconsistent(lie) => lie.what.clone(),
            Trouble::KeptTiles(_) => say!(
                "the tiles that go keeps are not of the tree whose signed head it keeps",
                "go 缓存的哈希块与它记住的签名树头对不上"
            ),
            Trouble::Settings(words) => Msg::plain(words.clone()),
            Trouble::Offline => say!("--offline makes no connection", "--offline 不联网"),
            Trouble::NoTime => say!("no time was left to ask", "总时限已到，没有来得及查询"),
        }
    }

    /// As a finding about the database of this name; `None` where there is nothing to find fault with.
    pub fn finding(&self, name: &str) -> Option<Finding> {
        let why = self.msg();
        let kind = self.kind()?;
        let finding = match self {
            Trouble::Inconsistent(_) => Finding::error(
                kind,
                say!(
                    "SECURITY: the checksum database {name} contradicts itself, or somebody answers in its name: {why}",
                    "安全警告：校验库 {name} 自相矛盾，或者有人在冒充它：{why}",
                    name,
                    why
                ),
            ),
            Trouble::Unanswered { relay: Some(proxy), .. } | Trouble::Garbled { relay: Some(proxy), .. } => {
                Finding::warning(
                    kind,
                    say!(
                        "{proxy} fails when asked for the checksum database {name}: {why}; nothing is proven",
                        "向 {proxy} 查询校验库 {name} 时出错：{why}；因此无法证实",
                        proxy,
                        name,
                        why
                    ),
                )
            }
            Trouble::KeptTiles(_) => Finding::error(kind, why),
            _ => Finding::warning(
                kind,
                say!(
                    "the checksum database {name} cannot be asked: {why}; nothing is proven",
                    "问不到校验库 {name}：{why}；因此无法证实",
                    name,
                    why
                ),
            ),
        };
        let finding = self.evidence().into_iter().fold(finding, |all, (from, seen)| all.seen(from, seen));
        Some(finding.fact("database", name).advice(self.advice()))
    }

    /// What was seen, and where.
    pub fn evidence(&self) -> Vec<(Source, String)> {
        match self {
            Trouble::Unknown(refusal) | Trouble::Unanswered { refusal, .. } => {
                vec![(Source::Url(refusal.url.clone()), refusal.msg().into_en())]
            }
            Trouble::Garbled { url, why, shown, .. } => {
                vec![(Source::Url(url.clone()), format!("{why}\n{shown}").trim_end().to_owned())]
            }
            Trouble::Lagging { url, has, .. } => {
                vec![(Source::Url(url.clone()), format!("go.sum database tree {has}"))]
            }
            Trouble::Inconsistent(lie) => {
                let mut all = lie.evidence.clone();
                if let Some((_, seen)) = all.first_mut() {
                    *seen = format!("{}\n{seen}", lie.words);
                }
                all
            }
            Trouble::KeptTiles(files) => {
                files.iter().map(|file| (Source::File(file.clone(), None), String::new())).collect()
            }
            Trouble::Settings(_) | Trouble::Offline | Trouble::NoTime => Vec::new(),
        }
    }

    fn advice(&self) -> Msg {
        match self {
            Trouble::Inconsistent(_) => say!(
                "trust nothing of it: keep this report, ask the database another way (GOSUMDB=sum.golang.google.cn) and compare, tell whoever runs the proxy in between; gobs repairs nothing here, and verification stays on",
                "不要相信它的任何结果：保留这份报告，换一条路访问校验库（GOSUMDB=sum.golang.google.cn）比对，并通知中间代理的维护者；gobs 不会自动修复，也不要关闭校验"
            ),
            _ if self.is_silence() => say!(
                "check the network, VPN and HTTP proxy and run it again; verification stays on",
                "检查网络、VPN 和 HTTP 代理后重新运行；不要关闭校验"
            ),
            Trouble::Unanswered { relay: Some(_), .. } | Trouble::Garbled { relay: Some(_), .. } => say!(
                "have the proxy relay the database or answer 404 where it does not; the database also answers at GOSUMDB=sum.golang.google.cn",
                "请让代理正确转发校验库，不转发时应返回 404；也可以直接用 GOSUMDB=sum.golang.google.cn"
            ),
            Trouble::KeptTiles(_) => say!(
                "run it again online: fresh tiles show whether the copy here is damaged",
                "联网后重新运行：取到新的哈希块才能判断是不是本地副本损坏"
            ),
            _ => say!(
                "keep verification on: another way to the database is GOSUMDB=sum.golang.google.cn, or a GOPROXY that relays it",
                "不要关闭校验：可以换个入口，GOSUMDB=sum.golang.google.cn，或使用能转发校验库的 GOPROXY"
            ),
        }
    }
}
