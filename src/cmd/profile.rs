//! `gobs profile`: list, show, check, new; and loading a profile by name, path or URL.

use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};
use std::time::Duration;

use crate::Exit;
use crate::cli::{Pinned, Profile as Args, ProfileAction};
use crate::digest::Sha256;
use crate::model::{Failure, TargetId};
use crate::profile::{EMBEDDED, Merged, Profile, embedded, lint, merge, parse};
use crate::say;
use crate::text::words::nearest;
use crate::ui::{Label, Ui};
use crate::world::World;
use crate::world::net::Request;

/// Where a profile is to come from, and what it is held against.
pub(super) struct Source<'a> {
    pub(super) name: &'a str,
    pub(super) sha256: Option<&'a str>,
    pub(super) ca: Option<&'a Path>,
}

impl<'a> Source<'a> {
    pub(super) fn new(name: &'a str, pinned: &'a Pinned) -> Source<'a> {
        Source { name, sha256: pinned.sha256.as_deref(), ca: pinned.ca.as_deref() }
    }
}

pub(super) fn run(args: &Args, world: &World, ui: &mut Ui) -> anyhow::Result<Exit> {
    match &args.action {
        ProfileAction::List => list(ui),
        ProfileAction::Show { profile, pinned } => {
            show(&load(world, &Source::new(profile, pinned), false)?, ui)
        }
        ProfileAction::Check { profile, pinned } => {
            check(&load_unchecked(world, &Source::new(profile, pinned), false)?, ui)
        }
        ProfileAction::New { name } => {
            ui.raw(&TEMPLATE.replace("{name}", &name.replace(['"', '\\', '\n'], "")))?;
            Ok(Exit::Fine)
        }
    }
}

/// A profile with all that it extends, merged and found safe.
pub(super) fn load(world: &World, source: &Source<'_>, unattended: bool) -> Result<Merged, Failure> {
    let merged = load_unchecked(world, source, unattended)?;
    match lint(&merged).into_iter().next() {
        None => Ok(merged),
        Some(refused) => {
            let (at, what) = (refused.at, refused.what);
            Err(Failure::new(say!("{at}: {what}", "{at}：{what}", at, what)))
        }
    }
}

fn load_unchecked(world: &World, source: &Source<'_>, unattended: bool) -> Result<Merged, Failure> {
    let mut chain: Vec<Profile> = Vec::new();
    let mut seen = BTreeSet::new();
    let mut name = source.name.to_owned();
    let mut sha256 = source.sha256.map(str::to_owned);
    loop {
        if !seen.insert(name.clone()) || chain.len() > 8 {
            let names = chain.iter().map(|p| p.name.clone()).collect::<Vec<_>>().join(" < ");
            return Err(Failure::new(say!(
                "profiles extend one another in a circle: {names}",
                "方案之间循环继承：{names}",
                names
            )));
        }
        let profile = one(world, &name, sha256.as_deref(), source.ca, unattended)?;
        let next = profile.extends.clone();
        let here = profile.name.clone();
        chain.push(profile);
        let Some(extends) = next else {
            return Ok(merge(chain));
        };
        name = beside(&here, &extends.name);
        sha256 = extends.sha256;
    }
}

/// A relative path in `extends` is relative to the file it stands in.
fn beside(file: &str, name: &str) -> String {
    let relative = is_path(name) && !Path::new(name).is_absolute();
    match Path::new(file).parent() {
        Some(dir) if relative && is_path(file) => {
            let plain = |part: &Component<'_>| *part != Component::CurDir;
            let path: PathBuf = dir.join(name).components().filter(plain).collect();
            match path.is_absolute() {
                true => path.display().to_string(),
                false => format!("./{}", path.display()),
            }
        }
        _ => name.to_owned(),
    }
}

/// The name under which a profile is found from any directory.
pub(super) fn lasting(world: &World, profile: &Merged) -> String {
    let name = profile.chain.first().map_or("", String::as_str);
    match embedded(name).is_none() && is_path(name) {
        true => {
            let plain = |part: &Component<'_>| *part != Component::CurDir;
            world.cwd.join(name).components().filter(plain).collect::<PathBuf>().display().to_string()
        }
        false => name.to_owned(),
    }
}

fn is_path(name: &str) -> bool {
    !name.contains("://")
        && (name.contains(['/', '\\']) || Path::new(name).extension().is_some_and(|e| e == "toml"))
}

fn one(
    world: &World,
    name: &str,
    sha256: Option<&str>,
    ca: Option<&Path>,
    unattended: bool,
) -> Result<Profile, Failure> {
    if let Some(profile) = embedded(name) {
        return Ok(profile);
    }
    if name.contains("://") {
        return parse(name, &fetched(world, name, sha256, ca, unattended)?);
    }
    if !is_path(name) {
        return Err(no_such(name));
    }
    let path = world.cwd.join(name);
    let bytes = world.files.read(&path).map_err(|err| {
        let why = err.msg();
        Failure::new(say!("cannot read the profile {name}: {why}", "读不了方案文件 {name}：{why}", name, why))
    })?;
    matches_pin(name, &bytes, sha256)?;
    parse(name, &utf8(name, bytes)?)
}

fn no_such(name: &str) -> Failure {
    let failure = Failure::new(say!("there is no profile `{name}`", "没有名为 `{name}` 的方案", name));
    match nearest(name, EMBEDDED.iter().map(|(known, _)| *known)) {
        Some(near) => failure.hint(say!("did you mean `{near}`?", "是不是想写 `{near}`？", near)),
        None => failure.hint(say!(
            "enterprise, offline or xinchuang; a file is written with a slash: ./acme.toml",
            "内置方案有 enterprise、offline、xinchuang；文件请带斜杠：./acme.toml"
        )),
    }
}

fn fetched(
    world: &World,
    url: &str,
    sha256: Option<&str>,
    ca: Option<&Path>,
    unattended: bool,
) -> Result<String, Failure> {
    if !url.starts_with("https://") {
        return Err(Failure::new(say!(
            "{url}: a profile is fetched over https only",
            "{url}：方案只能通过 https 下载",
            url
        )));
    }
    if unattended && sha256.is_none() {
        return Err(Failure::new(say!(
            "a profile from a URL needs --sha256 together with --yes: nobody looks at it before it is written",
            "从 URL 取方案并使用 --yes 时必须给出 --sha256：写入前没有人会看到它的内容"
        ))
        .hint(say!("sha256sum acme.toml prints it", "用 sha256sum acme.toml 计算")));
    }
    if let Some(pin) = sha256
        && (pin.trim().len() != 64 || !pin.trim().bytes().all(|b| b.is_ascii_hexdigit()))
    {
        return Err(Failure::new(say!(
            "`{pin}` is no SHA-256: 64 hexadecimal digits are wanted",
            "`{pin}` 不是 SHA-256：应为 64 位十六进制数字",
            pin
        ))
        .hint(say!("sha256sum acme.toml prints it", "用 sha256sum acme.toml 计算")));
    }
    let mut ask = Request::get(url, Duration::from_secs(10)).cap(1 << 20);
    if let Some(ca) = ca {
        let pem = world.files.read(ca).map_err(|err| {
            let (ca, why) = (ca.display(), err.msg());
            Failure::new(say!("cannot read --ca {ca}: {why}", "读不了 --ca {ca}：{why}", ca, why))
        })?;
        ask = ask.trusting(pem);
    }
    let answer = world.net.fetch(&ask, None).map_err(|err| {
        let (url, why, text) = (&ask.url, err.msg(), &err.text);
        Failure::new(say!(
            "cannot fetch {url}: {why} ({text})",
            "下载不了 {url}：{why}（{text}）",
            url,
            why,
            text
        ))
    })?;
    if !answer.ok() || answer.truncated {
        let (url, status) = (&ask.url, &answer.status_line);
        return Err(Failure::new(say!("{url} answered {status}", "{url} 返回 {status}", url, status)));
    }
    matches_pin(url, &answer.body, sha256)?;
    utf8(url, answer.body)
}

fn matches_pin(name: &str, bytes: &[u8], sha256: Option<&str>) -> Result<(), Failure> {
    let Some(want) = sha256 else { return Ok(()) };
    let have = Sha256::digest(bytes).iter().map(|b| format!("{b:02x}")).collect::<String>();
    if have.eq_ignore_ascii_case(want.trim()) {
        return Ok(());
    }
    Err(Failure::new(say!(
        "{name} has SHA-256 {have}, not the one given; it is not used",
        "{name} 的 SHA-256 是 {have}，与指定的不符，已拒绝使用",
        name,
        have
    )))
}

fn utf8(name: &str, bytes: Vec<u8>) -> Result<String, Failure> {
    String::from_utf8(bytes).map_err(|err| {
        let line =
            err.as_bytes()[..err.utf8_error().valid_up_to()].iter().filter(|b| **b == b'\n').count() + 1;
        Failure::new(say!("{name}:{line}: not UTF-8", "{name}:{line}：不是 UTF-8 编码", name, line))
    })
}

fn list(ui: &mut Ui) -> anyhow::Result<Exit> {
    for (name, _) in EMBEDDED {
        let summary = embedded(name).map(|profile| profile.summary).unwrap_or_default();
        let (name, summary) = (format!("{name:12}"), ui.lang.pick(&summary).to_owned());
        ui.line(&[(Label::Strong, &name), (Label::Plain, &summary)])?;
    }
    Ok(Exit::Fine)
}

fn show(profile: &Merged, ui: &mut Ui) -> anyhow::Result<Exit> {
    let (summary, chain) = (ui.lang.pick(&profile.summary).to_owned(), profile.chain.join(" < "));
    ui.line(&[(Label::Strong, &summary), (Label::Dim, "   "), (Label::Dim, &chain)])?;
    for (name, var) in &profile.vars {
        let ask = var.ask.as_ref().map_or("", |ask| ui.lang.pick(ask)).to_owned();
        let (word, at) = (ui.lang.pick(&say!("variable ", "变量 ")).to_owned(), format!("   {}", var.at));
        ui.line(&[
            (Label::Plain, "  "),
            (Label::Dim, &word),
            (Label::Strong, name),
            (Label::Plain, "  "),
            (Label::Plain, &ask),
            (Label::Dim, &at),
        ])?;
    }
    for row in &profile.rows {
        let table = match row.target {
            TargetId::GoEnv => "go",
            TargetId::Git => "git",
            _ => "shell",
        };
        let key = format!("{table}.{}", row.key);
        let value = if row.value.list().is_empty() { "unset".to_owned() } else { row.value.to_string() };
        let when = row
            .when
            .as_ref()
            .map_or(String::new(), |when| format!("  {} {when}", ui.lang.pick(&say!("if", "当"))));
        let at = format!("   {}", row.at);
        ui.line(&[
            (Label::Plain, "  "),
            (Label::Strong, &key),
            (Label::Plain, " = "),
            (Label::Plain, &value),
            (Label::Warn, &when),
            (Label::Dim, &at),
        ])?;
        if let Some(why) = &row.why {
            let why = ui.lang.pick(why).to_owned();
            ui.line(&[(Label::Plain, "      "), (Label::Dim, &why)])?;
        }
    }
    for private in &profile.private {
        let (patterns, at) = (private.patterns().join(","), format!("   {}", private.at));
        let how = match (private.transport, private.port) {
            (Some(transport), Some(port)) => format!("  {transport:?} {port}").to_lowercase(),
            (Some(transport), None) => format!("  {transport:?}").to_lowercase(),
            (None, _) => String::new(),
        };
        let word = ui.lang.pick(&say!("private ", "私有 ")).to_owned();
        ui.line(&[
            (Label::Plain, "  "),
            (Label::Dim, &word),
            (Label::Strong, &patterns),
            (Label::Plain, &how),
            (Label::Dim, &at),
        ])?;
    }
    Ok(Exit::Fine)
}

fn check(profile: &Merged, ui: &mut Ui) -> anyhow::Result<Exit> {
    let refused = lint(profile);
    for one in &refused {
        let (at, what) = (one.at.to_string(), ui.lang.pick(&one.what).to_owned());
        ui.line(&[
            (Label::Bad, ui.palette.marks.error),
            (Label::Plain, " "),
            (Label::Path, &at),
            (Label::Plain, ": "),
            (Label::Plain, &what),
        ])?;
    }
    if refused.is_empty() {
        let (mark, words) = (ui.palette.marks.fine, say!("sound and safe", "正确且安全"));
        ui.line(&[(Label::Good, mark), (Label::Plain, " "), (Label::Plain, ui.lang.pick(&words))])?;
    }
    Ok(if refused.is_empty() { Exit::Fine } else { Exit::No })
}

const TEMPLATE: &str = r#"# {name}: a gobs profile. Check it with `gobs profile check ./FILE.toml`, try it with
# `gobs init --profile ./FILE.toml --dry-run`, publish it, and put into the onboarding page:
#
#     gobs init --profile https://…/FILE.toml --sha256 … --yes

schema  = 1
extends = "enterprise"              # enterprise, offline, xinchuang, a path, or { profile = "https://…", sha256 = "…" }
summary = { en = "{name}", zh = "{name}" }

# The company's module proxy. Per key the first row whose `if` holds wins; rows here come before those of `extends`.
# [[go.GOPROXY]]
# value = "https://goproxy.corp.example.com"
# why   = { en = "Company proxy only", zh = "只走公司代理" }

# Private hosts. GOPRIVATE and NO_PROXY follow; with transport = "ssh" also git's insteadOf and the ssh host.
# [[private]]
# host      = "git.corp.example.com"
# transport = "ssh"
# port      = 2222
# host_keys = ["ssh-ed25519 AAAA…"]  # or "SHA256:…"
# why       = { en = "Company code stays inside", zh = "公司代码，不外发" }
"#;
