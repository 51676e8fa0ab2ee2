//! A look at a server's certificate without trusting it: to name who stands in between.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, ClientConnection, DigitallySignedStruct, Error, SignatureScheme};

use super::{Fault, NetError, own};

/// Shakes hands until the server has shown its certificate, then hangs up.
pub(super) fn certificate(mut tcp: TcpStream, host: &str, left: Duration) -> Result<Vec<u8>, NetError> {
    let other = |err: &dyn std::error::Error| NetError::new(Fault::Other, err.to_string());
    let seen = Arc::new(Notes::default());
    let provider = own::provider();
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|err| other(&err))?
        .dangerous()
        .with_custom_certificate_verifier(seen.clone())
        .with_no_client_auth();
    let name = ServerName::try_from(host.to_owned()).map_err(|err| other(&err))?;
    let mut tls = ClientConnection::new(Arc::new(config), name).map_err(|err| other(&err))?;
    let _ = tcp.set_read_timeout(Some(left));
    let _ = tcp.set_write_timeout(Some(left));
    // The verifier refuses whatever it sees, so that the handshake ends there.
    let _ = tls.complete_io(&mut Both(&mut tcp));
    let noted = seen.0.lock().ok().and_then(|mut noted| noted.take());
    noted.ok_or_else(|| NetError::new(Fault::NotTls, "no certificate was shown"))
}

struct Both<'t>(&'t mut TcpStream);

impl Read for Both<'_> {
    fn read(&mut self, to: &mut [u8]) -> std::io::Result<usize> {
        self.0.read(to)
    }
}

impl Write for Both<'_> {
    fn write(&mut self, from: &[u8]) -> std::io::Result<usize> {
        self.0.write(from)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.0.flush()
    }
}

/// Notes the certificate and refuses it.
#[derive(Debug, Default)]
struct Notes(Mutex<Option<Vec<u8>>>);

impl ServerCertVerifier for Notes {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        if let Ok(mut noted) = self.0.lock() {
            *noted = Some(end_entity.to_vec());
        }
        Err(Error::General("looked at, not trusted".into()))
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Err(Error::General("looked at, not trusted".into()))
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Err(Error::General("looked at, not trusted".into()))
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        own::provider().signature_verification_algorithms.supported_schemes()
    }
}
