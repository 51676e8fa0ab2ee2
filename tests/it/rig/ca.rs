//! A certificate authority of one's own, made with `openssl`.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use super::server::out;

/// A company CA: `pem` is what a client has to trust.
pub struct Ca {
    dir: tempfile::TempDir,
}

/// A server's certificate and key, as files.
#[derive(Clone, Debug)]
pub struct Leaf {
    pub cert: PathBuf,
    pub key: PathBuf,
}

const EC: [&str; 5] = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];

impl Ca {
    pub fn new() -> Ca {
        let ca = Ca { dir: tempfile::tempdir().unwrap() };
        let subject = ["-subj", "/O=Example Corp/CN=Example Corp Root CA", "-days", "30"];
        let usage = ["-addext", "keyUsage=critical,keyCertSign,cRLSign"];
        let files = ["-keyout", "ca.key", "-out", "ca.pem"];
        openssl(ca.dir.path(), &["req", "-x509"], &[&EC, &subject, &usage, &files]);
        ca
    }

    /// The CA's certificate.
    pub fn pem(&self) -> PathBuf {
        self.dir.path().join("ca.pem")
    }

    /// A certificate for these host names or addresses, good today.
    pub fn leaf(&self, names: &[&str]) -> Leaf {
        self.sign(names, "CA:FALSE", "serverAuth", ("200101000000Z", "491231235959Z"))
    }

    /// A certificate that ran out long ago.
    pub fn expired(&self, names: &[&str]) -> Leaf {
        self.sign(names, "CA:FALSE", "serverAuth", ("150101000000Z", "160101000000Z"))
    }

    /// A certificate that could sign others, for a server by mistake, and of this purpose.
    pub fn authority(&self, names: &[&str], purpose: &str) -> Leaf {
        self.sign(names, "CA:TRUE", purpose, ("200101000000Z", "491231235959Z"))
    }

    /// A certificate that is its own authority, as many an intranet server has it.
    pub fn own(&self, name: &str) -> Leaf {
        let dir = tempfile::Builder::new().prefix("own").tempdir_in(self.dir.path()).unwrap().keep();
        let (subject, names) = (format!("/O=Example Corp/CN={name}"), format!("subjectAltName=DNS:{name}"));
        let files = ["-keyout", "own.key", "-out", "own.pem"];
        openssl(&dir, &["req", "-x509"], &[&EC, &["-subj", &subject, "-addext", &names], &files]);
        Leaf { cert: dir.join("own.pem"), key: dir.join("own.key") }
    }

    /// `openssl ca` is the one command that takes dates; it keeps a ledger, here a fresh one for every certificate.
    fn sign(&self, names: &[&str], basic: &str, purpose: &str, (from, until): (&str, &str)) -> Leaf {
        let dir = tempfile::Builder::new().prefix("leaf").tempdir_in(self.dir.path()).unwrap().keep();
        std::fs::write(dir.join("ledger"), "").unwrap();
        let mut alternatives = String::new();
        for name in names {
            let kind = if name.parse::<std::net::IpAddr>().is_ok() { "IP" } else { "DNS" };
            let _ = write!(alternatives, "{}{kind}:{name}", if alternatives.is_empty() { "" } else { "," });
        }
        let config = format!(
            "[ca]\ndefault_ca=rig\n[rig]\ndatabase=ledger\nnew_certs_dir=.\nrand_serial=yes\ndefault_md=sha256\n\
             policy=any\nunique_subject=no\nx509_extensions=leaf\n[any]\ncommonName=supplied\n[leaf]\n\
             basicConstraints=critical,{basic}\nextendedKeyUsage={purpose}\nsubjectAltName={alternatives}\n"
        );
        std::fs::write(dir.join("ca.cnf"), config).unwrap();
        let subject = format!("/CN={}", names[0]);
        let request = ["-subj", &subject, "-keyout", "leaf.key", "-out", "leaf.csr"];
        openssl(&dir, &["req", "-new"], &[&EC, &request]);
        let ours = ["-batch", "-notext", "-config", "ca.cnf", "-cert", "../ca.pem", "-keyfile", "../ca.key"];
        let dates = ["-startdate", from, "-enddate", until, "-in", "leaf.csr", "-out", "leaf.pem"];
        openssl(&dir, &["ca"], &[&ours, &dates]);
        Leaf { cert: dir.join("leaf.pem"), key: dir.join("leaf.key") }
    }
}

fn openssl(dir: &Path, verb: &[&str], words: &[&[&str]]) {
    let all: Vec<&str> =
        std::iter::once("openssl").chain(verb.iter().copied()).chain(words.concat()).collect();
    out(dir, &all);
}
