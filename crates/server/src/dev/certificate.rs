//! A certificate for this machine alone, made at each start of `berth dev --tls`. What clients have to trust is written
//! to a file; the key stays in memory. Knows no connection.

use crate::tls;
use ledger::Moment;
use rcgen::{
    CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair, KeyUsagePurpose,
    date_time_ymd,
};
use rpc::time::{Precision, format};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use tokio_rustls::TlsAcceptor;

/// What it is for: all the names that this machine calls itself by.
const NAMES: [&str; 3] = ["localhost", "127.0.0.1", "::1"];
/// How long it is valid, in seconds: 397 days, more than which some clients take from nobody.
const VALID_SECONDS: u64 = 397 * DAY_SECONDS;
const DAY_SECONDS: u64 = 24 * 3600;
/// What a file begins with that may be replaced.
const CERTIFICATE: &[u8] = b"-----BEGIN CERTIFICATE-----";

/// Why there is no certificate.
#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    /// It could not be made.
    #[error("no certificate could be made: {0}")]
    Made(#[from] rcgen::Error),
    /// It could not be used.
    #[error("the certificate that was made cannot be used: {0}")]
    Used(#[from] rustls::Error),
    /// There is something else in its place.
    #[error("{0} is there already and is no certificate, so it is left alone; --tls=FILE names another place")]
    Taken(PathBuf),
    /// It could not be written.
    #[error("the certificate cannot be written to {path}: {error}; --tls=FILE names another place")]
    Written {
        /// Where.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
}

/// A certificate and what serves with it.
pub struct Certificate {
    /// For clients to trust.
    pem: String,
    /// With what connections are encrypted.
    pub acceptor: TlsAcceptor,
}

impl Certificate {
    /// Makes one that is valid from the day before this one on.
    ///
    /// # Errors
    /// When none can be made.
    pub fn make(now: Moment) -> Result<Self, CertificateError> {
        let key = KeyPair::generate()?;
        let mut params = CertificateParams::new(NAMES.map(str::to_owned))?;
        params.distinguished_name = DistinguishedName::new();
        params.distinguished_name.push(DnType::CommonName, "berth dev");
        // It speaks for itself and for no other: nobody can be deceived with a key that is gone.
        params.is_ca = IsCa::ExplicitNoCa;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        let midnight = |(year, month, day)| date_time_ymd(year, month, day);
        params.not_before = midnight(day(now.0.saturating_sub(DAY_SECONDS)));
        params.not_after = midnight(day(now.0.saturating_add(VALID_SECONDS)));
        let certificate = params.self_signed(&key)?;
        let acceptor = tls::accepting(vec![certificate.der().clone()], key.into())?;
        Ok(Self { pem: certificate.pem(), acceptor })
    }

    /// Writes it, in place of an older one, and gives the whole path of the file.
    ///
    /// # Errors
    /// When it cannot be written, or when something else would be overwritten.
    pub fn write(&self, path: &Path) -> Result<PathBuf, CertificateError> {
        let failed = |error| CertificateError::Written { path: path.into(), error };
        match std::fs::read(path) {
            Ok(there) if !there.starts_with(CERTIFICATE) => return Err(CertificateError::Taken(path.into())),
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(failed(error)),
        }
        // Whoever reads it while it is replaced sees the one or the other.
        let mut name = path.as_os_str().to_owned();
        name.push(format!(".{}", std::process::id()));
        let fresh = PathBuf::from(name);
        let written = std::fs::File::create_new(&fresh)
            .and_then(|mut file| file.write_all(self.pem.as_bytes()))
            .and_then(|()| std::fs::rename(&fresh, path));
        if written.is_err() {
            std::fs::remove_file(&fresh).ok();
        }
        written.and_then(|()| std::fs::canonicalize(path)).map_err(failed)
    }
}

/// Year, month and day of a moment.
fn day(seconds: u64) -> (i32, u8, u8) {
    let text = format(seconds, Precision::Seconds);
    let mut parts = text.split(['-', 'T']).map(|part| part.parse::<u16>().unwrap_or(1));
    let (year, month, day) = (parts.next(), parts.next(), parts.next());
    let small = |number: Option<u16>| number.and_then(|number| u8::try_from(number).ok()).unwrap_or(1);
    (year.unwrap_or(1).into(), small(month), small(day))
}
