//! Faults that several operations share. What only one operation answers stands in its own file.

use rpc::fault::Fault;

/// `RegionId` is absent or empty, in the reservation operations.
pub const MISSING_REGION: Fault =
    Fault::new(400, "MissingParameter.RegionId", "The specified RegionId should not be null.");
/// `PrivatePoolOptions.Id` is absent.
pub const MISSING_POOL_ID: Fault = Fault::new(
    400,
    "MissingParameter.PrivatePoolOptions.Id",
    "The specified PrivatePoolOptions.Id should not be null.",
);
