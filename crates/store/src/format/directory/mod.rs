//! The facts of the directory, a file each.

pub(super) mod account_put;
pub(super) mod class_put;
pub(super) mod key_issued;
pub(super) mod key_put;
pub(super) mod page_key_set;
pub(super) mod region_put;
pub(super) mod type_put;
