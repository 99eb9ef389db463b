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
/// `PrivatePoolOptions.Id` is there and empty.
pub const EMPTY_POOL_ID: Fault = Fault::new(
    400,
    "MissingParameter.PrivatePoolOptions.Id",
    "The specified parameter \"PrivatePoolOptions.Id\" can not be empty.",
);

/// `InstanceAmount` is no whole number from 1 to 1000.
pub const INVALID_AMOUNT: Fault =
    Fault::new(400, "InvalidInstanceAmount.ValueNotSupported", "The specified parameter InstanceAmount is not valid.");
/// `PrivatePoolOptions.Name` breaks the rules of names.
pub const INVALID_NAME: Fault = Fault::new(
    403,
    "InvalidPrivatePoolOptionsName.ValueNotSupported",
    "The specified PrivatePoolOptions.Name is invalid.",
);
/// `Description` breaks the rules of descriptions.
pub const INVALID_DESCRIPTION: Fault =
    Fault::new(400, "InvalidDescription.ValueNotSupported", "The specified Description is invalid.");
/// `EndTime` is no time, not in the future, too far ahead, or absent where it is needed.
pub const INVALID_END_TIME: Fault =
    Fault::new(400, "InvalidEndTime.ValueNotSupported", "The specified EndTime is invalid.");
/// `Platform` is neither Linux nor Windows.
pub const INVALID_PLATFORM: Fault =
    Fault::new(403, "InvalidPlatform.ValueNotSupported", "The specified Platform is invalid.");

/// `RegionId` is absent or empty, in the tag operations.
pub const MISSING_REGION_OF_TAGS: Fault =
    Fault::new(404, "MissingParameter.RegionId", "The parameter - RegionId should not be null");
/// `ResourceType` is absent or empty.
pub const MISSING_RESOURCE_TYPE: Fault =
    Fault::new(404, "MissingParameter.ResourceType", "The parameter - ResourceType should not be null");
/// No `ResourceId.N` is given where one must be. The reference has no code of its own for it.
pub const MISSING_RESOURCE_ID: Fault = Fault::new(400, "MissingResourceId", "ResourceId is mandatory for this action.");
/// No `Tag.N.Key` is given where one must be.
pub const MISSING_TAGS: Fault = Fault::new(404, "MissingParameter.Tags", "The parameter - Tags should not be null");
/// `ResourceType` is none of the kinds that there are.
pub const UNKNOWN_RESOURCE_TYPE: Fault =
    Fault::new(404, "InvalidResourceType.NotFound", "The ResourceType provided does not exist in our records.");
/// More than 50 `ResourceId.N`.
pub const TOO_MANY_RESOURCE_IDS: Fault =
    Fault::new(400, "NumberExceed.ResourceIds", "The ResourceIds parameter's number is exceed , Valid : 50");
/// More than 20 `Tag.N` or `TagKey.N`.
pub const TOO_MANY_TAGS: Fault =
    Fault::new(400, "NumberExceed.Tags", "The Tags parameter's number is exceed , Valid : 20");
/// A tag key breaks the rules of keys, or a value came without its key.
pub const INVALID_TAG_KEY: Fault = Fault::new(400, "InvalidTagKey.Malformed", "The specified Tag.n.Key is not valid.");
/// A tag value breaks the rules of values.
pub const INVALID_TAG_VALUE: Fault =
    Fault::new(400, "InvalidTagValue.Malformed", "The specified Tag.n.Value is not valid.");
/// Two tags of one request have the same key.
pub const DUPLICATE_TAG_KEY: Fault = Fault::new(400, "Duplicate.TagKey", "The Tag.N.Key contain duplicate key.");
/// The caller has none of one of the ids.
pub const RESOURCE_NOT_FOUND: Fault =
    Fault::new(404, "InvalidResourceId.NotFound", "The specified ResourceIds are not found in our records.");
/// `ZoneId` names no zone of the region.
pub const UNKNOWN_ZONE: Fault = Fault::new(404, "InvalidZoneId.NotFound", "The specified zoneId does not exist.");

/// The caller has no such instance.
pub const INSTANCE_NOT_FOUND: Fault =
    Fault::new(404, "InvalidInstanceId.NotFound", "The specified InstanceId does not exist.");
/// What the instance is doing does not allow it.
pub const INSTANCE_STATUS: Fault =
    Fault::new(403, "IncorrectInstanceStatus", "The current status of the resource does not support this operation.");
/// The zone has no room for one more instance, or not for all.
pub const SOLD_OUT: Fault = Fault::new(
    403,
    "OperationDenied.NoStock",
    "The requested resource is sold out in the specified zone; try other types of resources or other regions and zones.",
);
/// The class of the instance type has no host in the zone.
pub const TYPE_NOT_IN_ZONE: Fault =
    Fault::new(403, "InvalidInstanceType.ZoneNotSupported", "The specified zone does not support this instancetype.");
/// The caller has no reservation of the id that an instance is to use.
pub const POOL_NOT_FOUND: Fault = Fault::new(400, "Invalid.PrivatePoolOptions.Id", "The PrivatePool does not exist.");
/// The reservation is for another instance type.
pub const POOL_OTHER_TYPE: Fault =
    Fault::new(400, "Invalid.InstanceType", "The InstanceType does not match the PrivatePool.");
/// The reservation is in another zone.
pub const POOL_OTHER_ZONE: Fault = Fault::new(400, "Invalid.ZoneId", "The ZoneId does not match the PrivatePool.");
/// The reservation is for instances paid for by use.
pub const POOL_OTHER_CHARGE: Fault =
    Fault::new(400, "Invalid.InstanceChargeType", "The InstanceChargeType does not match the PrivatePool.");
/// The reservation is for another operating system.
pub const POOL_OTHER_PLATFORM: Fault =
    Fault::new(400, "InvalidPlatform.ValueNotSupported", "The Platform does not match the PrivatePool.");
/// The reservation is over, or has not begun.
pub const POOL_INACTIVE: Fault =
    Fault::new(400, "Invalid.PrivatePoolOptions.status", "The PrivatePool is expired or inactive.");
/// The reservation may not be used at this hour.
pub const POOL_NOT_NOW: Fault =
    Fault::new(400, "Invalid.PrivatePoolOptions.status", "The PrivatePool status is not valid.");
/// All slots of the reservation are used, when an instance is launched or started.
pub const POOL_FULL: Fault = Fault::new(400, "Invalid.PrivatePoolOptions.NoStock", "The PrivatePool has been used up.");
/// Spot instances never use a reservation.
pub const SPOT_AND_POOL: Fault = Fault::new(400, "SpotNotSupported", "Spot is not supported for PrivatePool.");
