//! Faults that more than one operation has, as the record spells them.

pub(super) type Row = (&'static str, &'static str);

pub(super) const NO_STOCK: Row = (
    "OperationDenied.NoStock",
    "The requested resource is sold out in the specified zone; try other types of resources or other regions and zones.",
);
pub(super) const OUT_OF_STOCK: Row = (
    "OperationDenied.NoStock",
    "The resource is out of stock in the specified zone. Please try other types, or choose other regions and zones.",
);
pub(super) const DRY_RUN: Row = ("DryRunOperation", "Request validation has been passed with DryRun flag set.");
pub(super) const MISMATCH: Row = ("IdempotentParameterMismatch", "The request is retried with updated parameters.");
pub(super) const NO_POOL: Row = ("Invalid.PrivatePoolOptions.Id", "The PrivatePool does not exist.");
pub(super) const POOL_OVER: Row = ("Invalid.PrivatePoolOptions.status", "The PrivatePool is expired or inactive.");
pub(super) const POOL_NOT_USABLE: Row = ("Invalid.PrivatePoolOptions.status", "The PrivatePool status is not valid.");
pub(super) const END_TIME: Row = ("InvalidEndTime.ValueNotSupported", "The specified EndTime is invalid.");
pub(super) const START_TIME: Row = ("InvalidStartTime.ValueNotSupported", "The specified StartTime is invalid.");
pub(super) const START_TIME_MALFORMED: Row =
    ("InvalidStartTime.MalFormed", "The specified StartTime is out of the permitted range.");
pub(super) const POOL_NOT_FOUND: Row = ("InvalidPrivatePoolId.NotFound", "The specified private pool does not exist.");
pub(super) const POOL_STATUS: Row =
    ("IncorrectPrivatePoolStatus", "The current status of the private pool does not support this operation.");
pub(super) const FEWER_THAN_USED: Row =
    ("InvalidInstanceAmount.ValueNotSupported", "The specified InstanceAmount is invalid.");
pub(super) const NOT_OFFERED: Row =
    ("ResourceNotAvailable", "Resource you requested is not available in this region or zone.");
pub(super) const NOT_ON_SALE: Row = ("Zone.NotOnSale", "The specified zone is not available for purchase.");
pub(super) const UNKNOWN_TYPE: Row = ("InvalidInstanceType.NotSupported", "The specified InstanceType is invalid.");
pub(super) const NO_CLASS: Row = ("InvalidHostClass.NotFound", "The specified HostClass does not exist.");
