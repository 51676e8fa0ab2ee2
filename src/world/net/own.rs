//! A CA's certificate (CA:TRUE) as a server's own, as `openssl req -x509` makes them: Go and OpenSSL take it where it
//! stands among the roots or one of them signed it (`crypto/x509/verify.go:Verify`, whose `isValid` asks only issuers
//! to be CAs), webpki refuses it for being one.

use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{WebPkiServerVerifier, verify_server_name};
use rustls::crypto::{CryptoProvider, KeyProvider, WebPkiSupportedAlgorithms};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::sign::SigningKey;
use rustls::{CertificateError, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};

use crate::text::x509;

/// ring's algorithms, without those for certificates of our own: one place, so that the rest is not linked.
pub(super) fn provider() -> Arc<CryptoProvider> {
    Arc::new(CryptoProvider { key_provider: &NoKeys, ..rustls::crypto::ring::default_provider() })
}

/// gobs shows no certificate of its own, as go does not.
#[derive(Debug)]
struct NoKeys;

impl KeyProvider for NoKeys {
    fn load_private_key(&self, _: PrivateKeyDer<'static>) -> Result<Arc<dyn SigningKey>, Error> {
        Err(Error::General("gobs has no keys".to_owned()))
    }
}

/// webpki's verifier, and this one case.
#[derive(Debug)]
pub(super) struct Verifier {
    usual: Arc<WebPkiServerVerifier>,
    roots: Arc<RootCertStore>,
    algorithms: WebPkiSupportedAlgorithms,
}

/// webpki's word for it.
pub(super) const CA_AS_SERVER: &str = "CaUsedAsEndEntity";

impl Verifier {
    /// `None` where there are no roots at all.
    pub(super) fn new(roots: RootCertStore, provider: Arc<CryptoProvider>) -> Option<Verifier> {
        let roots = Arc::new(roots);
        let algorithms = provider.signature_verification_algorithms;
        let usual = WebPkiServerVerifier::builder_with_provider(roots.clone(), provider).build().ok()?;
        Some(Verifier { usual, roots, algorithms })
    }

    /// Whoever shook hands holds the key of a root.
    fn is_root(&self, certificate: &ParsedCertificate<'_>) -> bool {
        let key = certificate.subject_public_key_info();
        self.roots.roots.iter().any(|root| key.as_ref().ends_with(root.subject_public_key_info.as_ref()))
    }

    /// A root signed it, without anybody in between. One that is bound to names is left to webpki, which refuses.
    fn is_of_root(&self, der: &[u8]) -> bool {
        let Some(signed) = x509::signed(der) else { return false };
        let issuers = self.roots.roots.iter();
        let mut issuers = issuers
            .filter(|root| root.subject.as_ref() == signed.issuer && root.name_constraints.is_none())
            .filter_map(|root| x509::public_key(&root.subject_public_key_info));
        issuers.any(|(sort, key)| {
            let fits = self.algorithms.all.iter().filter(|algorithm| {
                algorithm.signature_alg_id().as_ref() == signed.algorithm
                    && algorithm.public_key_alg_id().as_ref() == sort
            });
            let mut fits = fits.copied();
            fits.any(|algorithm| algorithm.verify_signature(key, signed.message, signed.signature).is_ok())
        })
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
            // Looked at after the dates, and before the purpose and the issuer.
            Err(Error::InvalidCertificate(CertificateError::Other(why)))
                if format!("{why:?}").contains(CA_AS_SERVER) =>
            {
                let certificate = ParsedCertificate::try_from(end_entity)?;
                if !self.is_root(&certificate) && !self.is_of_root(end_entity) {
                    // With somebody in between webpki's own words stay: nothing here could check them.
                    return match intermediates.is_empty() || is_own_issuer(end_entity) {
                        true => Err(CertificateError::UnknownIssuer.into()),
                        false => Err(CertificateError::Other(why).into()),
                    };
                }
                if !x509::may_serve(end_entity) {
                    return Err(CertificateError::InvalidPurpose.into());
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
