//! Whom to trust where the user names the certificates (`--cacert`).

use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{WebPkiServerVerifier, verify_server_name};
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::{ParsedCertificate, VerifierBuilderError};
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme,
};

/// Why certificates are of no use.
#[derive(Debug, thiserror::Error)]
pub(crate) enum InvalidBundle {
    #[error("the certificates are no PEM")]
    Pem(#[source] rustls::pki_types::pem::Error),
    #[error("there is no certificate in it: expected `-----BEGIN CERTIFICATE-----`")]
    Empty,
    #[error("one of the certificates is not valid")]
    Certificate(#[source] Error),
    #[error("the certificates cannot be used")]
    Unusable(#[source] VerifierBuilderError),
}

/// Settings that trust what `bundle` names and nothing else.
///
/// # Errors
/// When `bundle` is not PEM with certificates.
pub(crate) fn config(bundle: &[u8]) -> Result<ClientConfig, InvalidBundle> {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let named = CertificateDer::pem_slice_iter(bundle).collect::<Result<Vec<_>, _>>();
    let named = named.map_err(InvalidBundle::Pem)?;
    if named.is_empty() {
        return Err(InvalidBundle::Empty);
    }
    let mut roots = RootCertStore::empty();
    for certificate in &named {
        let added = roots.add(certificate.clone());
        added.map_err(InvalidBundle::Certificate)?;
    }
    let verifier =
        WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider));
    let verifier = Named {
        webpki: verifier.build().map_err(InvalidBundle::Unusable)?,
        named,
    };
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(InvalidBundle::Certificate)?;
    let mut config = config
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

/// Judges as webpki does, with one exception: it never takes a certificate of an authority for that of a server, not
/// even if it is the very one that the user named. `openssl req -x509` marks what it makes as an authority's.
#[derive(Debug)]
struct Named {
    webpki: Arc<WebPkiServerVerifier>,
    named: Vec<CertificateDer<'static>>,
}

impl ServerCertVerifier for Named {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let verdict = self.webpki.verify_server_cert(
            end_entity,
            intermediates,
            server_name,
            ocsp_response,
            now,
        );
        match verdict {
            // The dates were judged before (webpki's order), the name was not.
            Err(error) if is_authority(&error) && self.named.contains(end_entity) => {
                verify_server_name(&ParsedCertificate::try_from(end_entity)?, server_name)?;
                Ok(ServerCertVerified::assertion())
            }
            verdict => verdict,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.webpki
            .verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.webpki
            .verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.webpki.supported_verify_schemes()
    }
}

/// Whether a server presented the certificate of an authority, and webpki found nothing else before that.
pub(super) fn is_authority(error: &Error) -> bool {
    let Error::InvalidCertificate(CertificateError::Other(other)) = error else {
        return false;
    };
    let other = other.0.downcast_ref::<webpki::Error>();
    matches!(other, Some(webpki::Error::CaUsedAsEndEntity))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_certificate_is_told() {
        for text in [
            "",
            "certificate",
            "-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----\n",
        ] {
            let error = config(text.as_bytes()).unwrap_err();
            assert!(matches!(error, InvalidBundle::Empty), "{error}");
        }
        let broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        let error = config(broken.as_bytes()).unwrap_err();
        assert!(matches!(error, InvalidBundle::Certificate(_)), "{error}");
    }
}
