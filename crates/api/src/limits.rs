//! Every bound of the operations' parameters, in one place. Those of the ledger and of the dialect are theirs.

use std::ops::RangeInclusive;

/// Characters of a reservation's name (ECS: 2 to 128).
pub const NAME_CHARS: RangeInclusive<usize> = 2..=128;
/// Characters of a description (ECS: 2 to 256).
pub const DESCRIPTION_CHARS: RangeInclusive<usize> = 2..=256;
/// Characters of a tag key (ECS: 1 to 128).
pub const TAG_KEY_CHARS: RangeInclusive<usize> = 1..=128;
/// Characters of a tag value (ECS: at most 128).
pub const TAG_VALUE_CHARS_MAX: usize = 128;
/// Letters and digits of a resource group's id after `rg-`.
pub const GROUP_CHARS: RangeInclusive<usize> = 1..=20;
/// Days between today and the day on which an assurance begins (ECS: 180).
pub const START_DAYS_MAX: u64 = 180;
/// Days for which an assurance is paid (ECS: 1 to 365).
pub const PERIOD_DAYS_MAX: u32 = 365;
/// Weeks for which an assurance is renewed (ECS: 1 to 3).
pub const PERIOD_WEEKS_MAX: u32 = 3;
/// Months for which an assurance is paid (ECS: 1 to 9).
pub const PERIOD_MONTHS_MAX: u32 = 9;
/// Years for which an assurance is paid (ECS: 1 to 5).
pub const PERIOD_YEARS_MAX: u32 = 5;
/// `RecurrenceRules.N` of one assurance. Ours.
pub const RULES_MAX: usize = 10;
/// Hours between `StartHour` and `EndHour` (ECS: at least 4).
pub const RULE_HOURS_MIN: i64 = 4;
/// Assurances of one RenewElasticityAssurances (ECS: at most 20).
pub const RENEWED_IDS_MAX: usize = 20;
/// Assurances of one call about automatic renewal (ECS: at most 50).
pub const AUTO_RENEW_IDS_MAX: usize = 50;
/// Ids in `PrivatePoolOptions.Ids` (ECS: at most 100).
pub const IDS_MAX: usize = 100;
/// Items of a page (ECS: 1 to 100).
pub const PAGE_ITEMS: RangeInclusive<i64> = 1..=100;
/// Items of a page when nothing is asked (ECS: 10).
pub const PAGE_ITEMS_DEFAULT: usize = 10;
/// `ResourceId.N` of one request (ECS: at most 50).
pub const RESOURCE_IDS_MAX: usize = 50;
/// Tags after which a page of ListTagResources ends. Ours: the reference names no size.
pub const TAG_PAGE_ITEMS: usize = 50;
/// `TagFilter.N` of one request (ECS: at most 5).
pub const TAG_FILTERS_MAX: usize = 5;
/// `TagValues.N` of one `TagFilter.N`. Ours: it bounds the work per tag.
pub const TAG_FILTER_VALUES_MAX: usize = 20;
/// The last `EndTime` taken, in seconds since the epoch: 2099-12-31T15:59:00Z. Ours: what is shown as the end of a
/// reservation without one, so that nothing is ever shown to end later than that.
pub const END_SECONDS_MAX: u64 = 4_102_415_940;
/// Hosts of one request.
pub const HOSTS_OF_CALL_MAX: usize = 1000;
/// Bytes of a host's name.
pub const HOST_NAME_BYTES_MAX: usize = 128;
/// Hosts of a page. Ours.
pub const HOST_PAGE_ITEMS: RangeInclusive<i64> = 1..=1000;
/// Hosts of a page when nothing is asked. Ours.
pub const HOST_PAGE_ITEMS_DEFAULT: usize = 100;
/// Instances after which a page of hosts ends. Ours.
pub const HOST_PAGE_INSTANCES: usize = 10_000;
/// Changes to come that are looked at for what a shortfall touches.
pub const SHORT_MOMENTS_MAX: usize = 1000;
/// Reservations that are named for one pool's shortfall; the count tells how many there are.
pub const SHORT_RESERVATIONS_MAX: usize = 1000;
/// Ids in `InstanceIds` (ECS: at most 100).
pub const INSTANCE_IDS_MAX: usize = 100;
/// `InstanceId.N` of one request, and `Amount` (ECS: at most 100).
pub const INSTANCES_OF_CALL: RangeInclusive<i64> = 1..=100;
/// Characters of an instance's name (ECS: 2 to 128).
pub const INSTANCE_NAME_CHARS: RangeInclusive<usize> = 2..=128;
/// Characters of one text that an instance carries (ECS: a description has at most 256).
pub const CARRIED_CHARS_MAX: usize = 256;
/// Security groups that an instance carries. Ours.
pub const SECURITY_GROUPS_MAX: usize = 16;
/// How far ahead a window may end, in seconds: five years.
pub const WINDOW_AHEAD_SECONDS: u64 = 5 * 365 * 24 * 3600;
/// Seconds of notice before a window's instances are reclaimed.
pub const NOTICE_SECONDS: RangeInclusive<i64> = 0..=86_400;
/// Seconds of notice when nothing is asked.
pub const NOTICE_SECONDS_DEFAULT: u64 = 300;
/// How far ahead a window is looked for when no end is given, in seconds: 90 days.
pub const SEARCH_SECONDS_DEFAULT: u64 = 90 * 24 * 3600;
/// How far ahead capacity is drawn when no end is given, in seconds: 7 days.
pub const TIMELINE_SECONDS_DEFAULT: u64 = 7 * 24 * 3600;
/// Stretches of a page of a capacity timeline.
pub const STRETCHES: RangeInclusive<i64> = 1..=1000;
/// Stretches of a page when nothing is asked.
pub const STRETCHES_DEFAULT: usize = 100;
/// Instances of a type that are set to be in stock.
pub const STOCK_MAX: u32 = 1_000_000;
/// Changes to come that are looked at when stock is set.
pub const STOCK_STRETCHES_MAX: usize = 500;
/// Characters of the code of an injected fault.
pub const FAULT_CODE_CHARS: RangeInclusive<usize> = 1..=128;
/// Characters of its message.
pub const FAULT_MESSAGE_CHARS: RangeInclusive<usize> = 1..=1024;
/// Its HTTP status.
pub const FAULT_STATUS: RangeInclusive<i64> = 400..=599;
/// By how much it makes an answer late, in milliseconds.
pub const DELAY_MILLISECONDS: RangeInclusive<i64> = 0..=60_000;
/// In how many of a hundred cases requests meet it.
pub const PROBABILITY: RangeInclusive<i64> = 1..=100;
/// How many requests meet it.
pub const FAULTS_MET: RangeInclusive<i64> = 1..=1_000_000;
/// Injected faults at a time.
pub const FAULTS_MAX: usize = 100;
/// Snapshots of a server for development.
pub const SNAPSHOTS_MAX: usize = 16;
/// Windows that one search finds.
pub const FOUND_WINDOWS: RangeInclusive<i64> = 1..=20;
/// Other types, and other zones, that an explanation proposes.
pub const PROPOSALS_MAX: usize = 3;
/// Other types that an explanation tries, the nearest first.
pub const TYPES_TRIED_MAX: usize = 200;
/// The caller's own reservations that an explanation looks through.
pub const OWN_LOOKED_AT_MAX: usize = 10_000;
/// Characters of an account's name. Ours.
pub const ACCOUNT_NAME_CHARS: RangeInclusive<usize> = 2..=64;
/// Accounts. Ours.
pub const ACCOUNTS_MAX: usize = 10_000;
/// Access keys of one account, disabled ones too. Ours.
pub const KEYS_OF_ACCOUNT_MAX: usize = 1_000;
/// Access keys of all accounts, disabled ones too. Ours.
pub const KEYS_MAX: usize = 20_000;
/// Bytes of the allow-list of one key, as it is sent. Ours.
pub const PERMITS_BYTES_MAX: usize = 4096;
/// Access keys after which a page of accounts ends. Ours.
pub const KEY_PAGE_ITEMS: usize = 1_000;
/// Account ids of one request. Ours.
pub const ACCOUNT_IDS_MAX: usize = 100;
/// Bytes of the name of a host class, an instance type or a family, and characters of other texts about a type. Ours.
pub const FLEET_NAME_BYTES_MAX: usize = 64;
/// Host classes. Ours.
pub const CLASSES_MAX: usize = 1_000;
/// Instance types. Ours.
pub const TYPES_MAX: usize = 10_000;
