//! Go's own source and the real git judge our two readings of netrc.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use gobs::text::netrc::Netrc;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;

/// `parseNetrc` cut out of the installed go command's source, in a program that reads JSON texts and writes JSON records.
fn go_reader(dir: &Path) -> std::path::PathBuf {
    let root = Command::new("go").args(["env", "GOROOT"]).output().expect("go is installed");
    let root = String::from_utf8_lossy(&root.stdout).trim().to_owned();
    let source = std::fs::read_to_string(Path::new(&root).join("src/cmd/go/internal/auth/netrc.go"));
    let source = source.expect("GOROOT has its source");
    let start = source.find("type netrcLine").expect("where it was");
    let end = source.find("func netrcPath").expect("where it was");
    let program = format!(
        "package main\nimport (\"encoding/json\"; \"os\"; \"strings\")\n{}\nfunc main() {{\n\
         in, out := json.NewDecoder(os.Stdin), json.NewEncoder(os.Stdout)\n\
         for in.More() {{ var text string; if in.Decode(&text) != nil {{ os.Exit(1) }}\n\
         got := [][]string{{}}; for _, l := range parseNetrc(text) {{ got = append(got, []string{{l.machine, l.login, l.password}}) }}\n\
         out.Encode(got) }} }}\n",
        &source[start..end]
    );
    std::fs::write(dir.join("main.go"), program).expect("the directory is ours");
    let built = Command::new("go")
        .current_dir(dir)
        .env("GOFLAGS", "")
        .env("GO111MODULE", "off")
        .args(["build", "-o", "reader", "main.go"])
        .status();
    assert!(built.expect("go is installed").success());
    dir.join("reader")
}

#[test]
fn go_agrees_on_any_file() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let words = prop::sample::select(vec![
        "machine",
        "machine",
        "login",
        "password",
        "h1",
        "h2:8443",
        "x",
        "default",
        "macdef",
        "account",
        "#",
        "\n",
        "\n",
        "\n\n",
        "\r\n",
        "\t",
        "machine h login l password p",
        "machine h\nlogin l\npassword p\n",
        "\u{a0}",
        "\u{85}",
        "密码",
        "\"a b\"",
    ]);
    let files = prop::collection::vec((words, prop::sample::select(vec![" ", " ", " ", "", "\n"])), 0..24);
    let mut runner = TestRunner::default();
    let texts: Vec<String> = (0..3000)
        .map(|_| {
            let words = files.new_tree(&mut runner).expect("nothing is filtered").current();
            words.into_iter().map(|(word, between)| word.to_owned() + between).collect()
        })
        .collect();
    let mut reader = Command::new(go_reader(dir.path()))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("just built");
    let mut stdin = reader.stdin.take().expect("piped");
    let sent = texts.clone();
    let writer = std::thread::spawn(move || {
        for text in sent {
            let json = serde_json::to_string(&text).expect("a string");
            stdin.write_all(json.as_bytes()).expect("the reader reads");
        }
    });
    let answers = BufReader::new(reader.stdout.take().expect("piped")).lines();
    let mut taken = 0;
    for (text, answer) in texts.iter().zip(answers) {
        let go: Vec<[String; 3]> = serde_json::from_str(&answer.expect("UTF-8")).expect("JSON");
        let ours: Vec<[String; 3]> = Netrc::parse(text)
            .entries
            .into_iter()
            .map(|e| [e.machine, e.login.reveal().to_owned(), e.password.reveal().to_owned()])
            .collect();
        assert_eq!(ours, go, "{text:?}");
        taken += usize::from(!go.is_empty());
    }
    writer.join().expect("it wrote all");
    assert!(reader.wait().expect("our child").success());
    assert!(taken > 300, "only {taken} of the files had a record");
}

/// Serves one repository that wants a login, and says which it was given.
fn git_sends(netrc: &str) -> Option<(String, String)> {
    let home = tempfile::tempdir().expect("a temporary directory");
    std::fs::write(home.path().join(".netrc"), netrc).expect("the directory is ours");
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    let port = listener.local_addr().expect("bound").port();
    let (tell, told) = mpsc::channel();
    let server = std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            match authorization(stream) {
                Request::Stop => return,
                Request::Login(login) => drop(tell.send(login)),
                Request::Anonymous => {}
            }
        }
    });
    let status = Command::new("git")
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("HOME", home.path())
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .args(["ls-remote", &format!("http://127.0.0.1:{port}/repo.git")])
        .stderr(Stdio::null())
        .status();
    assert!(!status.expect("git is installed").success());
    let mut last = TcpStream::connect(("127.0.0.1", port)).expect("it still listens");
    last.write_all(b"STOP\r\n\r\n").expect("it still reads");
    server.join().expect("it was told to stop");
    told.try_iter().last().map(|login: String| {
        let (login, password) = login.split_once(':').expect("Basic has a colon");
        (login.to_owned(), password.to_owned())
    })
}

enum Request {
    Stop,
    Anonymous,
    Login(String),
}

fn authorization(mut stream: TcpStream) -> Request {
    let lines = BufReader::new(&stream).lines().map_while(Result::ok);
    let head: Vec<String> = lines.take_while(|line| !line.is_empty()).collect();
    if head.first().is_some_and(|line| line == "STOP") {
        return Request::Stop;
    }
    let answer = "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    // The client may have gone away already.
    drop(stream.write_all(answer.as_bytes()));
    let basic = head.iter().find_map(|line| line.strip_prefix("Authorization: Basic "));
    match basic.map(|basic| STANDARD.decode(basic).expect("base64")) {
        Some(login) => Request::Login(String::from_utf8_lossy(&login).into_owned()),
        None => Request::Anonymous,
    }
}

#[test]
fn git_agrees_on_the_corpus() {
    for netrc in [
        "machine 127.0.0.1 login a password b\n",
        "machine other login a password b\ndefault login c password d\n",
        "default login c password d\nmachine 127.0.0.1 login a password b\n",
        "machine 127.0.0.1:80 login a password b\n",
        "# machine 127.0.0.1 login a password b\nmachine 127.0.0.1\n\tlogin c\n\tpassword d\n",
        "MACHINE 127.0.0.1 Login a passWORD b\n",
        "machine 127.0.0.1 login \"a b\" password \"c\\\"d\\te\"\n",
        "macdef x\nmachine 127.0.0.1 login a password b\n\nmachine 127.0.0.1 login c password d\n",
        "machine\n127.0.0.1\nlogin\na\npassword\nb\n",
        "machine 127.0.0.1 login a password b\nmachine 127.0.0.1 login c password d\n",
        "machine 127.0.0.1 password b login a\n",
        "machine 127.0.0.1 account x login a password b\n",
        "machine other login x\nmachine 127.0.0.1 login a password b\r\n",
        "machine https://127.0.0.1 login a password b\n",
        "",
    ] {
        let ours = Netrc::parse(netrc).for_git("127.0.0.1");
        let ours = ours.map(|login| (login.login.reveal().to_owned(), login.password.reveal().to_owned()));
        assert_eq!(ours, git_sends(netrc), "{netrc:?}");
    }
}
