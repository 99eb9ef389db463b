//! Logs: one line an event, as text or JSON, on standard error. What came from outside is quoted; secrets, signatures
//! and tokens are never given to it. Knows no connection.

use crate::service::Answer;
use serde::Deserialize;
use std::time::Duration;
use tracing::Level;
use tracing_subscriber::fmt::MakeWriter;

/// How lines are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object a line.
    Json,
}

/// Which requests get a line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogRequests {
    /// Every one.
    All,
    /// Those that were answered with a fault.
    #[default]
    Refused,
    /// Only those that failed through our own fault.
    Failed,
}

/// How much is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogLevel {
    /// Failures.
    Error,
    /// And what an operator should look at.
    Warn,
    /// And what happens in the ordinary.
    #[default]
    Info,
    /// And what only helps to find a mistake.
    Debug,
}

impl From<LogLevel> for Level {
    fn from(level: LogLevel) -> Self {
        match level {
            LogLevel::Error => Self::ERROR,
            LogLevel::Warn => Self::WARN,
            LogLevel::Info => Self::INFO,
            LogLevel::Debug => Self::DEBUG,
        }
    }
}

/// A collector of log lines that writes to `writer`.
pub fn subscriber<W>(format: LogFormat, level: LogLevel, writer: W) -> Box<dyn tracing::Subscriber + Send + Sync>
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let builder = tracing_subscriber::fmt().with_max_level(Level::from(level)).with_target(false).with_writer(writer);
    match format {
        LogFormat::Text => Box::new(builder.with_ansi(false).finish()),
        LogFormat::Json => Box::new(builder.json().flatten_event(true).finish()),
    }
}

/// Writes logs to standard error from now on. A second call changes nothing.
pub fn start(format: LogFormat, level: LogLevel) {
    tracing::subscriber::set_global_default(subscriber(format, level, std::io::stderr)).ok();
}

/// One line for a request, if it is to have one.
pub fn request(which: LogRequests, answer: &Answer, source: &str, took: Duration) {
    let Answer { action, status, code, request_id, .. } = answer;
    let microseconds = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
    let wanted = match which {
        LogRequests::All => true,
        LogRequests::Refused => *status >= 400,
        LogRequests::Failed => *status >= 500,
    };
    if !wanted {
        return;
    }
    if *status >= 500 {
        tracing::error!(%request_id, action, status, code, source, microseconds, "request failed");
    } else {
        tracing::info!(%request_id, action, status, code, source, microseconds, "request");
    }
}
