//! What only looks like a message of go, git or ssh: other programs, tests and what they print, echoed commands.

use std::sync::OnceLock;

use regex::{Regex, RegexSet};

/// Follows the tests of a log: whatever is printed between their names and their verdict is theirs.
#[derive(Default)]
pub(super) struct Tests {
    running: bool,
}

impl Tests {
    /// Whether this message was printed by a test.
    pub(super) fn print(&mut self, text: &str) -> bool {
        let word = text.trim_start();
        // `go test -json`.
        if word.starts_with("{\"Time\":\"") && word.contains("\"Test\":\"") {
            return true;
        }
        let begins = |marks: &[&str]| marks.iter().any(|mark| word.starts_with(mark));
        if word.starts_with("===") && begins(&["=== RUN", "=== CONT", "=== NAME", "=== PAUSE", "=== FAIL:"]) {
            self.running = true;
            return true;
        }
        if word.starts_with("---") && begins(&["--- FAIL", "--- PASS", "--- SKIP", "--- BENCH"]) {
            return true;
        }
        self.running = self.running
            && !begins(&["FAIL", "PASS", "DONE ", "ok ", "ok\t", "exit status", "go: ", "panic: "]);
        self.running
    }
}

/// Whether a message that has the words of one of ours is somebody else's.
pub(super) fn foreign(text: &str) -> bool {
    let first = text.lines().next().unwrap_or("");
    let theirs = others().is_match(first) || (is_a_services(first) && !speaks_of_modules(first));
    (theirs && !ours().is_match(first)) || is_of_a_manual(first)
}

/// Whether it is a line of a text for people, as grep shows it: `docs/faq.md:33:go: missing GOSUMDB`.
fn is_of_a_manual(line: &str) -> bool {
    let Some((file, rest)) = line.split_once(':') else { return false };
    let text = [".md", ".rst", ".adoc", ".html"].iter().any(|end| file.ends_with(end));
    text && rest.starts_with(|c: char| c.is_ascii_digit())
}

/// Whether it is a line of a service's structured log.
fn is_a_services(line: &str) -> bool {
    let keys = ["level", "ts", "time", "timestamp", "@timestamp", "severity"];
    let key = line.strip_prefix("{\"").and_then(|rest| rest.split_once("\":"));
    key.is_some_and(|(key, _)| keys.contains(&key))
}

/// Build systems log like services do: then what they quote tells.
fn speaks_of_modules(line: &str) -> bool {
    ["/pkg/mod/", "checksum mismatch", "go.mod", "go.sum", "go build", "go mod ", "go get "]
        .iter()
        .any(|word| line.contains(word))
}

/// How lines of other programs begin.
fn others() -> &'static RegexSet {
    static SET: OnceLock<RegexSet> = OnceLock::new();
    SET.get_or_init(|| {
        RegexSet::new([
            // Commands that a shell echoes or a person typed.
            r"^\s*(?:\++ |\$ |[A-Za-z]:\\[^>]*>|PS [A-Z]:[^>]*>|\[[^\]]*\][#$] |\S+@\S+:\S*[#$] |(?:sudo )?export [A-Z])",
            // A test's own words.
            r"^\s*\S+_test\.go:[0-9]+: ",
            r"^(?:FAIL|PASS): ",
            // Ginkgo and Gomega.
            r"^\s*(?:• )?\[(?:FAILED|PANICKED!?|TIMEDOUT|FAIL)\] |^\s*Expected\s*$",
            // What git log and grep show.
            r"^commit [0-9a-f]{7,40}|^(?:[*|/\\] ?)*[0-9a-f]{7,12} \S",
            // Kubernetes' own log.
            r"^[EWIF][0-9]{4} [0-9:.]+ +[0-9]+ \S+\.go:[0-9]+\]",
            r"^\s+(?:Error Trace|Error|Messages|Test):\s+\S",
            // Crashes of a program: its own errors, not go's.
            r"^(?:panic: |goroutine [0-9]+ \[|\[signal |created by |runtime error: )",
            // JavaScript, Python, Java, Rust, .NET, C++, PHP and Ruby builds.
            r"^\s*(?:npm|yarn|pnpm|pip3?|conda|poetry|cargo|rustc|mvn|gradle|nuget|composer|gem|bundle|cmake|terraform|helm|ansible)\b(?: |:)",
            r"\b(?:Retry\(total=|HTTPSConnectionPool|SSLCertVerificationError|CERTIFICATE_VERIFY_FAILED|ENOTFOUND|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EAI_AGAIN|NewConnectionError|ProxyError)",
            r"^(?:ERROR|WARNING): (?:Could not (?:find a version|install|fetch URL)|Retrying|No matching distribution|Exception:)",
            r"^(?:Traceback|Caused by: |\s+at [a-z]+\.|\[ERROR\] |FAILURE: Build failed|\* What went wrong|Exception in thread|java\.|javax\.|sun\.|org\.|requests\.|urllib3\.|ssl\.|error: linking with|error: failed to run custom build)",
            r"Failed to execute goal |Could not (?:transfer artifact|resolve dependencies|GET 'http)",
            r"(?:required by (?:\S*/)?(?:node|python[0-9.]*|java|php|ruby|nginx|perl)\))|^ImportError: |(?:site-packages|dist-packages|node_modules)/",
            // Containers and clusters.
            r"(?:Error response from daemon|Cannot connect to the Docker daemon|Unable to connect to the server|failed to (?:resolve source metadata|resolve reference|do request: Head|pull image|register layer|copy: httpReadSeeker)|error pulling image|OCI runtime create failed|ErrImagePull|ImagePullBackOff|registry-1\.docker\.io|x-docker-registry|/v2/[^\s]*manifests/)",
            r"^(?:kubectl|docker|docker-compose|podman|crictl|nerdctl): ",
            // Downloads and packages of the system.
            r"^(?:curl: \([0-9]+\)|wget: |--[0-9]{4}-[0-9]{2}-[0-9]{2} |E: |W: |Err:[0-9]+ |Ign:[0-9]+ |Hit:[0-9]+ |\s*Temporary failure resolving|rsync: |scp: |sftp: |psql: |mysqld?: |yum: |dnf: |zypper: |Could not retrieve mirrorlist |Failed to download metadata for repo |Errors during downloading metadata |Curl error \([0-9]+\)|redis-cli: |ERROR [0-9]+ \()",
            // A server that logs what its clients do wrong, and structured logs of services.
            r"http: TLS handshake error from ",
            r"^panic\b",
            r"^(?:write|sync|open) /var/(?:log|lib)/",
            // Prose that speaks about a message.
            r#"(?:^|[.;:] )(?:If|When|To (?:fix|solve|avoid)|The README|This (?:happens|means|error)|How to|We|You|I) [^\n]*["“`][^\n"”`]+["”`]"#,
        ])
        .expect("constants")
    })
}

/// Words that make even such a line one of ours.
fn ours() -> &'static Regex {
    static REGEX: OnceLock<Regex> = OnceLock::new();
    REGEX.get_or_init(|| {
        Regex::new(r"(?:\bgo: |go-get=1|/@v/|/@latest|/sumdb/|golang\.org/toolchain|unable to access|GOPROXY list|running go [0-9])")
            .expect("a constant")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whose_message_it_is() {
        for theirs in [
            "+ go env -w GOSUMDB=off",
            "$ export GO111MODULE=off",
            r"C:\src\app>go run main.go",
            "    a_test.go:12: dial tcp 127.0.0.1:1: connect: connection refused",
            "npm ERR! request failed, reason: self signed certificate",
            "curl: (60) SSL certificate problem: self-signed certificate",
            "Error response from daemon: Get \"https://r/v2/\": x509: certificate signed by unknown authority",
            "panic: dial tcp: lookup db: no such host",
            "If you see \"checksum mismatch\", clean the cache.",
            "a_test.go:12: module lookup disabled by GOPROXY=off",
            "* 3f2a1b0 fix missing GOSUMDB",
            "docs/faq.md:33:go: missing GOSUMDB",
            r#"{"level":"error","msg":"flush","error":"write /data/wal/1: no space left on device"}"#,
        ] {
            assert!(foreign(theirs), "{theirs}");
        }
        for ours in [
            "go: x.example/a@v1.0.0: module lookup disabled by GOPROXY=off",
            "fatal: unable to access 'https://git.corp/a/': Failed to connect",
            "[ERROR] go: x.example/a@v1.0.0: missing GOSUMDB",
            "cargo: go: updates to go.mod needed",
            r#"{"level":"error","msg":"write /root/go/pkg/mod/x.tmp: no space left on device"}"#,
            "a_test.go:4:2: no required module provides package github.com/a/b",
        ] {
            assert!(!foreign(ours), "{ours}");
        }
    }

    #[test]
    fn what_a_test_prints_is_the_tests() {
        let mut tests = Tests::default();
        for (text, theirs) in [
            (r#"{"Time":"t","Action":"output","Package":"x","Test":"T","Output":"missing GOSUMDB\n"}"#, true),
            ("missing GOSUMDB", false),
            ("=== RUN   TestX", true),
            ("checksum mismatch", true),
            ("--- FAIL: TestX (0.00s)", true),
            ("FAIL", false),
            ("go: x@v1.0.0: missing GOSUMDB", false),
        ] {
            assert_eq!(tests.print(text), theirs, "{text}");
        }
    }
}
