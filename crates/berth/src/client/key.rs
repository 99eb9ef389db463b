//! Whose key signs, and where its secret comes from: the environment or a file, never an argument. Nothing of it is shown.

use super::{Environment, Target};
use anyhow::{Context, Result, bail};
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// Bytes of a file with a secret.
const SECRET_BYTES_MAX: u64 = 4096;

/// Who calls.
pub struct Key {
    /// The access key's id.
    pub id: String,
    /// Its secret.
    pub secret: String,
    /// The token of a temporary key.
    pub token: Option<String>,
}

impl Key {
    /// What the arguments say, or else the environment.
    ///
    /// # Errors
    /// When one half is missing, or cannot be sent in a header.
    pub fn of(target: &Target, environment: Environment<'_>) -> Result<Self> {
        if target.dev {
            let (id, secret) = (server::dev::KEY.to_owned(), server::dev::SECRET.to_owned());
            return Ok(Self { id, secret, token: None });
        }
        let id = target.key_id.clone().or_else(|| environment("ALIBABA_CLOUD_ACCESS_KEY_ID")).context(
            "no key: set ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET, or use --key-id and \
             --secret-file; --dev is for `berth dev`",
        )?;
        let secret = match &target.secret_file {
            Some(file) => secret_in(file).with_context(|| file.display().to_string())?,
            None => environment("ALIBABA_CLOUD_ACCESS_KEY_SECRET")
                .context("no secret: set ALIBABA_CLOUD_ACCESS_KEY_SECRET, or name a file with --secret-file")?,
        };
        Ok(Self { id, secret, token: environment("ALIBABA_CLOUD_SECURITY_TOKEN") })
    }
}

fn secret_in(file: &Path) -> Result<String> {
    let mut text = String::new();
    let read = File::open(file)?.take(SECRET_BYTES_MAX + 1).read_to_string(&mut text)?;
    let secret = text.trim();
    if secret.is_empty() || read as u64 > SECRET_BYTES_MAX {
        bail!("holds no secret");
    }
    Ok(secret.to_owned())
}

#[cfg(test)]
mod tests {
    use super::super::Target;
    use super::Key;

    const ID: &str = "ALIBABA_CLOUD_ACCESS_KEY_ID";
    const SECRET: &str = "ALIBABA_CLOUD_ACCESS_KEY_SECRET";
    const TOKEN: &str = "ALIBABA_CLOUD_SECURITY_TOKEN";

    fn key(target: &Target, environment: &[(&str, &str)]) -> Result<(String, String, Option<String>), String> {
        let given = |name: &str| environment.iter().find(|(it, _)| *it == name).map(|(_, value)| (*value).to_owned());
        Key::of(target, &given).map(|key| (key.id, key.secret, key.token)).map_err(|error| format!("{error:#}"))
    }

    #[test]
    fn arguments_come_before_the_environment() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("secret");
        std::fs::write(&file, "of the file\n").expect("written");
        let is = |id: &str, secret: &str, token: Option<&str>| Ok((id.into(), secret.into(), token.map(str::to_owned)));
        let all = [(ID, "env"), (SECRET, "of env"), (TOKEN, "t")];
        assert_eq!(key(&Target::default(), &all), is("env", "of env", Some("t")));
        let given = Target { key_id: Some("arg".into()), secret_file: Some(file), ..Target::default() };
        assert_eq!(key(&given, &all[..2]), is("arg", "of the file", None));
        assert_eq!(key(&Target { dev: true, ..Target::default() }, &all), is("berth-dev", "berth-dev-secret", None));
    }

    #[test]
    fn half_a_key_is_none() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = |name: &str, text: &str| {
            let path = folder.path().join(name);
            std::fs::write(&path, text).expect("written");
            Target { key_id: Some("k".into()), secret_file: Some(path), ..Target::default() }
        };
        assert!(key(&Target::default(), &[(SECRET, "s")]).is_err_and(|it| it.contains("no key")));
        assert!(key(&Target::default(), &[(ID, "k")]).is_err_and(|it| it.contains("no secret")));
        assert!(key(&file("empty", " \n"), &[(SECRET, "s")]).is_err_and(|it| it.contains("holds no secret")));
        assert!(key(&file("long", &"s".repeat(5000)), &[]).is_err_and(|it| it.contains("holds no secret")));
    }
}
