//! Encryption: a certificate and its key become an acceptor of connections. Knows no connection.

use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use std::path::Path;
use std::sync::Arc;
use tokio_rustls::TlsAcceptor;

/// Why there is no encryption.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file is no PEM of the expected kind.
    #[error("{file}: {error}")]
    File {
        /// Which.
        file: String,
        /// What is wrong.
        error: rustls::pki_types::pem::Error,
    },
    /// Certificate and key do not go together, or are not usable.
    #[error("the certificate cannot be used: {0}")]
    Certificate(#[from] rustls::Error),
}

/// An acceptor for this certificate chain and key, both PEM files.
///
/// # Errors
/// When they cannot be read or do not go together.
pub fn acceptor(certificate: &Path, key: &Path) -> Result<TlsAcceptor, TlsError> {
    let at = |path: &Path| {
        let file = path.display().to_string();
        move |error| TlsError::File { file, error }
    };
    let chain = CertificateDer::pem_file_iter(certificate).map_err(at(certificate))?;
    let chain: Vec<_> = chain.collect::<Result<_, _>>().map_err(at(certificate))?;
    let key = PrivateKeyDer::from_pem_file(key).map_err(at(key))?;
    Ok(accepting(chain, key)?)
}

/// An acceptor for this certificate chain and key.
///
/// # Errors
/// When they do not go together.
pub fn accepting(
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
) -> Result<TlsAcceptor, rustls::Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, key)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}
