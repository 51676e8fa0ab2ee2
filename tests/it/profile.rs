//! Profiles: every mistake is named with file, line and column; from a path, a name, and a URL behind a company CA.

use insta::assert_snapshot;
use sha2::{Digest, Sha256};

use crate::rig::{Ca, Liar};
use crate::sandbox::{Sandbox, world_of};

const ACME: &str = "schema = 1\nextends = \"enterprise\"\nsummary = { en = \"Acme\", zh = \"Acme 研发\" }\n\n\
                    [[private]]\nhost = \"git.acme.example\"\ntransport = \"ssh\"\nport = 2222\n";

#[test]
fn mistakes_are_named_by_line_and_column() {
    let mistakes = [
        ("schema = 2\n", "acme.toml:1:1: schema 2"),
        ("summary = \"x\"\n", "acme.toml:1:1: `schema = 1` is missing"),
        ("schema = 1\nextnds = \"enterprise\"\n", "acme.toml:2:1: unknown key `extnds`"),
        ("schema = 1\nextends = \"enterprise\n", "acme.toml:2:22: invalid basic string"),
        ("schema = 1\n\n[[go.GOPROXY]]\nvaleu = \"x\"\n", "acme.toml:4:1: unknown key `valeu`"),
        ("schema = 1\n[[go.GOPROXY]]\nwhy = \"x\"\n", "acme.toml:2:1: `value` is missing"),
        ("schema = 1\n[[go.GOPROXY]]\nvalue = 7\n", "acme.toml:3:9: `value` wants a string"),
        ("schema = 1\n[[go.GOPROXY]]\nvalue = \"\"\n", "acme.toml:3:9: an empty value"),
        ("schema = 1\n[[go.GOPRVATE]]\nvalue = \"x\"\n", "acme.toml:2:6: unknown key `GOPRVATE`"),
        ("schema = 1\n[vars.proxy]\ntype = \"uri\"\n", "acme.toml:2:7: no type `uri`"),
        ("schema = 1\n[[private]]\nhots = \"x\"\n", "acme.toml:3:1: unknown key `hots`"),
        ("schema = 1\n[[private]]\nhost = \"https://x/y\"\n", "acme.toml:3:8: `https://x/y` is no host name"),
        (
            "schema = 1\n[[private]]\nhost = \"x.y\"\ntransport = \"shh\"\n",
            "acme.toml:4:13: no transport `shh`",
        ),
        ("schema = 1\n[[private]]\nhost = \"x.y\"\nport = 99999\n", "acme.toml:4:8: 99999 is no port"),
        ("schema = 1\nextends = \"./acme.toml\"\n", "profiles extend one another in a circle: ./acme.toml"),
        ("schema = 1\nextends = \"entreprise\"\n", "there is no profile `entreprise`"),
    ];
    for (text, wanted) in mistakes {
        let sandbox = Sandbox::new();
        sandbox.write("acme.toml", text);
        let was = world_of(&sandbox);
        for args in [&["profile", "check", "./acme.toml"][..], &["init", "--yes", "--profile", "./acme.toml"]]
        {
            let outcome = sandbox.gobs(args);
            assert_eq!(outcome.exit.code(), 2, "{text}{outcome}");
            assert!(outcome.stderr.contains(wanted), "no «{wanted}» in {outcome}");
        }
        assert_eq!(world_of(&sandbox), was);
    }
}

#[test]
fn what_would_turn_verification_off_is_refused() {
    let unsafe_rows = [
        ("[[go.GOSUMDB]]\nvalue = \"off\"\n", "3:9", "turns verification off"),
        ("[[go.GOSUMDB]]\nvalue = \"sum.golang.org+https://sum.golang.org\"\n", "3:9", "GOSUMDB"),
        ("[[go.GOPRIVATE]]\nvalue = \"*\"\n", "3:9", "covers the public world"),
        ("[[go.GONOSUMDB]]\nvalue = \"github.com\"\n", "3:9", "name the owner"),
        ("[[go.GOINSECURE]]\nvalue = \"*\"\n", "3:9", "GOINSECURE"),
        ("[[go.GOFLAGS]]\nvalue = \"-insecure\"\n", "3:9", "GOFLAGS: -insecure is gone"),
        ("[[go.GOPROXY]]\nvalue = \"https://goproxy.cn，direct\"\n", "3:9", "only `,` and `|` separate"),
        ("[[git.\"http.sslVerify\"]]\nvalue = \"false\"\n", "3:9", "anybody in between"),
        ("[[git.\"safe.directory\"]]\nvalue = \"*\"\n", "3:9", "every user"),
        ("[[private]]\nhost = \"github.com\"\n", "3:8", "name the owner"),
        ("[[private]]\nhost = \"a.example\"\nhost_keys = [\"AAAA\"]\n", "3:8", "no public host key"),
        (
            "[[private]]\nhost = \"a.example\"\nhost_keys = [\"ssh-ed25519 AAAA…\"]\n",
            "3:8",
            "the key is not base64",
        ),
        ("[[private]]\nhost = \"a.example\"\nhost_keys = [\"SHA256:abc\"]\n", "3:8", "43 characters"),
    ];
    for (row, at, wanted) in unsafe_rows {
        let sandbox = Sandbox::new();
        sandbox.write("acme.toml", format!("schema = 1\n{row}"));
        let was = world_of(&sandbox);
        let outcome = sandbox.gobs(&["profile", "check", "./acme.toml"]);
        assert_eq!(outcome.exit.code(), 1, "{row}{outcome}");
        assert!(outcome.stdout.contains(&format!("acme.toml:{at}: ")), "{row}{outcome}");
        assert!(outcome.stdout.contains(wanted), "no «{wanted}» in {outcome}");
        let outcome = sandbox.gobs(&["init", "--yes", "--offline", "--profile", "./acme.toml"]);
        assert_eq!(outcome.exit.code(), 2, "{row}{outcome}");
        assert_eq!(world_of(&sandbox), was, "{row}");
    }
}

#[test]
fn files_that_are_none() {
    let sandbox = Sandbox::new();
    sandbox.write("latin.toml", b"schema = 1\n# \xe9\n");
    sandbox.write("dir.toml/x", "");
    rustix::fs::mkfifoat(rustix::fs::CWD, sandbox.home().join("fifo.toml"), rustix::fs::Mode::RUSR).unwrap();
    for (name, wanted) in [
        ("./latin.toml", "latin.toml:2: not UTF-8"),
        ("./dir.toml", "it is a directory"),
        ("./fifo.toml", "it is not a regular file"),
        ("./none.toml", "no such file"),
        ("entreprise", "did you mean `enterprise`?"),
    ] {
        let outcome = sandbox.gobs(&["profile", "show", name]);
        assert_eq!(outcome.exit.code(), 2, "{outcome}");
        assert!(outcome.stderr.contains(wanted), "no «{wanted}» in {outcome}");
    }
}

#[test]
fn the_three_that_come_with_gobs_are_sound() {
    for (name, _) in gobs::profile::EMBEDDED {
        let sandbox = Sandbox::new();
        let outcome = sandbox.gobs(&["profile", "check", name]);
        assert_eq!((outcome.exit.code(), outcome.stdout.as_str()), (0, "✓ sound and safe\n"), "{name}");
        assert_eq!(sandbox.gobs(&["init", "--yes", "--offline", "--profile", name]).exit.code(), 0);
    }
}

#[test]
fn list_show_and_new() {
    let mut sandbox = Sandbox::new();
    sandbox.write("acme.toml", ACME);
    assert_snapshot!("profile list", sandbox.gobs(&["profile", "list"]).stdout);
    assert_snapshot!("profile show", sandbox.gobs(&["profile", "show", "./acme.toml"]).stdout);
    let template = sandbox.gobs(&["profile", "new", "Acme"]).stdout;
    sandbox.write("new.toml", template);
    assert_eq!(sandbox.gobs(&["profile", "check", "./new.toml"]).exit.code(), 0);
    sandbox.set("LANG", "zh_CN.UTF-8");
    assert_snapshot!("profile show zh", sandbox.gobs(&["profile", "show", "./acme.toml"]).stdout);
}

#[test]
fn behind_a_url_with_a_company_ca_and_a_pin() {
    let ca = Ca::new();
    let server = Liar::https(&ca.leaf(&["127.0.0.1"]));
    server.page("/acme.toml", 200, ACME);
    let url = format!("{}/acme.toml", server.url());
    let pin = Sha256::digest(ACME.as_bytes()).iter().map(|b| format!("{b:02x}")).collect::<String>();
    let pem = ca.pem().display().to_string();
    let sandbox = Sandbox::new();
    let was = world_of(&sandbox);
    let wrong = "0".repeat(64);
    for (args, wanted) in [
        (&["init", "--yes", "--offline", "--profile", &url, "--ca", &pem][..], "needs --sha256"),
        (&["init", "--yes", "--offline", "--profile", &url, "--sha256", &pin], "unknown authority"),
        (&["init", "--yes", "--offline", "--profile", &url, "--sha256", "abc"], "`abc` is no SHA-256"),
        (
            &["init", "--yes", "--offline", "--profile", &url, "--sha256", &wrong, "--ca", &pem],
            "not the one given; it is not used",
        ),
        (&["profile", "show", &url.replace("https:", "http:")], "over https only"),
        (&["profile", "show", &format!("{url}x"), "--ca", &pem], "404"),
    ] {
        let outcome = sandbox.gobs(args);
        assert_eq!(outcome.exit.code(), 2, "{outcome}");
        assert!(outcome.stderr.contains(wanted), "no «{wanted}» in {outcome}");
        assert_eq!(world_of(&sandbox), was);
    }
    let shown = sandbox.gobs(&["profile", "show", &url, "--ca", &pem, "--sha256", &pin]);
    assert!(shown.stdout.starts_with("Acme ") && shown.exit.code() == 0, "{shown}");
    let args = ["init", "--yes", "--offline", "--profile", &url, "--sha256", &pin, "--ca", &pem];
    let outcome = sandbox.gobs(&args);
    assert_eq!(outcome.exit.code(), 0, "{outcome}");
    assert!(sandbox.read(".config/go/env").contains("GOPRIVATE=git.acme.example\n"), "{outcome}");
    // A child in a file may build on the one behind the URL, with its pin beside it.
    let extends = format!("schema = 1\nextends = {{ profile = \"{url}\", sha256 = \"{pin}\" }}\n");
    sandbox.write("team.toml", extends);
    let outcome = sandbox.gobs(&["init", "--check", "--offline", "--profile", "./team.toml", "--ca", &pem]);
    assert_eq!(outcome.exit.code(), 0, "{outcome}");
}

#[test]
fn the_profile_in_the_readme_works_as_written() {
    for name in ["README.md", "README.zh-CN.md"] {
        let readme = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
        let readme = std::fs::read_to_string(readme).unwrap();
        let profile = readme.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
        let sandbox = Sandbox::new();
        sandbox.write("acme.toml", profile);
        assert_eq!(sandbox.gobs(&["profile", "check", "./acme.toml"]).stdout, "✓ sound and safe\n", "{name}");
        let outcome = sandbox.gobs(&["init", "--yes", "--offline", "--profile", "./acme.toml"]);
        assert_eq!(outcome.exit.code(), 0, "{name}: {outcome}");
        assert!(sandbox.read(".ssh/gobs/known_hosts").contains("[git.acme.example]:2222 ssh-ed25519 "));
        assert_eq!(
            sandbox.gobs(&["init", "--check", "--offline", "--profile", "./acme.toml"]).exit.code(),
            0
        );
    }
}
