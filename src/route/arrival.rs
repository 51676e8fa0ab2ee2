//! At the repository: whether the version is among its refs, and whether go.mod there is this module's.

use std::time::Instant;

use super::address::Address;
use super::blame::Case;
use super::cause;
use super::direct::{Ends, Listed, Reached};
use super::git::{Failed, Fetched, Git};
use super::gomod;
use super::hop::{End, Hop, Mark, Step, Trail};
use super::look::Look;
use super::naming::{self, Naming};
use super::recorded;
use super::revision::{self, Found, Missing, Place};
use super::wanted::{Query, Wanted};
use crate::model::{Finding, Msg, Source, kind};
use crate::say;
use crate::text::{pseudo, semver};

/// Finds the version, fetches it, and reads its go.mod.
pub(super) fn arrive(
    look: &Look<'_>,
    wanted: &Wanted,
    listed: &Listed,
    trail: &mut Trail<'_>,
) -> Ends<Reached> {
    Arrival { look, wanted }.walk(listed, trail)
}

struct Arrival<'a, 'w> {
    look: &'a Look<'w>,
    wanted: &'a Wanted,
}

impl Arrival<'_, '_> {
    /// The version among the refs, and go.mod there.
    fn walk(&self, listed: &Listed, trail: &mut Trail<'_>) -> Ends<Reached> {
        let place = revision::place(&listed.root, &self.wanted.path).map_err(|says| {
            let what = say!(
                "the repository cannot hold this module: {says}",
                "这个仓库里不可能有该模块：{says}",
                says
            );
            trail.failed(Step::Revision, what.clone());
            End::hard(cause::about(self.wanted, self.wanted.host(), kind::MODULE_PATH_MISMATCH, what))
        })?;
        let mut found = revision::find(&self.wanted.query, &place, &listed.refs).map_err(|missing| {
            let found = self.missing(&missing, &place, listed);
            trail.failed(Step::Revision, found.what.clone());
            End::not_exist(found)
        })?;
        let name = found.reference.as_deref().unwrap_or("");
        let name = name.trim_start_matches("refs/tags/").trim_start_matches("refs/heads/").to_owned();
        let short: String = found.hash.chars().take(12).collect();
        if found.reference.is_some() {
            trail.ok(Step::Revision, say!("{name} is commit {short}", "{name} 是提交 {short}", name, short));
        }
        let start = Instant::now();
        let Some(git) = Git::new(self.look) else { return Ok(Reached::Module(found.version)) };
        let fetched = git
            .fetch(&listed.root.repo, &found, &place)
            .map_err(|failed| self.no_fetch(&failed, &found, listed, start, trail))?;
        if found.reference.is_none() {
            trail.add(
                Hop::new(
                    Step::Revision,
                    Mark::Ok,
                    say!("commit {short} is there", "提交 {short} 存在", short),
                )
                .since(start),
            );
        }
        self.pseudo(&fetched, trail)?;
        if found.version.is_none() {
            found.version = self.named(&git, &found, &place, &fetched, listed, trail)?;
        }
        self.gomod(&found, &place, &fetched, start, trail)?;
        if let Some(version) = &found.version {
            let gomod = fetched.gomods.iter().flatten().next_back();
            let made = format!("module {}\n", self.wanted.path).into_bytes();
            let gomod = gomod.unwrap_or(&made);
            let from = Source::Url(listed.url.clone());
            recorded::gomod_fits(self.look, self.wanted, version, gomod, from.clone(), trail)?;
            let commit = &fetched.commit;
            let hashed = |prefix: &str| recorded::hashed(&git, commit, &place, prefix);
            recorded::files_fit(self.look, self.wanted, version, from, trail, hashed)?;
        }
        Ok(Reached::Module(found.version))
    }

    /// What go calls a commit that was not asked for by version; `None` where finding out takes too long.
    fn named(
        &self,
        git: &Git<'_, '_>,
        found: &Found,
        place: &Place,
        fetched: &Fetched,
        listed: &Listed,
        trail: &mut Trail<'_>,
    ) -> Ends<Option<String>> {
        let start = Instant::now();
        let name = self.wanted.exact().unwrap_or("");
        match (Naming { git, listed, place, found, fetched, name }).version() {
            Ok(version) => {
                let what = say!("go calls it {version}", "在 go 里的版本号是 {version}", version);
                trail.add(Hop::new(Step::Revision, Mark::Ok, what).since(start));
                Ok(Some(version))
            }
            Err(failed) if failed.timed_out => Ok(None),
            Err(failed) => Err(self.no_fetch(&failed, found, listed, start, trail)),
        }
    }

    fn missing(&self, missing: &Missing, place: &Place, listed: &Listed) -> Finding {
        let url = &listed.url;
        let about = |what: Msg| cause::about(self.wanted, self.wanted.host(), kind::UNKNOWN_REVISION, what);
        let list = Source::Command(format!("git ls-remote --tags {url}"));
        match missing {
            Missing::Revision { name, near } => {
                let what = say!(
                    "{url} has no tag, branch or commit {name}",
                    "{url} 上没有标签、分支或提交 {name}",
                    url,
                    name
                );
                let near = near.join(", ");
                let found = about(what).seen(list, near.clone()).fact("revision", name.clone());
                let dir = &place.dir;
                found.advice(match (near.is_empty(), dir.is_empty()) {
                    (true, true) => say!("push the tag {name}, or correct the version", "请推送标签 {name}，或改正版本号", name),
                    (false, true) => say!("push the tag {name}, or correct the version; there is {near}", "请推送标签 {name}，或改正版本号；现有：{near}", name, near),
                    (_, false) => say!(
                        "the module lies in {dir}/, so its tags begin with {dir}/: push {name}, or correct the version ({near})",
                        "模块在 {dir}/ 目录下，标签要以 {dir}/ 开头：请推送 {name}，或改正版本号（现有：{near}）",
                        dir, name, near
                    ),
                })
            }
            Missing::NoVersion { prefix, have } => {
                let what =
                    say!("{url} has no version {prefix}", "{url} 上没有 {prefix} 开头的版本", url, prefix);
                let have = have.iter().take(5).cloned().collect::<Vec<_>>().join(", ");
                about(what).seen(list, have.clone()).advice(say!(
                    "the versions there are: {have}",
                    "现有版本：{have}",
                    have
                ))
            }
            Missing::Empty => {
                let what = say!("{url} is empty", "{url} 是空仓库", url);
                about(what).advice(say!("push something first", "请先推送内容"))
            }
            Missing::Ambiguous(name) => {
                let what = say!("several commits begin with {name}", "有多个提交以 {name} 开头", name);
                about(what).advice(say!("write more of the hash", "请把哈希写长一些"))
            }
        }
    }

    fn no_fetch(
        &self,
        failed: &Failed,
        found: &Found,
        listed: &Listed,
        start: Instant,
        trail: &mut Trail<'_>,
    ) -> Box<End> {
        let (url, line) = (&listed.url, &failed.line);
        if failed.kind == kind::UNKNOWN_REVISION {
            let short: String = found.hash.chars().take(12).collect();
            let what = say!(
                "commit {short} is on no branch and under no tag of {url}",
                "{url} 的任何分支和标签上都没有提交 {short}",
                short,
                url
            );
            trail.add(Hop::new(Step::Revision, Mark::Failed, what.clone()).since(start));
            let finding = cause::about(self.wanted, self.wanted.host(), kind::UNKNOWN_REVISION, what)
                .fact("revision", short);
            return End::not_exist(finding.advice(say!(
                "it was rewritten by a force push, or never pushed: take a commit that is there",
                "可能被强制推送改写，或尚未推送：请换一个存在的提交"
            )));
        }
        let what = say!("git cannot fetch from {url}: {line}", "git 无法从 {url} 拉取：{line}", url, line);
        trail.add(Hop::new(Step::Revision, Mark::Failed, what).since(start));
        let Some(address) = Address::parse(url.reveal()) else {
            return End::hard(cause::about(
                self.wanted,
                self.wanted.host(),
                failed.kind,
                Msg::plain(line.clone()),
            ));
        };
        let case = Case {
            look: self.look,
            wanted: self.wanted,
            url,
            address: &address,
            rule: None,
            said: listed.said.as_ref(),
            client: None,
        };
        End::hard(case.finding(failed))
    }

    /// The time in a pseudo-version must be its commit's (`coderepo.go:validatePseudoVersion`).
    fn pseudo(&self, fetched: &Fetched, trail: &mut Trail<'_>) -> Ends<()> {
        let Query::Version(version) = &self.wanted.query else { return Ok(()) };
        let Ok(parts) = pseudo::parse(version) else { return Ok(()) };
        let want = naming::stamp(fetched.time);
        let says = if parts.timestamp != want {
            format!("does not match version-control timestamp (expected {want})")
        } else if parts.rev.len() != 12 || !fetched.commit.starts_with(parts.rev) {
            format!("revision must be the first 12 digits of {}", fetched.commit)
        } else {
            return Ok(());
        };
        let what = say!(
            "the pseudo-version {version} is wrong: {says}",
            "伪版本 {version} 有误：{says}",
            version,
            says
        );
        trail.failed(Step::Revision, what.clone());
        let (path, commit) = (&self.wanted.path, &fetched.commit);
        let found = cause::about(self.wanted, self.wanted.host(), kind::INVALID_VERSION, what);
        Err(End::hard(
            found.command(say!("let go compute it", "让 go 自己计算"), format!("go get {path}@{commit}")),
        ))
    }

    fn gomod(
        &self,
        found: &Found,
        place: &Place,
        fetched: &Fetched,
        start: Instant,
        trail: &mut Trail<'_>,
    ) -> Ends<()> {
        let path = &self.wanted.path;
        let version = found.version.as_deref().unwrap_or("");
        let later = place.major.is_empty() && !matches!(semver::major(version), "" | "v0" | "v1");
        let version = if later && !version.ends_with("+incompatible") {
            format!("{version}+incompatible")
        } else {
            version.to_owned()
        };
        let Err(unfit) = gomod::fits(path, place, &version, &fetched.gomods) else {
            let what = match fetched.gomods.iter().any(Option::is_some) {
                true => say!("go.mod there declares {path}", "go.mod 声明的路径就是 {path}", path),
                false => say!(
                    "no go.mod there, which is fine for this path",
                    "那里没有 go.mod，对这个路径没有影响"
                ),
            };
            trail.add(Hop::new(Step::Gomod, Mark::Ok, what).since(start));
            return Ok(());
        };
        let finding = unfit_gomod(self.wanted, &unfit);
        trail.add(Hop::new(Step::Gomod, Mark::Failed, finding.what.clone()).since(start));
        Err(End::hard(finding))
    }
}

/// What a go.mod that does not fit means.
pub(super) fn unfit_gomod(wanted: &Wanted, unfit: &gomod::Unfit) -> Finding {
    let path = &wanted.path;
    match unfit {
        gomod::Unfit::OtherPath { declares } => {
            let what = say!(
                "go.mod there declares {declares}, not {path}",
                "那里的 go.mod 声明的是 {declares}，不是 {path}",
                declares,
                path
            );
            let found = cause::about(wanted, wanted.host(), kind::MODULE_PATH_MISMATCH, what)
                .fact("declares", declares.clone());
            found.advice(say!(
                "import {declares}; for a fork, keep the original path and use replace",
                "请按 {declares} 导入；如果是派生仓库，请保留原路径并使用 replace",
                declares
            ))
        }
        gomod::Unfit::Major { declares, says } => {
            let what = say!("the major version does not fit: {says}", "主版本号对不上：{says}", says);
            let found = cause::about(wanted, wanted.host(), kind::MAJOR_VERSION_SUFFIX, what)
                .fact("declares", declares.clone());
            found.advice(say!(
                "use the /vN path that go.mod declares, or have go.mod corrected for this tag",
                "请使用 go.mod 声明的 /vN 路径，或让作者改正该标签的 go.mod"
            ))
        }
        gomod::Unfit::Absent { says } => {
            let what = say!("there is no module at that place: {says}", "那个位置没有模块：{says}", says);
            let found = cause::about(wanted, wanted.host(), kind::PACKAGE_NOT_IN_MODULE, what);
            found.advice(say!(
                "require the module above it, or choose a version that has this directory",
                "请依赖上一级模块，或换一个包含该目录的版本"
            ))
        }
    }
}
