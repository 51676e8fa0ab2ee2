//! What a branch or a commit is called: gobs names the version that go uses.

use super::super::{HOST, MODULE as LIB, download, forge, machine, text};
use super::traced;
use crate::rig::netns::{self, Net};
use crate::rig::{Ca, Manner, ModuleProxy, Repos};
use crate::sandbox::Sandbox;

/// What go makes of a query, with an empty cache.
fn of_go(sandbox: &Sandbox, module: &str) -> String {
    let _ = std::fs::remove_dir_all(sandbox.home().join("go"));
    let output = sandbox.command("go").args(["list", "-m", "-f", "{{.Version}}", module]).output().unwrap();
    assert!(output.status.success(), "{module}: {}", text(&output));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// Both name the same version; it begins so.
fn agree(sandbox: &Sandbox, module: &str, begins: &str) {
    let go = of_go(sandbox, module);
    let (kind, _, stdout) = traced(sandbox, module);
    let report: serde_json::Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!(report["trace"]["version"], go.as_str(), "{module}: {kind} {stdout}");
    assert!(go.starts_with(begins), "{module}: {go}");
}

#[test]
fn branches_and_commits() {
    netns::inside!(Net::new().host(HOST, "127.0.0.2"));
    let (ca, repos) = (Ca::new(), Repos::new());
    let at = |repo: &str| format!("{HOST}/team/{repo}");

    let bare = repos.empty("team/bare");
    bare.commit(&[("go.mod", "module git.corp.example/team/bare\n"), ("a.go", "package bare\n")]);
    let lib = repos.module("team/lib", LIB);
    lib.git(&["branch", "released", "main"]);
    let first = lib.git(&["rev-parse", "main"]);
    lib.commit(&[("more.go", "package lib\n")]);
    lib.git(&["branch", "side", "main"]);
    lib.commit(&[("rc.go", "package lib\n")]);
    lib.tag("v1.2.0-rc.1");
    lib.tag("stable");
    lib.git(&["branch", "candidate", "main"]);
    lib.commit(&[("after.go", "package lib\n")]);
    let middle = lib.git(&["rev-parse", "main"]);
    lib.commit(&[("meta.go", "package lib\n")]);
    lib.tag("v1.3.0+meta");

    // The newest release takes back what would be the base.
    let back = repos.module("team/back", &at("back"));
    back.commit(&[("a.go", "package back\n")]);
    back.tag("v1.5.0");
    back.git(&["branch", "retracted", "main"]);
    back.commit(&[("go.mod", "module git.corp.example/team/back\n\ngo 1.21\n\nretract [v1.4.0, v1.6.0]\n")]);
    back.tag("v1.6.0");
    back.commit(&[("b.go", "package back\n")]);

    let two = repos.empty("team/two");
    two.commit(&[("go.mod", "module git.corp.example/team/two/v2\n"), ("a.go", "package two\n")]);
    two.tag("v1.9.0");
    two.git(&["branch", "untagged", "main"]);
    two.commit(&[("b.go", "package two\n")]);
    two.tag("v2.0.0");
    two.commit(&[("c.go", "package two\n")]);

    let old = repos.empty("team/old");
    old.commit(&[("a.go", "package old\n")]);
    old.tag("v3.1.0");
    old.git(&["branch", "tagged", "main"]);
    old.commit(&[("b.go", "package old\n")]);

    let mono = repos.module("team/mono", &at("mono"));
    mono.commit(&[
        ("tool/go.mod", "module git.corp.example/team/mono/tool\n"),
        ("tool/t.go", "package tool\n"),
    ]);
    mono.tag("tool/v0.3.0");
    mono.commit(&[("tool/u.go", "package tool\n")]);

    let (_web, sandbox) = forge(&ca, &repos, Manner::GitLab);
    for (repo, query, begins) in [
        ("bare", "main", "v0.0.0-20250615150640-"),
        ("bare", "latest", "v0.0.0-20250615150640-"),
        ("lib", "released", "v1.0.0"),
        ("lib", "side", "v1.0.1-0.20250615150641-"),
        ("lib", "candidate", "v1.2.0-rc.1"),
        ("lib", "stable", "v1.2.0-rc.1"),
        ("lib", "main", "v1.3.1-0.20250615150644-"),
        ("lib", &middle, "v1.2.0-rc.1.0.20250615150643-"),
        ("lib", &middle[..9], "v1.2.0-rc.1.0.20250615150643-"),
        ("lib", &first[..12], "v1.0.0"),
        ("lib", "v1.3.0+meta", "v1.3.1-0.20250615150644-"),
        ("back", "retracted", "v1.0.1-0.20250615150641-"),
        ("back", "main", "v1.0.1-0.20250615150643-"),
        ("two/v2", "untagged", "v2.0.0-20250615150640-"),
        ("two/v2", "main", "v2.0.1-0.20250615150642-"),
        ("old", "tagged", "v3.1.0+incompatible"),
        ("old", "main", "v3.1.1-0.20250615150641-"),
        ("mono/tool", "main", "v0.3.1-0.20250615150642-"),
        ("mono", "main", "v1.0.1-0.20250615150642-"),
    ] {
        agree(&sandbox, &format!("{}@{query}", at(repo)), begins);
    }
    let told = sandbox.gobs(&["trace", &format!("{}@main", at("bare"))]);
    assert!(told.stdout.contains("go can fetch git.corp.example/team/bare v0.0.0-20250615150640-"), "{told}");
    let told = sandbox.gobs(&["trace", "--lang", "zh", &format!("{}@main", at("bare"))]);
    assert!(told.stdout.contains("在 go 里的版本号是 v0.0.0-20250615150640-"), "{told}");
}

/// A proxy's `.info` says it.
#[test]
fn by_way_of_a_proxy() {
    let repos = Repos::new();
    let lib = repos.module("team/lib", LIB);
    let tree = tempfile::tempdir().unwrap();
    lib.publish(tree.path(), LIB, "v1.0.0");
    let commit = lib.commit(&[("more.go", "package lib\n")]);
    let version = format!("v1.0.1-0.20250615150641-{}", &commit[..12]);
    lib.git(&["tag", &version, "main"]);
    lib.publish(tree.path(), LIB, &version);
    let at = tree.path().join(LIB).join("@v");
    std::fs::copy(at.join(format!("{version}.info")), at.join("main.info")).unwrap();
    let proxy = ModuleProxy::of(tree.path());
    let mut sandbox = machine();
    sandbox.set("GOPRIVATE", "");
    sandbox.set("GOSUMDB", "off");
    sandbox.set("GOPROXY", proxy.url());
    agree(&sandbox, &format!("{LIB}@main"), &version);
    let module = format!("{LIB}@main");
    assert!(download(&sandbox, &module).status.success());
}
