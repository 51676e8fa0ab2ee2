//! Why a proxy gave nothing: its status and its words, or what happened on the way.

use std::fmt;

use crate::model::{Msg, SafeUrl};
use crate::say;
use crate::world::ReadError;
use crate::world::net::{NetError, Response};

/// A question that was not answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// What was asked.
    pub url: SafeUrl,
    pub wrong: Wrong,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// Any status but 200, with what the server says in plain text ("bad upstream", "fetch timed out").
    Status {
        status: u16,
        line: String,
        words: String,
    },
    Net(NetError),
    /// In a `file://` tree.
    File(ReadError),
    /// Status 200, and not what was asked for: a sign-in page, for instance.
    Malformed {
        why: String,
        body: String,
    },
    /// More than go would take.
    TooLarge(u64),
    /// A module path or version that cannot be asked for, in go's words.
    Name(String),
    /// Credentials over plain HTTP, which go refuses to send.
    Insecure,
    /// Our own disk.
    Disk(String),
}

/// `web/api.go:formatErrorDetail`.
const WORD_LINES: usize = 8;
const WORD_BYTES: usize = WORD_LINES * 81;

impl Wrong {
    pub(super) fn status(answer: &Response) -> Wrong {
        let line = answer.status_line.clone();
        Wrong::Status { status: answer.status, line, words: words(answer) }
    }
}

impl Refusal {
    /// Whether go would take it for "not there" and go on after a comma: 404 and 410, and a file that is not there.
    pub fn not_exist(&self) -> bool {
        match &self.wrong {
            Wrong::Status { status, .. } => matches!(status, 404 | 410),
            Wrong::File(err) => *err == ReadError::Absent,
            _ => false,
        }
    }

    /// In one line for people, the server's words included.
    pub fn msg(&self) -> Msg {
        match &self.wrong {
            Wrong::Status { line, words, .. } if words.is_empty() => Msg::plain(line.clone()),
            Wrong::Status { line, words, .. } => Msg::plain(format!("{line}: {words}")),
            Wrong::Net(err) => err.msg(),
            Wrong::File(err) => err.msg(),
            Wrong::Malformed { why, .. } => {
                say!("answered with something else: {why}", "返回的不是所要的内容：{why}", why)
            }
            Wrong::TooLarge(cap) => {
                say!("the answer is larger than {cap} bytes", "返回内容超过 {cap} 字节", cap)
            }
            Wrong::Name(why) | Wrong::Disk(why) => Msg::plain(why.clone()),
            Wrong::Insecure => {
                say!("go refuses to send credentials over plain HTTP", "go 拒绝通过明文 HTTP 发送账号密码")
            }
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "reading {}: {}", self.url, self.msg().en)
    }
}

/// The server's words, if they are text that a terminal may show; up to the first blank line.
fn words(answer: &Response) -> String {
    let media = answer.header("content-type").to_ascii_lowercase();
    let (media, charset) = media.split_once(';').unwrap_or((&media, ""));
    let charset = charset.trim().strip_prefix("charset=").unwrap_or("").trim_matches('"');
    if media.trim() != "text/plain" || !["", "utf-8", "us-ascii"].contains(&charset) {
        return String::new();
    }
    let Ok(text) = std::str::from_utf8(&answer.body) else { return String::new() };
    if text.chars().any(|c| c.is_control() && !c.is_whitespace()) {
        return String::new();
    }
    let mut words = String::new();
    for (at, line) in text.lines().take_while(|line| !line.trim().is_empty()).enumerate() {
        if at >= WORD_LINES || words.len() + line.len() > WORD_BYTES {
            words.push_str(" …");
            break;
        }
        if at > 0 {
            words.push('\n');
        }
        // Go prints a form feed or a vertical tab as it came, since they are spaces; here they are nothing else.
        words.extend(line.chars().map(|c| if c.is_control() && c != '\t' { ' ' } else { c }));
    }
    words
}
