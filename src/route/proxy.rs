//! One element of GOPROXY, asked as go asks it, and what its answer means.

use std::path::{Path, PathBuf};
use std::time::Instant;

use super::cause::{self, Role};
use super::hop::{End, Hop, Mark, Step, Trail};
use super::look::Look;
use super::meta;
use super::revision::{self, Refs};
use super::wanted::{Query, Wanted};
use crate::model::{Finding, Msg, SafeUrl, Source, kind};
use crate::module::info::{self, InfoError};
use crate::order::Gather;
use crate::say;
use crate::text::{modpath, semver, url};
use crate::world::ReadError;

/// What a proxy has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Has {
    pub version: String,
    /// Its go.mod.
    pub gomod: Vec<u8>,
}

/// An answer, of a server or of a directory.
struct Answer {
    status: u16,
    line: String,
    body: Vec<u8>,
    /// What the server says in plain text.
    words: String,
}

/// The longest list or go.mod read.
const CAP: u64 = 16 << 20;

/// Asks a proxy for the version (or the newest one) and its go.mod.
pub(super) fn ask(
    look: &Look<'_>,
    wanted: &Wanted,
    base: &SafeUrl,
    trail: &mut Trail<'_>,
) -> Result<Has, Box<End>> {
    let asker = Asker { look, wanted, base };
    let start = Instant::now();
    match asker.find() {
        Ok(has) => {
            let (shown, version) = (asker.host(), &has.version);
            let what = say!("{shown} has {version}", "{shown} 上有 {version}", shown, version);
            trail.add(Hop::new(Step::Proxy, Mark::Ok, what).since(start));
            Ok(has)
        }
        Err(end) => {
            let hop = Hop::new(Step::Proxy, Mark::Failed, end.finding.what.clone()).since(start);
            trail.add(Hop { evidence: end.finding.evidence.clone(), ..hop });
            Err(end)
        }
    }
}

struct Asker<'a, 'w> {
    look: &'a Look<'w>,
    wanted: &'a Wanted,
    base: &'a SafeUrl,
}

impl Asker<'_, '_> {
    fn host(&self) -> String {
        let parsed = url::Url::parse(self.base.reveal()).unwrap_or_default();
        if parsed.host.is_empty() { self.base.to_string() } else { parsed.host }
    }

    fn find(&self) -> Result<Has, Box<End>> {
        let version = match self.wanted.exact() {
            Some(version) => self.info(&format!("@v/{}.info", self.escaped(version)?), version)?,
            None => self.newest()?,
        };
        let gomod = self.get(&format!("@v/{}.mod", self.escaped(&version)?))?;
        Ok(Has { version, gomod: self.must_have(gomod)? })
    }

    fn escaped(&self, version: &str) -> Result<String, Box<End>> {
        let escaped = modpath::escape_version(version).map_err(|why| {
            let what = say!(
                "a proxy cannot be asked for {version}: {why}; use a commit hash",
                "不能向代理请求 {version}：{why}；请改用提交哈希",
                version,
                why
            );
            End::hard(cause::about(self.wanted, "", kind::INVALID_VERSION, what))
        })?;
        Ok(escaped.replace('!', "%21").replace('+', "%2B"))
    }

    /// The newest version of the list, or what `@latest` says (`modload/query.go`).
    fn newest(&self) -> Result<String, Box<End>> {
        let list = self.get("@v/list")?;
        let list = self.must_have(list)?;
        let place = revision::Place {
            dir: String::new(),
            major: modpath::split_path_version(&self.wanted.path).map_or("", |(_, major)| major).to_owned(),
            may_be_below: false,
        };
        let refs: Refs = String::from_utf8_lossy(&list)
            .lines()
            .filter_map(|line| line.split_whitespace().next())
            .filter(|version| semver::is_valid(version))
            .map(|version| {
                (format!("refs/tags/{}", version.trim_end_matches("+incompatible")), String::new())
            })
            .gather_map();
        match revision::find(&self.wanted.query, &place, &refs) {
            Ok(found) if found.version.is_some() => Ok(found.version.unwrap_or_default()),
            _ if self.wanted.query == Query::Latest => self.info("@latest", ""),
            _ => {
                let (wanted, host) = (self.wanted, self.host());
                let what = say!(
                    "{host} has no version that matches {wanted}",
                    "{host} 上没有符合 {wanted} 的版本",
                    host,
                    wanted
                );
                Err(End::not_exist(cause::about(wanted, &host, kind::UNKNOWN_REVISION, what)))
            }
        }
    }

    fn info(&self, what: &str, version: &str) -> Result<String, Box<End>> {
        let answer = self.get(what)?;
        let body = self.must_have(answer)?;
        let canonical =
            if semver::is_valid(version) && semver::canonical(version) == version { version } else { "" };
        let read = match canonical {
            "" => serde_json::from_slice::<info::Info>(&body)
                .map_err(|err| InfoError::Malformed(err.to_string())),
            version => info::parse(&body, version),
        };
        match read {
            Ok(info) if !info.version.is_empty() => Ok(info.version),
            Ok(_) => Err(self.wrong(&body, &say!("it names no version", "没有写版本"))),
            Err(InfoError::Other(other)) => {
                Err(self.wrong(&body, &say!("it names {other} instead", "写的却是 {other}", other)))
            }
            Err(InfoError::Malformed(why)) => Err(self.wrong(&body, &Msg::plain(why))),
        }
    }

    /// An answer with status 200 that is not one.
    fn wrong(&self, body: &[u8], why: &Msg) -> Box<End> {
        let host = self.host();
        let page = body.trim_ascii_start().starts_with(b"<");
        let finding = match (page, meta::title(body)) {
            (true, title) => {
                let title = title.unwrap_or_else(|| "HTML".to_owned());
                let what = say!(
                    "{host} answers with a web page ({title}) instead of module data",
                    "{host} 返回的是网页（{title}），不是模块数据",
                    host,
                    title
                );
                cause::about(self.wanted, &host, kind::GATEWAY_INTERFERENCE, what).advice(say!(
                    "sign in at the gateway, or correct the proxy's address (its API, not its web page)",
                    "请先登录网关，或把代理地址改成接口地址（不是网页地址）"
                ))
            }
            (false, _) => {
                let what = say!("{host} answers wrongly: {why}", "{host} 的应答有误：{why}", host, why);
                cause::about(self.wanted, &host, kind::GOPROXY_SERVER_ERROR, what).advice(say!(
                    "use another proxy and report this one to whoever runs it",
                    "请换一个代理，并把问题反馈给它的管理员"
                ))
            }
        };
        End::hard(
            finding
                .seen(Source::Url(self.base.clone()), String::from_utf8_lossy(&body[..body.len().min(200)])),
        )
    }

    /// The body of a 200, or what the status means (`web/api.go:Response.Err`).
    fn must_have(&self, answer: Answer) -> Result<Vec<u8>, Box<End>> {
        if answer.status == 200 {
            return Ok(answer.body);
        }
        let (host, line, wanted) = (self.host(), &answer.line, self.wanted);
        let words = if answer.words.is_empty() { line.clone() } else { format!("{line}: {}", answer.words) };
        let seen = |finding: Finding| finding.seen(Source::Url(self.base.clone()), words.clone());
        let not_here = matches!(answer.status, 404 | 410);
        Err(match answer.status {
            404 | 410 => {
                let what = say!(
                    "{host} does not have {wanted} ({line})",
                    "{host} 上没有 {wanted}（{line}）",
                    host,
                    wanted,
                    line
                );
                let revision =
                    answer.words.contains("unknown revision") && !cause::is_private(self.look, wanted.host());
                let kind = if revision { kind::UNKNOWN_REVISION } else { kind::PRIVATE_MODULE_SENT_TO_PROXY };
                End { finding: seen(cause::about(wanted, &host, kind, what)), not_exist: not_here, hop: None }
            }
            401 | 403 => {
                let what = say!("{host} refuses: {line}", "{host} 拒绝访问：{line}", host, line);
                let finding = seen(cause::about(wanted, &host, kind::GOPROXY_AUTH_DENIED, what));
                let sends = self.look.sends_credentials(&host);
                End { finding: finding.advice(denied(sends, &host)), not_exist: false, hop: None }
            }
            407 => {
                let what = say!(
                    "the HTTP proxy on the way to {host} asks for a login",
                    "去往 {host} 的 HTTP 代理要求登录",
                    host
                );
                End {
                    finding: seen(cause::about(wanted, &host, kind::HTTP_PROXY_AUTH, what)),
                    not_exist: false,
                    hop: None,
                }
            }
            _ => {
                let what = say!("{host} fails: {line}", "{host} 出错：{line}", host, line);
                let finding = seen(cause::about(wanted, &host, kind::GOPROXY_SERVER_ERROR, what))
                    .advice(say!("use another proxy, or try again later", "请换一个代理，或稍后再试"));
                End { finding, not_exist: false, hop: None }
            }
        }
        .into())
    }

    fn get(&self, what: &str) -> Result<Answer, Box<End>> {
        let escaped = modpath::escape_path(&self.wanted.path).unwrap_or_default();
        let base = self.base.reveal().trim_end_matches('/');
        if let Some(dir) = base.strip_prefix("file://") {
            return self.read(Path::new(dir), &format!("{escaped}/{what}"));
        }
        let parsed = url::Url::parse(base).unwrap_or_default();
        if parsed.scheme == "http" && parsed.userinfo.is_some() {
            let host = self.host();
            let what = say!(
                "go refuses to send the password in GOPROXY to {host}, which is plain http",
                "GOPROXY 中带有口令，而 {host} 是明文 http，go 拒绝发送",
                host
            );
            let finding = cause::about(self.wanted, &host, kind::GOPROXY_CREDENTIALS_HTTP, what);
            return Err(End::hard(
                finding.advice(say!("use https for this proxy", "请给这个代理使用 https")),
            ));
        }
        let asked = format!("{base}/{}/{what}", escaped.replace('!', "%21"));
        let answer = self
            .look
            .get(&asked, CAP)
            .map_err(|err| End::hard(cause::no_answer(self.look, self.wanted, Role::Proxy, &asked, &err)))?;
        Ok(Answer {
            status: answer.status,
            line: answer.status_line.trim().to_owned(),
            words: plain_words(answer.header("content-type"), &answer.body),
            body: answer.body,
        })
    }

    /// A file tree in place of a server (`web/http.go:getFile`).
    fn read(&self, dir: &Path, below: &str) -> Result<Answer, Box<End>> {
        let below = below.replace("%21", "!").replace("%2B", "+");
        let path: PathBuf = dir.join(below);
        let (status, line, body) = match self.look.world.files.read_capped(&path, CAP) {
            Ok(body) => (200, String::new(), body),
            Err(ReadError::Absent) => (404, "no such file or directory".to_owned(), Vec::new()),
            Err(err) => (403, err.msg().into_en(), Vec::new()),
        };
        Ok(Answer { status, line, body, words: String::new() })
    }
}

fn denied(sends: bool, host: &str) -> Msg {
    match sends {
        true => say!(
            "go sends the login of netrc for {host}, and it is not accepted: renew the token, or ask for access",
            "go 已把 netrc 中 {host} 的账号发了过去，但对方不接受：请更换令牌，或申请权限",
            host
        ),
        false => say!(
            "go has no login for {host}: a line `machine {host} login <user> password <token>` in ~/.netrc (mode 0600) gives it one",
            "go 没有 {host} 的账号：在 ~/.netrc（权限 0600）中加一行 `machine {host} login <用户名> password <令牌>`",
            host
        ),
    }
}

/// What go would show of a failing server's answer: plain text only, the first lines (`web/api.go:errorDetailBuffer`).
fn plain_words(content_type: &str, body: &[u8]) -> String {
    let kind = content_type.split(';').next().unwrap_or("").trim();
    if kind != "text/plain" {
        return String::new();
    }
    let text = String::from_utf8_lossy(&body[..body.len().min(648)]).into_owned();
    let lines: Vec<&str> = text.lines().take(8).take_while(|line| !line.trim().is_empty()).collect();
    lines.join("\n")
}
