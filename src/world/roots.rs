//! The certificates we trust: exactly those that go trusts, in go's order (`crypto/x509/root_unix.go`). None bundled.

use std::path::{Path, PathBuf};

use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use super::Vars;
use crate::order::Order;

/// `root_linux.go:certFiles`.
pub const CERT_FILES: [&str; 6] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/pki/tls/cacert.pem",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/ssl/cert.pem",
];

/// `root_linux.go:certDirectories`.
pub const CERT_DIRS: [&str; 2] = ["/etc/ssl/certs", "/etc/pki/tls/certs"];

/// The roots of the files and directories that `SSL_CERT_FILE`, `SSL_CERT_DIR` and the system name.
///
/// `SSL_CERT_FILE` replaces the list of files, but the directories are read all the same.
pub(super) fn load(vars: &Vars, root: &Path) -> RootCertStore {
    let mut store = RootCertStore::empty();
    for file in cert_files(vars, root) {
        if let Ok(pem) = read(&file) {
            add(&mut store, &pem);
            break;
        }
    }
    for dir in cert_dirs(vars, root) {
        for file in unique_entries(&dir) {
            if let Ok(pem) = read(&file) {
                add(&mut store, &pem);
            }
        }
    }
    store
}

/// What [`load`] would find, for a person to read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RootsSeen {
    /// The first file that could be read.
    pub file: Option<PathBuf>,
    /// How many authorities there are in all.
    pub count: usize,
}

/// Looks at the roots without using them.
pub fn look(vars: &Vars, root: &Path) -> RootsSeen {
    let file = cert_files(vars, root).into_iter().find(|file| read(file).is_ok());
    RootsSeen { file, count: load(vars, root).len() }
}

/// The files go tries, first readable wins.
pub fn cert_files(vars: &Vars, root: &Path) -> Vec<PathBuf> {
    match vars.os("SSL_CERT_FILE") {
        Some(file) => vec![PathBuf::from(file)],
        None => CERT_FILES.iter().map(|file| root.join(file.trim_start_matches('/'))).collect(),
    }
}

/// The directories go reads whole.
pub fn cert_dirs(vars: &Vars, root: &Path) -> Vec<PathBuf> {
    match vars.get("SSL_CERT_DIR") {
        Some(dirs) => dirs.split(':').map(PathBuf::from).collect(),
        None => CERT_DIRS.iter().map(|dir| root.join(dir.trim_start_matches('/'))).collect(),
    }
}

/// The PEM certificates of a bundle, added; what does not parse is passed over, as Go does.
pub(super) fn add(store: &mut RootCertStore, pem: &[u8]) {
    let certs = CertificateDer::pem_slice_iter(pem).filter_map(Result::ok);
    store.add_parsable_certificates(certs);
}

/// A bundle; a pipe or a device is none, whatever go would wait for.
#[allow(clippy::disallowed_methods, reason = "the door")]
fn read(file: &Path) -> std::io::Result<Vec<u8>> {
    match std::fs::metadata(file)?.is_file() {
        true => std::fs::read(file),
        false => Err(std::io::ErrorKind::InvalidInput.into()),
    }
}

/// `readUniqueDirectoryEntries`: without the symlinks that stay within the directory (`c_rehash` makes hundreds).
#[allow(clippy::disallowed_methods, reason = "the door")]
fn unique_entries(dir: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(dir) else {
        return Vec::new();
    };
    let mut files: Vec<PathBuf> = entries.filter_map(|entry| entry.ok().map(|e| e.path())).collect();
    files.retain(|file| std::fs::read_link(file).map_or(true, |to| to.to_string_lossy().contains('/')));
    files.order();
    files
}
