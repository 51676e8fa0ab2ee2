//! Certificates that are their own authority, as `openssl req -x509` makes them: Go and OpenSSL take one that stands
//! among the roots (`crypto/x509/verify.go:Verify`), webpki refuses it for being one.

use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{WebPkiServerVerifier, verify_server_name};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};

use crate::text::x509;

/// webpki's verifier, and this one case.
#[derive(Debug)]
pub(super) struct Verifier {
    usual: Arc<WebPkiServerVerifier>,
    roots: Arc<RootCertStore>,
}

impl Verifier {
    /// `None` where there are no roots at all.
    pub(super) fn new(roots: RootCertStore, provider: Arc<CryptoProvider>) -> Option<Verifier> {
        let roots = Arc::new(roots);
        let usual = WebPkiServerVerifier::builder_with_provider(roots.clone(), provider).build().ok()?;
        Some(Verifier { usual, roots })
    }

    /// Whoever shook hands holds the key of a root.
    fn is_root(&self, certificate: &ParsedCertificate<'_>) -> bool {
        let key = certificate.subject_public_key_info();
        self.roots.roots.iter().any(|root| key.as_ref().ends_with(root.subject_public_key_info.as_ref()))
    }
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let usual = self.usual.verify_server_cert(end_entity, intermediates, name, ocsp, now);
        match usual {
            // Looked at after the dates and before the issuer.
            Err(Error::InvalidCertificate(CertificateError::Other(why)))
                if format!("{why:?}").contains("CaUsedAsEndEntity") && is_own_issuer(end_entity) =>
            {
                let certificate = ParsedCertificate::try_from(end_entity)?;
                if !self.is_root(&certificate) {
                    return Err(CertificateError::UnknownIssuer.into());
                }
                verify_server_name(&certificate, name)?;
                Ok(ServerCertVerified::assertion())
            }
            usual => usual,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.usual.verify_tls12_signature(message, certificate, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.usual.verify_tls13_signature(message, certificate, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.usual.supported_verify_schemes()
    }
}

fn is_own_issuer(der: &[u8]) -> bool {
    x509::names(der).is_some_and(|names| names.issuer == names.subject)
}
