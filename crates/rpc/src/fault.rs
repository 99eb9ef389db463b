//! What a caller is told when a request is not done: status, code and message.
//!
//! Knows no ledger and no operation. Faults of one operation are constants of that operation; here stand
//! those that any request can meet. Source of every row: protocol reference, section 7, column "Now".

use std::borrow::Cow;

/// One error on the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// HTTP status, 400 or more.
    pub status: u16,
    /// The `Code` clients match on. Never empty.
    pub code: &'static str,
    /// The `Message` people read. Never empty.
    pub message: Cow<'static, str>,
}

impl Fault {
    /// A fault with a fixed message.
    #[must_use]
    pub const fn new(status: u16, code: &'static str, message: &'static str) -> Self {
        Self { status, code, message: Cow::Borrowed(message) }
    }

    /// The same fault with another message.
    #[must_use]
    pub fn with_message(self, message: String) -> Self {
        Self { message: Cow::Owned(message), ..self }
    }

    /// The same fault with what is wrong in this very request added to its message.
    #[must_use]
    pub fn because(self, reason: &str) -> Self {
        let message = format!("{}: {reason}", self.message.trim_end_matches('.'));
        self.with_message(message)
    }
}

/// The faults every operation shares.
pub mod common {
    use super::Fault;

    /// No action, an unknown action, a wrong path or method for it.
    pub const INVALID_ACTION: Fault =
        Fault::new(404, "InvalidAction.NotFound", "Specified api is not found, please check your url and method.");
    /// The version is absent.
    pub const MISSING_VERSION: Fault = Fault::new(400, "MissingVersion", "Version is mandatory for this action.");
    /// The version is none that the action is offered in.
    pub const INVALID_VERSION: Fault = Fault::new(400, "InvalidVersion", "Specified parameter Version is not valid.");
    /// The access key id is absent.
    pub const MISSING_ACCESS_KEY_ID: Fault =
        Fault::new(400, "MissingAccessKeyId", "AccessKeyId is mandatory for this action.");
    /// The signature is absent.
    pub const MISSING_SIGNATURE: Fault = Fault::new(400, "MissingSignature", "Signature is mandatory for this action.");
    /// The signature method is absent.
    pub const MISSING_SIGNATURE_METHOD: Fault =
        Fault::new(400, "MissingSignatureMethod", "SignatureMethod is mandatory for this action.");
    /// The signature version is absent.
    pub const MISSING_SIGNATURE_VERSION: Fault =
        Fault::new(400, "MissingSignatureVersion", "SignatureVersion is mandatory for this action.");
    /// The timestamp is absent.
    pub const MISSING_TIMESTAMP: Fault = Fault::new(400, "MissingTimestamp", "Timestamp is mandatory for this action.");
    /// The nonce is absent.
    pub const MISSING_SIGNATURE_NONCE: Fault =
        Fault::new(400, "MissingSignatureNonce", "SignatureNonce is mandatory for this action.");
    /// The authorization or the signature is malformed, or does not cover what it must.
    pub const INCOMPLETE_SIGNATURE: Fault =
        Fault::new(400, "IncompleteSignature", "The request signature does not conform to Aliyun standards.");
    /// No such key.
    pub const INVALID_ACCESS_KEY_NOT_FOUND: Fault =
        Fault::new(404, "InvalidAccessKeyId.NotFound", "Specified access key is not found.");
    /// The key is disabled.
    pub const INVALID_ACCESS_KEY_INACTIVE: Fault =
        Fault::new(403, "InvalidAccessKeyId.Inactive", "Specified access key is disabled.");
    /// The signature is wrong. `Request::verify` completes the message with the string to sign.
    pub const SIGNATURE_DOES_NOT_MATCH: Fault =
        Fault::new(400, "SignatureDoesNotMatch", "Specified signature is not matched with our calculation.");
    /// The signature method is none of ours.
    pub const INVALID_SIGNATURE_METHOD: Fault =
        Fault::new(400, "InvalidSignatureMethod", "Specified signature method is not supported.");
    /// The nonce was seen before within the window.
    pub const NONCE_USED: Fault = Fault::new(400, "SignatureNonceUsed", "Specified signature nonce was used already.");
    /// The timestamp is more than 15 minutes from now.
    pub const TIMESTAMP_EXPIRED: Fault =
        Fault::new(400, "InvalidTimeStamp.Expired", "Specified time stamp or date value is expired.");
    /// The timestamp is no time.
    pub const TIMESTAMP_FORMAT: Fault =
        Fault::new(400, "InvalidTimeStamp.Format", "Specified time stamp or date value is not well formatted.");
    /// A temporary key without its token.
    pub const MISSING_SECURITY_TOKEN: Fault =
        Fault::new(400, "MissingSecurityToken", "SecurityToken is mandatory for this action.");
    /// The security token is no token.
    pub const SECURITY_TOKEN_MALFORMED: Fault =
        Fault::new(400, "InvalidSecurityToken.Malformed", "Specified SecurityToken is malformed.");
    /// The security token belongs to another key, or the key has none.
    pub const SECURITY_TOKEN_MISMATCH: Fault = Fault::new(
        400,
        "InvalidSecurityToken.MismatchWithAccessKey",
        "Specified SecurityToken mismatch with the AccessKey.",
    );
    /// The security token has expired.
    pub const SECURITY_TOKEN_EXPIRED: Fault =
        Fault::new(403, "InvalidSecurityToken.Expired", "Specified SecurityToken is expired.");
    /// The key's allow-list has no such action or resource.
    pub const FORBIDDEN_RAM: Fault = Fault::new(
        403,
        "Forbidden.RAM",
        "User not authorized to operate on the specified resource, or this API doesn't support RAM.",
    );
    /// A method other than GET and POST.
    pub const UNSUPPORTED_METHOD: Fault =
        Fault::new(403, "UnsupportedHTTPMethod", "This HTTP method is not supported.");
    /// The service as a whole is asked too much.
    pub const THROTTLING: Fault = Fault::new(400, "Throttling", "Request was denied due to request throttling.");
    /// The account asks too much.
    pub const THROTTLING_USER: Fault =
        Fault::new(400, "Throttling.User", "Request was denied due to user flow control.");
    /// No such region.
    pub const INVALID_REGION_ID: Fault =
        Fault::new(404, "InvalidRegionId.NotFound", "The specified RegionId does not exist.");
    /// A parameter is wrong and has no code of its own.
    pub const INVALID_PARAMETER: Fault = Fault::new(400, "InvalidParameter", "The specified parameter is not valid");
    /// A client token used again with other parameters.
    pub const IDEMPOTENT_MISMATCH: Fault =
        Fault::new(400, "IdempotentParameterMismatch", "The request is retried with updated parameters.");
    /// A client token that is too long or not ASCII.
    pub const INVALID_CLIENT_TOKEN: Fault =
        Fault::new(400, "InvalidClientToken.ValueNotSupported", "The ClientToken provided is invalid.");
    /// All checks of a dry run passed.
    pub const DRY_RUN: Fault =
        Fault::new(400, "DryRunOperation", "Request validation has been passed with DryRun flag set.");
    /// A failure of ours; the one thing a caller is told of any.
    pub const INTERNAL_ERROR: Fault = Fault::new(
        500,
        "InternalError",
        "The request processing has failed due to some unknown error, exception or failure.",
    );
    /// A failure of ours that passes.
    pub const SERVICE_UNAVAILABLE: Fault =
        Fault::new(503, "ServiceUnavailable", "The request has failed due to a temporary failure of the server.");

    /// Every fault above, for the pages that explain them and the tests that hold for all.
    pub const ALL: &[Fault] = &[
        INVALID_ACTION,
        MISSING_VERSION,
        INVALID_VERSION,
        MISSING_ACCESS_KEY_ID,
        MISSING_SIGNATURE,
        MISSING_SIGNATURE_METHOD,
        MISSING_SIGNATURE_VERSION,
        MISSING_TIMESTAMP,
        MISSING_SIGNATURE_NONCE,
        INCOMPLETE_SIGNATURE,
        INVALID_ACCESS_KEY_NOT_FOUND,
        INVALID_ACCESS_KEY_INACTIVE,
        SIGNATURE_DOES_NOT_MATCH,
        INVALID_SIGNATURE_METHOD,
        NONCE_USED,
        TIMESTAMP_EXPIRED,
        TIMESTAMP_FORMAT,
        MISSING_SECURITY_TOKEN,
        SECURITY_TOKEN_MALFORMED,
        SECURITY_TOKEN_MISMATCH,
        SECURITY_TOKEN_EXPIRED,
        FORBIDDEN_RAM,
        UNSUPPORTED_METHOD,
        THROTTLING,
        THROTTLING_USER,
        INVALID_REGION_ID,
        INVALID_PARAMETER,
        IDEMPOTENT_MISMATCH,
        INVALID_CLIENT_TOKEN,
        DRY_RUN,
        INTERNAL_ERROR,
        SERVICE_UNAVAILABLE,
    ];
}
