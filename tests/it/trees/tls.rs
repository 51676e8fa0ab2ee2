//! Machines that trust nobody, and servers whose certificates go does not take.

use std::io::Write;
use std::net::IpAddr;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use gobs::checks::{examine, select};
use gobs::facts::{Facts, Looking};
use gobs::world::Net;
use gobs::world::net::{Fault, NetError, Request, Response, TlsFault};

use super::{doctor, expect, healthy, machine};
use crate::rig::{Ca, netns};

#[test]
fn a_bundle_that_is_not_there() {
    let mut sandbox = machine();
    sandbox.set("SSL_CERT_FILE", "/nowhere/ca.pem");
    expect(&sandbox, "", &[("tls.roots", "ca-bundle-missing", "$SSL_CERT_FILE")]);
    sandbox.unset("SSL_CERT_FILE");
    sandbox.set("SSL_CERT_DIR", "/nowhere/certs:/nowhere/else");
    expect(&sandbox, "", &[("tls.roots", "ca-bundle-missing", "$SSL_CERT_DIR")]);
}

#[test]
fn a_slim_image() {
    let sandbox = machine();
    std::fs::remove_dir_all(sandbox.root().join("etc/ssl")).unwrap();
    expect(&sandbox, "", &[("tls.roots", "ca-bundle-missing", "-")]);
}

#[test]
fn a_bundle_without_certificates() {
    let mut sandbox = machine();
    std::fs::remove_dir_all(sandbox.root().join("etc/ssl")).unwrap();
    let file = sandbox.write("ca.pem", "-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----\n");
    sandbox.set("SSL_CERT_FILE", file);
    expect(&sandbox, "", &[("tls.roots", "ca-bundle-missing", "$SSL_CERT_FILE")]);
}

/// go would wait for the pipe; looking at it must not.
#[test]
fn a_pipe_for_a_bundle() {
    let mut sandbox = machine();
    let pipe = sandbox.home().join("ca.pem");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    sandbox.set("SSL_CERT_FILE", pipe);
    expect(&sandbox, "", &[("tls.roots", "ca-bundle-missing", "$SSL_CERT_FILE")]);
}

#[test]
fn a_bundle_of_ones_own() {
    let mut sandbox = machine();
    let bundle = sandbox.root().join("etc/ssl/certs/ca-certificates.crt");
    sandbox.set("SSL_CERT_FILE", sandbox.home().join("ca.pem"));
    sandbox.set("SSL_CERT_DIR", "/nowhere/certs:".to_owned() + &sandbox.home().display().to_string());
    std::fs::copy(bundle, sandbox.home().join("ca.pem")).unwrap();
    healthy(&sandbox, "");
}

/// A network where every server shows this certificate and either answers or fails so.
struct Shows {
    der: Vec<u8>,
    fault: Option<Fault>,
    asked: std::sync::Mutex<Vec<String>>,
}

impl Net for Shows {
    fn resolve(&self, _: &str, _: Duration) -> Result<Vec<IpAddr>, NetError> {
        Ok(vec![[10, 0, 0, 1].into()])
    }

    fn connect(&self, _: &str, _: u16, _: Duration) -> Result<Duration, NetError> {
        Ok(Duration::ZERO)
    }

    fn certificate(&self, host: &str, port: u16, _: Duration) -> Result<Vec<u8>, NetError> {
        self.asked.lock().unwrap().push(format!("{host}:{port}"));
        Ok(self.der.clone())
    }

    fn fetch(&self, ask: &Request, _: Option<&mut dyn Write>) -> Result<Response, NetError> {
        self.asked.lock().unwrap().push(ask.url.to_string());
        match &self.fault {
            Some(fault) => Err(NetError::new(fault.clone(), "handshake failure")),
            None => Ok(Response {
                status: 404,
                status_line: "404 Not Found".into(),
                headers: std::collections::BTreeMap::new(),
                body: Vec::new(),
                truncated: false,
                urls: vec![ask.url.clone()],
                took: Duration::ZERO,
                certificate: Some(self.der.clone()),
            }),
        }
    }
}

/// What `tls.chain` finds where git.corp.example shows this certificate; and who was asked.
fn found(der: Vec<u8>, fault: Option<Fault>) -> (Vec<String>, Vec<String>) {
    let sandbox = machine();
    sandbox.write(".config/go/env", "GOPROXY=direct\nGOPRIVATE=git.corp.example\n");
    let net = Arc::new(Shows { der, fault, asked: std::sync::Mutex::new(Vec::new()) });
    let mut world = sandbox.world();
    world.net = net.clone();
    let facts = Facts::new(&world, Looking::default());
    let judged = examine(&select(&["tls".to_owned()], &[]).unwrap(), &facts, |_| {});
    let findings = judged.iter().flat_map(|one| one.verdict.findings());
    let kinds = findings.map(|f| format!("{} {}", f.kind, f.what.en)).collect();
    let asked = net.asked.lock().unwrap().clone();
    (kinds, asked)
}

fn openssl(dir: &Path, script: &str) {
    let made = Command::new("sh").args(["-ec", script]).current_dir(dir).output().unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
}

#[test]
fn a_server_with_a_guomi_certificate() {
    let dir = tempfile::tempdir().unwrap();
    openssl(
        dir.path(),
        "openssl ecparam -name SM2 -genkey -noout -out k.pem\n\
         openssl req -new -x509 -sm3 -key k.pem -subj /CN=git.corp.example -days 30 -outform DER -out c.der",
    );
    let der = std::fs::read(dir.path().join("c.der")).unwrap();
    let (kinds, asked) = found(der, Some(Fault::Tls(TlsFault::NoCommonGround)));
    assert!(kinds.len() == 1 && kinds[0].starts_with("tls-sm2-certificate git.corp.example"), "{kinds:?}");
    // One probe a host, one look at its certificate.
    assert_eq!(asked, ["https://git.corp.example/?go-get=1", "git.corp.example:443"]);
}

#[test]
fn a_certificate_that_ends_soon() {
    let dir = tempfile::tempdir().unwrap();
    // The sandbox's clock stands at 2026-11-23 09:30:12.
    for (until, want) in [("20261201000000Z", true), ("20270301000000Z", false)] {
        openssl(
            dir.path(),
            &format!(
                "openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout k.pem -subj /CN=git.corp.example -out r.pem\n\
                 : > ledger; rm -f ledger.attr\n\
                 printf '[ca]\\ndefault_ca=d\\n[d]\\ndatabase=ledger\\nnew_certs_dir=.\\nrand_serial=yes\\ndefault_md=sha256\\npolicy=p\\n[p]\\ncommonName=supplied\\n' > ca.cnf\n\
                 openssl ca -batch -notext -selfsign -config ca.cnf -keyfile k.pem -in r.pem -startdate 20260101000000Z -enddate {until} -out c.pem\n\
                 openssl x509 -in c.pem -outform DER -out c.der"
            ),
        );
        let der = std::fs::read(dir.path().join("c.der")).unwrap();
        let (kinds, _) = found(der, None);
        let soon = kinds.iter().any(|kind| {
            kind == "tls-cert-expires-soon the certificate of git.corp.example ends in 7 days, on 2026-12-01"
        });
        assert_eq!((soon, kinds.len()), (want, usize::from(want)), "{kinds:?}");
    }
}

/// A server of TLS at 127.0.0.2:443 with this certificate.
struct Tls(std::process::Child);

impl Tls {
    fn start(leaf: &crate::rig::Leaf) -> Tls {
        let mut command = Command::new("openssl");
        command.args(["s_server", "-quiet", "-www", "-accept", "127.0.0.2:443", "-cert"]);
        let server = Tls(command.arg(&leaf.cert).arg("-key").arg(&leaf.key).spawn().unwrap());
        for _ in 0..500 {
            if std::net::TcpStream::connect("127.0.0.2:443").is_ok() {
                return server;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        panic!("openssl s_server does not answer");
    }
}

impl Drop for Tls {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn certificates_of_a_company() {
    netns::inside!(netns::Net::new().host("git.corp.example", "127.0.0.2"));
    let ca = Ca::new();
    let names = ["git.corp.example"];
    for (leaf, trusted, want) in [
        (ca.leaf(&names), true, None),
        (ca.leaf(&names), false, Some("tls-unknown-authority")),
        (ca.leaf(&["other.corp.example"]), true, Some("tls-name-mismatch")),
        (ca.expired(&names), true, Some("tls-cert-expired-or-clock")),
    ] {
        let server = Tls::start(&leaf);
        let mut sandbox = machine();
        sandbox.write(".config/go/env", "GOPROXY=direct\nGOPRIVATE=git.corp.example\n");
        if trusted {
            sandbox.set("SSL_CERT_FILE", ca.pem());
        }
        let outcome = doctor(&sandbox, "", &["--only", "tls.chain"]);
        let report: serde_json::Value = serde_json::from_str(&outcome.stdout).unwrap();
        let finding = &report["checks"][0]["findings"][0];
        assert_eq!(finding["kind"].as_str(), want, "{outcome}");
        if want == Some("tls-unknown-authority") {
            assert!(outcome.stdout.contains("Example Corp Root CA"), "{outcome}");
        }
        drop(server);
    }
}
