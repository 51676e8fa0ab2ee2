//! The whole way: what the settings decide, the proxies in their order, the origin, the checksum database, and the cause.

use super::cause;
use super::database;
use super::decide::{self, Decisions, Listed};
use super::direct::{self, Reached};
use super::gomod;
use super::hop::{End, Hop, Mark, Step, Trail};
use super::look::Look;
use super::proxy;
use super::recorded;
use super::remedy;
use super::revision::Place;
use super::wanted::Wanted;
use crate::model::{Evidence, Finding, Kind, Level, Msg, SafeUrl, Source, kind};
use crate::say;
use crate::text::goproxy::{self, Place as Element};
use crate::text::modpath;
use crate::text::pattern::{Miss, NearMiss};

/// A way, walked.
#[derive(Clone, Debug)]
pub struct Route {
    pub hops: Vec<Hop>,
    pub outcome: Outcome,
    /// The hop where it ends, where go would fail.
    pub ends_at: Option<usize>,
    /// The cause first, where go would fail; then remarks.
    pub findings: Vec<Finding>,
}

/// How a way ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// go would have the module; the version where it is known.
    Arrives(Option<String>),
    Fails,
    /// Not walked to its end.
    Unknown(Msg),
}

/// Walks the way go would go; `tell` hears of each hop as soon as it is over.
pub fn walk(wanted: &Wanted, look: &Look<'_>, tell: &mut dyn FnMut(&Hop)) -> Route {
    let mut trail = Trail::new(tell);
    let decisions = decide::decide(look.settings, &wanted.path);
    patterns(look, &decisions, &mut trail);
    let walk = Walk { look, wanted, decisions: &decisions };
    let mut findings = Vec::new();
    let reached = match wanted.wrong_major() {
        Some(says) => Err(walk.wrong_major(&says, &mut trail)),
        None => walk.proxies(&mut trail, &mut findings),
    };
    let mut ends_at = None;
    let outcome = match reached {
        Err(end) => {
            let end = end.at(&trail);
            ends_at = end.hop;
            walk.fails(end.finding, &mut findings)
        }
        Ok(reached) => {
            let version = match &reached {
                Reached::Module(version) => version.clone(),
                Reached::Unknown(_) => wanted.exact().map(str::to_owned),
            };
            match (database::ask(look, wanted, &decisions, version.as_deref(), &mut trail), reached) {
                (Err(finding), _) => {
                    ends_at = trail.last_failed();
                    walk.fails(finding, &mut findings)
                }
                (Ok(()), Reached::Module(version)) => Outcome::Arrives(version),
                (Ok(()), Reached::Unknown(why)) => Outcome::Unknown(why),
            }
        }
    };
    Route { hops: trail.hops, outcome, ends_at, findings }
}

/// One hop for each list that says something of the path.
fn patterns(look: &Look<'_>, decisions: &Decisions, trail: &mut Trail<'_>) {
    let none = Listed::default();
    let inherits = decisions.no_proxy.variable == "GOPRIVATE";
    let sums = if decisions.no_sumdb.variable == "GOPRIVATE" { &none } else { &decisions.no_sumdb };
    let private =
        if inherits || decisions.no_sumdb.variable == "GOPRIVATE" { &decisions.private } else { &none };
    let proxy = if inherits { &none } else { &decisions.no_proxy };
    let mut said = false;
    for listed in [private, proxy, sums, &decisions.insecure] {
        let variable = listed.variable;
        let place = |hop: Hop| match look.settings.at(variable) {
            Some(at) => hop.seen(at.clone(), look.settings.value(variable)),
            None => hop,
        };
        if let Some(pattern) = &listed.matched {
            let what = say!("{variable} has {pattern}", "{variable} 中有 {pattern}", variable, pattern);
            trail.add(place(Hop::new(Step::Pattern, Mark::Ok, what)));
            said = true;
        }
        for miss in &listed.near {
            let (text, better) = (&miss.text, &miss.better);
            let what = say!(
                "{variable} has {text}, which does not match; {better} would",
                "{variable} 中的 {text} 匹配不上；写成 {better} 才行",
                variable,
                text,
                better
            );
            trail.add(place(Hop::new(Step::Pattern, Mark::Failed, what)));
            said = true;
        }
    }
    if !said {
        trail.ok(
            Step::Pattern,
            say!(
                "no pattern of GOPRIVATE, GONOPROXY or GONOSUMDB is for it",
                "GOPRIVATE、GONOPROXY、GONOSUMDB 中没有与它相关的规则"
            ),
        );
    }
}

/// The elements behind a comma, which this failure does not pass.
fn not_tried<'s>(rest: impl Iterator<Item = &'s goproxy::Step>, trail: &mut Trail<'_>) {
    let names: Vec<String> = rest
        .map(|step| match &step.at {
            Element::Off => "off".to_owned(),
            Element::Direct => "direct".to_owned(),
            Element::Proxy(base) => base.to_string(),
        })
        .collect();
    if names.is_empty() {
        return;
    }
    let names = names.join(", ");
    let what = say!(
        "{names}: not tried; after a comma go goes on only for 404 and 410",
        "{names}：不再尝试；逗号后面的地址，只有遇到 404 和 410 才会用到",
        names
    );
    trail.skipped(Step::Proxy, what);
}

struct Walk<'a, 'w> {
    look: &'a Look<'w>,
    wanted: &'a Wanted,
    decisions: &'a Decisions,
}

impl Walk<'_, '_> {
    /// `proxy.go:TryProxies`: the elements in order; of several errors the most telling one.
    fn proxies(&self, trail: &mut Trail<'_>, findings: &mut Vec<Finding>) -> Result<Reached, Box<End>> {
        let steps = self.decisions.proxies.as_ref().map_err(|problem| self.malformed(problem, trail))?;
        let mut worst: Option<(u8, Box<End>)> = None;
        let mut unknown = None;
        for (at, step) in steps.iter().enumerate() {
            let (rank, tried) = match &step.at {
                Element::Off => (1, Err(self.off(trail))),
                Element::Direct => (3, direct::walk(self.look, self.wanted, self.decisions, trail)),
                Element::Proxy(base) => {
                    self.leak(base.reveal(), findings);
                    (2, self.proxy(base, trail))
                }
            };
            let end = match tried {
                Ok(Reached::Unknown(why)) => {
                    unknown = Some(why);
                    continue;
                }
                Ok(reached) => return Ok(reached),
                Err(end) => end.at(trail),
            };
            let rank = if rank == 2 && end.not_exist { 1 } else { rank };
            let goes_on = end.not_exist || step.on_any_error;
            if worst.as_ref().is_none_or(|(worst, _)| rank > *worst) {
                worst = Some((rank, end));
            }
            if !goes_on {
                not_tried(steps.iter().skip(at + 1), trail);
                break;
            }
        }
        match (unknown, worst) {
            (Some(why), _) => Ok(Reached::Unknown(why)),
            (None, Some((_, end))) => Err(end),
            // A list is never empty, and each of its elements has arrived or failed.
            (None, None) => Err(self.off(trail)),
        }
    }

    fn proxy(&self, base: &SafeUrl, trail: &mut Trail<'_>) -> Result<Reached, Box<End>> {
        if let Err(unknown) = self.look.online() {
            trail.skipped(Step::Proxy, say!("{base} would be asked", "会询问 {base}", base));
            return Ok(Reached::Unknown(unknown.why));
        }
        let has = proxy::ask(self.look, self.wanted, base, trail)?;
        self.own(has, base, trail)
    }

    /// A version that can never be one of this path.
    fn wrong_major(&self, says: &str, trail: &mut Trail<'_>) -> Box<End> {
        let what =
            say!("the path and the version do not go together: {says}", "路径与版本号对不上：{says}", says);
        trail.failed(Step::Revision, what.clone());
        let finding = cause::about(self.wanted, "", kind::MAJOR_VERSION_SUFFIX, what);
        End::hard(finding.advice(say!(
            "take the path with the /vN of the version, or a version of the path's major",
            "请使用带对应 /vN 的路径，或换成与路径主版本一致的版本"
        )))
    }

    /// A proxy's go.mod must be this module's.
    fn own(&self, has: proxy::Has, base: &SafeUrl, trail: &mut Trail<'_>) -> Result<Reached, Box<End>> {
        let major = modpath::split_path_version(&self.wanted.path).map_or("", |(_, major)| major);
        let place = Place { dir: String::new(), major: major.to_owned(), may_be_below: false };
        // A proxy makes a go.mod for code that has none, also for +incompatible versions.
        let plain = has.version.trim_end_matches("+incompatible");
        let from = Source::Url(base.clone());
        recorded::gomod_fits(self.look, self.wanted, &has.version, &has.gomod, from, trail)?;
        if let Err(unfit) = gomod::fits(&self.wanted.path, &place, plain, &[Some(has.gomod)])
            && plain == has.version
        {
            let finding = super::arrival::unfit_gomod(self.wanted, &unfit);
            trail.failed(Step::Gomod, finding.what.clone());
            return Err(End::hard(finding));
        }
        Ok(Reached::Module(Some(has.version)))
    }

    fn off(&self, trail: &mut Trail<'_>) -> Box<End> {
        let what = say!("GOPROXY=off: go asks nobody", "GOPROXY=off：go 不会访问任何地方");
        trail.failed(Step::Proxy, what.clone());
        let at = self.look.settings.at("GOPROXY").cloned().unwrap_or(Source::Host);
        let finding = cause::about(self.wanted, "", kind::GOPROXY_OFF, what)
            .seen(at, self.look.settings.value("GOPROXY"));
        let finding = match cause::is_private(self.look, self.wanted.host()) {
            true => remedy::make_private(self.look, self.wanted, finding),
            false => finding.advice(say!(
                "bring the module in beforehand (module cache, vendor, a file:// tree), or set a proxy that can be reached",
                "请预先放好模块（模块缓存、vendor 或 file:// 目录），或设置可用的代理"
            )),
        };
        End::not_exist(finding)
    }

    fn malformed(&self, problem: &goproxy::Problem, trail: &mut Trail<'_>) -> Box<End> {
        let says = &problem.go_says;
        let what = say!("GOPROXY cannot be used: {says}", "GOPROXY 的值不可用：{says}", says);
        trail.failed(Step::Proxy, what.clone());
        let at = self.look.settings.at("GOPROXY").cloned().unwrap_or(Source::Host);
        let finding = cause::about(self.wanted, "", problem.kind, what).seen(at, problem.element.clone());
        End::hard(finding.advice(say!(
            "gobs doctor --only env.goproxy shows how to write it",
            "正确写法见 gobs doctor --only env.goproxy"
        )))
    }

    /// A private path that a public proxy is told.
    fn leak(&self, base: &str, findings: &mut Vec<Finding>) {
        let proxy = crate::text::url::Url::parse(base).unwrap_or_default();
        let (host, to) = (self.wanted.host(), proxy.hostname());
        let public = matches!(proxy.scheme.as_str(), "http" | "https") && !cause::is_private(self.look, to);
        let near = !self.decisions.no_proxy.near.is_empty();
        if !public || !(cause::is_private(self.look, host) || near) || !findings.is_empty() {
            return;
        }
        let path = &self.wanted.path;
        let what = say!("{to} is told the private path {path}", "私有路径 {path} 会发送给 {to}", to, path);
        let miss = self.decisions.no_proxy.near.first();
        let kind = miss.map_or(kind::PRIVATE_MODULE_SENT_TO_PROXY, slip);
        let finding = cause::about(self.wanted, host, kind, what).at_level(Level::Warning);
        findings.push(remedy::make_private(self.look, self.wanted, finding));
    }

    /// go fails: the cause goes first, and takes in a remark of the same kind.
    fn fails(&self, finding: Finding, findings: &mut Vec<Finding>) -> Outcome {
        let near = self.decisions.private.near.first();
        let of_pattern = matches!(
            finding.kind,
            kind::PRIVATE_MODULE_SENT_TO_PROXY
                | kind::PRIVATE_MODULE_SENT_TO_SUMDB
                | kind::GOPRIVATE_DOES_NOT_COVER_HOST
        );
        let finding = match near.filter(|_| of_pattern) {
            // The pattern was meant for it: that is the cause, whatever the proxy said.
            Some(miss) => self.missed(miss, finding),
            None if finding.kind == kind::PRIVATE_MODULE_SENT_TO_PROXY => self.uncovered(finding),
            None => finding,
        };
        let same = [
            kind::PRIVATE_MODULE_SENT_TO_PROXY,
            kind::GOPRIVATE_DOES_NOT_COVER_HOST,
            kind::GOPRIVATE_HAS_SCHEME,
        ];
        if same.contains(&finding.kind) || finding.kind == kind::PRIVATE_MODULE_SENT_TO_SUMDB {
            findings.clear();
        }
        findings.insert(0, finding);
        Outcome::Fails
    }
}

impl Walk<'_, '_> {
    /// A pattern that was meant for it matches nothing.
    fn missed(&self, miss: &NearMiss, finding: Finding) -> Finding {
        let (text, path, was) = (&miss.text, &self.wanted.path, &finding.what);
        let what = say!(
            "GOPRIVATE has {text}, which does not match {path}, so go asks the public: {was}",
            "GOPRIVATE 中的 {text} 匹配不上 {path}，go 因此去问了公共服务器：{was}",
            text,
            path,
            was
        );
        let mut finding = finding.in_words(what);
        finding.kind = slip(miss);
        if let Some(at) = self.look.settings.at("GOPRIVATE") {
            let seen = self.look.settings.value("GOPRIVATE").to_owned();
            finding.evidence.insert(0, Evidence { from: at.clone(), seen });
        }
        remedy::make_private(self.look, self.wanted, finding)
    }

    /// No pattern is for it; that is the cause where the host is a private one.
    fn uncovered(&self, finding: Finding) -> Finding {
        let finding = match cause::is_private(self.look, self.wanted.host()) {
            true => {
                let (path, was) = (&self.wanted.path, &finding.what);
                let what = say!(
                    "GOPRIVATE does not cover {path}, so go asks a proxy for it: {was}",
                    "GOPRIVATE 没有覆盖 {path}，go 因此去问了代理：{was}",
                    path,
                    was
                );
                finding.in_words(what)
            }
            false => finding,
        };
        remedy::make_private(self.look, self.wanted, finding)
    }
}

/// What a pattern that was meant for the path suffers from.
fn slip(miss: &NearMiss) -> Kind {
    match miss.miss {
        Miss::Scheme | Miss::Port | Miss::User => kind::GOPRIVATE_HAS_SCHEME,
        _ => kind::GOPRIVATE_DOES_NOT_COVER_HOST,
    }
}
