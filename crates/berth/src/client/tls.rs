//! Whom to trust on the other end of an encrypted connection. Knows no connection.

use anyhow::{Context, Result, bail};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio_rustls::TlsConnector;

/// Where systems keep the certificates that they trust; the first that is there.
const SYSTEM_CERTIFICATES: [&str; 4] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
];

/// A connector that trusts the certificates of this file, or else the system's.
///
/// # Errors
/// When there is no certificate to trust.
pub fn connector(file: Option<&Path>) -> Result<TlsConnector> {
    let system = || SYSTEM_CERTIFICATES.iter().map(PathBuf::from).find(|file| file.exists());
    let file = file.map(Path::to_owned).or_else(system);
    let file = file.context("this system's certificates were not found; name a file with --ca")?;
    let at = || file.display().to_string();
    let mut roots = rustls::RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(&file).with_context(at)? {
        // A bundle may hold some that are not understood; those are not trusted.
        roots.add(certificate.with_context(at)?).ok();
    }
    if roots.is_empty() {
        bail!("{} holds no certificate that can be used", at());
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .context("TLS")?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(TlsConnector::from(Arc::new(config)))
}
