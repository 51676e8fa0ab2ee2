//! Projects that do not build here, and projects that do.

use std::fmt::Write as _;

use super::{doctor, expect, healthy, machine, report};
use crate::sandbox::Sandbox;

const H: &str = "h1:fr63+4pzSe1uEkpvfgNbLSrr1R0ie+xWsbFnwyfOOvA=";
const OTHER: &str = "h1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

/// A machine with a project in `app`: these files, and a main package that imports `github.com/acme/a`.
fn project(files: &[(&str, &str)]) -> Sandbox {
    let sandbox = machine();
    sandbox.write("app/main.go", "package main\n\nimport _ \"github.com/acme/a\"\n\nfunc main() {}\n");
    for (path, text) in files {
        sandbox.write(&format!("app/{path}"), text);
    }
    sandbox
}

/// Both lines of a module version.
fn sums(module: &str) -> String {
    let (path, version) = module.split_once(' ').unwrap();
    format!("{path} {version} {H}\n{path} {version}/go.mod {H}\n")
}

const GO_MOD: &str = "module github.com/acme/app\n\ngo 1.22\n\nrequire github.com/acme/a v1.0.0\n";

fn with_gosum(go_sum: &str) -> Sandbox {
    project(&[("go.mod", GO_MOD), ("go.sum", go_sum)])
}

#[test]
fn a_go_mod_with_a_typo() {
    let sandbox =
        project(&[("go.mod", "module github.com/acme/app\n\ngo 1.22\n\nrequir github.com/acme/a v1.0.0\n")]);
    expect(&sandbox, "app", &[("project.gomod", "gomod-malformed", "app/go.mod:5")]);
    let outcome = doctor(&sandbox, "app", &["--offline", "--only", "project.gomod"]);
    assert!(outcome.stdout.contains("go.mod:5: unknown directive: requir"), "{outcome}");
}

#[test]
fn a_go_mod_whose_error_has_a_column() {
    let sandbox = project(&[(
        "go.mod",
        "module github.com/acme/app\n\ngo 1.22\n\nrequire (\n\tgithub.com/acme/a v2.0.0\n)\n",
    )]);
    expect(&sandbox, "app", &[("project.gomod", "gomod-malformed", "app/go.mod:6")]);
    let outcome = doctor(&sandbox, "app", &["--offline", "--only", "project.gomod"]);
    assert!(outcome.stdout.contains("go.mod:6:2: require github.com/acme/a"), "{outcome}");
}

#[test]
fn a_go_mod_with_an_unfinished_merge() {
    let go_mod = "module github.com/acme/app\n\ngo 1.22\n\nrequire (\n<<<<<<< HEAD\n\tgithub.com/acme/a v1.0.0\n=======\n\tgithub.com/acme/a v1.1.0\n>>>>>>> feature\n)\n";
    let sandbox = project(&[("go.mod", go_mod)]);
    expect(&sandbox, "app", &[("project.gomod", "gomod-malformed", "app/go.mod:6")]);
    let outcome = doctor(&sandbox, "app", &["--offline", "--only", "project.gomod"]);
    assert!(outcome.stdout.contains("unfinished merge"), "{outcome}");
}

#[test]
fn an_empty_go_mod() {
    let sandbox = project(&[("go.mod", "")]);
    expect(&sandbox, "app", &[("project.gomod", "gomod-malformed", "app/go.mod")]);
}

#[test]
fn a_fifo_for_a_go_mod() {
    let sandbox = project(&[]);
    let fifo = sandbox.home().join("app/go.mod");
    assert!(std::process::Command::new("mkfifo").arg(fifo).status().unwrap().success());
    expect(&sandbox, "app", &[("project.gomod", "gomod-malformed", "app/go.mod")]);
}

#[test]
fn a_branch_for_a_version() {
    let sandbox = project(&[("go.mod", &GO_MOD.replace("v1.0.0", "master"))]);
    expect(&sandbox, "app", &[("project.gomod", "gomod-needs-update", "app/go.mod:5")]);
}

#[test]
fn a_go_line_that_gotoolchain_local_does_not_reach() {
    let sandbox = project(&[
        ("go.mod", &GO_MOD.replace("1.22", "1.99")),
        ("go.sum", &sums("github.com/acme/a v1.0.0")),
    ]);
    sandbox.write(".config/go/env", "GOTOOLCHAIN=local\n");
    expect(&sandbox, "app", &[("project.toolchain", "toolchain-newer-than-local", "app/go.mod:3")]);
}

#[test]
fn a_toolchain_that_goproxy_off_forbids() {
    let sandbox = machine();
    sandbox.write("app/go.mod", "module github.com/acme/app\n\ngo 1.22\ntoolchain go1.99.1\n");
    sandbox.write(".config/go/env", "GOPROXY=off\n");
    expect(&sandbox, "app", &[("project.toolchain", "toolchain-unavailable", "app/go.mod:4")]);
}

#[test]
fn a_toolchain_that_the_tree_does_not_have() {
    let sandbox = project(&[
        ("go.mod", &GO_MOD.replace("1.22", "1.99")),
        ("go.sum", &sums("github.com/acme/a v1.0.0")),
    ]);
    std::fs::create_dir_all(sandbox.home().join("tree")).unwrap();
    sandbox.write(".config/go/env", format!("GOPROXY=file://{}/tree\n", sandbox.home().display()));
    expect(&sandbox, "app", &[("project.toolchain", "toolchain-not-on-proxy", "app/go.mod:3")]);
    // With it there, all is well.
    let os = sandbox.world().host.os.goos();
    let world = sandbox.world();
    let arch = world.host.goarch();
    sandbox.write(&format!("tree/golang.org/toolchain/@v/v0.0.1-go1.99.0.{os}-{arch}.zip"), "zip");
    healthy(&sandbox, "app");
}

#[test]
fn a_go_of_before_toolchains() {
    let sandbox = project(&[
        ("go.mod", &GO_MOD.replace("1.22", "1.22.0")),
        ("go.sum", &sums("github.com/acme/a v1.0.0")),
    ]);
    sandbox.install_go("/usr/local/go", "go1.19.8");
    expect(
        &sandbox,
        "app",
        &[
            ("go.version", "go-too-old", "/usr/local/go/VERSION:1"),
            ("project.toolchain", "go-too-old", "app/go.mod:3"),
        ],
    );
}

#[test]
fn a_go_sum_without_the_zip_hash() {
    let sandbox = with_gosum(&format!("github.com/acme/a v1.0.0/go.mod {H}\n"));
    expect(&sandbox, "app", &[("project.sums", "gosum-missing-h1", "app/go.sum")]);
    let outcome = doctor(&sandbox, "app", &["--offline", "--only", "project.sums"]);
    for place in ["\"line\": 5", "main.go", "\"line\": 3"] {
        assert!(outcome.stdout.contains(place), "{place}: {outcome}");
    }
}

#[test]
fn a_go_sum_without_the_go_mod_hash() {
    let sandbox = with_gosum(&format!("github.com/acme/a v1.0.0 {H}\n"));
    expect(&sandbox, "app", &[("project.sums", "gosum-missing-entry", "app/go.sum")]);
}

#[test]
fn no_go_sum() {
    let sandbox = project(&[("go.mod", GO_MOD)]);
    expect(&sandbox, "app", &[("project.sums", "gosum-missing-entry", "app/go.sum")]);
    let report = report(&doctor(&sandbox, "app", &["--offline", "--only", "project.sums"]));
    assert_eq!(report["checks"][0]["findings"][0]["level"], "error");
}

#[test]
fn a_go_sum_that_contradicts_itself() {
    let (right, wrong) = (sums("github.com/acme/a v1.0.0"), format!("github.com/acme/a v1.0.0 {OTHER}\n"));
    let sandbox = with_gosum(&format!("{right}{wrong}"));
    expect(&sandbox, "app", &[("project.gosum", "gosum-duplicate-conflict", "app/go.sum:3")]);
    // The cache tells which one is wrong, wherever it stands.
    let sandbox = with_gosum(&format!("{wrong}{right}"));
    sandbox.write("go/pkg/mod/cache/download/github.com/acme/a/@v/v1.0.0.ziphash", H);
    expect_quick(&sandbox, &[("project.gosum", "gosum-duplicate-conflict", "app/go.sum:1")]);
}

/// Without hashing: the cache of these trees is made up.
fn expect_quick(sandbox: &Sandbox, planted: &[super::Planted<'_>]) {
    super::expect_with(sandbox, "app", &["--offline", "--quick"], planted);
}

#[test]
fn a_go_sum_with_a_cut_line() {
    let sandbox = with_gosum(&format!("{}github.com/acme/a v1.0.1\n", sums("github.com/acme/a v1.0.0")));
    expect(&sandbox, "app", &[("project.gosum", "gosum-malformed", "app/go.sum:3")]);
}

#[test]
fn a_go_sum_with_an_unfinished_merge() {
    let lines = sums("github.com/acme/a v1.0.0");
    let sandbox = with_gosum(&format!("<<<<<<< HEAD\n{lines}=======\n>>>>>>> feature\n"));
    expect(&sandbox, "app", &[("project.gosum", "gosum-malformed", "app/go.sum:1")]);
    let outcome = doctor(&sandbox, "app", &["--offline", "--only", "project.gosum"]);
    assert!(outcome.stdout.contains("unfinished merge"), "{outcome}");
}

#[test]
fn vendor_of_another_version() {
    let sandbox = project(&[
        ("go.mod", GO_MOD),
        ("vendor/modules.txt", "# github.com/acme/a v1.1.0\n## explicit; go 1.22\ngithub.com/acme/a\n"),
    ]);
    expect(&sandbox, "app", &[("project.vendor", "vendor-inconsistent", "app/vendor/modules.txt:1")]);
}

#[test]
fn a_replacement_that_is_not_there() {
    let go_mod = format!("{GO_MOD}\nreplace github.com/acme/a => ../a\n");
    let sandbox = project(&[("go.mod", &go_mod)]);
    expect(&sandbox, "app", &[("project.replace", "replace-dir-missing", "app/go.mod:7")]);
    std::fs::create_dir_all(sandbox.home().join("a")).unwrap();
    expect(&sandbox, "app", &[("project.replace", "replace-dir-missing", "app/go.mod:7")]);
    sandbox.write("a/go.mod", "module github.com/acme/a\n");
    healthy(&sandbox, "app");
}

#[test]
fn a_workspace_without_one_of_its_modules() {
    let sandbox = project(&[("go.mod", "module github.com/acme/app\n\ngo 1.22\n")]);
    sandbox.write("go.work", "go 1.22\n\nuse (\n\t./app\n\t./gone\n)\n");
    expect(&sandbox, "app", &[("project.workspace", "gowork-use-missing", "go.work:5")]);
}

#[test]
fn a_workspace_that_leaves_the_module_out() {
    let sandbox = project(&[("go.mod", "module github.com/acme/app\n\ngo 1.22\n")]);
    sandbox.write("other/go.mod", "module github.com/acme/other\n\ngo 1.22\n");
    sandbox.write("go.work", "go 1.22\n\nuse ./other\n");
    expect(&sandbox, "app", &[("project.workspace", "gowork-module-not-listed", "go.work")]);
    healthy(&sandbox, "other");
}

#[test]
fn a_workspace_of_an_older_go() {
    let sandbox = project(&[("go.mod", "module github.com/acme/app\n\ngo 1.22\n")]);
    sandbox.write("go.work", "go 1.21\n\nuse ./app\n");
    expect(&sandbox, "app", &[("project.workspace", "gowork-go-too-old", "go.work:1")]);
}

#[test]
fn a_gowork_that_is_gone() {
    let sandbox = project(&[("go.mod", GO_MOD), ("go.sum", &sums("github.com/acme/a v1.0.0"))]);
    sandbox.write(".config/go/env", "GOWORK=/srv/gone/go.work\n");
    expect(&sandbox, "app", &[("project.workspace", "gowork-missing", ".config/go/env:1")]);
}

#[test]
fn a_project_of_dep() {
    let sandbox = project(&[("Gopkg.toml", ""), ("Gopkg.lock", "")]);
    expect(&sandbox, "app", &[("project.gopath", "gomod-missing", "app/Gopkg.toml")]);
}

#[test]
fn a_project_in_gopath() {
    let sandbox = machine();
    sandbox.write("go/src/github.com/acme/app/main.go", "package main\n");
    let dir = "go/src/github.com/acme/app";
    expect(&sandbox, dir, &[("project.gopath", "gomod-missing", dir)]);
    let outcome = doctor(&sandbox, dir, &["--offline", "--only", "project.gopath"]);
    assert!(outcome.stdout.contains("go mod init github.com/acme/app"), "{outcome}");
}

#[test]
fn a_private_module_that_goes_to_the_public() {
    let go_mod = format!("{GO_MOD}require git.corp.example/team/lib v1.2.0\n");
    let go_sum = sums("github.com/acme/a v1.0.0") + &sums("git.corp.example/team/lib v1.2.0");
    let sandbox = project(&[("go.mod", &go_mod), ("go.sum", &go_sum)]);
    expect(&sandbox, "app", &[("project.leak", "goprivate-does-not-cover-host", "app/go.mod:6")]);
    let outcome = sandbox.gobs(&[
        "-C",
        &sandbox.home().join("app").display().to_string(),
        "fix",
        "project.leak",
        "--offline",
        "--yes",
    ]);
    assert_eq!(sandbox.read(".config/go/env"), "GOPRIVATE=git.corp.example\n", "{outcome}");
    healthy(&sandbox, "app");
}

#[test]
fn a_private_module_beside_others_that_are_covered() {
    let go_mod =
        format!("{GO_MOD}require (\n\tgit.corp.example/team/lib v1.2.0\n\tcode.internal/x v0.1.0\n)\n");
    let go_sum = sums("github.com/acme/a v1.0.0")
        + &sums("git.corp.example/team/lib v1.2.0")
        + &sums("code.internal/x v0.1.0");
    let sandbox = project(&[("go.mod", &go_mod), ("go.sum", &go_sum)]);
    sandbox.write(".config/go/env", "GOPRIVATE=git.corp.example\n");
    expect(&sandbox, "app", &[("project.leak", "goprivate-does-not-cover-host", "app/go.mod:8")]);
    sandbox.gobs(&[
        "-C",
        &sandbox.home().join("app").display().to_string(),
        "fix",
        "project.leak",
        "--offline",
        "--yes",
    ]);
    assert_eq!(sandbox.read(".config/go/env"), "GOPRIVATE=git.corp.example,code.internal\n");
}

#[test]
fn a_private_module_of_the_company_proxy_that_the_public_database_is_asked_for() {
    let go_mod = format!("{GO_MOD}require git.corp.example/team/lib v1.2.0\n");
    let sandbox = project(&[("go.mod", &go_mod), ("go.sum", &sums("github.com/acme/a v1.0.0"))]);
    sandbox.write(".config/go/env", "GOPROXY=https://goproxy.corp.example\n");
    expect(
        &sandbox,
        "app",
        &[
            ("project.leak", "private-module-sent-to-sumdb", "app/go.mod:6"),
            ("project.sums", "gosum-missing-entry", "app/go.sum"),
        ],
    );
    sandbox.gobs(&[
        "-C",
        &sandbox.home().join("app").display().to_string(),
        "fix",
        "project.leak",
        "--offline",
        "--yes",
    ]);
    let env = sandbox.read(".config/go/env");
    assert_eq!(env, "GONOSUMDB=git.corp.example\nGOPROXY=https://goproxy.corp.example\n");
}

#[test]
fn a_plain_module() {
    let go_mod = format!(
        "{GO_MOD}require (\n\tgithub.com/acme/b v1.0.0 // indirect\n\tgithub.com/acme/c v1.0.0 // indirect\n)\n"
    );
    // `b` only has a say in versions: go writes no zip hash for it. `a` of another version is left of an upgrade.
    let go_sum = format!(
        "github.com/acme/a v0.9.0/go.mod {H}\n{}github.com/acme/b v1.0.0/go.mod {H}\n{}",
        sums("github.com/acme/a v1.0.0"),
        sums("github.com/acme/c v1.0.0")
    );
    let sandbox = project(&[("go.mod", &go_mod), ("go.sum", &go_sum)]);
    healthy(&sandbox, "app");
}

#[test]
fn a_requirement_that_nothing_imports() {
    let go_mod = format!("{GO_MOD}require github.com/acme/unused v1.0.0\n");
    let go_sum = sums("github.com/acme/a v1.0.0") + &format!("github.com/acme/unused v1.0.0/go.mod {H}\n");
    let sandbox = project(&[
        ("go.mod", &go_mod),
        ("go.sum", &go_sum),
        // No build looks at it, and no `go mod tidy`.
        ("gen.go", "//go:build ignore\n\npackage main\n\nimport _ \"github.com/acme/unused\"\n"),
        ("testdata/x.go", "package x\n\nimport _ \"github.com/acme/unused\"\n"),
    ]);
    healthy(&sandbox, "app");
}

/// Files of the project in every odd shape; the ones without a row are as they should be.
#[test]
fn odd_files_of_a_project() {
    let (good, vendored) = (
        sums("github.com/acme/a v1.0.0"),
        "# github.com/acme/a v1.0.0\n## explicit; go 1.22\ngithub.com/acme/a\n",
    );
    let with = |more: &str| format!("{GO_MOD}{more}\n");
    let replace = |to: &str| with(&format!("replace github.com/acme/a => {to}"));
    for (_what, path, text, planted) in [
        ("carriage returns", "go.sum", good.replace('\n', "\r\n"), None),
        ("carriage returns", "go.mod", GO_MOD.replace('\n', "\r\n"), None),
        ("twice the same", "go.sum", format!("{good}{good}"), None),
        ("twice the same requirement", "go.mod", with("require github.com/acme/a v1.0.0"), None),
        ("an older toolchain", "go.mod", with("toolchain go1.22.1"), None),
        ("toolchain default", "go.mod", with("toolchain default"), None),
        (
            "byte order mark",
            "go.mod",
            format!("\u{feff}{GO_MOD}"),
            Some(("project.gomod", "gomod-malformed", "app/go.mod:1")),
        ),
        (
            "go 1.22.x",
            "go.mod",
            GO_MOD.replace("1.22", "1.22.x"),
            Some(("project.gomod", "gomod-malformed", "app/go.mod:3")),
        ),
        (
            "go v1.22",
            "go.mod",
            GO_MOD.replace("1.22", "v1.22"),
            Some(("project.gomod", "gomod-malformed", "app/go.mod:3")),
        ),
        (
            "toolchain 1.22.3",
            "go.mod",
            with("toolchain 1.22.3"),
            Some(("project.gomod", "gomod-malformed", "app/go.mod:6")),
        ),
        (
            "two modules",
            "go.mod",
            with("module x.y/z"),
            Some(("project.gomod", "gomod-malformed", "app/go.mod:6")),
        ),
        (
            "rest of a merge",
            "go.mod",
            with("======="),
            Some(("project.gomod", "gomod-malformed", "app/go.mod:6")),
        ),
        (
            "rest of a merge",
            "go.sum",
            format!("{good}=======\n"),
            Some(("project.gosum", "gosum-malformed", "app/go.sum:3")),
        ),
        (
            "byte order mark",
            "go.sum",
            format!("\u{feff}{good}"),
            Some(("project.gosum", "gosum-malformed", "app/go.sum:1")),
        ),
        (
            "replaced by a name",
            "go.mod",
            replace("third/a"),
            Some(("project.gomod", "gomod-malformed", "app/go.mod:6")),
        ),
        (
            "replaced by a drive",
            "go.mod",
            replace("D:\\src\\a"),
            Some(("project.gomod", "gomod-malformed", "app/go.mod:6")),
        ),
        (
            "replaced by backslashes",
            "go.mod",
            replace("..\\a"),
            Some(("project.gomod", "gomod-malformed", "app/go.mod:6")),
        ),
        (
            "replaced by a home",
            "go.mod",
            replace("/home/nobody/a"),
            Some(("project.replace", "replace-dir-missing", "app/go.mod:6")),
        ),
        (
            "vendor without a list",
            "vendor/github.com/acme/a/a.go",
            "package a\n".into(),
            Some(("project.vendor", "vendor-inconsistent", "app/vendor/modules.txt")),
        ),
        (
            "vendor with a module too many",
            "vendor/modules.txt",
            format!("{vendored}# github.com/acme/z v1.0.0\n## explicit\ngithub.com/acme/z\n"),
            Some(("project.vendor", "vendor-inconsistent", "app/vendor/modules.txt:4")),
        ),
    ] {
        let sandbox = with_gosum(&good);
        sandbox.write(&format!("app/{path}"), text);
        let planted: Vec<super::Planted<'_>> = planted.into_iter().collect();
        expect(&sandbox, "app", &planted);
    }
}

#[test]
fn a_workspace() {
    let sandbox = project(&[("go.mod", GO_MOD)]);
    sandbox.write("lib/go.mod", "module github.com/acme/a\n\ngo 1.22\n");
    sandbox.write("go.work", "go 1.22\n\nuse (\n\t./app\n\t./lib\n)\n");
    healthy(&sandbox, "app");
    healthy(&sandbox, "lib");
    healthy(&sandbox, "");
}

#[test]
fn a_vendored_project() {
    let txt = "# github.com/acme/a v1.0.0\n## explicit; go 1.22\ngithub.com/acme/a\n";
    let sandbox = project(&[("go.mod", GO_MOD), ("vendor/modules.txt", txt)]);
    healthy(&sandbox, "app");
}

#[test]
fn a_closed_network_with_a_tree() {
    let go_mod = format!("{GO_MOD}require git.corp.example/team/lib v1.2.0\n");
    let go_sum = sums("github.com/acme/a v1.0.0") + &sums("git.corp.example/team/lib v1.2.0");
    let sandbox = project(&[("go.mod", &go_mod), ("go.sum", &go_sum)]);
    std::fs::create_dir_all(sandbox.home().join("tree")).unwrap();
    let tree = format!("file://{}/tree", sandbox.home().display());
    sandbox
        .write(".config/go/env", format!("GOPROXY={tree}\nGONOSUMDB=git.corp.example\nGOTOOLCHAIN=local\n"));
    healthy(&sandbox, "app");
}

#[test]
fn an_intranet_proxy_with_a_database_of_its_own() {
    let go_mod = format!("{GO_MOD}require git.corp.example/team/lib v1.2.0\n");
    let go_sum = sums("github.com/acme/a v1.0.0") + &sums("git.corp.example/team/lib v1.2.0");
    let sandbox = project(&[("go.mod", &go_mod), ("go.sum", &go_sum)]);
    let key = "sum.corp.example+f7c1b0a6+AUG5Pyn2VvLuKU0CZVZxCXAoV4fIZTqR4qkSV6w1yNuN";
    let env = format!("GOPROXY=https://goproxy.corp.example\nGOSUMDB={key}\n");
    sandbox.write(".config/go/env", env);
    let outcome = doctor(&sandbox, "app", &["--offline", "--only", "project.*"]);
    assert_eq!(super::findings(&sandbox, &outcome), Vec::<String>::new(), "{outcome}");
}

#[test]
fn nothing_about_a_directory_without_a_project() {
    let sandbox = machine();
    sandbox.write("scripts/x.go", "package main\n");
    healthy(&sandbox, "scripts");
    let report = report(&doctor(&sandbox, "scripts", &["--offline", "--only", "project.*"]));
    for check in report["checks"].as_array().unwrap() {
        let verdict = check["verdict"].as_str().unwrap();
        assert!(matches!(verdict, "skipped" | "fine"), "{check}");
    }
}

/// A go.sum of a hundred megabytes is read to its end, in bounded time and memory.
#[test]
fn an_enormous_go_sum() {
    let mut go_sum = sums("github.com/acme/a v1.0.0");
    for n in 0..100_000 {
        let _ = writeln!(go_sum, "github.com/acme/m{n:06} v1.0.0/go.mod {H}");
    }
    let sandbox = with_gosum(&format!("{go_sum}github.com/acme/z v1.0.0\n"));
    expect_quick(&sandbox, &[("project.gosum", "gosum-malformed", "app/go.sum:100003")]);
}
