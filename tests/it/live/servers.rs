//! The rig itself: go, git and ssh agree with its servers when all is well, and complain of the right thing when not.

use super::{HOST, MODULE, download, forge, has, machine, ssh_command, text};
use crate::rig::netns::{self, Net};
use crate::rig::{Ca, GitWeb, HttpProxy, Keys, Liar, Lie, Manner, ModuleProxy, Repos, Sshd, must};

#[test]
fn go_downloads_over_ssh_where_git_rewrites_the_host() {
    let repos = Repos::new();
    repos.module("team/lib", &format!("{MODULE}.git"));
    let (keys, strangers) = (Keys::new(), Keys::new());
    let sshd = Sshd::of(&repos, &[&keys]).start();
    let mut sandbox = machine();
    sandbox
        .write(".gitconfig", format!("[url \"{}\"]\n\tinsteadOf = https://git.corp.example/\n", sshd.url()));
    sandbox.set("GIT_SSH_COMMAND", ssh_command(&sandbox, &keys, &sshd.known_hosts(None)));
    must(download(&sandbox, &format!("{MODULE}.git@v1.0.0")), &["go mod download"]);
    has(&sshd.log(), "Accepted publickey");
    std::fs::remove_dir_all(sandbox.home().join("go")).unwrap();

    // The rig can also say no: to a key that it does not know, with another host's key, of a project it has not.
    let mut refusal = |command: String, project: &str| {
        sandbox.set("GIT_SSH_COMMAND", command);
        let url = format!("https://{HOST}/team/{project}");
        text(&sandbox.command("git").args(["ls-remote", &url]).output().unwrap())
    };
    let other = Sshd::of(&repos, &[&keys]).start();
    let theirs = other.known_hosts(None).replace(&other.port().to_string(), &sshd.port().to_string());
    let scene = machine();
    let ours = sshd.known_hosts(None);
    has(&refusal(ssh_command(&scene, &strangers, &ours), "lib"), "Permission denied (publickey)");
    has(&refusal(ssh_command(&scene, &keys, &theirs), "lib"), "Host key verification failed");
    has(&refusal(ssh_command(&scene, &keys, &ours), "none"), "could not be found");
    // go keeps the reason to itself.
    let missing = download(&sandbox, &format!("{HOST}/team/none.git@v1.0.0"));
    has(&text(&missing), "no secure protocol found for repository");
}

#[test]
fn go_discovers_and_downloads_over_https() {
    netns::inside!(Net::new().host(HOST, "127.0.0.2"));
    let (ca, repos) = (Ca::new(), Repos::new());
    repos.module("team/lib", MODULE);
    repos.module("team/sub/deep", "git.corp.example/team/sub/deep");
    for manner in [Manner::GitLab, Manner::Gitea, Manner::SignIn, Manner::Password] {
        let (web, sandbox) = forge(&ca, &repos, manner);
        must(download(&sandbox, &format!("{MODULE}@v1.0.0")), &["go mod download", &format!("{manner:?}")]);
        has(&web.log(), "GET https://git.corp.example/team/lib?go-get=1 200 oauth2");
        has(&web.log(), "info/refs?service=git-upload-pack 401 -");
    }
    // Two levels of groups: GitLab knows better when it knows who asks; Gitea has no groups in groups.
    let deep = "git.corp.example/team/sub/deep@v1.0.0";
    let (web, sandbox) = forge(&ca, &repos, Manner::GitLab);
    must(download(&sandbox, deep), &["go mod download", deep]);
    std::fs::remove_dir_all(sandbox.home().join("go")).unwrap();
    std::fs::remove_file(sandbox.home().join(".netrc")).unwrap();
    let said = text(&download(&sandbox, deep));
    has(&said, "terminal prompts disabled");
    has(&web.log(), "GET https://git.corp.example/team/sub.git/info/refs");
    drop(web);
    let (_web, sandbox) = forge(&ca, &repos, Manner::Nothing);
    has(&text(&download(&sandbox, &format!("{MODULE}@v1.0.0"))), "404 Not Found");
}

#[test]
fn the_forge_says_no_as_forges_do() {
    netns::inside!(Net::new().host(HOST, "127.0.0.2").host("old.corp.example", "127.0.0.3"));
    let (ca, repos) = (Ca::new(), Repos::new());
    repos.module("team/lib", MODULE);
    let wanted = format!("{MODULE}@v1.0.0");
    let (_web, mut sandbox) = forge(&ca, &repos, Manner::GitLab);
    sandbox.write(".netrc", format!("machine {HOST} login oauth2 password wrong\n"));
    has(&text(&download(&sandbox, &wanted)), "404 Not Found");
    sandbox.set("SSL_CERT_FILE", "/dev/null");
    has(&text(&download(&sandbox, &wanted)), "certificate signed by unknown authority");
    sandbox.set("SSL_CERT_FILE", ca.pem());
    let _old = GitWeb::of(&repos).at("127.0.0.3:443").certificate(ca.expired(&["old.corp.example"])).start();
    sandbox.set("GOPRIVATE", "*.corp.example");
    has(&text(&download(&sandbox, "old.corp.example/team/lib@v1.0.0")), "certificate has expired");
}

#[test]
fn ssh_on_its_own_port_and_name() {
    netns::inside!(Net::new().host(HOST, "127.0.0.2"));
    let repos = Repos::new();
    repos.module("team/lib", &format!("{MODULE}.git"));
    let keys = Keys::new();
    let sshd = Sshd::of(&repos, &[&keys]).at("127.0.0.2:22").start();
    let mut sandbox = machine();
    sandbox.write(".gitconfig", format!("[url \"git@{HOST}:\"]\n\tinsteadOf = https://{HOST}/\n"));
    sandbox.set("GIT_SSH_COMMAND", ssh_command(&sandbox, &keys, &sshd.known_hosts(Some(HOST))));
    must(download(&sandbox, &format!("{MODULE}.git@v1.0.0")), &["go mod download"]);
    has(&sshd.log(), "Accepted publickey for git");
}

#[test]
fn a_firewall_and_a_dead_name_server() {
    netns::inside!(
        Net::new().host(HOST, "127.0.0.2").address("203.0.113.7/32").drops("203.0.113.7", 443).dead_dns()
    );
    let _listener = std::net::TcpListener::bind("203.0.113.7:443").unwrap();
    let at = "203.0.113.7:443".parse().unwrap();
    let short = std::time::Duration::from_millis(200);
    let dropped = std::net::TcpStream::connect_timeout(&at, short).unwrap_err();
    assert_eq!(dropped.kind(), std::io::ErrorKind::TimedOut);
    let resolved: Vec<_> = std::net::ToSocketAddrs::to_socket_addrs(&(HOST, 443)).unwrap().collect();
    assert_eq!(resolved, ["127.0.0.2:443".parse().unwrap()]);
    let machine = machine();
    let mut slow = machine.command("git");
    slow.args(["ls-remote", "https://nowhere.corp.example/x.git"]).env("RES_OPTIONS", "timeout:1 attempts:1");
    let started = std::time::Instant::now();
    has(&text(&slow.output().unwrap()), "Could not resolve host");
    assert!(started.elapsed() > short, "an answer came from somewhere");
}

#[test]
fn a_proxy_on_the_way_out() {
    netns::inside!(Net::new().host(HOST, "127.0.0.2"));
    let (ca, repos) = (Ca::new(), Repos::new());
    repos.module("team/lib", MODULE);
    let (_web, mut sandbox) = forge(&ca, &repos, Manner::GitLab);
    let wanted = format!("{MODULE}@v1.0.0");
    let proxy = HttpProxy::guarded("me", "secret");
    sandbox.set("HTTPS_PROXY", proxy.url());
    has(&text(&download(&sandbox, &wanted)), "Proxy Authentication Required");
    sandbox.set("HTTPS_PROXY", proxy.url_for("me", "secret"));
    must(download(&sandbox, &wanted), &["go mod download"]);
    assert!(proxy.connects().iter().all(|to| to == "git.corp.example:443"), "{:?}", proxy.asked());
    assert!(proxy.connects().len() > 2, "{:?}", proxy.asked());
    let open = HttpProxy::open();
    sandbox.set("HTTPS_PROXY", open.url());
    sandbox.set("NO_PROXY", HOST);
    std::fs::remove_dir_all(sandbox.home().join("go")).unwrap();
    must(download(&sandbox, &wanted), &["go mod download"]);
    assert_eq!(open.asked(), Vec::<String>::new());
}

#[test]
fn a_module_proxy_of_the_company() {
    let (repos, tree) = (Repos::new(), tempfile::tempdir().unwrap());
    let repo = repos.module("team/lib", MODULE);
    repo.publish(tree.path(), MODULE, "v1.0.0");
    let proxy = ModuleProxy::of(tree.path());
    let mut sandbox = machine();
    sandbox.unset("GOPRIVATE");
    sandbox.set("GOPROXY", proxy.url());
    sandbox.set("GONOSUMDB", HOST);
    must(download(&sandbox, &format!("{MODULE}@latest")), &["go mod download"]);
    let refused = download(&sandbox, &format!("{MODULE}@v9.0.0"));
    assert!(!refused.status.success());
    has(&text(&refused), "404 Not Found");
}

#[test]
fn the_liar_lies() {
    let (ca, mut sandbox) = (Ca::new(), machine());
    let liar = Liar::https(&ca.leaf(&["127.0.0.1"]));
    sandbox.unset("GOPRIVATE");
    sandbox.set("GOPROXY", liar.url());
    sandbox.set("GONOSUMDB", HOST);
    sandbox.set("SSL_CERT_FILE", ca.pem());
    let at = |file: &str| format!("/{MODULE}/@v/{file}");
    let latest = format!("{MODULE}@v1.0.0");
    for (lie, words) in [
        (Lie::Answer(403, "Content-Type: text/plain", b"blocked by \x1b[31mpolicy".to_vec()), "403 Rig"),
        (Lie::To("https://127.0.0.1:1/".to_owned()), "connection refused"),
        (Lie::Round, "stopped after 10 redirects"),
        (Lie::Cut(1000, b"{".to_vec()), "unexpected EOF"),
        (Lie::Reset, "connection reset by peer"),
        (Lie::Flood(10 << 20), "invalid"),
        (Lie::Raw(b"SSH-2.0-OpenSSH_9.2\r\n".to_vec()), "malformed HTTP"),
    ] {
        liar.on(&at("v1.0.0.info"), lie.clone());
        has(&text(&download(&sandbox, &latest)), words);
    }
    assert!(
        liar.asked().iter().any(|line| line == &format!("GET {}", at("v1.0.0.info"))),
        "{:?}",
        liar.asked()
    );
    for lie in [Lie::Hang, Lie::HangHalfway, Lie::Drip] {
        liar.on(&at("v1.0.0.info"), lie);
        let mut child = sandbox.command("go").args(["mod", "download", &latest]).spawn().unwrap();
        std::thread::sleep(std::time::Duration::from_millis(300));
        assert!(child.try_wait().unwrap().is_none(), "it ended");
        child.kill().unwrap();
        child.wait().unwrap();
    }
}

#[test]
fn instances_that_announce_ssh_or_plain_http() {
    netns::inside!(Net::new().host(HOST, "127.0.0.2").host("plain.corp.example", "127.0.0.3"));
    let (ca, repos, keys) = (Ca::new(), Repos::new(), Keys::new());
    repos.module("team/lib", MODULE);
    repos.module("team/plain", "plain.corp.example/team/plain");
    let sshd = Sshd::of(&repos, &[&keys]).at("127.0.0.2:2222").start();
    let ssh = format!("ssh://git@{HOST}:2222/");
    let (web, mut sandbox) = forge(&ca, &repos, Manner::GitLab);
    drop(web);
    let web = GitWeb::of(&repos).at("127.0.0.2:443").tls(&ca, &[HOST]).clone_base(&ssh).start();
    sandbox.set("GIT_SSH_COMMAND", ssh_command(&sandbox, &keys, &sshd.known_hosts(Some(HOST))));
    must(download(&sandbox, &format!("{MODULE}@v1.0.0")), &["go mod download"]);
    assert!(!web.log().contains("info/refs"), "{}", web.log());

    // `external_url http://` behind a proxy that speaks https: the pages are safe, what they announce is not, and go
    // (1.26.8 and 1.27.1 were asked) follows all the same. Without any https it does not, unless it is told to.
    let wanted = "plain.corp.example/team/plain@v1.0.0";
    sandbox.set("GOPRIVATE", "*.corp.example");
    let plain = GitWeb::of(&repos).at("127.0.0.3:80").start();
    let front = GitWeb::of(&repos).at("127.0.0.3:443").tls(&ca, &["plain.corp.example"]);
    let front = front.clone_base("http://$http_host/").start();
    must(download(&sandbox, wanted), &["go mod download"]);
    has(&plain.log(), "GET http://plain.corp.example/team/plain.git/info/refs");
    std::fs::remove_dir_all(sandbox.home().join("go")).unwrap();
    drop(front);
    has(&text(&download(&sandbox, wanted)), "connection refused");
    sandbox.set("GOINSECURE", "plain.corp.example");
    must(download(&sandbox, wanted), &["go mod download"]);
    has(&plain.log(), "GET http://plain.corp.example/team/plain?go-get=1 200");
}

/// However many checks want to know it: what a proxy, the database and a private module's way ask of one server.
#[test]
fn the_doctor_asks_each_thing_once_even_of_a_silent_server() {
    for case in 0..3 {
        let (silent, proxy) = (Liar::http(), Liar::http());
        silent.otherwise(|_| Lie::Hang);
        proxy.page("/sumdb/sum.golang.org/supported", 200, "");
        let (hangs, answers) = (silent.url(), proxy.url());
        let (goproxy, gosumdb) = match case {
            0 => (format!("{hangs}|{answers}"), "sum.golang.org".to_owned()),
            1 => (format!("{answers}|{hangs}"), "sum.golang.org".to_owned()),
            _ => (answers, format!("sum.golang.org {hangs}")),
        };
        let mut sandbox = machine();
        for (name, value) in [("GOPROXY", &*goproxy), ("GOSUMDB", &gosumdb), ("GONOPROXY", "none")] {
            sandbox.set(name, value);
        }
        sandbox.write("app/go.mod", format!("module ex.test/app\n\ngo 1.21\n\nrequire {MODULE} v1.0.0\n"));
        let app = sandbox.home().join("app");
        let found = sandbox.gobs(&["-C", app.to_str().unwrap(), "doctor", "--quick"]);
        has(&found.stdout, "timed out");
        for server in [&silent, &proxy] {
            let mut asked = server.asked();
            asked.sort();
            assert!(!asked.is_empty(), "GOPROXY={goproxy} GOSUMDB={gosumdb}");
            let twice = asked.windows(2).find(|two| two[0] == two[1]);
            assert_eq!(twice, None, "GOPROXY={goproxy} GOSUMDB={gosumdb}: {asked:#?}");
        }
    }
}
