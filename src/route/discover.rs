//! Asking a host where a module's code lives: the go-get page and its tag (`vcs.go:repoRootForImportDynamic`).

use std::time::Instant;

use super::address;
use super::cause::{self, Role};
use super::hop::{End, Hop, Mark, Step, Trail};
use super::login;
use super::look::{Look, PAGE};
use super::meta::{self, Import, NoMatch};
use super::remedy;
use super::sites::Root;
use super::wanted::Wanted;
use crate::model::{Finding, Msg, SafeUrl, Source, kind};
use crate::say;
use crate::text::url::Url;
use crate::text::x509;
use crate::world::net::{Fault, NetError, Response};

/// What a host said, and how far that can be believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Said {
    pub root: Root,
    /// The tag names host and two elements of a longer path: what GitLab tells strangers, whatever there is.
    pub two_segments: bool,
    pub url: SafeUrl,
}

/// Asks, believes and checks as go does.
pub(super) fn discover(
    look: &Look<'_>,
    wanted: &Wanted,
    insecure: bool,
    trail: &mut Trail<'_>,
) -> Result<Said, Box<End>> {
    let asker = Asker { look, wanted, insecure };
    asker.ask(trail).map_err(End::not_exist)
}

struct Asker<'a, 'w> {
    look: &'a Look<'w>,
    wanted: &'a Wanted,
    insecure: bool,
}

/// A page and the URL it came from.
struct Page {
    url: String,
    answer: Response,
    tags: meta::Page,
}

type Found<T> = Result<T, Finding>;

impl Asker<'_, '_> {
    fn ask(&self, trail: &mut Trail<'_>) -> Found<Said> {
        let path = &self.wanted.path;
        let page = self.page(path, trail)?;
        let import = self.speaking(&page, path, trail)?.clone();
        let (prefix, vcs, root) = (&import.prefix, &import.vcs, SafeUrl::new(&import.root));
        let what = say!(
            "its tag says: {prefix} is at {root} ({vcs})",
            "页面上的 go-import 标签：{prefix} 的代码在 {root}（{vcs}）",
            prefix,
            root,
            vcs
        );
        trail.ok(Step::Meta, what);
        let two_segments = is_two_segments(&import, path);
        if two_segments {
            let what = say!(
                "{prefix} is no more than the first two segments of {path}: what GitLab tells whoever is not signed in",
                "{prefix} 只是 {path} 的前两段：GitLab 对没登录的请求就是这样回答的",
                prefix,
                path
            );
            trail.skipped(Step::Meta, what);
        }
        if prefix != path {
            self.agrees(&import, &page, trail)?;
        }
        self.sound(&import, &page, trail)?;
        Ok(Said {
            two_segments,
            root: Root { prefix: import.prefix, vcs: import.vcs, repo: import.root, subdir: import.subdir },
            url: SafeUrl::new(page.url),
        })
    }

    /// The page of a path, by https, or by http where GOINSECURE says so.
    fn page(&self, path: &str, trail: &mut Trail<'_>) -> Found<Page> {
        let target = if path.contains('/') { path.to_owned() } else { format!("{path}/") };
        let url = format!("https://{target}?go-get=1");
        let secure = self.look.reach(&url, trail).and_then(|()| {
            if path == self.wanted.path {
                trail.add(login::of_go(self.look, &url));
            }
            self.fetch(&url, trail)
        });
        let err = match secure {
            Ok(page) => return Ok(page),
            Err(err) => err,
        };
        if !self.insecure {
            return Err(self.no_answer(&url, &err));
        }
        let url = format!("http://{target}?go-get=1");
        trail.ok(
            Step::Discovery,
            say!("GOINSECURE lets go try plain http", "GOINSECURE 允许 go 改用明文 http"),
        );
        let plain = self.look.reach(&url, trail).and_then(|()| self.fetch(&url, trail));
        plain.map_err(|err| cause::no_answer(self.look, self.wanted, Role::Origin, &url, &err))
    }

    fn fetch(&self, url: &str, trail: &mut Trail<'_>) -> Result<Page, NetError> {
        let shown = SafeUrl::new(url);
        let start = Instant::now();
        match self.look.get(url, PAGE) {
            Ok(answer) => {
                let first = trail.hops.iter().all(|hop| hop.step != Step::Tls);
                if let Some(names) = answer.certificate.as_deref().and_then(x509::names).filter(|_| first) {
                    let (subject, issuer) = (names.subject, names.issuer);
                    let what = say!(
                        "the certificate of {subject} is trusted; {issuer} signed it",
                        "{subject} 的证书可信，由 {issuer} 签发",
                        subject,
                        issuer
                    );
                    trail.ok(Step::Tls, what);
                }
                let line = answer.status_line.trim();
                let to = answer.urls.last().filter(|_| answer.urls.len() > 1);
                let what = match to {
                    Some(to) => {
                        say!("{shown} leads to {to}: {line}", "{shown} 跳转到 {to}：{line}", shown, to, line)
                    }
                    None => say!("{shown}: {line}", "{shown}：{line}", shown, line),
                };
                trail.add(Hop::new(Step::Discovery, Mark::Ok, what).since(start));
                let tags = meta::parse(&answer.body);
                Ok(Page { url: url.to_owned(), tags, answer })
            }
            Err(err) => {
                let why = err.msg();
                let what = say!("{shown}: {why}", "{shown}：{why}", shown, why);
                let step = match err.fault {
                    Fault::Tls(_) | Fault::NotTls => Step::Tls,
                    _ => Step::Discovery,
                };
                let hop = Hop::new(step, Mark::Failed, what).since(start);
                trail.add(hop.seen(Source::Url(shown), err.text.clone()));
                Err(err)
            }
        }
    }

    /// https did not work: is it that the host knows http only?
    fn no_answer(&self, url: &str, err: &NetError) -> Finding {
        let host = self.wanted.host();
        let finding = cause::no_answer(self.look, self.wanted, Role::Origin, url, err);
        let plain = err.via.is_none()
            && matches!(err.fault, Fault::Refused | Fault::NotTls)
            && self.look.world.net.connect(host, 80, self.look.budget()).is_ok();
        if !plain || finding.kind == kind::PLAIN_HTTP_HOST {
            return finding;
        }
        let what = say!(
            "{host} does not speak https, only plain http, which go does not ask",
            "{host} 不提供 https，只有明文 http，go 不会去访问",
            host
        );
        let mut plain = cause::about(self.wanted, host, kind::PLAIN_HTTP_HOST, what);
        plain.evidence.clone_from(&finding.evidence);
        remedy::plain_http(plain, host)
    }

    /// The tag that speaks for the path, or why none does.
    fn speaking<'p>(&self, page: &'p Page, path: &str, trail: &mut Trail<'_>) -> Found<&'p Import> {
        // Before go 1.25 a tag with four fields is no tag.
        let fields = |import: &&Import| self.look.settings.go_since(25) || import.subdir.is_empty();
        let imports: Vec<&Import> = page.tags.imports.iter().filter(fields).collect();
        let owned: Vec<Import> = imports.iter().map(|import| (*import).clone()).collect();
        let failed = |finding: Finding, trail: &mut Trail<'_>| {
            trail.failed(Step::Meta, finding.what.clone());
            finding
        };
        if imports.is_empty() {
            return Err(failed(self.no_tag(page), trail));
        }
        match meta::speaking(&owned, path) {
            Ok(found) => {
                let at = owned.iter().position(|import| import == found).unwrap_or(0);
                Ok(imports[at])
            }
            Err(NoMatch::Multiple) => {
                let what = say!(
                    "several go-import tags of the page match {path}; go takes none",
                    "页面上有多个 go-import 标签都匹配 {path}，go 一个也不采用",
                    path
                );
                Err(failed(self.mismatch(what, page), trail))
            }
            Err(NoMatch::Mismatch(prefixes)) => {
                let prefix = prefixes.join(", ");
                let what = say!(
                    "the go-import tag is for {prefix}, which is not {path} or above it",
                    "go-import 标签写的是 {prefix}，与 {path} 对不上",
                    prefix,
                    path
                );
                Err(failed(self.mismatch(what, page), trail))
            }
        }
    }

    fn mismatch(&self, what: Msg, page: &Page) -> Finding {
        let tags: Vec<String> = page.tags.imports.iter().take(4).map(shown).collect();
        cause::about(self.wanted, self.wanted.host(), kind::GO_IMPORT_META_MISMATCH, what)
            .seen(Source::Url(SafeUrl::new(&page.url)), tags.join("\n"))
            .advice(say!(
                "have the server's own address corrected (external_url, ROOT_URL, the Host header of a reverse proxy), or import by the path it names",
                "请管理员改正服务器自己的地址（external_url、ROOT_URL、反向代理的 Host），或改用标签中的路径"
            ))
    }

    /// A page without a usable tag: refused, a sign-in page, or no go-get page at all.
    fn no_tag(&self, page: &Page) -> Finding {
        let host = self.wanted.host();
        let (status, line) = (page.answer.status, page.answer.status_line.trim());
        let title = meta::title(&page.answer.body);
        let sends = page.url.starts_with("https://") && self.look.sends_credentials(host);
        let what = match (status, &title) {
            (200, Some(title)) => say!(
                "{host} answers the go-get request with a page without a go-import tag ({title})",
                "{host} 对 go-get 请求返回的页面（{title}）里没有 go-import 标签",
                host,
                title
            ),
            (200, None) => say!(
                "{host} answers the go-get request without a go-import tag",
                "{host} 对 go-get 请求的应答里没有 go-import 标签",
                host
            ),
            _ => say!(
                "{host} refuses the go-get request: {line}",
                "{host} 拒绝了 go-get 请求：{line}",
                host,
                line
            ),
        };
        let finding_kind = match status {
            407 => kind::HTTP_PROXY_AUTH,
            500.. => kind::ORIGIN_UNREACHABLE,
            _ => kind::GO_IMPORT_META_MISSING,
        };
        let mut seen = vec![line.to_owned()];
        seen.extend(title);
        seen.extend(page.tags.broken.clone());
        let last = page.answer.urls.last().cloned().unwrap_or_else(|| SafeUrl::new(&page.url));
        let finding =
            cause::about(self.wanted, host, finding_kind, what).seen(Source::Url(last), seen.join("\n"));
        if status >= 500 {
            return finding.advice(say!(
                "the server itself fails: try later, tell its administrator",
                "服务器自身出错：请稍后再试，或告知管理员"
            ));
        }
        if sends {
            return finding.advice(say!(
                "go sent a login for {host} and still saw no tag: renew the token (GitLab: read_api and read_repository; a wrong one gives 404), or check the path",
                "go 已带上 {host} 的账号，仍看不到标签：请更换令牌（GitLab 需要 read_api 和 read_repository，令牌不对时返回 404），或检查路径",
                host
            ));
        }
        let token = super::advice::token_of(host);
        finding.command(
            say!(
                "go asked {host} without a login. Give it one in ~/.netrc, mode 0600 ({token}); git's credential helper and insteadOf do not count here. Or write the module path with .git",
                "go 访问 {host} 时没带账号。请在 ~/.netrc（权限 0600）中写上（{token}）；git 的凭据助手和 insteadOf 在这一步不起作用。也可以让模块路径带上 .git",
                host,
                token
            ),
            super::advice::netrc_line(host),
        )
    }

    /// A tag for a shorter path must stand on the page of that path, too.
    fn agrees(&self, import: &Import, page: &Page, trail: &mut Trail<'_>) -> Found<()> {
        let prefix = &import.prefix;
        let second = self.page(prefix, trail)?;
        if meta::speaking(&second.tags.imports, &self.wanted.path) == Ok(import) {
            return Ok(());
        }
        let first = SafeUrl::new(&page.url);
        let what = say!(
            "{first} and the page of {prefix} disagree about where the code is",
            "{first} 与 {prefix} 的页面说法不一致",
            first,
            prefix
        );
        let finding = self.mismatch(what.clone(), &second);
        trail.failed(Step::Meta, what);
        Err(finding)
    }

    /// `validateRepoSubDir`, `validateRepoRoot`, and version control that go knows.
    fn sound(&self, import: &Import, page: &Page, trail: &mut Trail<'_>) -> Found<()> {
        let bzr = !self.look.settings.go_since(27) && import.vcs == "bzr";
        let known = bzr || matches!(import.vcs.as_str(), "git" | "hg" | "svn" | "fossil" | "mod");
        let subdir = import.subdir.starts_with(['/', '-']);
        let wrong = match address::refused_by_go(&import.root) {
            Some(why) => format!("invalid repo root {:?}: {why}", SafeUrl::new(&import.root).to_string()),
            None if !known => format!("unknown vcs {:?}", import.vcs),
            None if subdir => format!("invalid subdirectory {:?}", import.subdir),
            None => return Ok(()),
        };
        let what =
            say!("go refuses the go-import tag: {wrong}", "go 不接受这个 go-import 标签：{wrong}", wrong);
        trail.failed(Step::Meta, what.clone());
        let finding = cause::about(self.wanted, self.wanted.host(), kind::GO_IMPORT_META_MISSING, what);
        Err(finding.seen(Source::Url(SafeUrl::new(&page.url)), shown(import)).advice(say!(
            "have the tag corrected: a root is a URL with a scheme, such as ssh://git@host/path.git",
            "请改正标签：代码地址必须是带协议的 URL，例如 ssh://git@host/path.git"
        )))
    }
}

/// GitLab's answer for strangers: `host/a/b` for `host/a/b/c…`, by https or ssh (`gitlab/middleware/go.rb`).
fn is_two_segments(import: &Import, path: &str) -> bool {
    let count = |path: &str| path.split('/').count();
    let at = Url::parse(&import.root).map(|root| root.path).unwrap_or_default();
    import.vcs == "git"
        && count(&import.prefix) == 3
        && count(path) > 3
        && at.trim_end_matches(".git").trim_start_matches('/')
            == import.prefix.split_once('/').map_or("", |(_, rest)| rest)
}

fn shown(import: &Import) -> String {
    let Import { prefix, vcs, root, subdir } = import;
    format!("{prefix} {vcs} {} {subdir}", SafeUrl::new(root)).trim_end().to_owned()
}
