//! Servers below HTTP: bytes over TCP, and TLS with any certificate.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use rcgen::{BasicConstraints, CertificateParams, IsCa, KeyPair};
use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::PrivateKeyDer;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

/// Takes some bytes on each connection, answers with `answer`, and closes it.
pub(crate) async fn answering(answer: &'static [u8]) -> String {
    let (listener, address) = listen().await;
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(answer_with(stream, answer));
        }
    });
    format!("http://{address}/mcp")
}

/// The first frame of every HTTP/2 server (RFC 9113, section 3.4), empty, and the end of the connection.
pub(crate) const HTTP2_SETTINGS: &[u8] = &[0, 0, 0, 4, 0, 0, 0, 0, 0];

async fn answer_with(mut stream: impl AsyncRead + AsyncWrite + Unpin, answer: &[u8]) {
    let mut request = [0; 4096];
    let _ = stream.read(&mut request).await;
    let _ = stream.write_all(answer).await;
    let _ = stream.shutdown().await;
}

async fn listen() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    (listener, address)
}

/// A certificate and its key.
pub(crate) struct Identity {
    pub(crate) pem: String,
    certificate: rcgen::Certificate,
    key: KeyPair,
}

/// A self-signed certificate for `names`, as `change` makes it.
pub(crate) fn identity(names: &[&str], change: impl FnOnce(&mut CertificateParams)) -> Identity {
    let names: Vec<_> = names.iter().map(ToString::to_string).collect();
    let mut parameters = CertificateParams::new(names).unwrap();
    change(&mut parameters);
    let key = KeyPair::generate().unwrap();
    let certificate = parameters.self_signed(&key).unwrap();
    Identity {
        pem: certificate.pem(),
        certificate,
        key,
    }
}

/// Marks a certificate as an authority's, as `openssl req -x509` does.
pub(crate) fn authority(parameters: &mut CertificateParams) {
    parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
}

/// A TLS server that presents `identity` and speaks `protocols`, and the URL of it.
pub(crate) async fn tls(identity: Identity, protocols: &[&[u8]], router: Router) -> String {
    let key = PrivateKeyDer::Pkcs8(identity.key.serialize_der().into());
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth();
    let mut config = config
        .with_single_cert(vec![identity.certificate.der().clone()], key)
        .unwrap();
    config.alpn_protocols = protocols.iter().map(|name| name.to_vec()).collect();
    let (listener, address) = listen().await;
    let inner = crate::stub::serve(router).await;
    let inner = inner.trim_start_matches("http://").trim_end_matches("/mcp");
    tokio::spawn(accept(
        listener,
        TlsAcceptor::from(Arc::new(config)),
        inner.to_owned(),
    ));
    format!("https://127.0.0.1:{}/mcp", address.port())
}

/// Passes what comes on to a server without TLS.
async fn accept(listener: TcpListener, acceptor: TlsAcceptor, inner: String) {
    while let Ok((stream, _)) = listener.accept().await {
        let (acceptor, inner) = (acceptor.clone(), inner.clone());
        tokio::spawn(async move {
            let Ok(mut outside) = acceptor.accept(stream).await else {
                return;
            };
            let mut inside = TcpStream::connect(inner).await.unwrap();
            let _ = tokio::io::copy_bidirectional(&mut outside, &mut inside).await;
        });
    }
}
