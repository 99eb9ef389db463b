//! Names given by people: short texts, cheap to copy, ordered by their bytes. What is a legal name is decided
//! by whoever takes it in; here they are only told apart by type.

use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

macro_rules! name {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Hash)]
        pub struct $name(Arc<str>);

        impl Ord for $name {
            fn cmp(&self, other: &Self) -> Ordering {
                // Most names that are compared are copies of one.
                if Arc::ptr_eq(&self.0, &other.0) { Ordering::Equal } else { self.0.cmp(&other.0) }
            }
        }

        impl PartialOrd for $name {
            fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
                Some(self.cmp(other))
            }
        }

        impl $name {
            /// The text as it was given.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(Arc::from(text))
            }
        }

        impl std::borrow::Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(&self.0, f)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

name!(
    /// An account: who owns reservations. On the wire 16 digits in a string.
    AccountId
);
name!(
    /// An access key id: what a caller signs with. Never its secret.
    KeyId
);
name!(
    /// A region, such as `cn-hangzhou`.
    RegionName
);
name!(
    /// A zone of a region, such as `cn-hangzhou-h`.
    ZoneName
);
name!(
    /// A host class: hosts of one make, such as `g6`.
    ClassName
);
name!(
    /// An instance type, such as `ecs.g6.large`.
    TypeName
);
name!(
    /// A host, as the operator calls it.
    HostId
);
