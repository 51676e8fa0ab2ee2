//! SHA-256 from `ring`, which TLS brings along: a second implementation would only make the binary larger.

use ring::digest::{Context, SHA256};

/// The sum of what is put in bit by bit.
pub struct Sha256(Context);

impl Default for Sha256 {
    fn default() -> Sha256 {
        Sha256(Context::new(&SHA256))
    }
}

impl Sha256 {
    pub fn new() -> Sha256 {
        Sha256::default()
    }

    /// Of all at once.
    pub fn digest(bytes: impl AsRef<[u8]>) -> [u8; 32] {
        let mut sum = Sha256::new();
        sum.update(bytes);
        sum.finalize()
    }

    pub fn update(&mut self, bytes: impl AsRef<[u8]>) {
        self.0.update(bytes.as_ref());
    }

    pub fn finalize(self) -> [u8; 32] {
        let mut sum = [0; 32];
        sum.copy_from_slice(self.0.finish().as_ref());
        sum
    }
}
